"""The script as text: room for a row beside each line, chips, wavy lines, completion. The GUI thread.

The project keeps the history, so the text has none of its own; `show_text` makes the smallest change there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QTextEdit, QWidget

from studio.domain import dialogue
from studio.domain.imports import plain
from studio.domain.lint import Problem
from studio.ui.language import t
from studio.ui.tabs.dialogue import problems
from studio.ui.tabs.dialogue.completion import Completion
from studio.ui.tabs.dialogue.highlighter import CHIPS, Highlighter
from studio.ui.tabs.dialogue.model import edit_between, units
from studio.ui.theme.look import look

ROW = 36  # pixels of a line with its row beside it
SCRIPTS = (".txt", ".fountain", ".spmd", ".srt", ".vtt", ".md", ".markdown", ".epub")
_MOST_MARKED = 300  # wavy lines at once
_AROUND = 24  # blocks beyond those one sees that are coloured, too
_LONGEST_PASTED = 200_000  # characters that are looked at for `Name: words`
_NOT_OURS = (
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.DeleteEndOfLine,  # Ctrl+K finds a command
    QKeySequence.StandardKey.DeleteCompleteLine,
)


class Spaced(QPlainTextDocumentLayout):
    """Gives each line the height of its row, and the line whose takes are shown the room for them."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.pad = 0.0
        self.below = 0.0
        self.open = QTextCursor()

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Qt asks for each block that it draws, hits or scrolls past."""
        rect = super().blockBoundingRect(block)
        layout = block.layout()
        if layout.lineCount() and layout.lineAt(0).y() < self.pad - 0.5:
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                line.setPosition(QPointF(line.x(), line.y() + self.pad))
            rect = super().blockBoundingRect(block)
        rect.setHeight(rect.height() + self.pad + (self.below if self.is_open(block) else 0.0))
        return rect

    def is_open(self, block: QTextBlock) -> bool:
        """Whether the takes of this line are shown."""
        return self.below > 0 and not self.open.isNull() and self.open.block() == block


class ScriptEdit(QPlainTextEdit):
    """The editor. `left` and `right` are places beside the text; they follow it."""

    typed = Signal()  # somebody changed the text
    line_changed = Signal(int)  # the cursor is in another block
    moved = Signal()  # what is beside the text has to follow
    left_it = Signal()  # the focus went away, or somebody wants to undo
    menu_wanted = Signal(object, object)  # a place on the screen, and a cursor there
    files = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        document = QTextDocument(self)
        self.spaced = Spaced(document)
        document.setDocumentLayout(self.spaced)
        document.setDefaultFont(self.font())
        self.setDocument(document)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(t("Script"))
        self.setAccessibleDescription(t("[Name] words to speak — or paste a script"))
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.highlighter = Highlighter(document)
        self.completion = Completion(self)
        self.left = QWidget(self)
        self.right = QWidget(self)
        self._widths = (0, 0)
        self._block = 0
        self._ours = False  # the change is not somebody's typing
        self._marks: list[tuple[Problem, QTextCursor]] = []
        self._marked: dict[int, list[Problem]] | None = None  # by block, None where the text was changed since
        document.contentsChange.connect(self._changed)
        self.cursorPositionChanged.connect(self._cursor_moved)
        self.updateRequest.connect(self._updated)
        look.changed.connect(self._restyle)
        self._restyle()

    # ---- text

    @property
    def text(self) -> str:
        """The text as it stands; unlike Qt's own, with its no-break spaces."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def show_text(self, text: str) -> None:
        """Show another text; what is the same stays, and so does the cursor."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        old = self.text
        if old == text:
            return
        start, end, between = edit_between(old, text)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._ours = True
        try:
            cursor.insertText(between)
        finally:
            self._ours = False
        self.moved.emit()

    def insert_here(self, text: str) -> None:
        """Insert a sound or a pause at the cursor, with a space where words would touch it."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        if before and not before[-1].isspace():
            text = f" {text}"
        cursor.insertText(f"{text} ")
        self.setFocus()

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor into a source line (from 1) and show it."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + min(units(block.text(), column - 1), block.length() - 1))
            self.setTextCursor(cursor)
            self.centerCursor()
        self.setFocus()

    # ---- beside the text

    def set_widths(self, left: int, right: int) -> None:
        """Keep room beside the text."""
        if (left, right) != self._widths:
            self._widths = (left, right)
            self.setViewportMargins(left, 0, right, 0)
            self._place_sides()

    def unfold(self, block: QTextBlock | None, height: int) -> None:
        """Keep room below a line, and below no other."""
        old = self.spaced.open.block() if not self.spaced.open.isNull() else None
        self.spaced.open = QTextCursor(block) if block else QTextCursor()
        self.spaced.below = float(height) if block else 0.0
        for one in (old, block):
            if one is not None and one.isValid():
                self.document().markContentsDirty(one.position(), one.length())
        self.viewport().update()
        self.moved.emit()

    def seen(self) -> Iterator[tuple[QTextBlock, int, int]]:
        """Yield the blocks that one sees, each with its top and its height within the viewport."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        top = self.blockBoundingGeometry(block).translated(offset).top()
        bottom = self.viewport().height()
        while block.isValid() and top <= bottom:
            height = self.blockBoundingRect(block).height()
            yield block, round(top), round(height)
            top += height
            block = block.next()

    def height_of_text(self, block: QTextBlock) -> int:
        """Return how high a block is without what is unfolded below it."""
        below = self.spaced.below if self.spaced.is_open(block) else 0.0
        return round(self.blockBoundingRect(block).height() - below)

    # ---- problems

    def show_problems(self, found: Sequence[Problem]) -> None:
        """Draw a wavy line below each."""
        self._marks = []
        self._marked = None
        selections: list[QTextEdit.ExtraSelection] = []
        for problem in found[:_MOST_MARKED]:
            block = self.document().findBlockByNumber(problem.line - 1)
            if not block.isValid():
                continue
            start, end = problems.extent(block.text(), problem)
            cursor = QTextCursor(block)
            last = block.position() + block.length() - 1
            cursor.setPosition(min(last, block.position() + units(block.text(), start)))
            cursor.setPosition(min(last, block.position() + units(block.text(), end)), QTextCursor.MoveMode.KeepAnchor)
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(look.colour(problems.tone_of(problem)))
            selection = QTextEdit.ExtraSelection()
            selection.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
            selection.format = form  # pyright: ignore[reportAttributeAccessIssue]
            selections.append(selection)
            self._marks.append((problem, cursor))
        self.setExtraSelections(selections)
        self.moved.emit()

    def problems_at(self, block: QTextBlock) -> list[Problem]:
        """Return what was found in a line."""
        if self._marked is None:
            self._marked = {}
            for problem, cursor in self._marks:
                self._marked.setdefault(cursor.blockNumber(), []).append(problem)
        return self._marked.get(block.blockNumber(), [])

    # ---- Qt

    def event(self, event: QEvent) -> bool:
        """Leave the keys to the window that a text field takes for itself and that mean something else here."""
        key = event if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride else None
        if key and any(key.matches(one) for one in _NOT_OURS):
            self.left_it.emit()
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Complete, and make `Name:` at the begin of a line the speaker's tag."""
        if self.completion.takes(event):
            event.ignore()
            return
        if event.text() == ":" and self._name_before():
            return
        super().keyPressEvent(event)
        if event.text().strip() or event.key() == Qt.Key.Key_Backspace:
            self.completion.offer()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 — Qt's own
        """Tab belongs to the list of suggestions while that is shown."""
        return not self.completion.shown and super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed is the project's at the latest now."""
        self.left_it.emit()
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A menu of the room's own."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        cursor = self.textCursor() if by_keyboard else self.cursorForPosition(event.pos())
        at = self.viewport().mapToGlobal(self.cursorRect(cursor).bottomLeft()) if by_keyboard else event.globalPos()
        self.menu_wanted.emit(at, cursor)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Scripts are welcome as well as text; other files are for the window."""
        return bool(_scripts(source)) if source.hasUrls() else super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste: a dialogue of `Name: words` becomes one with tags."""
        if files := _scripts(source):
            self.files.emit(files)
            return
        text = source.text()
        if "\n" in text.strip() and len(text) <= _LONGEST_PASTED:
            text = plain.read(text.replace("\r\n", "\n")).text
        self.textCursor().insertText(text)
        self.ensureCursorVisible()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files before the text does: it would show their names."""
        if files := _scripts(event.mimeData()):
            event.acceptProposedAction()
            self.files.emit(files)
        else:
            super().dropEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground of the cursor's line and of chips, then the text."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        current = self.textCursor().block()
        for block, top, _height in self.seen():
            if block == current:
                ground = QColor(look.colour("raised"))
                ground.setAlphaF(0.5)
                painter.fillRect(0, top, self.viewport().width(), self.height_of_text(block), ground)
            self._paint_chips(painter, block, top)
        if self.document().isEmpty():
            self._paint_hint(painter)
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sides beside the text."""
        super().resizeEvent(event)
        self._place_sides()

    # ---- inside

    def _paint_hint(self, painter: QPainter) -> None:
        """Say what is written here; Qt's own would stand above the line."""
        painter.setPen(look.colour("muted"))
        painter.setFont(self.font())
        place = QRectF(4, self.document().documentMargin(), self.viewport().width() - 4, look.px(ROW))
        hint = t("[Name] words to speak — or paste a script")
        fits = QFontMetricsF(self.font()).elidedText(hint, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, fits)

    def _paint_chips(self, painter: QPainter, block: QTextBlock, top: int) -> None:
        text, layout = block.text(), block.layout()
        if not ("(" in text or "[" in text) or not layout.lineCount():
            return
        painter.setBrush(look.colour("raised"))
        for token in dialogue.tokens(text):
            if token.kind not in CHIPS:
                continue
            start, end = units(text, token.start), units(text, token.end)
            line = layout.lineForTextPosition(start)
            last = layout.lineForTextPosition(end - 1)
            if line.lineNumber() != last.lineNumber():
                continue  # a chip that is broken over two lines has no ground
            left, right = _x(line, start), _x(line, end)
            painter.drawRoundedRect(QRectF(left - 2, top + line.y() - 1, right - left + 4, line.height() + 2), 5, 5)

    def _name_before(self) -> bool:
        """Make what stands before the cursor a tag, if it is a name at the begin of a line."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        cue = plain.cue_of(f"{before}: x")
        if cursor.hasSelection() or not cue or cue[0].casefold() != before.strip().casefold():
            return False
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(f"[{cue[0]}]")
        return True

    def _changed(self, _at: int, removed: int, added: int) -> None:
        self._marked = None
        if not self._ours and (removed or added):
            self.typed.emit()

    def _cursor_moved(self) -> None:
        number = self.textCursor().blockNumber()
        self.viewport().update()
        if number != self._block:
            self._block = number
            self.line_changed.emit(number)

    def _updated(self, _rect: object, _dy: int) -> None:
        self.moved.emit()

    def freshen(self) -> None:
        """Colour what came into sight."""
        first = self.firstVisibleBlock().blockNumber()
        few = max(1, self.viewport().height() // look.px(ROW))
        self.highlighter.freshen(range(max(0, first - _AROUND), first + few + _AROUND))

    def _place_sides(self) -> None:
        inside = self.viewport().geometry()
        left, right = self._widths
        self.left.setGeometry(inside.left() - left, inside.top(), left, inside.height())
        self.right.setGeometry(inside.right() + 1, inside.top(), right, inside.height())
        self.moved.emit()

    def _restyle(self) -> None:
        self.ensurePolished()
        self.document().setDefaultFont(self.font())
        self.spaced.pad = max(2.0, (look.px(ROW) - QFontMetricsF(self.font()).lineSpacing()) / 2)
        self.document().markContentsDirty(0, self.document().characterCount())
        self.show_problems([problem for problem, _cursor in self._marks])


def _scripts(data: QMimeData) -> list[Path]:
    """Return the files of a drop that hold scripts."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() in SCRIPTS]


def _x(line: object, place: int) -> float:
    """Return where a place of a text lies in its line."""
    found = line.cursorToX(place)  # pyright: ignore[reportAttributeAccessIssue]
    return float(found[0] if isinstance(found, tuple) else found)

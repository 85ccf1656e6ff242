"""The words of a song: parts named in the left margin, syllables and rhymes at the right edge of each line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.domain import lyrics_view
from studio.domain.lyrics_view import Line
from studio.domain.sung_words import GARBLED, SKIPPED, SUNG, SungLine, sung_of
from studio.services import word_sounds
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Choice
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look

_PAUSE = 120  # milliseconds after the last key
_COLOURS = {
    "verse": 0, "chorus": 1, "intro": 2, "outro": 2, "bridge": 3, "pre-chorus": 4, "post-chorus": 4, "solo": 7,
    "instrumental": 7, "break": 7,
}  # fmt: skip
_UNDERLINES = {
    SKIPPED: QTextCharFormat.UnderlineStyle.DashUnderline, GARBLED: QTextCharFormat.UnderlineStyle.WaveUnderline,
}  # fmt: skip
_MOST = 100_000  # characters that are remembered


def colour_of(kind: str) -> QColor:
    """Return the colour of a part of a song."""
    return look.speaker(_COLOURS[kind]) if kind in _COLOURS else look.colour("muted")


class LyricsEditor(QPlainTextEdit):
    """An editor of lyrics. `counted` comes when what stands beside the lines is up to date."""

    counted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.lines: Sequence[Line] = ()
        self._sung: Sequence[SungLine] = ()  # what became of lines in the take that is selected
        self._marks: dict[int, SungLine] = {}  # by the number of the line here, from 0
        self.commands: Sequence[QAction] = ()  # on the line with the cursor, for the menu
        self._asked = ""
        self._margin = _Margin(self)
        self._edge = _Edge(self)
        self._edge.setToolTip(t("Syllables of each line, and a letter: lines of a part with the same letter rhyme"))
        self._tags = _Tags(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._count)
        self.setAccessibleName(t("Lyrics"))
        self.setTabChangesFocus(True)
        self.setPlaceholderText(
            t("[verse]\nWords to sing, a line each\n\n[chorus]\nOr leave it empty for a piece without words")
        )
        self.setPlainText(desk.memory.get("music.lyrics", ""))
        self.textChanged.connect(self._changed)
        self.updateRequest.connect(self._follow)
        look.changed.connect(self._repaint)
        self.setViewportMargins(self._left(), 0, self._right(), 0)
        self._count()

    @property
    def text(self) -> str:
        """The lyrics; what is only blank is none."""
        return self.toPlainText().strip("\n") if self.toPlainText().strip() else ""

    def put(self, text: str) -> None:
        """Put other lyrics in the place of these; one undo brings them back."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.setTextCursor(cursor)

    def way_back(self) -> Choice:
        """Return the choice to take back what was just done; it holds until the text is another one."""
        document, revision = self.document(), self.document().revision()
        return Choice(t("Undo"), self.undo, lambda: document.revision() == revision)

    def insert_tag(self, tag: str) -> None:
        """Begin a new part of the song where the cursor is."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        if cursor.block().text().strip():
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            cursor.insertText("\n\n")
        cursor.insertText(f"[{tag}]\n")
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    @property
    def here(self) -> Line | None:
        """What the line with the cursor is."""
        number = self.textCursor().blockNumber()
        return self.lines[number] if number < len(self.lines) else None

    def mark(self, lines: Sequence[SungLine]) -> None:
        """Mark the lines that were sung otherwise or not at all, wherever their text stands."""
        self._sung = lines
        self._repaint()
        self.counted.emit()

    def mark_of(self, number: int) -> SungLine | None:
        """Return what became of a line, counted from 0, where there is something to say."""
        found = self._marks.get(number)
        block = self.document().findBlockByNumber(number)
        return found if found and sung_of(block.text()) == found.text else None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of any editor, with what can be done with this line."""
        menu = self.createStandardContextMenu(event.pos())
        menu.addSeparator()
        menu.addActions(list(self.commands))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def sizeHint(self) -> QSize:
        """A few lines; it gets whatever is left."""
        return QSize(look.px(400), look.px(96))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margins at the edges."""
        super().resizeEvent(event)
        inside = self.viewport().geometry()
        self._margin.setGeometry(inside.left() - self._left(), inside.top(), self._left(), inside.height())
        self._edge.setGeometry(inside.right() + 1, inside.top(), self._right(), inside.height())

    def shown_blocks(self) -> list[tuple[QTextBlock, QRectF]]:
        """Return the lines that can be seen, and where."""
        found: list[tuple[QTextBlock, QRectF]] = []
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > self.viewport().height():
                break
            found.append((block, place))
            block = block.next()
        return found

    def _left(self) -> int:
        return look.px(96)

    def _right(self) -> int:
        return look.px(56)

    def _changed(self) -> None:
        text = self.toPlainText()
        self._desk.memory.put("music.lyrics", text if len(text) <= _MOST else "")
        if text != self._asked:  # else only the look of it is another
            self._timer.start()

    def _count(self) -> None:
        text = self._asked = self.toPlainText()
        self._desk.operations.run(self, lambda: lyrics_view.lines_of(text, word_sounds.sounds_of), self._show)

    def _show(self, lines: Sequence[Line]) -> None:
        if self._asked == self.toPlainText():
            self.lines = lines
            self._repaint()
            self.counted.emit()

    def _follow(self) -> None:
        self._margin.update()
        self._edge.update()

    def _repaint(self) -> None:
        self._marks = _marks(self.toPlainText(), self._sung)
        self._tags.rehighlight()
        self._follow()


def _marks(text: str, sung: Sequence[SungLine]) -> dict[int, SungLine]:
    """Find the lines again in what may have been edited since: of equal ones, the first is the first."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(text.split("\n")):
        places.setdefault(sung_of(line), []).append(number)
    found: dict[int, SungLine] = {}
    taken: dict[str, int] = {}
    for line in sung:
        nth = taken.get(line.text, 0)
        taken[line.text] = nth + 1
        if nth < len(places.get(line.text, ())) and line.verdict != SUNG:
            found[places[line.text][nth]] = line
    return found


class _Margin(QWidget):
    """Which part of the song a line belongs to."""

    def __init__(self, editor: LyricsEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bar in the colour of the part, and its name where it begins."""
        del event
        painter = QPainter(self)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setPixelSize(look.px(tokens.CAPTION))
        metrics = QFontMetrics(bold)
        painter.setFont(bold)
        for block, place in self._editor.shown_blocks():
            number = block.blockNumber()
            line = self._editor.lines[number] if number < len(self._editor.lines) else Line()
            if not line.section:
                continue
            colour = colour_of(line.kind)
            painter.fillRect(QRectF(self.width() - look.px(12), place.top(), look.px(3), place.height()), colour)
            if line.tag:
                painter.setPen(colour)
                name = t(line.kind.capitalize()) + line.tag[len(line.kind) :] if _plain(line) else line.tag
                space = QRectF(look.px(8), place.top(), self.width() - look.px(28), self._editor.fontMetrics().height())
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(space.width()))
                painter.drawText(space, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


def _plain(line: Line) -> bool:
    """Whether a tag is a part's name, perhaps with a number."""
    return bool(line.kind) and line.tag.lower().startswith(line.kind)


class _Edge(QWidget):
    """How many syllables a line has, and its rhyme."""

    def __init__(self, editor: LyricsEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the number and the letter."""
        del event
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(look.px(tokens.SECONDARY))
        painter.setFont(font)
        for block, place in self._editor.shown_blocks():
            number = block.blockNumber()
            line = self._editor.lines[number] if number < len(self._editor.lines) else Line()
            if not line.syllables:
                continue
            height = self._editor.fontMetrics().height()
            painter.setPen(look.colour("muted"))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, place.top(), look.px(24), height), right, str(line.syllables))
            painter.setPen(look.colour("text"))
            painter.drawText(QRectF(look.px(28), place.top(), look.px(18), height), right, line.rhyme)
        painter.end()


class _Tags(QSyntaxHighlighter):
    """Lets the tags stand out, and lines that were sung otherwise."""

    def __init__(self, editor: LyricsEditor) -> None:
        self._editor = editor
        super().__init__(editor.document())

    def highlightBlock(self, text: str) -> None:
        """Colour a line that is a tag."""
        tag = lyrics_view.tag_of(text)
        if tag:
            shown = QTextCharFormat()
            shown.setForeground(colour_of(lyrics_view.kind_of(tag)))
            shown.setBackground(look.colour("raised"))
            shown.setFontWeight(QFont.Weight.DemiBold)
            self.setFormat(0, len(text), shown)
        mark = self._editor.mark_of(self.currentBlock().blockNumber())
        if mark:
            shown = QTextCharFormat()
            shown.setUnderlineStyle(_UNDERLINES[mark.verdict])
            shown.setUnderlineColor(look.colour("bad" if mark.verdict == SKIPPED else "warn"))
            self.setFormat(0, len(text), shown)

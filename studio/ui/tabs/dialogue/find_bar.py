"""Search and replace in the script. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit

from studio.ui.language import t, tn
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class FindBar(QFrame):
    """A bar above the script; Enter goes on, Shift+Enter back, Escape closes it."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__()
        self._editor = editor
        self.words = QLineEdit()
        self.words.setPlaceholderText(t("Search"))
        self.words.setAccessibleName(t("Search the script"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._sought)
        self.instead = QLineEdit()
        self.instead.setPlaceholderText(t("Replace with"))
        self.instead.setAccessibleName(t("Replace with"))
        self._count = basics.label("", "secondary")
        self._count.setMinimumWidth(look.px(56))
        self._replace = basics.button(t("Replace"), self.replace, kind="quiet")
        self._all = basics.button(t("All"), self.replace_all, kind="quiet", tip=t("Replace all"))
        self._all.setAccessibleName(t("Replace all"))
        before = basics.icon_button("chevron-up", t("Previous"), self.previous)
        after = basics.icon_button("chevron-down", t("Next"), self.next)
        close = basics.icon_button("x", t("Close the search"), self.close_bar)
        line = basics.row(self.words, before, after, self._count, self.instead, self._replace, self._all, close)
        line.setStretch(0, 2)
        line.setStretch(4, 2)
        self.setLayout(line)
        self.hide()

    def open(self) -> None:
        """Show the bar; what is selected is sought."""
        chosen = self._editor.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.words.setText(chosen)
        self.show()
        self.words.setFocus()
        self.words.selectAll()
        self._tell()

    def close_bar(self) -> None:
        """Hide the bar and go on writing."""
        self.hide()
        self._editor.setFocus()

    def next(self) -> bool:
        """Go to the next place; after the last comes the first."""
        return self._go(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def previous(self) -> bool:
        """Go to the place before."""
        return self._go(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def replace(self) -> None:
        """Replace what is found here and go on."""
        cursor = self._editor.textCursor()
        if cursor.selectedText().casefold() == self.words.text().casefold() and self.words.text():
            cursor.insertText(self.instead.text())
        self.next()

    def replace_all(self) -> None:
        """Replace it everywhere, as one step."""
        sought = self.words.text()
        if not sought:
            return
        document = self._editor.document()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        found = document.find(sought, 0)
        while not found.isNull():
            found.insertText(self.instead.text())
            found = document.find(sought, found)
        cursor.endEditBlock()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or away."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.previous() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self.next()
        else:
            super().keyPressEvent(event)

    def _sought(self) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._editor.setTextCursor(cursor)
        self.next()
        self._tell()

    def _go(self, flags: QTextDocument.FindFlag, around: QTextCursor.MoveOperation) -> bool:
        if not self.words.text():
            return False
        if self._editor.find(self.words.text(), flags):
            return True
        kept = self._editor.textCursor()
        self._editor.moveCursor(around)
        if self._editor.find(self.words.text(), flags):
            return True
        self._editor.setTextCursor(kept)
        return False

    def _tell(self) -> None:
        sought = self.words.text().casefold()
        count = self._editor.toPlainText().casefold().count(sought) if sought else 0
        self._count.setText((tn(count, "{count} place", "{count} places") if count else t("none")) if sought else "")
        self._replace.setEnabled(count > 0)
        self._all.setEnabled(count > 0)

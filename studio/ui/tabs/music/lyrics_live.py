"""A text that is written into an editor while it comes: locked meanwhile, one step to undo. The GUI thread."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit


class LiveText:
    """A place in an editor, with what stands there so far. Nothing is touched before there is something to show."""

    def __init__(self, editor: QPlainTextEdit, place: QTextCursor) -> None:
        """What `place` has selected is replaced; where it has nothing selected, the text is put in."""
        self._editor = editor
        self._start = place.selectionStart()
        self._now = self._first = place.selectedText().replace("\u2029", "\n")
        self._before = editor.document().toPlainText()
        self._left: str | None = None  # the whole text, as it was left
        editor.setReadOnly(True)

    @property
    def began(self) -> bool:
        """Whether anything was written."""
        return self._left is not None

    def show(self, text: str) -> bool:
        """Let this stand there: only what is other than before is touched; return whether it can.

        It cannot where something else was put there meanwhile.
        """
        document = self._editor.document()
        if document.toPlainText() == self._before:
            self._now = self._first  # somebody took it back
        if text == self._now:
            return True
        if not self._stands():
            return False
        same = 0
        while same < min(len(text), len(self._now)) and text[same] == self._now[same]:
            same += 1
        cursor = QTextCursor(document)
        if self._left == document.toPlainText():  # nobody took it back meanwhile
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        cursor.setPosition(self._start + _units(text[:same]))
        cursor.setPosition(self._start + _units(self._now), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[same:])
        cursor.endEditBlock()
        self._now, self._left = text, document.toPlainText()
        return True

    def _stands(self) -> bool:
        """Whether what was written last stands where it was written."""
        whole = self._editor.document().toPlainText().encode("utf-16-le", errors="surrogatepass")
        now = self._now.encode("utf-16-le", errors="surrogatepass")
        return whole[2 * self._start : 2 * self._start + len(now)] == now

    def end(self) -> None:
        """Let the editor be written in again; the cursor stands behind what was written."""
        self._editor.setReadOnly(False)
        if self.began and self._stands():
            cursor = self._editor.textCursor()
            cursor.setPosition(min(self._start + _units(self._now), self._editor.document().characterCount() - 1))
            self._editor.setTextCursor(cursor)


def _units(text: str) -> int:
    """Return how long a text is for Qt, which counts in UTF-16."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2

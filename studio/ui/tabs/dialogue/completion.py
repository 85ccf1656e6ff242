"""Completion of speakers, pauses and sounds while writing. The GUI thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit

from studio.domain.dialogue import NONVERBALS
from studio.ui.language import t
from studio.ui.theme.look import look

PAUSES = ("pause 250ms", "pause 500ms", "pause 1s", "pause 2s")
_OPEN = re.compile(r"(?P<sign>[\[(])(?P<begun>[^\[\]()]{0,40})\Z")
_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape})


class Completion(QCompleter):
    """A list below the cursor after `[` and `(`; Enter or Tab takes what is chosen."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._words = QStringListModel(self)
        self._speakers: tuple[str, ...] = ()
        self._sounds: tuple[str, ...] = NONVERBALS
        self.setModel(self._words)
        self.setWidget(editor)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._list = QListView()
        self.setPopup(self._list)
        self._list.setAccessibleName(t("Suggestions"))
        self.activated.connect(self._insert)

    def know(self, speakers: Sequence[str], sounds: Sequence[str]) -> None:
        """Say which speakers there are, and the sounds of the engine."""
        self._speakers = tuple(speaker for speaker in speakers if speaker)
        self._sounds = (*sounds, *(name for name in NONVERBALS if name not in sounds))

    @property
    def shown(self) -> bool:
        """Whether the list is shown."""
        return self._list.isVisible()

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the list."""
        return self.shown and Qt.Key(event.key()) in _KEYS

    def offer(self) -> None:
        """Show what may be meant by what stands before the cursor; nothing where nothing is begun."""
        found = self._begun()
        if not found:
            self._list.hide()
            return
        words = [*self._speakers, *PAUSES] if found["sign"] == "[" else list(self._sounds)
        if self._words.stringList() != words:
            self._words.setStringList(words)
        self.setCompletionPrefix(found["begun"])
        if not self.completionCount() or self.currentCompletion() == found["begun"]:
            self._list.hide()
            return
        self._list.setCurrentIndex(self.completionModel().index(0, 0))
        place = self._editor.cursorRect()
        inside = self._editor.viewport().geometry()
        place.translate(inside.left(), inside.top())
        place.setWidth(look.px(200))
        self.complete(place)

    def _begun(self) -> re.Match[str] | None:
        cursor = self._editor.textCursor()
        return _OPEN.search(cursor.block().text()[: cursor.positionInBlock()])

    def _insert(self, word: str) -> None:
        found = self._begun()
        if not found:
            return
        cursor = self._editor.textCursor()
        rest = cursor.block().text()[cursor.positionInBlock() :]
        closing = "]" if found["sign"] == "[" else ")"
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(found["begun"]))
        cursor.insertText(word + ("" if rest.startswith(closing) else closing) + ("" if rest.startswith(" ") else " "))
        self._editor.setTextCursor(cursor)

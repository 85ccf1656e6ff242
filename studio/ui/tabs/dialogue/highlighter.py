"""Colours of the script: speakers, sounds, pauses, chapters. Only what is near the eye is coloured. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument

from studio.domain import dialogue
from studio.domain.dialogue import Kind
from studio.ui.tabs.dialogue.model import units
from studio.ui.theme.look import look

CHIPS = frozenset({Kind.TAG, Kind.PAUSE, Kind.RESPELL})


class Highlighter(QSyntaxHighlighter):
    """A block is coloured when `freshen` says that it is near; a long script opens at once."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._numbers: Mapping[str, int] = {}
        self._round = 1
        self._near = range(80)
        look.changed.connect(self._again)

    def show_speakers(self, numbers: Mapping[str, int]) -> bool:
        """Colour speakers by these numbers; return whether one has another colour than before."""
        old, self._numbers = self._numbers, dict(numbers)
        known = all(old.get(name, number) == number for name, number in numbers.items())
        if not known or not old:
            self._again()
            return True
        return False

    def freshen(self, near: range) -> None:
        """Colour what is near and was not yet."""
        self._near = near
        block = self.document().findBlockByNumber(near.start)
        while block.isValid() and block.blockNumber() < near.stop:
            if block.userState() != self._round:
                self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, text: str) -> None:
        """Colour a block."""
        block: QTextBlock = self.currentBlock()
        if block.blockNumber() not in self._near:
            self.setCurrentBlockState(0)
            return
        self.setCurrentBlockState(self._round)
        if not any(sign in text for sign in "[(#\\"):
            return
        for token in dialogue.tokens(text):
            form = self._form(token)
            if form is not None:
                start = units(text, token.start)
                self.setFormat(start, units(text, token.end) - start, form)

    def _form(self, token: dialogue.Token) -> QTextCharFormat | None:
        form = QTextCharFormat()
        if token.kind is Kind.SPEAKER:
            form.setForeground(look.speaker(self._numbers.get(token.value, 0)))
            form.setFontWeight(QFont.Weight.DemiBold)
        elif token.kind is Kind.SECTION:
            form.setFontWeight(QFont.Weight.DemiBold)
        elif token.kind in CHIPS:
            form.setForeground(look.colour("muted"))
        elif token.kind in {Kind.BAD, Kind.ODD}:
            form.setForeground(look.colour("warn"))
        else:
            return None
        return form

    def _again(self) -> None:
        self._round = self._round % 1_000_000 + 1
        self.freshen(self._near)

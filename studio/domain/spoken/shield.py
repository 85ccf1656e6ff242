"""Stretches of a text that no rule may touch. Pure; used by one call, so by one thread, at a time."""

from __future__ import annotations

import re

# A noncharacter: the parser of scripts lets none through, and no rule asks for it.
_STAND_IN = "\ufdd5"


class Shield:
    """Takes stretches out of a text, leaving one sign each, and puts them back in the same order."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def cleaned(self, text: str) -> str:
        """The text without signs that would be taken for ours; to be called before anything is hidden."""
        return text.replace(_STAND_IN, "")

    def hide(self, pattern: re.Pattern[str], text: str) -> str:
        """The text with a sign for each match."""
        return pattern.sub(lambda match: self.keep(match.group()), text)

    def keep(self, stretch: str) -> str:
        """The sign that stands for a stretch, the next in the order of the text."""
        self._kept.append(stretch)
        return _STAND_IN

    def show(self, text: str) -> str:
        """The text with everything back in its place."""
        kept = iter(self._kept)
        return re.sub(_STAND_IN, lambda _: next(kept), text)

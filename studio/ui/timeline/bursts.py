"""Merge keys for what is pressed again and again: a burst of the same key is one step, two acts are two. Any thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

PAUSE = 1.0  # seconds after which the same key begins something new
_numbers = count(1)


def own_key() -> str:
    """Return a merge key that nothing else has: for one press, one drag, one thing that was typed."""
    return f"act {next(_numbers)}"


class Bursts:
    """Knows what was pressed last, and when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what = ""
        self._last = 0.0
        self._key = ""

    def key(self, what: str) -> str:
        """Return the merge key for a press: that of the one before, if it was the same a moment ago."""
        now = self._clock()
        if what != self._what or now - self._last > PAUSE:
            self._key = own_key()
        self._what, self._last = what, now
        return self._key

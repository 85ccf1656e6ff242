"""Looks at a picture that is growing, as files, at most a few a second. The worker's main thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from studio.worker.context import RunContext

_GAP = 0.2  # seconds between two looks; more often than that nobody sees
_SHARE = 20  # a look may cost a twentieth of the time at most
_KEPT = 3  # files: the studio may be about to fetch one


class Showing:
    """Shows one picture after the other."""

    def __init__(self, context: RunContext, clock: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._clock = clock
        self._next = clock() + _GAP
        self._number = 0

    def show(self, look: Callable[[], Any]) -> None:
        """Show what `look` returns, if the last one is long enough ago."""
        begun = self._clock()
        if begun < self._next:
            return
        from PIL import Image

        self._number += 1
        scratch = self._context.scratch
        scratch.mkdir(parents=True, exist_ok=True)
        file = scratch / f"preview-{self._number:05}.png"
        Image.fromarray(look()).save(file, "PNG", compress_level=1)
        self._context.preview(file)
        (scratch / f"preview-{self._number - _KEPT:05}.png").unlink(missing_ok=True)
        self._next = max(begun + _GAP, self._clock() + _SHARE * (self._clock() - begun))

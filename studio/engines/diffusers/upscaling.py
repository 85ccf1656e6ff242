# pyright: basic, reportMissingImports=false
"""A larger picture, painted tile by tile over its plain enlargement. The worker's main thread.

Neighbouring tiles overlap, and over the overlap one passes into the other; so no border is seen, and memory is that of
one tile whatever the size of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Paint = Callable[[int, int, Pixels], Pixels]
"""From a tile's number, how many there are, and what lies there to what is painted there, of the same size."""

_OVERLAP = 0.125  # of a tile's side, at least
_LEAST_OVERLAP = 16


def painted(canvas: Pixels, width: int, height: int, paint: Paint) -> Pixels:
    """Return a picture painted over in tiles of this size, row by row; what is smaller than a tile is one."""
    high, wide = canvas.shape[:2]
    width, height = min(width, wide), min(height, high)
    lefts, tops = _begins(wide, width), _begins(high, height)
    made = canvas.copy()
    count = len(lefts) * len(tops)
    for row, top in enumerate(tops):
        strip = np.zeros((height, wide, 3), np.float32)
        for column, left in enumerate(lefts):
            under = canvas[top : top + height, left : left + width]
            tile = paint(row * len(lefts) + column, count, np.ascontiguousarray(under))
            place = strip[:, left : left + width]
            place[:] = _over(place, tile.astype(np.float32), _ramp(width, first=not column)[None, :, None])
        place = made[top : top + height]
        mixed = _over(place.astype(np.float32), strip, _ramp(height, first=not row)[:, None, None])
        place[:] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return made


def _over(under: Any, above: Any, part: Any) -> Any:
    return under + (above - under) * part


def _overlap(side: int) -> int:
    return min(side - 1, max(_LEAST_OVERLAP, round(side * _OVERLAP)))


def _begins(whole: int, side: int) -> list[int]:
    """Return where tiles begin that cover a length, each overlapping the one before it by enough."""
    if side >= whole:
        return [0]
    count = 1 + -(-(whole - side) // (side - _overlap(side)))
    return [round(number * (whole - side) / (count - 1)) for number in range(count)]


def _ramp(side: int, *, first: bool) -> NDArray[np.float32]:
    """Return how much of a tile is seen along its side: it comes in over the overlap and is whole from there on."""
    if first:
        return np.ones(side, np.float32)
    seen = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / np.float32(_overlap(side))
    return np.minimum(seen, np.float32(1.0))

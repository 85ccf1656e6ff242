# pyright: basic, reportMissingImports=false
"""A picture made tile by tile, as large as what it is made of or larger. Any thread.

Neighbouring tiles overlap, and over the overlap one passes into the other; so no border is seen, and what paints the
tiles takes the memory of one whatever the size of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Paint = Callable[[int, int, Pixels], Pixels]
"""From a tile's number, how many there are, and what lies there to what is painted there."""
Look = Callable[[], Pixels]
"""A small picture of what there is so far; to be had before the next tile is painted."""

_OVERLAP = 0.125  # of a tile's side, at least
_LEAST_OVERLAP = 16
_LONGEST = 512  # points of a look


def painted(
    canvas: Pixels,
    width: int,
    height: int,
    paint: Paint,
    show: Callable[[Look], object] = lambda _look: None,
    *,
    times: int = 1,
    grid: int = 1,
    unseen: float = 0.0,
) -> Pixels:
    """Return a picture painted over in tiles of this size, row by row; what is smaller than a tile is one.

    What is painted is so many `times` as wide and high as what lies there, and so is the whole. Tiles begin at
    multiples of `grid`; their sides and the canvas's are such, too. A share of the overlap at either end is `unseen`:
    there a tile knows least of what is around it. After each tile but the last `show` is given a look at what there is
    so far.
    """
    high, wide = canvas.shape[:2]
    width, height = min(width, wide), min(height, high)
    lefts, tops = _begins(wide, width, grid), _begins(high, height, grid)
    across, down = (_ramp(side * times, _overlap(side, grid) * times, unseen) for side in (width, height))
    made = canvas.repeat(times, axis=0).repeat(times, axis=1)
    count = len(lefts) * len(tops)
    for row, top in enumerate(tops):
        strip = np.zeros((height * times, wide * times, 3), np.float32)
        seen = down if row else np.ones_like(down)
        for column, left in enumerate(lefts):
            under = canvas[top : top + height, left : left + width]
            tile = paint(row * len(lefts) + column, count, np.ascontiguousarray(under))
            place = strip[:, left * times : (left + width) * times]
            place[:] = _over(place, tile.astype(np.float32), across[None, :, None] if column else 1)
            if row * len(lefts) + column < count - 1:
                show(partial(_so_far, made, strip, top * times, (left + width) * times, seen))
        place = made[top * times : (top + height) * times]
        place[:] = _bytes(_over(place.astype(np.float32), strip, seen[:, None, None]))
    return made


def _so_far(made: Pixels, strip: NDArray[np.float32], top: int, until: int, seen: NDArray[np.float32]) -> Pixels:
    """Return single points of a picture of which a row of tiles is painted, from `top` down, `until` somewhere.

    The row is not yet mixed with what lies under it. To bring all of it together would cost more than it is worth.
    """
    high, wide = made.shape[:2]
    step = -(-max(high, wide) // _LONGEST)
    rows, columns = (np.arange(min(step // 2, side - 1), side, step) for side in (high, wide))
    points = made[np.ix_(rows, columns)]
    inside, across = (rows >= top) & (rows < top + len(seen)), columns < until
    within = rows[inside] - top
    under = points[np.ix_(inside, across)].astype(np.float32)
    above = strip[np.ix_(within, columns[across])]
    points[np.ix_(inside, across)] = _bytes(_over(under, above, seen[within][:, None, None]))
    return points


def _bytes(points: Any) -> Pixels:
    return np.clip(np.rint(points), 0, 255).astype(np.uint8)


def _over(under: Any, above: Any, part: Any) -> Any:
    return under + (above - under) * part


def _overlap(side: int, grid: int) -> int:
    wanted = max(_LEAST_OVERLAP, round(side * _OVERLAP))
    return min(side - grid, -(-wanted // grid) * grid)


def _begins(whole: int, side: int, grid: int) -> list[int]:
    """Return where tiles begin that cover a length, each overlapping the one before it by enough."""
    if side >= whole:
        return [0]
    count = 1 + -(-(whole - side) // (side - _overlap(side, grid)))
    return [grid * round(number * (whole - side) / grid / (count - 1)) for number in range(count)]


def _ramp(side: int, overlap: int, unseen: float) -> NDArray[np.float32]:
    """Return how much of a tile is seen along its side: it comes in over the overlap and is whole from there on."""
    along = np.arange(side, dtype=np.float32) + np.float32(0.5 - overlap * unseen)
    return np.clip(along / np.float32(max(1, overlap * (1 - 2 * unseen))), np.float32(0), np.float32(1))

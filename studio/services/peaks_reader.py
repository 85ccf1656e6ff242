"""Peaks as the window draws them, read without numpy: that would cost the window a tenth of a second. Any thread.

The file's form stands in studio.audio.peaks; a test compares what both read.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from pathlib import Path

_HEAD = struct.Struct("<8sIIIQ")
_MAGIC = b"AngenPk\1"
_BASE, _STEP, _COARSEST = 256, 4, 64
_ENOUGH = 4  # bins a column; from there on a coarser level is as good

Column = tuple[int, int]


def columns_of(file: Path, columns: int, *, start: float = 0.0, end: float = 1.0) -> tuple[Column, ...]:
    """Return the extremes of equal parts between two shares of a sound; nothing for a file that is none."""
    try:
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _columns(data, columns, start, end)
    except (OSError, ValueError, struct.error):
        return ()


def _columns(data: mmap.mmap, columns: int, start: float, end: float) -> tuple[Column, ...]:
    magic, base, _rate, channels, frames = _HEAD.unpack_from(data)
    if magic != _MAGIC or base != _BASE or not 0 < channels <= 64 or columns < 1 or not frames:
        return ()
    at, bins = _HEAD.size, -(-frames // _BASE)
    while bins > _COARSEST and bins * (end - start) / columns / _STEP >= _ENOUGH:
        at, bins = at + bins * 4 * channels, -(-bins // _STEP)
    if at + bins * 4 * channels > len(data):
        return ()
    level = array("h")
    first, last = int(start * bins), max(int(start * bins) + 1, min(bins, round(end * bins)))
    level.frombytes(data[at + first * 4 * channels : at + last * 4 * channels])
    if sys.byteorder == "big":
        level.byteswap()
    return tuple(_column(level, channels, number, columns) for number in range(columns))


def _column(level: array[int], channels: int, number: int, columns: int) -> Column:
    """Each bin holds the least of every channel, then the greatest of every channel."""
    bins = len(level) // (2 * channels)
    first = number * bins // columns
    last = max(first + 1, (number + 1) * bins // columns)
    least: list[int] = []
    most: list[int] = []
    for place in range(first, min(last, bins)):
        at = place * 2 * channels
        least += level[at : at + channels]
        most += level[at + channels : at + 2 * channels]
    return (min(least, default=0), max(most, default=0))

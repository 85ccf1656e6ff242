"""Pieces of a waveform as pixels, drawn from a file of peaks, for threads that are not the window's. Any thread.

The file's form stands in studio.audio.peaks, which is not imported here: it brings decoders with it. What lies in a
cache may be damaged, and then there is nothing to draw.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 512  # pixels of a whole tile
FINEST, COARSEST = 5, 22  # levels; a pixel holds 2 ** level frames
_HEAD = struct.Struct("<8sIIIQ")
_MAGIC = b"AngenPk\1"
_BASE, _STEP, _COARSEST_BINS = 256, 4, 64
_FULL = 32768.0


@dataclass(frozen=True)
class Wanted:
    """A piece of a sound: the pixels from number `index` * WIDTH on at a level, so high, in a colour (0xRRGGBB)."""

    level: int
    index: int
    height: int
    colour: int


@dataclass(frozen=True)
class Tile:
    """Rows of 32-bit pixels, alpha first and multiplied in, in the machine's order of bytes."""

    width: int
    height: int
    pixels: bytes


def pixels(file: Path, wanted: Wanted) -> Tile | None:
    """Draw a tile; None where the file is no file of peaks, or the sound ends before the tile."""
    try:
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = _extremes(data, wanted)
    except (OSError, ValueError, struct.error):
        return None
    return None if found is None else _drawn(*found, wanted)


def _extremes(data: mmap.mmap, wanted: Wanted) -> tuple[Floats, Floats] | None:
    """Return the least and the greatest sample under each column, over all channels."""
    import numpy as np

    magic, base, _rate, channels, frames = _HEAD.unpack_from(data)
    if magic != _MAGIC or base != _BASE or not 0 < channels <= 64 or not frames:
        return None
    if not (FINEST <= wanted.level <= COARSEST and wanted.index >= 0 and 1 <= wanted.height <= 4096):
        return None
    wide = 1 << wanted.level
    first = wanted.index * WIDTH * wide
    columns = min(WIDTH, -(-(frames - first) // wide))
    if columns < 1:
        return None
    at, bins, size = _HEAD.size, -(-frames // _BASE), _BASE
    while bins > _COARSEST_BINS and size * _STEP <= wide:
        at, bins, size = at + bins * 4 * channels, -(-bins // _STEP), size * _STEP
    begin = min(first // size, bins - 1)
    end = min(bins, -(-(first + columns * wide) // size) + 1)
    stored = np.frombuffer(data, "<i2", (end - begin) * 2 * channels, at + begin * 4 * channels)
    level = stored.astype(np.float32).reshape(end - begin, 2, channels) / np.float32(_FULL)
    least, most = level[:, 0].min(axis=1), level[:, 1].max(axis=1)
    if size > wide:
        return _between(least, first, wide, columns, begin * size, size), _between(
            most, first, wide, columns, begin * size, size
        )
    edges = (first + np.arange(columns, dtype=np.int64) * wide) // size - begin
    edges = np.minimum(edges, len(least) - 1)
    return (
        np.minimum.reduceat(least[: edges[-1] + max(1, wide // size)], edges),
        np.maximum.reduceat(most[: edges[-1] + max(1, wide // size)], edges),
    )


def _between(values: Floats, first: int, wide: int, columns: int, begin: int, size: int) -> Floats:
    """Go straight from the middle of one bin to that of the next, where a bin is wider than a column."""
    import numpy as np

    at = first + (np.arange(columns) + 0.5) * wide
    middles = begin + (np.arange(len(values)) + 0.5) * size
    return np.interp(at, middles, values).astype(np.float32)


def _drawn(least: Floats, most: Floats, wanted: Wanted) -> Tile:
    """Fill from the least to the greatest of each column; the ends are as strong as the pixel is covered."""
    import numpy as np

    height, columns = wanted.height, len(least)
    half = np.float32(height / 2)
    top = np.minimum((1 - most) * half, half - np.float32(0.5))
    bottom = np.maximum((1 - least) * half, half + np.float32(0.5))  # silence is a line
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.minimum(rows + 1, bottom) - np.maximum(rows, top)
    strength = (np.clip(covered, 0, 1) * np.float32(255)).astype(np.uint8)
    found: Any = _shades(wanted.colour)[strength]
    return Tile(columns, height, found.tobytes())


def _shades(colour: int) -> NDArray[np.uint32]:
    """Return the colour in each of 256 strengths."""
    import numpy as np

    alpha = np.arange(256, dtype=np.uint32)
    shade = alpha << 24
    for shift in (16, 8, 0):
        shade |= ((colour >> shift & 0xFF) * alpha + 127) // 255 << shift
    return shade.astype(np.uint32)

"""From floating point to whole numbers, with triangular dither that never depends on how a sound was cut. Any thread.

The noise is a fixed table. A chunk of a file begins at a place in it that follows from the chunk's number, so equal
sounds give equal bytes. Silence stays silence: a cell of 512 frames in which every sample is zero stays zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.audio.reading import Block

Numbers = np.ndarray[Any, np.dtype[np.int32]]

CELL = 512  # frames
_CHUNK_SAMPLES = 1 << 15  # small enough to stay in the processor's cache on all its ways
_TABLE = 1 << 18
_SEED = 1770
_STEP = 0x9E3779B1  # spreads the numbers of chunks over the table


def chunk_frames(channels: int) -> int:
    """Return how many frames a chunk has: whole cells."""
    return max(CELL, _CHUNK_SAMPLES // channels // CELL * CELL)


class Quantiser:
    """Turns the chunks of one file into whole numbers, in order. It counts what had to be clamped."""

    def __init__(self, bits: int, channels: int, *, dithered: bool = True) -> None:
        self._scale = np.float32(1 << (bits - 1))
        self._top = np.float32((1 << (bits - 1)) - 1)
        self._channels = channels
        self._cell = CELL * channels
        self._noise = _noise(chunk_frames(channels) * channels) if dithered else None
        self._scaled = np.empty(chunk_frames(channels) * channels, np.float32)
        self._chunk = 0
        self.clipped = 0

    def __call__(self, chunk: Block) -> Numbers:
        """Return a chunk's samples in a row; the last chunk of a file may be short."""
        flat = chunk.reshape(-1)
        scaled = self._scaled[: flat.size]
        np.multiply(flat, self._scale, out=scaled)
        highest, lowest = self._cells(scaled)
        if self._noise is not None:
            start = self._chunk * _STEP % (_TABLE + 1)
            scaled += self._noise[start : start + flat.size]
            self._silence(scaled, (highest == 0) & (lowest == 0))
        self._chunk += 1
        np.rint(scaled, out=scaled)
        fits = highest.max(initial=0) <= self._top - 2 and lowest.min(initial=0) >= 2 - self._scale
        if not fits:  # nearly, for dither may add 1; or there are numbers that are none
            self.clipped += int(np.count_nonzero(~(np.abs(flat) <= 1.0)))
            np.nan_to_num(scaled, copy=False)
            np.clip(scaled, -self._scale, self._top, out=scaled)
        return scaled.astype(np.int32)

    def _cells(self, scaled: Block) -> tuple[Block, Block]:
        """Return the highest and the lowest sample of each cell."""
        whole = scaled.size // self._cell * self._cell
        cells = scaled[:whole].reshape(-1, self._cell)
        highest, lowest = cells.max(axis=1), cells.min(axis=1)
        rest = scaled[whole:]
        if rest.size:
            highest, lowest = np.append(highest, rest.max()), np.append(lowest, rest.min())
        return highest, lowest

    def _silence(self, scaled: Block, silent: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
        for cell in np.flatnonzero(silent):
            scaled[cell * self._cell : (cell + 1) * self._cell] = 0


def _noise(longest: int) -> Block:
    """Return the table, in steps of the result: long enough for a chunk that begins at its end."""
    # This generator's numbers are promised to stay the same in every version of numpy.
    source = np.random.RandomState(_SEED)
    table = source.random_sample(_TABLE).astype(np.float32)
    table -= source.random_sample(_TABLE).astype(np.float32)
    return np.resize(table, _TABLE + longest)

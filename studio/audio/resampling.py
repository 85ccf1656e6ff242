"""Changes of rate, with libsoxr at high quality. The functions: any thread; a Stream belongs to one.

Pieces that are resampled apart fit together only when each begins where a sample of the one rate meets a sample of the
other: at a multiple of `ratio`, with a run-up before and a run-out after it that are thrown away.
"""

from __future__ import annotations

import math

import numpy as np
import soxr

from studio.audio.reading import Block

QUALITY = "HQ"
RUN_UP = 2400  # samples of the new rate after which a piece no longer shows where it began


def ratio(rate: int, new_rate: int) -> tuple[int, int]:
    """Return (up, down) in lowest terms: `down` samples of the old rate last as long as `up` of the new."""
    shared = math.gcd(rate, new_rate)
    return new_rate // shared, rate // shared


def resampled(block: Block, rate: int, new_rate: int) -> Block:
    """Return a whole sound at another rate."""
    if rate == new_rate or not len(block):
        return block
    return np.ascontiguousarray(soxr.resample(block, rate, new_rate, QUALITY), np.float32)


class Stream:
    """A sound that comes in blocks, at another rate. All in all it gives what `resampled` would."""

    def __init__(self, rate: int, new_rate: int, channels: int) -> None:
        self._channels = channels
        self._stream = soxr.ResampleStream(rate, new_rate, channels, "float32", QUALITY) if rate != new_rate else None

    def __call__(self, block: Block, *, last: bool = False) -> Block:
        """Return what is ready; with the last block, which may be empty, all the rest."""
        if self._stream is None:
            return block
        found = self._stream.resample_chunk(np.ascontiguousarray(block, np.float32), last=last)
        return np.ascontiguousarray(found, np.float32).reshape(-1, self._channels)

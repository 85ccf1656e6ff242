"""True peak after ITU-R BS.1770-4 annex 2: the largest magnitude of the sound between its samples. Any thread.

Peaks come one for each BLOCK frames. Interpolation cannot raise a peak by more than BOUND, the largest sum of the
interpolator's coefficients; blocks that therefore stay below a floor keep their sample peak unexamined. The others are
looked at in quarters of a sample, and where that comes near the floor in eighths: meters that bring every sound to
192 kHz see these at low rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from studio.audio.levels import Samples

BLOCK = 32
REACH = 12  # frames that the interpolator looks to either side
# With this many frames to either side, even clipped noise reads within 0.1 dB of other meters. More frames find higher
# peaks in sound that is loud up to its highest frequency, but then no other meter agrees.
_KAISER = 5.0
_QUARTERS, _EIGHTHS = (1 / 4, 1 / 2, 3 / 4), (1 / 8, 3 / 8, 5 / 8, 7 / 8)
_FINER = 0.9  # a little less than how high any wave still is an eighth beside its peak
_AT_ONCE = 512  # rows, so that a product stays in the processor's cache


def _coefficients(phases: Sequence[float]) -> Samples:
    """Return one row for each point between samples, one column for each of the 2 * REACH frames around it."""
    taps = np.arange(1 - REACH, REACH + 1)
    rows = []
    for phase in phases:
        distance = taps - phase
        window = np.i0(_KAISER * np.sqrt(np.maximum(0.0, 1.0 - (distance / REACH) ** 2))) / np.i0(_KAISER)
        row = np.sinc(distance) * window
        rows.append(row / row.sum())
    return np.array(rows, np.float32)


def _matrix(coefficients: Samples) -> Samples:
    """Return the matrix from a block with its neighbourhood to all points between its samples."""
    count, taps = coefficients.shape
    found = np.zeros((count * BLOCK, BLOCK + 2 * REACH), np.float32)
    for phase in range(count):
        for at in range(BLOCK):
            found[phase * BLOCK + at, at + 1 : at + 1 + taps] = coefficients[phase]
    return found


_COARSE, _FINE = _matrix(_coefficients(_QUARTERS)), _matrix(_coefficients(_EIGHTHS))
BOUND = float(np.abs(_coefficients(_QUARTERS + _EIGHTHS)).sum(axis=1).max()) * (1.0 + 1e-6)


def block_peaks(padded: Samples, *, floor: float = 0.0, at_most: float = math.inf) -> Samples:
    """Return the true peak of each block, over all channels.

    `padded` has REACH frames more on either side than the blocks, which are whole. A block's own sample peak, and
    nothing else, is what it returns where that proves that the true peak does not pass `floor`, and where it does not
    even prove that it stays below `at_most`: what a caller knows already need not be looked at again.
    """
    frames = len(padded) - 2 * REACH
    count = frames // BLOCK
    if count * BLOCK != frames:
        raise ValueError(f"{frames} frames are no whole blocks")
    peaks, around = _sample_peaks(padded, count)
    most = around * BOUND
    wanted = np.flatnonzero((most > floor) & (most <= at_most))
    if len(wanted):
        padded = np.ascontiguousarray(padded)
        _raise_to_true(padded, peaks, wanted, _COARSE)
        near = _with_neighbours(peaks)[wanted] > floor * _FINER
        _raise_to_true(padded, peaks, wanted[near], _FINE)
    return peaks


def opening_peak(sound: Samples) -> float:
    """Return the true peak of a sound's first block for meters that see its mirror image before it, as ffmpeg's does.

    It needs BLOCK + REACH frames. A sound that begins without a fade may be 0.5 dB higher there than after silence.
    """
    return float(block_peaks(np.concatenate([sound[REACH:0:-1], sound[: BLOCK + REACH]])).max())


def _sample_peaks(padded: Samples, count: int) -> tuple[Samples, Samples]:
    """Return each block's sample peak, and that of all it is interpolated from."""
    channels = padded.shape[1]
    magnitudes = np.abs(padded).reshape(-1)
    edge = REACH * channels
    rows = magnitudes[edge : len(magnitudes) - edge].reshape(count, BLOCK * channels)
    width = rows.shape[1]
    while width % 2 == 0 and width > 8:  # pairwise: a reduction over short rows is slow
        width //= 2
        rows = np.maximum(rows[:, :width], rows[:, width:])
    peaks = rows.max(axis=1)
    around = _with_neighbours(peaks)
    if count:
        around[0] = max(around[0], magnitudes[:edge].max())
        around[-1] = max(around[-1], magnitudes[len(magnitudes) - edge :].max())
    return peaks, around


def _with_neighbours(peaks: Samples) -> Samples:
    """Return for each block the largest peak of it and the two beside it."""
    found = peaks.copy()
    np.maximum(found[1:], peaks[:-1], out=found[1:])
    np.maximum(found[:-1], peaks[1:], out=found[:-1])
    return found


def _raise_to_true(padded: Samples, peaks: Samples, wanted: np.ndarray, matrix: Samples) -> None:
    channels, frame = padded.shape[1], padded.strides[0]
    every = np.lib.stride_tricks.as_strided(
        padded, (len(peaks), channels, BLOCK + 2 * REACH), (BLOCK * frame, padded.itemsize, frame), writeable=False
    )
    products = np.empty((len(matrix), _AT_ONCE * channels), np.float32)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        rows = every[some].reshape(-1, BLOCK + 2 * REACH)
        points = products[:, : len(rows)] if len(some) == _AT_ONCE else np.empty((len(matrix), len(rows)), np.float32)
        np.matmul(matrix, rows.T, out=points)
        np.abs(points, out=points)
        between = points.max(axis=0).reshape(-1, channels).max(axis=1)
        peaks[some] = np.maximum(peaks[some], between)


class TruePeak:
    """The true peak of a stream of blocks of any length. Belongs to one thread.

    A sound counts as its mirror image before its first frame (see `opening_peak`); one that is heard, as silence.
    """

    def __init__(self, channels: int, *, after_silence: bool = False) -> None:
        self._rest = np.zeros((REACH, channels), np.float32)
        self._begun = after_silence
        self.peak = 0.0

    def add(self, block: Samples) -> None:
        """Take the next block."""
        whole = np.concatenate([self._rest, block])
        ready = max(0, len(whole) - 2 * REACH) // BLOCK * BLOCK
        if ready and not self._begun:
            self._begun = True
            self.peak = opening_peak(whole[REACH:])
        if ready:
            self.peak = max(self.peak, float(block_peaks(whole[: ready + 2 * REACH], floor=self.peak).max()))
        self._rest = whole[ready:].copy()

    def take(self) -> float:
        """Return the peak since this was last asked."""
        found, self.peak = self.peak, 0.0
        return found

    def finish(self) -> float:
        """Take the silence after the end; return the peak."""
        self.add(np.zeros((BLOCK + REACH, self._rest.shape[1]), np.float32))
        return self.peak

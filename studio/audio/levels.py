"""Levels in decibels, and the running levels of one sound: RMS, noise floor, sample peak, quiet ends.

Plain functions may be called by any thread; a Levels object belongs to one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Numbers = NDArray[np.float64]

FLOOR_DB = -120.0  # what silence reads: a number that every reader of facts can take
ROOM_TONE = 0.01  # an amplitude; what stays below it, at the ends of a recording, is the room
_NOISE_STEPS = 5  # the noise floor is the quietest half second, looked for in steps of 100 ms


def decibels(amplitude: float) -> float:
    """Return an amplitude in dB; silence is FLOOR_DB."""
    return max(FLOOR_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else FLOOR_DB


def power_decibels(power: float) -> float:
    """Return a mean square in dB; silence is FLOOR_DB."""
    return max(FLOOR_DB, 10.0 * math.log10(power)) if power > 0.0 else FLOOR_DB


def amplitude(db: float) -> float:
    """Return the amplitude of a level in dB."""
    return 10.0 ** (db / 20.0)


def step_frames(rate: int) -> int:
    """Return how many frames the 100 ms have in which levels and loudness are counted."""
    return max(1, (rate + 5) // 10)


def sample_peak(block: Samples) -> float:
    """Return the largest magnitude of a block."""
    return max(float(block.max()), -float(block.min())) if block.size else 0.0


def powers(block: Samples, step: int) -> Numbers:
    """Return the mean square, over all channels, of each whole step of a block."""
    frames, channels = block.shape
    rows = np.ascontiguousarray(block[: frames // step * step]).reshape(-1, step * channels)
    return np.einsum("ij,ij->i", rows, rows).astype(np.float64) / (step * channels)


class Levels:
    """Gathers levels of blocks in order; a block may have any length."""

    def __init__(self, rate: int) -> None:
        self._step = step_frames(rate)
        self._rest: Samples | None = None
        self._powers: list[Numbers] = []
        self._sum = 0.0
        self.frames = 0
        self.peak = 0.0
        self._first_loud: int | None = None
        self._last_loud = -1

    def add(self, block: Samples) -> None:
        """Take the next block."""
        if not len(block):
            return
        peak = sample_peak(block)
        self.peak = max(self.peak, peak)
        if peak > ROOM_TONE:
            if self._first_loud is None:
                self._first_loud = self.frames + int(np.argmax(np.abs(block).max(axis=1) > ROOM_TONE))
            self._last_loud = self.frames + _last_loud(block, self._step)
        self.frames += len(block)
        whole = block if self._rest is None else np.concatenate([self._rest, block])
        found = powers(whole, self._step)
        self._powers.append(found)
        self._sum += float(found.sum()) * self._step
        left = whole[len(found) * self._step :]
        self._rest = left.copy() if len(left) else None

    @property
    def head(self) -> int:
        """How many frames pass before the first that is louder than a room."""
        return self.frames if self._first_loud is None else self._first_loud

    @property
    def tail(self) -> int:
        """How many frames come after the last that is louder than a room."""
        return self.frames - 1 - self._last_loud

    @property
    def rms_db(self) -> float:
        """The level of the whole."""
        if not self.frames:
            return FLOOR_DB
        rest = 0.0 if self._rest is None else float(np.mean(np.square(self._rest, dtype=np.float64))) * len(self._rest)
        return power_decibels((self._sum + rest) / self.frames)

    @property
    def noise_db(self) -> float:
        """The level of the quietest half second."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if len(steps) < _NOISE_STEPS:
            return self.rms_db
        sums = np.convolve(steps, np.ones(_NOISE_STEPS), "valid")
        return power_decibels(float(sums.min()) / _NOISE_STEPS)


def _last_loud(block: Samples, step: int) -> int:
    """Return the last frame above ROOM_TONE of a block that has one; looked for from the end, where it mostly is."""
    end = len(block)
    while sample_peak(block[max(0, end - step) : end]) <= ROOM_TONE:
        end -= step
    begin = max(0, end - step)
    return begin + int(np.flatnonzero(np.abs(block[begin:end]).max(axis=1) > ROOM_TONE)[-1])

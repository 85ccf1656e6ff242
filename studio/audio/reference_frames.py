"""What a voice's recording is like, moment by moment: levels in bands, pitch, overdriven samples.

A Gatherer takes a sound of any length block by block and keeps some sixty bytes a moment of 20 ms; it belongs to one
thread. All is measured at 24 kHz, mono, without rumble; overdriven samples are counted before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from studio.audio.reading import Block
from studio.audio.resampling import Stream

Numbers = NDArray[np.float32]
Flags = NDArray[np.bool_]

RATE = 24_000
HOP = 480  # samples from one moment to the next: 20 ms
PER_SECOND = RATE // HOP
RUMBLE_HZ = 70.0
EDGES_HZ = (70, 200, 400, 700, 1100, 1600, 2200, 3000, 4000, 5500, 7500, 11_500)  # of the bands
VOICED = 0.7  # how much alike a wave and the next one are, where somebody speaks with a voice

_WINDOW = 960
_SIZE = 1440  # of the transform: the window, and room for the longest wave
_AT_ONCE = 1000  # moments
_LOWEST_HZ, _HIGHEST_HZ = 60, 400
_NEARLY_AS_GOOD = 0.88  # a shorter wave that fits nearly as well as the best is the real one, not two of it
_TOP, _BELOW = 0.985, 0.955  # of a moment's peak
_SILENCE = 1e-12


@dataclass(frozen=True)
class Frames:
    """A whole recording, a row each moment."""

    bands: Numbers  # mean squares
    alike: Numbers  # how periodic, 0 to 1
    pitch: Numbers  # in Hz, where it is periodic
    clipped: Numbers  # overdriven samples
    seconds: float  # of the file
    source_rate: int

    @property
    def count(self) -> int:
        """How many moments."""
        return len(self.alike)

    @property
    def power(self) -> NDArray[np.float64]:
        """The mean square of each moment."""
        return self.bands.sum(axis=1, dtype=np.float64) + _SILENCE

    @property
    def speech_db(self) -> NDArray[np.float64]:
        """The level of each moment where speech lies, 200 to 4,000 Hz."""
        return 10.0 * np.log10(self.bands[:, 1:8].sum(axis=1, dtype=np.float64) + _SILENCE)


class Gatherer:
    """Makes Frames of blocks in order."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._resample = Stream(rate, RATE, 1)
        self._filter: Any = scipy.signal.butter(4, RUMBLE_HZ, "highpass", fs=RATE, output="sos")
        self._state: Any = np.zeros((len(self._filter), 2))
        self._rest = np.zeros(0, np.float32)
        self._parts: list[tuple[Numbers, Numbers, Numbers]] = []
        self._clipping = _Clipping(rate)
        self.source_frames = 0
        self.power_of_mix = 0.0  # to find out whether channels cancel each other
        self.power_of_channels = 0.0

    def add(self, block: Block, mono: Block) -> None:
        """Take the next block as it is, and mixed down."""
        self.source_frames += len(block)
        self.power_of_mix += float(np.square(mono, dtype=np.float64).sum())
        self.power_of_channels += float(np.square(block, dtype=np.float64).sum()) / block.shape[1]
        self._clipping.add(np.abs(block).max(axis=1))
        self._take(self._resample(mono))

    def finish(self) -> Frames:
        """Return what was gathered."""
        self._take(self._resample(np.zeros((0, 1), np.float32), last=True))
        self._take(np.zeros((_WINDOW, 1), np.float32))  # so that the last moments are whole
        wanted = max(1, self.source_frames * PER_SECOND // self._rate)
        none = (np.zeros((0, len(EDGES_HZ) - 1), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
        bands, alike, pitch = (np.concatenate(column)[:wanted] for column in zip(none, *self._parts, strict=True))
        clipped = self._clipping.per_moment(len(alike))
        return Frames(bands, alike, pitch, clipped, self.source_frames / self._rate, self._rate)

    def _take(self, mono: Block) -> None:
        if not len(mono):
            return
        filtered: Any = scipy.signal.sosfilt(self._filter, mono[:, 0], zi=self._state)
        self._state = filtered[1]
        sound = np.concatenate([self._rest, filtered[0].astype(np.float32)])
        count = max(0, (len(sound) - _WINDOW) // HOP + 1)
        self._rest = sound[count * HOP :].copy()
        for at in range(0, count, _AT_ONCE):
            moments = min(_AT_ONCE, count - at)
            part = sound[at * HOP : (at + moments - 1) * HOP + _WINDOW]
            self._parts.append(_measured(np.lib.stride_tricks.sliding_window_view(part, _WINDOW)[::HOP]))


_WEIGHTS = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
_OWN_WAVE = np.fft.irfft(np.abs(np.fft.rfft(_WEIGHTS, _SIZE)) ** 2, _SIZE)[:_WINDOW]
_OWN_WAVE = np.maximum(_OWN_WAVE / _OWN_WAVE[0], 1e-3).astype(np.float32)
_BINS = np.round(np.array(EDGES_HZ) * _SIZE / RATE).astype(int)
_SHORTEST, _LONGEST = RATE // _HIGHEST_HZ, RATE // _LOWEST_HZ


def _measured(windows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return bands, periodicity and pitch of moments."""
    spectrum = np.fft.rfft(windows * _WEIGHTS, _SIZE, axis=1)
    energy = np.square(spectrum.real) + np.square(spectrum.imag)
    scale = 2.0 / _SIZE / float(np.square(_WEIGHTS).sum())
    bands = np.add.reduceat(energy, _BINS, axis=1)[:, :-1] * np.float32(scale)
    alike = np.fft.irfft(energy, _SIZE, axis=1)[:, : _LONGEST + 2]
    alike = alike / np.maximum(alike[:, :1], 1e-12) / _OWN_WAVE[: _LONGEST + 2]
    near = alike[:, _SHORTEST - 1 : _LONGEST + 2]
    middle = near[:, 1:-1]
    tops = (middle >= near[:, :-2]) & (middle >= near[:, 2:])
    good = tops & (middle >= _NEARLY_AS_GOOD * middle.max(axis=1, keepdims=True)) & (middle > 0)
    at = np.where(good.any(axis=1), good.argmax(axis=1), middle.argmax(axis=1))
    rows = np.arange(len(at))
    before, here, after = (near[rows, at + n] for n in range(3))
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0.0).clip(-0.5, 0.5)
    return bands, here.clip(0, 1).astype(np.float32), (RATE / (at + _SHORTEST + shift)).astype(np.float32)


class _Clipping:
    """Finds flat tops: moments whose samples crowd at their peak, which is the highest of the whole file."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._step = max(1, rate // PER_SECOND)
        self._rest = np.zeros(0, np.float32)
        self._parts: list[NDArray[np.float64]] = []

    def add(self, level: Numbers) -> None:
        whole = np.concatenate([self._rest, level])
        ready = len(whole) // self._step * self._step
        self._rest = whole[ready:].copy()
        rows = whole[:ready].reshape(-1, self._step)
        if not len(rows):
            return
        peak = rows.max(axis=1)
        top = (rows >= _TOP * peak[:, None]).sum(axis=1)
        below = (rows >= _BELOW * peak[:, None]).sum(axis=1) - top
        self._parts.append(np.stack([peak, top, below], axis=1))

    def per_moment(self, count: int) -> Numbers:
        """Return how many samples of each moment are overdriven."""
        found = np.zeros(count, np.float32)
        if self._parts and count:
            peak, top, below = np.concatenate(self._parts).T
            flat = (peak >= _TOP * peak.max()) & (peak > 1e-3) & (top >= 4) & (top >= 3 * below)
            at = np.minimum(np.arange(len(peak)) * self._step * PER_SECOND // self._rate, count - 1)
            np.add.at(found, at[flat], top[flat])
        return found

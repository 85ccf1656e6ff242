"""Where in a recording somebody speaks, how far above the noise, and whether it is one voice. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.audio.reference_frames import PER_SECOND, VOICED, Flags, Frames

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

MOST_SNR_DB = 60.0  # a studio's recording has no more, and nobody would hear it
SILENT_DB = -75.0
_STRETCH = 4 * PER_SECOND  # moments that share a noise; what is loud is judged by the neighbouring ones, too
_FLOOR_SHARE = 4  # per cent of moments that are taken for noise
_DIGITAL_SILENCE = 1e-10  # what was cut out says nothing about the noise elsewhere
_ABOVE_NOISE_DB, _BELOW_PEAK_DB = 5.0, 35.0
_PAUSE = PER_SECOND // 5  # a shorter gap is part of a word
_SHORTEST = 3  # moments
_AROUND = 3 * PER_SECOND // 2  # moments before and after that say whether this is speech
_STEADY_CENTS = 8.0  # in 20 ms; what stays nearer to a pitch than this is played, not spoken
_MOST_STEADY = 0.5
_LEAST_VOICED_SHARE, _LEAST_VOICED = 0.15, 10
_LEAST_SWING_DB = 1.2  # syllables rise and fall


@dataclass(frozen=True)
class Speech:
    """What was found; numbers in rows of moments."""

    noise: Numbers  # mean squares
    active: Flags  # louder than the noise, gaps within words included
    spoken: Flags  # and like speech
    segments: Places  # first moment and the one after the last, a row each
    voiced: Flags

    @property
    def seconds(self) -> float:
        """How long somebody speaks."""
        return float(self.spoken.sum()) / PER_SECOND


def find(frames: Frames) -> Speech:
    """Find speech."""
    noise, loudest = _floors(frames)
    level = frames.speech_db
    threshold = np.maximum(np.maximum(noise[1] + _ABOVE_NOISE_DB, loudest - _BELOW_PEAK_DB), SILENT_DB)
    loud = level > threshold
    active = _filled(loud)
    voiced = loud & (frames.alike > VOICED)
    spoken = active & _like_speech(frames, loud, voiced)
    return Speech(noise[0], active, spoken, runs(spoken), voiced & spoken)


def snr_db(power: float, noise: float) -> float:
    """Return how far speech, pauses included, lies above the noise that is in it."""
    return float(min(MOST_SNR_DB, 10.0 * np.log10(max(power - noise, 1e-12) / max(noise, 1e-12))))


def runs(flags: Flags) -> Places:
    """Return where flags are set: first and end of each run."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def _floors(frames: Frames) -> tuple[tuple[Numbers, Numbers], Numbers]:
    """Return each moment's noise, as power and as level among speech, and the level of the loudest around it."""
    power, level = frames.power, frames.speech_db
    kept = power > _DIGITAL_SILENCE
    whole = _quiet(power, level, kept)
    blocks = -(-frames.count // _STRETCH)
    found = np.empty((blocks, 3))
    for n in range(blocks):
        own, near = (slice(max(0, n - by) * _STRETCH, (n + 1 + by) * _STRETCH) for by in (0, 1))
        _, *found[n, 1:] = _quiet(power[near], level[near], kept[near]) if kept[near].sum() > PER_SECOND else whole
        found[n, 0] = (_quiet(power[own], level[own], kept[own]) if kept[own].sum() > PER_SECOND else whole)[0]
    noise, floor, loudest = np.repeat(found, _STRETCH, axis=0)[: frames.count].T
    return (noise, floor), loudest


def _quiet(power: Numbers, level: Numbers, kept: Flags) -> tuple[float, float, float]:
    if not kept.any():
        return _DIGITAL_SILENCE, SILENT_DB, SILENT_DB
    quiet = float(np.percentile(power[kept], _FLOOR_SHARE))
    return quiet, float(np.percentile(level[kept], _FLOOR_SHARE)), float(np.percentile(level[kept], 95))


def _filled(loud: Flags) -> Flags:
    """Close the gaps within words, then drop what is too short for a sound of speech."""
    filled = loud.copy()
    for start, end in runs(~loud):
        if end - start < _PAUSE and start > 0 and end < len(loud):
            filled[start:end] = True
    for start, end in runs(filled):
        if end - start < _SHORTEST:
            filled[start:end] = False
    return filled


def _like_speech(frames: Frames, loud: Flags, voiced: Flags) -> Flags:
    """Whether what is loud around a moment is speech: some of it voiced, at a pitch that never rests."""
    both = np.concatenate([[False], voiced[1:] & voiced[:-1]])
    ratio = np.concatenate([[1.0], frames.pitch[1:] / np.maximum(frames.pitch[:-1], 1.0)])
    steady = both & (np.abs(1200.0 * np.log2(np.maximum(ratio, 1e-6))) < _STEADY_CENTS)
    near = [_around(flags) for flags in (loud, voiced, both, steady)]
    enough = (near[1] >= _LEAST_VOICED) & (near[1] >= _LEAST_VOICED_SHARE * near[0])
    level = np.where(loud, frames.speech_db, 0.0)
    count = np.maximum(near[0], 1.0)
    swing = _around(level * level) / count - np.square(_around(level) / count)
    return enough & (near[3] <= _MOST_STEADY * near[2]) & (swing >= _LEAST_SWING_DB**2)


def _around(values: NDArray[Any]) -> Numbers:
    """Return the sum of what is nearby each moment."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    found: Numbers = sums[np.minimum(at + _AROUND + 1, len(values))] - sums[np.maximum(at - _AROUND, 0)]
    return found

"""Listens to a finished font: how loud each instrument is, and how far each recording is out of tune."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

sys.path.insert(0, str(Path(__file__).parents[3] / "studio" / "engines" / "composer"))
import soundfont
import synth
from score import Note, Part

RATE = 44100
LOUDNESS = -20.0  # LUFS of a note of velocity 100, in the loudest fifth of a second
_MOST_GAIN = 14.0
_WINDOW = RATE // 5
# Bars, bells and skins: their overtones are not harmonic, so only the fundamental says how they are tuned.
INHARMONIC = frozenset({8, 9, 10, 11, 12, 13, 47, 108, 114})
UNTUNED = frozenset({14})  # a bell's pitch is not in its spectrum
PLUCKED = frozenset({45})  # too short for a spectrum: how soon the wave repeats says it better
_MOST_CENTS = 45.0
_LEAST_CENTS = 1.5


def gain(font: soundfont.SoundFont, program: int, keys: tuple[int, ...], *, drum: bool) -> float:
    """The dB that bring an instrument to the common loudness."""
    found = [_loudness(_played(font, program, key, drum=drum)) for key in keys]
    loud = max(found) if drum else float(np.mean(found))
    return round(float(np.clip(LOUDNESS + (2.0 if drum else 0.0) - loud, -_MOST_GAIN, _MOST_GAIN)), 2)


def cents(font: soundfont.SoundFont, program: int, key: int) -> float:
    """By how much a key sounds too high; 0 when that cannot be said, or hardly matters."""
    if program in UNTUNED:
        return 0.0
    sound = _played(font, program, key, drum=False).mean(axis=1)
    found = pitch_error(sound, key, inharmonic=program in INHARMONIC)
    if program in PLUCKED:
        found = period_error(sound, key)
    elif program not in INHARMONIC:
        heard = period_error(sound, key)
        found = (found + heard) / 2 if abs(found - heard) < _MOST_CENTS else 0.0
    return found if _LEAST_CENTS <= abs(found) <= _MOST_CENTS else 0.0


def pitch_error(sound: NDArray[np.float32], key: int, *, inharmonic: bool = False) -> float:
    """Cents between what is heard and a key, from the strongest harmonics."""
    loud = np.abs(sound)
    onset = int(np.argmax(loud > 0.25 * loud.max()))
    part = sound[onset + RATE // 50 : onset + RATE // 50 + RATE].astype(np.float64)
    size = 1 << 19
    power = np.abs(np.fft.rfft(part * np.hanning(part.size), size)) ** 2
    base = 440 * 2 ** ((key - 69) / 12)
    found: list[tuple[float, float]] = []
    for harmonic in (1,) if inharmonic else (1, 2, 3, 4):
        low, high = (int(base * harmonic * 2 ** (c / 1200) * size / RATE) for c in (-60, 60))
        if high >= power.size - 1 or high - low < 3:
            continue
        best = low + int(np.argmax(power[low:high]))
        reach = max(2, int(best * 0.009))  # about 15 cents each way: beating and vibrato are averaged
        near = power[best - reach : best + reach + 1]
        centre = float((near * np.arange(best - reach, best + reach + 1)).sum() / near.sum())
        found.append((1200 * np.log2(centre * RATE / size / (base * harmonic)), float(np.sqrt(power[best]))))
    if not found:
        return 0.0
    strongest = max(level for _, level in found)
    kept = [(c, level) for c, level in found if level > 0.2 * strongest]
    return float(np.average([c for c, _ in kept], weights=[level for _, level in kept]))


def period_error(sound: NDArray[np.float32], key: int) -> float:
    """The same from how soon the wave repeats: the median over tenths of a second."""
    period = RATE / (440 * 2 ** ((key - 69) / 12))
    loud = np.abs(sound)
    onset = int(np.argmax(loud > 0.25 * loud.max())) + RATE // 50
    window = int(max(RATE / 10, 12 * period))
    turns = max(1, round(0.012 * RATE / period))
    lags = np.arange(int(turns * period * 2 ** (-60 / 1200)) - 2, int(turns * period * 2 ** (60 / 1200)) + 3)
    found: list[float] = []
    for at in range(onset, min(onset + RATE, sound.size - window - int(lags[-1])), window // 2):
        part = sound[at : at + window].astype(np.float64)
        later = sound[at : at + window + int(lags[-1])].astype(np.float64)
        likeness = np.array([part @ later[lag : lag + window] for lag in lags])
        likeness /= np.sqrt((part @ part) * np.array([np.sum(later[lag : lag + window] ** 2) for lag in lags]) + 1e-12)
        best = int(np.argmax(likeness))
        if 0 < best < lags.size - 1 and likeness[best] > 0.7:
            before, here, after = likeness[best - 1 : best + 2]
            place = lags[best] + (before - after) / (2 * (before - 2 * here + after))
            found.append(1200 * float(np.log2(turns * period / place)))
    return float(np.median(found)) if found else 0.0


def _played(font: soundfont.SoundFont, program: int, key: int, *, drum: bool) -> NDArray[np.float32]:
    part = Part("note", "lead", program, drum, 0.0, 0.0, (Note(0.0, 1.4, key, 100),))
    return synth.render(part, frames=RATE * 2, rate=RATE, font=font)


def _loudness(sound: NDArray[np.float32]) -> float:
    """The loudest fifth of a second, weighted as ITU-R BS.1770 has it (its filters at 44.1 kHz, within 0.1 dB)."""
    shelf = ([1.5308412, -2.6509799, 1.1690790], [1.0, -1.6636551, 0.7125954])
    high = ([1.0, -2.0, 1.0], [1.0, -1.9891697, 0.9891990])
    weighted = lfilter(*high, lfilter(*shelf, sound.astype(np.float64), axis=0), axis=0)
    energy = np.cumsum((weighted**2).sum(axis=1))
    windows = (energy[_WINDOW:] - energy[:-_WINDOW]) / _WINDOW
    return -0.691 + 10 * float(np.log10(windows.max() + 1e-12))

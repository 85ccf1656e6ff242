"""What can be heard in a sound by plain means, without a look at the composer: tempo, key, brightness, onsets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

Numbers = NDArray[np.float64]

_HOP = 0.01  # seconds
_PROFILES = {  # how much each degree belongs to a key, after Temperley
    "major": (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    "minor": (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}


@dataclass(frozen=True)
class Heard:
    """The figures of one sound."""

    tempo: float  # the most likely beat, quarter notes a minute
    onsets: float  # a second
    chroma: Numbers  # 12, of sum 1
    centroid: float  # Hz, the median over time
    flatness: float
    low_share: float  # of the power: below 150 Hz


def listen(sound: NDArray[np.float32], rate: int) -> Heard:
    """Measure a stereo sound."""
    mono = sound.mean(axis=1).astype(np.float64)
    curve = novelty(mono, rate)
    frequencies, spectrum = _spectrum(mono, rate, 2048, 1024)
    power = spectrum**2
    loud = power[:, power.sum(axis=0) > 1e-6 * power.sum(axis=0).max()]
    centroids = (frequencies[:, None] * np.sqrt(loud)).sum(axis=0) / np.sqrt(loud).sum(axis=0)
    flat = np.exp(np.log(loud[10:800] + 1e-14).mean(axis=0)) / (loud[10:800].mean(axis=0) + 1e-14)
    low = loud[frequencies < 150].sum() / loud.sum()
    return Heard(
        tempo(curve), onset_density(curve), chroma(mono, rate), float(np.median(centroids)),
        float(np.median(flat)), float(low),
    )  # fmt: skip


def _spectrum(mono: Numbers, rate: int, size: int, hop: int) -> tuple[Numbers, Numbers]:
    """Return frequencies, and the size of each at each moment."""
    found = signal.ShortTimeFFT(np.hanning(size), hop, rate)
    first, last = found.lower_border_end[1], found.upper_border_begin(len(mono))[1]
    return found.f, np.abs(found.stft(mono, p0=first, p1=max(first + 1, last)))


def novelty(mono: Numbers, rate: int) -> Numbers:
    """Return, for each hundredth of a second, how much the spectrum has grown, in bands like the ear's."""
    hop = round(rate * _HOP)
    frequencies, spectrum = _spectrum(mono, rate, 2048, hop)
    edges = np.geomspace(40, 16_000, 37)
    power = spectrum**2
    bands = np.array([
        power[(frequencies >= a) & (frequencies < max(b, a + 25))].sum(axis=0) for a, b in pairwise(edges)
    ])  # fmt: skip
    level = np.log1p(bands / (bands.mean(axis=1, keepdims=True) * 0.01 + 1e-12))
    grown = np.maximum(0.0, level[:, 2:] - level[:, :-2]).sum(axis=0)
    return np.maximum(0.0, grown - ndimage.uniform_filter1d(grown, 40))


def tempo(curve: Numbers) -> float:
    """Return the beat by autocorrelation: the period whose multiples all find the curve alike, at a human pace."""
    alike = _autocorrelation(curve)
    best = max(np.geomspace(45, 220, 640), key=lambda bpm: _support(alike, bpm) * _prior(bpm))
    return refined(curve, float(best))


def refined(curve: Numbers, near: float, within: float = 0.03) -> float:
    """Return the tempo next to a given one that the whole piece supports most."""
    alike = _autocorrelation(curve)
    options = np.linspace(near * (1 - within), near * (1 + within), 121)
    return float(max(options, key=lambda bpm: _support(alike, bpm, multiples=32)))


def _autocorrelation(curve: Numbers) -> Numbers:
    size = 2 * len(curve)
    found = np.fft.irfft(np.abs(np.fft.rfft(curve - curve.mean(), size)) ** 2)[: len(curve)]
    found = found / np.arange(len(curve), 0, -1)  # as if the piece went on
    return ndimage.gaussian_filter1d(found / found[0], 1.0)


def _support(alike: Numbers, bpm: float, multiples: int = 8) -> float:
    period = 60 / bpm / _HOP
    places = period * np.arange(1, multiples + 1)
    places = places[places < min(len(alike) * 0.7, 2400)]
    return float(np.interp(places, np.arange(len(alike)), alike).mean()) if len(places) else 0.0


def _prior(bpm: float) -> float:
    return math.exp(-0.5 * (math.log2(bpm / 115) / 0.75) ** 2)


def onset_density(curve: Numbers) -> float:
    """Return the peaks of the curve a second."""
    floor = 0.35 * np.percentile(curve, 97)
    peaks, _ = signal.find_peaks(curve, height=max(floor, 1e-9), distance=6)
    return len(peaks) / (len(curve) * _HOP)


def chroma(mono: Numbers, rate: int) -> Numbers:
    """Return how much of each pitch class is heard between 55 and 1800 Hz; loud moments count little more."""
    frequencies, spectrum = _spectrum(mono, rate, 16384, 8192)
    inside = (frequencies > 55) & (frequencies < 1800)
    size = np.sqrt(spectrum[inside])
    pitch = 69 + 12 * np.log2(frequencies[inside] / 440)
    near = np.exp(-0.5 * ((pitch - np.round(pitch)) / 0.2) ** 2) / np.sqrt(frequencies[inside])
    classes = np.round(pitch).astype(int) % 12
    rows = np.array([(size[classes == c] * near[classes == c, None]).sum() for c in range(12)])
    rows = np.maximum(0.0, rows - 0.75 * rows.min())
    return rows / rows.sum()


def key_of(found: Numbers) -> tuple[int, str]:
    """Return tonic and mode of the profile that correlates best with a chroma."""
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), found)[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    return max(scores, key=lambda k: scores[k])


LEVELS = {"1": 1.0, "2": 2.0, "1/2": 0.5, "3": 3.0, "1/3": 1 / 3, "3/2": 1.5, "2/3": 2 / 3, "4/3": 4 / 3}


def relation(heard: float, asked: float) -> str:
    """Say at which level of the beat a tempo was found: "1", "2", "1/2" …, or "" when it is none within 2 %."""
    for name, factor in (
        ("1", 1),
        ("2", 2),
        ("1/2", 0.5),
        ("3", 3),
        ("1/3", 1 / 3),
        ("3/2", 1.5),
        ("2/3", 2 / 3),
        ("4/3", 4 / 3),
    ):
        if abs(heard / (asked * factor) - 1) <= 0.02:
            return name
    return ""

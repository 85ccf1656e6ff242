"""The test signals of EBU Tech 3341 and 3342 that are made of tones, with what a meter must read.

All are 1 kHz in phase on both channels at 48 kHz, save where the document says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.audio.levels import Samples

RATE = 48_000
LOUDNESS_TOLERANCE = 0.1
RANGE_TOLERANCE = 1.0
PEAK_TOLERANCE = -0.4, 0.2


@dataclass(frozen=True)
class Case:
    """A signal, and what it must read."""

    number: int
    sound: Samples
    reads: float


def tone(*parts: tuple[float | None, float], channels: int = 2) -> Samples:
    """Return stretches of a 1 kHz tone, one after the other: dBFS (None for silence) and seconds each."""
    lengths = [round(seconds * RATE) for _, seconds in parts]
    level = np.repeat([0.0 if db is None else 10 ** (db / 20) for db, _ in parts], lengths)
    mono = level * np.sin(2 * np.pi * 1000 / RATE * np.arange(len(level)))
    return np.repeat(mono[:, None], channels, axis=1).astype(np.float32)


def _surround() -> Samples:
    """Return five channels: left, right, centre, left surround, right surround."""
    wave = tone((0.0, 20.0), channels=5)
    return (wave * 10 ** (np.array([-28.0, -28.0, -24.0, -30.0, -30.0]) / 20)).astype(np.float32)


def integrated() -> list[Case]:
    """Return cases 1 to 6 of Tech 3341: the programme's loudness."""
    return [
        Case(1, tone((-23, 20)), -23.0),
        Case(2, tone((-33, 20)), -33.0),
        Case(3, tone((-36, 10), (-23, 60), (-36, 10)), -23.0),
        Case(4, tone((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
        Case(5, tone((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
        Case(6, _surround(), -23.0),
    ]


def steady_short_term() -> Case:
    """Return case 9: the short-term loudness never moves after 3 s."""
    return Case(9, tone(*[(-20, 1.34), (-30, 1.66)] * 5), -23.0)


def short_term_peaks() -> list[Case]:
    """Return case 10's files: the highest short-term loudness, wherever the tone begins."""
    return [Case(10, tone((None, n * 0.15), (-23, 3), (None, 1)), -23.0) for n in range(20)]


def rising_short_term() -> list[Case]:
    """Return case 11's stretches, which follow one another in one stream."""
    return [Case(11, tone((None, n * 0.15), (-38 + n, 3), (None, 3 - n * 0.15)), -38.0 + n) for n in range(20)]


def steady_momentary() -> Case:
    """Return case 12: the momentary loudness never moves after 1 s."""
    return Case(12, tone(*[(-20, 0.18), (-30, 0.22)] * 25), -23.0)


def momentary_peaks() -> list[Case]:
    """Return case 13's files: the highest momentary loudness, wherever the tone begins."""
    return [Case(13, tone((None, n * 0.02), (-23, 0.4), (None, 1)), -23.0) for n in range(20)]


def rising_momentary() -> list[Case]:
    """Return case 14's stretches, which follow one another in one stream."""
    return [Case(14, tone((None, n * 0.02), (-38 + n, 0.4), (None, 0.4 - n * 0.02)), -38.0 + n) for n in range(20)]


def true_peaks() -> list[Case]:
    """Return cases 15 to 19: tones whose peaks lie between samples, at a fraction of the rate and a phase."""
    forms = [(15, 4, 0.0, 0.5), (16, 4, 45.0, 0.5), (17, 6, 60.0, 0.5), (18, 8, 67.5, 0.5), (19, 4, 45.0, 1.41)]
    cases: list[Case] = []
    for number, part, phase, amplitude in forms:
        # Faded, as the document's signals are: a sudden start would ring above what the tone itself reaches.
        fade = np.minimum(1.0, np.minimum(np.arange(RATE), np.arange(RATE)[::-1]) / 4800)
        wave = amplitude * fade * np.sin(2 * np.pi / part * np.arange(RATE) + np.radians(phase))
        cases.append(Case(number, np.stack([wave, wave], axis=1).astype(np.float32), 20 * np.log10(amplitude)))
    return cases


def ranges() -> list[Case]:
    """Return cases 1 to 4 of Tech 3342: the loudness range."""
    return [
        Case(1, tone((-20, 20), (-30, 20)), 10.0),
        Case(2, tone((-20, 20), (-15, 20)), 5.0),
        Case(3, tone((-40, 20), (-20, 20)), 20.0),
        Case(4, tone((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15.0),
    ]

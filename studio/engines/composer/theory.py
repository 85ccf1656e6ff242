"""Chords in keys, and their voicings. Pure functions over numbers: pitches are MIDI, pitch classes 0 (C) to 11 (B)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from studio.engines.shared.keys import SCALES, Key, KeyProblem, key_hint, parse_key

__all__ = [
    "QUALITIES", "SCALES", "Chord", "Key", "KeyProblem", "chord", "chord_scale", "key_hint", "parse_key",
]  # fmt: skip

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 4, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "13": (0, 4, 7, 10, 21),
}

_ALTERED = {"": 0, "#": 1, "b": -1}
_TOKEN = re.compile(r"([b#]?)([1-7])(?::(\w+))?")


@dataclass(frozen=True)
class Chord:
    """A root and the other pitch classes above it, in order of importance to the ear."""

    root: int
    steps: tuple[int, ...]  # above the root, in semitones

    @property
    def classes(self) -> tuple[int, ...]:
        """All pitch classes, the root first."""
        return tuple((self.root + step) % 12 for step in self.steps)


def chord(token: str, key: Key, extension: str = "triad") -> Chord:
    """Make a chord from a degree such as "1", "5:7" or "b7:maj".

    A sign before the degree counts from the major scale. Without a quality the chord is built in thirds on the key's
    own scale, with as many of them as `extension` says.
    """
    found = _TOKEN.fullmatch(token)
    if not found:
        raise ValueError(f"{token!r} is no degree")
    sign, degree, quality = found.group(1), int(found.group(2)) - 1, found.group(3)
    if sign:
        root = (key.tonic + SCALES["major"][degree] + _ALTERED[sign]) % 12
        return Chord(root, QUALITIES[quality or "maj"])
    if quality:
        return Chord(key.scale[degree], QUALITIES[quality])
    return _diatonic(degree, key, extension)


def _diatonic(degree: int, key: Key, extension: str) -> Chord:
    scale = SCALES["minor"] if key.mode == "harmonic minor" else SCALES[key.mode]

    def above(thirds: int) -> int:
        place = degree + 2 * thirds
        return scale[place % 7] + 12 * (place // 7) - scale[degree]

    root = (key.tonic + scale[degree]) % 12
    if above(2) == 6:  # a diminished chord sounds like a mistake here; a third lower the same tones are a plain one
        return _diatonic((degree - 2) % 7, key, extension)
    thirds = {"triad": 3, "seventh": 4, "ninth": 5}[extension]
    steps = tuple(above(n) for n in range(thirds))
    if thirds == 5 and steps[4] % 12 == 1:  # a flat ninth bites
        steps = steps[:4]
    return Chord(root, steps)


@cache
def chord_scale(key: Key, chord: Chord) -> tuple[int, ...]:
    """Return the pitch classes that fit over a chord: the key's scale, altered where the chord leaves it."""
    tones = set(chord.classes)
    foreign = tones - set(key.scale)
    kept = {c for c in key.scale if c in tones or not any((c - f) % 12 in {1, 11} for f in foreign)}
    return tuple(sorted(kept | tones))


@cache
def avoided(chord: Chord) -> frozenset[int]:
    """Return the pitch classes that grind against a chord when they are held: a semitone above one of its tones."""
    return frozenset((c + 1) % 12 for c in chord.classes) - frozenset(chord.classes)


def nearest(pitch: float, classes: Iterable[int], *, low: int = 0, high: int = 127) -> int:
    """Return the pitch of one of these classes that is nearest, within a range."""
    wanted = set(classes)
    middle = max(low, min(high, round(pitch)))
    first, last = max(low, middle - 12), min(high, middle + 12)
    found = [p for p in range(first, last + 1) if p % 12 in wanted]
    return min(found, key=lambda p: (abs(p - pitch), p)) if found else middle


def voice(chord: Chord, before: Sequence[int], *, centre: int, voices: int = 4, open_: bool = False) -> tuple[int, ...]:
    """Return a voicing near the centre whose voices move as little as possible from the one before."""
    classes = list(dict.fromkeys(_important(chord, voices)))
    options: list[tuple[int, ...]] = []
    for lowest in range(centre - 12, centre + 5):
        if lowest % 12 not in classes:
            continue
        ordered = sorted(classes, key=lambda c: (c - lowest) % 12)
        pitches = [lowest + (c - lowest) % 12 for c in ordered]
        if open_ and len(pitches) >= 3:
            pitches[1] += 12
        options.append(tuple(sorted(pitches)))
    return min(options, key=lambda o: (_cost(o, before, centre), o))


def _important(chord: Chord, voices: int) -> list[int]:
    """Choose the tones that make the chord: of five the fifth can go, then the root, which the bass has."""
    classes = list(chord.classes)
    if len(classes) > voices and len(classes) >= 4:
        classes.pop(2)
    if len(classes) > voices:
        classes.pop(0)
    return classes[: max(2, voices)]


def _cost(option: Sequence[int], before: Sequence[int], centre: int) -> float:
    middle = sum(option) / len(option)
    cost = 0.3 * abs(middle - centre)
    if before:
        cost += sum(min(abs(p - q) for q in before) for p in option) + 0.5 * abs(option[-1] - before[-1])
    # Seconds low down are mud.
    return cost + sum(4.0 for a, b in pairwise(option) if b - a <= 2 and a < 52)

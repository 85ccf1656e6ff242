"""Patterns of a bar, and moments in beats. A step is a sixteenth; beats are quarter notes. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

STEP = 0.25  # beats


@dataclass(frozen=True)
class Tone:
    """A note on paper: nobody has played it yet."""

    beat: float
    beats: float
    pitch: int
    force: float  # 0-1
    delay: float = 0.0  # seconds, as when a chord is strummed


@dataclass(frozen=True)
class Stroke:
    """A sign of a pattern, with how long it is held."""

    step: int
    steps: int
    sign: str


def steps_of(metre: tuple[int, int]) -> int:
    """Return how many sixteenths a bar has."""
    return metre[0] * 16 // metre[1]


def fit(pattern: str, steps: int) -> str:
    """Bring a pattern to another length: cut it, or let it begin again."""
    return (pattern * (steps // len(pattern) + 1))[:steps]


def strokes(pattern: str) -> Iterator[Stroke]:
    """Read a pattern: "-" holds what is before it, "." is silence, every other sign is struck."""
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        end = at + 1
        while end < len(pattern) and pattern[end] == "-":
            end += 1
        if sign not in ".-":
            yield Stroke(at, end - at, sign)
        at = end


def swung(beat: float, ratio: float, unit: float) -> float:
    """Move a moment as the groove has it: the second of each pair of units comes at `ratio` instead of one half."""
    if ratio == 0.5:
        return beat
    pair = 2 * unit
    start = beat // pair * pair
    part = (beat - start) / pair
    part = part * 2 * ratio if part < 0.5 else ratio + (part - 0.5) * 2 * (1 - ratio)
    return start + part * pair

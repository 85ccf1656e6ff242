"""The lines of the ruler: time in round steps, bars and beats where there is a tempo.

Pure but for the language; any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from studio.ui.language import decimal_point
from studio.ui.timeline.scale import Scale

ROOM = 72  # pixels between two labels, at least
BEATS = 4  # a bar
_MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000, 36_000)
_STEPS = (*(Fraction(n, 1000) for n in _MILLISECONDS), *(Fraction(n) for n in _SECONDS))
_NEAR = 12  # pixels between two lines, at least
_FEWEST_PARTS = (10, 5, 4, 3, 2)


class Tick(NamedTuple):
    """A line of the ruler; one without a label is a small one."""

    at: int
    label: str = ""


def time_step(scale: Scale, rate: int, *, room: float = ROOM) -> Fraction:
    """Return how many seconds lie between two labels."""
    return next((step for step in _STEPS if float(step) * rate / scale.per_pixel >= room), _STEPS[-1])


def times(scale: Scale, rate: int, *, room: float = ROOM) -> list[Tick]:
    """Return the lines of time that are seen."""
    step = time_step(scale, rate, room=room)
    parts = _parts(step, float(step) * rate / scale.per_pixel)
    distance, digits = round(step * 1000), _digits(step)
    return [
        Tick(at, _clock(number // parts * distance, digits) if number % parts == 0 else "")
        for number, at in _lines(scale, step / parts * rate)
    ]


def beats(scale: Scale, rate: int, bpm: float, *, room: float = ROOM / 2) -> list[Tick]:
    """Return the bars, and the beats where there is room for them; nothing without a tempo."""
    if bpm <= 0:
        return []
    beat = Fraction(60) / Fraction(repr(float(bpm))) * rate
    wide = float(beat) / scale.per_pixel
    if wide >= room:  # every beat is told: 3.2 is the second beat of the third bar
        return [Tick(at, _beat_label(number)) for number, at in _lines(scale, beat)]
    bars = 1
    while wide * BEATS * bars < room:
        bars *= 2
    if wide >= _NEAR and bars == 1:
        return [Tick(at, _beat_label(number) if number % BEATS == 0 else "") for number, at in _lines(scale, beat)]
    return [Tick(at, str(number * bars + 1)) for number, at in _lines(scale, beat * BEATS * bars)]


def grid(scale: Scale, rate: int, bpm: float = 0.0) -> int:
    """Return how many samples lie between two lines that attract: beats where there is a tempo, else lines of time."""
    if bpm > 0:
        beat = Fraction(60) / Fraction(repr(float(bpm))) * rate
        if float(beat) / scale.per_pixel < _NEAR:
            beat *= BEATS
        return max(1, round(beat))
    step = time_step(scale, rate)
    return max(1, round(step / _parts(step, float(step) * rate / scale.per_pixel) * rate))


def _digits(step: Fraction) -> int:
    """Return how many digits of a second tell such steps apart."""
    return 0 if step >= 1 else 1 if step >= Fraction(1, 10) else 2 if step >= Fraction(1, 100) else 3


def _clock(thousandths: int, digits: int) -> str:
    whole, rest = divmod(thousandths, 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}{decimal_point()}{f'{rest:03}'[:digits]}" if digits else text


def _parts(step: Fraction, width: float) -> int:
    """Return into how many equal parts a step is cut: round ones, not too near each other."""
    for parts in _FEWEST_PARTS:
        small = step / parts
        if width / parts >= _NEAR and (small in _STEPS or small < _STEPS[0]):
            return parts
    return 1


def _beat_label(number: int) -> str:
    bar, beat = divmod(number, BEATS)
    return f"{bar + 1}" if beat == 0 else f"{bar + 1}.{beat + 1}"


def _lines(scale: Scale, distance: Fraction) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the lines that are seen, and their samples, a half up; they do not drift."""
    above, below = distance.numerator, distance.denominator
    number = max(0, int(scale.first * below / above) - 1)
    first, last = scale.first, scale.last
    while (at := (2 * number * above + below) // (2 * below)) < last:
        if at >= first:
            yield number, at
        number += 1

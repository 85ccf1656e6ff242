"""Gains over time: fades, automations, pan. Pure arithmetic on arrays; any thread.

Everything is computed in float64 from whole positions, so that a sample's gain does not depend on what was asked for
around it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.domain.project import SILENT_DB

Doubles = NDArray[np.float64]

_PARTS = math.pi / 4
_DEPTH = 1000.0  # an exponential fade spans 60 dB


def _linear(t: Doubles) -> Doubles:
    return t


def _equal_power(t: Doubles) -> Doubles:
    return np.sin(t * (math.pi / 2))


def _smooth(t: Doubles) -> Doubles:
    return (1.0 - np.cos(t * math.pi)) / 2.0


def _exponential(t: Doubles) -> Doubles:
    return (np.exp(t * math.log(_DEPTH)) - 1.0) / (_DEPTH - 1.0)


# Each runs from 0 at t = 0 to 1 at t = 1; a fade-out is the same curve seen from the clip's end.
_SHAPES: dict[str, Callable[[Doubles], Doubles]] = {
    "linear": _linear,
    "equal_power": _equal_power,
    "smooth": _smooth,
    "exponential": _exponential,
}


def fade(curve: str, length: int, start: int, end: int) -> Doubles:
    """Return the gains at `start` to `end` of a fade-in of so many samples; sample i has f(i / length)."""
    t = np.clip(np.arange(start, end, dtype=np.float64) / length, 0.0, 1.0)
    return _SHAPES[curve](t)


def amplitude(db: float) -> float:
    """Return the factor of a gain in dB; what the project calls silent is 0."""
    return 0.0 if db <= SILENT_DB else 10.0 ** (db / 20.0)


def amplitudes(db: Doubles) -> Doubles:
    """Return the factors of gains in dB."""
    return np.where(db <= SILENT_DB, 0.0, np.exp(db * (math.log(10.0) / 20.0)))


def pan_gains(pan: float) -> tuple[float, float]:
    """Return the factors of left and right: equal power, 0 dB in the middle."""
    angle = (pan + 1.0) * _PARTS
    return math.sqrt(2.0) * math.cos(angle), math.sqrt(2.0) * math.sin(angle)


def pans_gains(pans: Doubles) -> tuple[Doubles, Doubles]:
    """Return the factors of left and right for each pan; beyond the sides is at the side."""
    angles = (np.clip(pans, -1.0, 1.0) + 1.0) * _PARTS
    return math.sqrt(2.0) * np.cos(angles), math.sqrt(2.0) * np.sin(angles)


class Line:
    """Straight lines from point to point, level before the first and after the last."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._at = [at for at, _ in points]
        self._values = [value for _, value in points]

    def level(self, start: int, end: int) -> float | None:
        """Return the one value that holds from `start` to `end`; None when it moves there."""
        first = max(bisect_right(self._at, start) - 1, 0)
        last = min(bisect_left(self._at, end - 1), len(self._at) - 1)
        value = self._values[first]
        return value if all(v == value for v in self._values[first : last + 1]) else None

    def values(self, start: int, end: int) -> Doubles:
        """Return the values at `start` to `end`."""
        first = max(bisect_right(self._at, start) - 1, 0)
        last = min(bisect_left(self._at, end - 1), len(self._at) - 1) + 1
        positions = np.arange(start, end, dtype=np.float64)
        return np.interp(positions, self._at[first:last], self._values[first:last])

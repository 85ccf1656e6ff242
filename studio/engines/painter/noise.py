"""Noise that is the same scene at every size: smooth random fields over the picture's own units. Pure; any thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating]

_SPREAD = 0.62  # brings a field of any number of octaves to about -1 .. 1


def _hashed(x: NDArray[np.int64], y: NDArray[np.int64], key: int) -> Field:
    """Return a number from -1 to 1 for each whole place: the same for the same place and key."""
    v = (x.astype(np.uint64) * np.uint64(0x9E3779B1)) ^ (y.astype(np.uint64) * np.uint64(0x85EBCA77))
    v = (v + np.uint64(key & 0xFFFFFFFF) * np.uint64(0xC2B2AE3D)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39), (15, 0x165667B1)):
        v = ((v ^ (v >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (v.astype(np.float64) / 0x7FFFFFFF - 1.0).astype(np.float32)


def _taps(at: NDArray[np.float64]) -> tuple[NDArray[np.int64], list[Field]]:
    """Return the first of four neighbours of each place, and the weights of a smooth curve through all four."""
    whole = np.floor(at)
    t = (at - whole).astype(np.float32)
    weights: list[Field] = [
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    ]
    return whole.astype(np.int64) - 1, weights


class Noise:
    """Fields that follow from one key; the places asked for decide nothing but where one looks."""

    def __init__(self, key: int, tick: Callable[[], None] = lambda: None) -> None:
        self._key = key & 0x7FFFFFFF
        self._tick = tick  # called with each octave: at full size one takes a tenth of a second

    def octave(self, xs: NDArray[np.float64], ys: NDArray[np.float64], number: int) -> Field:
        """Return one smooth field: rows at ys, columns at xs, a random value at each whole place."""
        self._tick()
        first_x, weights_x = _taps(xs)
        first_y, weights_y = _taps(ys)
        base_x, base_y = int(first_x.min()), int(first_y.min())
        across = np.arange(base_x, int(first_x.max()) + 4, dtype=np.int64)
        down = np.arange(base_y, int(first_y.max()) + 4, dtype=np.int64)
        lattice = _hashed(across[None, :] + 100_000, down[:, None] + 100_000, self._key + 7919 * number)
        place = first_x - base_x
        wide = np.zeros((len(down), len(xs)), np.float32)
        for tap, weight in enumerate(weights_x):
            wide += lattice[:, place + tap] * weight
        place = first_y - base_y
        out = np.zeros((len(ys), len(xs)), np.float32)
        for tap, weight in enumerate(weights_y):
            out += wide[place + tap] * weight[:, None]
        return out * np.float32(2.6)

    def field(self, xs: NDArray[np.float64], ys: NDArray[np.float64], *, octaves: int = 5, gain: float = 0.5) -> Field:
        """Return clouds: each octave twice as fine as the one before."""
        out = np.zeros((len(ys), len(xs)), np.float32)
        weight, total = 1.0, 0.0
        for number in range(octaves):
            finer = 2.0**number
            out += self.octave(xs * finer + 17.3 * number, ys * finer + 9.1 * number, number) * np.float32(weight)
            total += weight * weight
            weight *= gain
        out *= np.float32(_SPREAD / total**0.5)
        return out

    def puffs(self, xs: NDArray[np.float64], ys: NDArray[np.float64], *, octaves: int = 5, gain: float = 0.55) -> Field:
        """Return heaps of round tops with creases between them: what a cauliflower or a cloud's edge is like."""
        out = np.zeros((len(ys), len(xs)), np.float32)
        weight, total = 1.0, 0.0
        for number in range(octaves):
            finer = 2.1**number
            raw = self.octave(xs * finer + 11.9 * number, ys * finer + 5.3 * number, 20 + number)
            out += np.float32(weight) * (np.abs(raw) * np.float32(1.5) - np.float32(0.75))
            total += weight
            weight *= gain
        return out / np.float32(total) * np.float32(1.4)

    def line(self, xs: NDArray[np.float64], *, octaves: int = 5, gain: float = 0.5) -> Field:
        """Return a wandering line: one value for each place."""
        return self.field(xs, np.array([0.37]), octaves=octaves, gain=gain)[0]

    def crests(self, xs: NDArray[np.float64], *, octaves: int = 6, gain: float = 0.48) -> Field:
        """Return a line with sharp tops, from about 0 to 1: what mountains look like from afar."""
        out = np.zeros(len(xs), np.float32)
        weight, total = 1.0, 0.0
        for number in range(octaves):
            finer = 2.07**number
            raw = self.octave(xs * finer + 31.7 * number, np.array([0.37]), 40 + number)[0]
            out += np.float32(weight) * (1 - np.abs(raw).clip(0, 1)) ** (1.6 if number == 0 else 1.0)
            total += weight
            weight *= gain
        return out / np.float32(total)

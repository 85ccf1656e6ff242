"""Reads a SoundFont 2 file: presets, their zones with all values settled, and the samples. For `make_font.py` only."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Numbers of the generators that are read, from the SoundFont 2.04 specification.
INSTRUMENT, SAMPLE, KEYS, VELOCITIES, LOOP, ROOT = 41, 53, 43, 44, 54, 58
PAN, ATTENUATION, COARSE, FINE, GROUP, CUTOFF, Q, SWEEP = 17, 48, 51, 52, 57, 8, 9, 11
SWEEP_ENVELOPE = (25, 26, 27, 28, 29, 30)  # delay, attack, hold, decay, sustain, release
VOLUME_ENVELOPE = (33, 34, 35, 36, 37, 38)
START, START_COARSE, LOOP_START, LOOP_START_COARSE, LOOP_END, LOOP_END_COARSE = 0, 4, 2, 45, 3, 50
_DEFAULTS = {CUTOFF: 13500, **dict.fromkeys((25, 26, 27, 28, 30, 33, 34, 35, 36, 38), -12000)}
_RANGES = (KEYS, VELOCITIES)
_INDICES = (INSTRUMENT, SAMPLE, LOOP, ROOT, GROUP)


@dataclass(frozen=True)
class Sample:
    """One recording, as the file has it."""

    name: str
    frames: NDArray[np.int16]
    loop: tuple[int, int]
    rate: int
    root: int
    correction: int  # cents


@dataclass(frozen=True)
class Zone:
    """Which recording sounds for which keys, and how: the instrument's values with the preset's added."""

    layer: tuple[int, int]  # which pass through the keyboard it belongs to
    keys: tuple[int, int]
    velocities: tuple[int, int]
    sample: int
    values: dict[int, int] = field(repr=False)

    def value(self, generator: int) -> int:
        """A generator's value, or the specification's default."""
        return self.values.get(generator, 0)


Raw = dict[int, "int | tuple[int, int]"]


class SoundFont2:
    """A whole file in memory."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._chunks = dict(self._walk())
        self._presets = self._table("phdr", "<20sHHHIII")
        self._preset_bags = self._table("pbag", "<HH")
        self._preset_values = self._table("pgen", "<HH")
        self._instruments = self._table("inst", "<20sH")
        self._bags = self._table("ibag", "<HH")
        self._values = self._table("igen", "<HH")
        self._headers = self._table("shdr", "<20sIIIIIBbHH")
        start, size = self._chunks["smpl"]
        self._frames = np.frombuffer(self._data, "<i2", size // 2, start)

    def name(self, bank: int, program: int) -> str:
        """What the file calls a preset."""
        return _text(self._presets[self._preset(bank, program)][0])

    def sample(self, number: int) -> Sample:
        """One recording with its loop, counted from its own beginning."""
        name, start, end, loop_start, loop_end, rate, root, correction, _, _ = self._headers[number]
        loop = (loop_start - start, loop_end - start)
        return Sample(_text(name), self._frames[start:end], loop, rate, root, correction)

    def is_right(self, number: int) -> bool:
        """Whether a recording is the right half of a pair."""
        return self._headers[number][9] == 2

    def zones(self, bank: int, program: int) -> list[Zone]:
        """All zones of a preset."""
        number = self._preset(bank, program)
        bags = self._raw(self._preset_bags, self._preset_values, self._presets[number][3], self._presets[number + 1][3])
        common: Raw = {}
        found: list[Zone] = []
        for order, bag in enumerate(bags):
            if INSTRUMENT not in bag:
                common = bag if order == 0 else common
                continue
            outer = {**common, **bag}
            found += self._instrument_zones(outer, int(bag[INSTRUMENT]))  # type: ignore[arg-type]
        return found

    def _instrument_zones(self, outer: Raw, number: int) -> list[Zone]:
        bags = self._raw(self._bags, self._values, self._instruments[number][1], self._instruments[number + 1][1])
        common: Raw = {}
        found: list[Zone] = []
        taken: list[list[tuple[tuple[int, int], tuple[int, int]]]] = []
        for order, bag in enumerate(bags):
            if SAMPLE not in bag:
                common = bag if order == 0 else common
                continue
            inner = {**common, **bag}
            keys, velocities = _both(outer, inner, KEYS), _both(outer, inner, VELOCITIES)
            if keys[0] > keys[1] or velocities[0] > velocities[1]:
                continue
            layer = _free_layer(taken, keys, velocities)
            values = _settled(outer, inner)
            found.append(Zone((number, layer), keys, velocities, values[SAMPLE], values))
        return found

    def _preset(self, bank: int, program: int) -> int:
        return next(n for n, p in enumerate(self._presets[:-1]) if (p[2], p[1]) == (bank, program))

    def _walk(self) -> list[tuple[str, tuple[int, int]]]:
        found: list[tuple[str, tuple[int, int]]] = []
        position = 12
        while position + 8 <= len(self._data):
            name, size = struct.unpack_from("<4sI", self._data, position)
            if name == b"LIST":
                position += 12
                continue
            found.append((name.decode("latin-1"), (position + 8, size)))
            position += 8 + size + size % 2
        return found

    def _table(self, name: str, form: str) -> list[tuple]:
        packed = struct.Struct(form)
        start, size = self._chunks[name]
        return [packed.unpack_from(self._data, start + at) for at in range(0, size, packed.size)]

    @staticmethod
    def _raw(bags: list[tuple], values: list[tuple], first: int, end: int) -> list[Raw]:
        found: list[Raw] = []
        for bag in range(first, end):
            raw: Raw = {}
            for generator, value in values[bags[bag][0] : bags[bag + 1][0]]:
                if generator in _RANGES:
                    raw[generator] = (value & 255, value >> 8)
                else:
                    raw[generator] = value if generator in _INDICES or value < 32768 else value - 65536
            found.append(raw)
        return found


def _settled(outer: Raw, inner: Raw) -> dict[int, int]:
    """The instrument's values, or the defaults, with the preset's added."""
    values = dict(_DEFAULTS)
    values.update({k: v for k, v in inner.items() if isinstance(v, int)})
    for generator, value in outer.items():
        if isinstance(value, int) and generator not in _INDICES:
            values[generator] = values.get(generator, 0) + value
    return values


def _both(outer: Raw, inner: Raw, generator: int) -> tuple[int, int]:
    ranges = [r for r in (outer.get(generator), inner.get(generator)) if isinstance(r, tuple)]
    return max((r[0] for r in ranges), default=0), min((r[1] for r in ranges), default=127)


def _free_layer(
    taken: list[list[tuple[tuple[int, int], tuple[int, int]]]], keys: tuple[int, int], velocities: tuple[int, int]
) -> int:
    """The first layer in which nothing sounds yet for these keys and velocities."""
    for number, layer in enumerate(taken):
        if not any(_meet(keys, k) and _meet(velocities, v) for k, v in layer):
            layer.append((keys, velocities))
            return number
    taken.append([(keys, velocities)])
    return len(taken) - 1


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _text(name: bytes) -> str:
    return name.split(b"\0")[0].decode("latin-1").strip()

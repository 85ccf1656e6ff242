"""Makes `fluid-cut.zip` from FluidR3_GM.sf2: `python make_font.py FluidR3_GM.sf2`. Needs numpy, scipy, soxr, soundfile.

What is chosen stands in `choice.py`. The studio never runs this; it is here so that the font can be made again.
"""

from __future__ import annotations

import json
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import calibrating  # before soundfont: it says where the studio's own player lies
import choice
import cutting
import numpy as np
import sf2_file as sf2
import soundfont

Shaped = dict[str, Any]
TARGET = Path(__file__).parents[1] / "fluid-cut.zip"
_ATTENUATION = 0.04  # dB for each unit: the file was made for a synthesizer that reads the tenths of a dB that way
_OPEN = 15000.0  # Hz; a filter above this is not heard


class Font:
    """What is collected while the programs are gone through."""

    def __init__(self, source: sf2.SoundFont2) -> None:
        self.source = source
        self.samples: dict[str, Shaped] = {}
        self.packed: dict[str, bytes] = {}
        self._names: dict[tuple[Any, ...], str] = {}

    def zones(self, bank: int, program: int, wanted: choice.Program) -> list[Shaped]:
        """A program's zones for each of the loudness steps that sound different."""
        steps = [
            [_shaped(self, zone, wanted) for zone in _at(self.source, bank, program, velocity, wanted)]
            for velocity in choice.VELOCITIES
        ]
        if all(_alike(step) == _alike(steps[0]) for step in steps):
            steps = [steps[2]]
            bounds: list[tuple[int, int]] = [(1, 127)]
        else:
            bounds = list(choice.STEPS)
        return [{**zone, "vel": bound} for bound, step in zip(bounds, steps, strict=True) for zone in step]

    def sample(self, zone: sf2.Zone, longest: float) -> str:
        """The name of a recording; it is cut when it is asked for first."""
        original = self.source.sample(zone.sample)
        loop = _loop(zone, original)
        key = (zone.sample, loop, longest)
        if key not in self._names:
            frames = original.frames.astype(np.float64) / 32768.0
            small = cutting.cut(frames, original.rate, loop, longest=longest * choice.LONGER)
            peak = float(np.abs(small.frames).max()) / 0.98
            name = f"{len(self._names):03d}"
            self._names[key] = name
            self.packed[name] = cutting.packed(small.frames / peak, small.rate)
            self.samples[name] = {
                "rate": round(small.rate, 4), "frames": int(small.frames.size), "loop": small.loop,
                "fade": round(small.fade, 3), "gain": round(20 * float(np.log10(peak)), 3),
            }  # fmt: skip
        return self._names[key]


def _loop(zone: sf2.Zone, original: sf2.Sample) -> tuple[int, int] | None:
    if zone.value(sf2.LOOP) & 1 == 0:
        return None
    start = original.loop[0] + zone.value(sf2.LOOP_START) + 32768 * zone.value(sf2.LOOP_START_COARSE)
    end = original.loop[1] + zone.value(sf2.LOOP_END) + 32768 * zone.value(sf2.LOOP_END_COARSE)
    return (start, end) if 0 <= start < end <= original.frames.size else None


def _at(font: sf2.SoundFont2, bank: int, program: int, velocity: int, wanted: choice.Program) -> list[sf2.Zone]:
    """What sounds at a velocity: without the right halves of pairs, and with fewer steps over the keyboard."""
    zones = [z for z in font.zones(bank, program) if z.velocities[0] <= velocity <= z.velocities[1]]
    zones = [z for z in zones if not _is_right_half(font, z, zones)]
    if wanted.drum:
        return [z for z in zones if z.keys[0] <= choice.DRUM_KEYS[1] and z.keys[1] >= choice.DRUM_KEYS[0]]
    layers: dict[tuple[Any, ...], list[sf2.Zone]] = {}
    for zone in zones:
        layers.setdefault((*zone.layer, zone.value(sf2.FINE) if len(zones) < 12 else 0), []).append(zone)
    return [z for layer in layers.values() for z in _thinned(font, layer, wanted)]


def _is_right_half(font: sf2.SoundFont2, zone: sf2.Zone, zones: list[sf2.Zone]) -> bool:
    pan = zone.value(sf2.PAN)
    if pan <= 0:
        return False
    named_right = font.is_right(zone.sample) or font.sample(zone.sample).name.rstrip(")").endswith("R")

    def tune(z: sf2.Zone) -> tuple[int, int]:
        return z.value(sf2.COARSE), z.value(sf2.FINE)

    halves = [z for z in zones if z.keys == zone.keys and z.value(sf2.PAN) == -pan]
    return any(named_right or tune(z) == tune(zone) for z in halves)


def _thinned(font: sf2.SoundFont2, layer: list[sf2.Zone], wanted: choice.Program) -> list[sf2.Zone]:
    """Zones at least `gap` semitones apart; the others' keys go to the neighbours."""
    ordered = sorted(layer, key=lambda z: _root(font, z))
    kept: list[sf2.Zone] = []
    for zone in ordered:
        root = _root(font, zone)
        far = not kept or root - _root(font, kept[-1]) >= wanted.gap
        if far and wanted.keys[0] - 3 <= root <= wanted.keys[1] + 3:
            kept.append(zone)
    if not kept:
        kept = [min(ordered, key=lambda z: abs(_root(font, z) - sum(wanted.keys) / 2))]
    if len(ordered) == 1:
        return kept
    # A recording may be played lower by more than higher: what is played higher sounds small.
    edges = [int(np.floor(_root(font, a) + 0.45 * (_root(font, b) - _root(font, a)))) for a, b in pairwise(kept)]
    lows, highs = [0, *(e + 1 for e in edges)], [*edges, 127]
    return [_with_keys(z, (low, high)) for z, low, high in zip(kept, lows, highs, strict=True)]


def _with_keys(zone: sf2.Zone, keys: tuple[int, int]) -> sf2.Zone:
    return sf2.Zone(zone.layer, keys, zone.velocities, zone.sample, zone.values)


def _root(font: sf2.SoundFont2, zone: sf2.Zone) -> float:
    """The key, with cents, that plays the recording at its own rate."""
    original = font.sample(zone.sample)
    root = zone.values.get(sf2.ROOT, -1)
    cents = zone.value(sf2.FINE) + original.correction
    return (root if 0 <= root <= 127 else original.root) - zone.value(sf2.COARSE) - cents / 100


def _shaped(font: Font, zone: sf2.Zone, wanted: choice.Program) -> Shaped:
    shaped: Shaped = {
        "keys": zone.keys,
        "sample": font.sample(zone, wanted.longest),
        "root": round(_root(font.source, zone), 3),
        "gain": round(-_ATTENUATION * zone.value(sf2.ATTENUATION), 3),
        "envelope": _envelope(zone, sf2.VOLUME_ENVELOPE, decibels=True),
    }
    cutoff, sweep = 8.176 * 2 ** (zone.value(sf2.CUTOFF) / 1200), zone.value(sf2.SWEEP)
    if min(cutoff, cutoff * 2 ** (sweep / 1200)) < _OPEN:
        shaped["cutoff"] = round(cutoff, 1)
        shaped["q"] = round(zone.value(sf2.Q) / 10, 1)
        if sweep:
            shaped["sweep"] = sweep
            shaped["sweep_envelope"] = _envelope(zone, sf2.SWEEP_ENVELOPE, decibels=False)
    if zone.value(sf2.GROUP):
        shaped["group"] = zone.value(sf2.GROUP)
    if wanted.drum:
        shaped["pan"] = choice.DRUM_PANS.get(zone.keys[0], 0.0)
    return shaped


def _envelope(zone: sf2.Zone, generators: tuple[int, ...], *, decibels: bool) -> list[float]:
    """Delay, attack, hold and decay in seconds, sustain (dB below, or a part), release in seconds."""
    delay, attack, hold, decay, sustain, release = (zone.value(g) for g in generators)
    times = [round(2 ** (max(-12000, t) / 1200), 4) for t in (delay, attack, hold, decay, release)]
    times = [t if t > 0.0011 else 0.0 for t in times]
    level = min(100.0, max(0.0, sustain / 10)) if decibels else min(1.0, max(0.0, 1 - sustain / 1000))
    return [*times[:4], round(level, 3), times[4]]


def _alike(zones: list[Shaped]) -> str:
    """What makes loudness steps sound different; a slightly shorter release does not."""
    return json.dumps([{**z, "envelope": z["envelope"][:2] if z["envelope"][1] > 0.02 else 0} for z in zones])


def make(source: Path) -> None:
    """Write the font; listen to it; write it again in tune and level."""
    font = Font(sf2.SoundFont2(source))
    programs: dict[str, Shaped] = {
        str(n): {"name": p.name, "range": p.keys, "zones": font.zones(0, n, p)} for n, p in choice.PROGRAMS.items()
    }
    kits: dict[str, Shaped] = {
        str(n): {"name": p.name, "range": choice.DRUM_KEYS, "zones": font.zones(128, n, p)}
        for n, p in choice.KITS.items()
    }
    document = {"format": 1, "programs": programs, "kits": kits, "samples": font.samples}
    _write(document, font.packed)
    heard = soundfont.load(TARGET)
    for number, program in programs.items():
        _tune(heard, int(number), program)
    _write(document, font.packed)
    heard = soundfont.load(TARGET)
    for number, program in programs.items():
        middle = round(sum(program["range"]) / 2)
        program["gain"] = calibrating.gain(heard, int(number), (middle - 8, middle, middle + 8), drum=False)
    for number, kit in kits.items():
        kit["gain"] = calibrating.gain(heard, int(number), (36, 38), drum=True)
    _write(document, font.packed)
    sys.stderr.write(f"{len(programs)} programs, {len(kits)} kits, {len(font.samples)} samples, ")
    sys.stderr.write(f"{TARGET.stat().st_size / 1e6:.2f} MB\n")


def _tune(heard: soundfont.SoundFont, number: int, program: Shaped) -> None:
    """Correct what is out of tune. The layers of a key move together: that they differ is how they sound full."""
    found: dict[tuple[int, int], float] = {}
    low, high = program["range"]
    for zone in program["zones"]:
        keys = zone["keys"]
        if keys not in found:
            key = min(max(round(zone["root"]), keys[0], low), keys[1], high)
            found[keys] = calibrating.cents(heard, number, key)
        zone["root"] = round(zone["root"] + found[keys] / 100, 4)


def _write(document: Shaped, packed: dict[str, bytes]) -> None:
    with zipfile.ZipFile(TARGET, "w") as archive:
        _put(archive, "font.json", json.dumps(document, separators=(",", ":")).encode(), zipfile.ZIP_DEFLATED)
        for name, data in packed.items():
            _put(archive, f"samples/{name}.flac", data, zipfile.ZIP_STORED)


def _put(archive: zipfile.ZipFile, name: str, data: bytes, how: int) -> None:
    """Add a file without the time of day, so that the same font gives the same bytes."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = how
    archive.writestr(entry, data)


if __name__ == "__main__":
    make(Path(sys.argv[1]))

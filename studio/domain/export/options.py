"""What a user wants of an export, and what that comes to: preset, ending and wishes made one. Pure; any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from studio.domain import samples
from studio.domain.effects import LONGEST_TAIL
from studio.domain.export.presets import Preset, preset
from studio.domain.project import Project
from studio.errors import StudioError

LOSSLESS = ("wav", "flac")
FORMATS = (*LOSSLESS, "mp3", "ogg", "opus", "m4b")
SAFE_PEAK = -1.0  # dBTP, where somebody asks for a loudness and names no ceiling
_BITS = {"wav": (16, 24, 32), "flac": (16, 24)}
_MP3_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # at any of the rates below
_KBITS = {"mp3": (32, 320), "ogg": (48, 500), "opus": (16, 510), "m4b": (32, 512)}
_LOUDNESS = (-60.0, -5.0)
_PEAK = (-30.0, 0.0)
_RATES = {"mp3": (32_000, 44_100, 48_000), "m4b": (32_000, 44_100, 48_000), "opus": (48_000,)}  # Hz; others take any
_HIGHEST_RATE = {"ogg": 192_000, "flac": 384_000}


@dataclass(frozen=True)
class Options:
    """What was asked for; None leaves the choice to the preset."""

    preset: str = ""
    loudness: float | None = None
    peak: float | None = None
    bits: int | None = None
    bitrate: int | None = None
    start: float | None = None  # seconds
    end: float | None = None


@dataclass(frozen=True)
class Settled:
    """What an export comes to, in the sound process's terms."""

    preset: str
    kind: str
    bits: int
    bitrate: int
    rate: int
    channels: int
    loudness: float | None
    peak: float | None
    rms: float | None
    chapters: bool
    notes: tuple[str, ...] = ()

    def form(self) -> dict[str, Any]:
        """Return the format of a file."""
        return {"kind": self.kind, "bits": self.bits, "bitrate": self.bitrate, "vbr": None}

    def for_recipe(self) -> dict[str, Any]:
        """Return what decides how the file sounds."""
        return {**self.form(), "rate": self.rate, "channels": self.channels, "preset": self.preset,
                "loudness": self.loudness, "peak": self.peak, "rms": self.rms}  # fmt: skip


def settle(asked: Options, ending: str, rate: int) -> Settled:
    """Make preset, ending and wishes one; raise StudioError for wishes that nothing can fulfil.

    A wish is stronger than the preset. The ending of the file's name is stronger than the preset's format, with a note.
    """
    kind = ending.lower().lstrip(".")
    if kind not in FORMATS:
        known = ", ".join(f".{f}" for f in FORMATS)
        raise StudioError(f"The ending {ending!r} names no format for an export.", f"Use one of: {known}.")
    chosen = preset(asked.preset)
    notes: list[str] = []
    if chosen.id and kind != chosen.kind and (chosen.id == "acx" or (kind in LOSSLESS) != (chosen.kind in LOSSLESS)):
        notes.append(f"The preset {chosen.id} is made for .{chosen.kind}; the file is a .{kind}, as its name says.")
    loudness = _within(asked.loudness, _LOUDNESS, "--loudness", "LUFS, for example -16")
    peak = _within(asked.peak, _PEAK, "--peak", "dBTP, for example -1")
    wanted = chosen.loudness if loudness is None else loudness
    ceiling = chosen.peak if peak is None else peak
    if ceiling is None and wanted is not None:
        ceiling = SAFE_PEAK
    found_rate = _rate(kind, chosen.rate or rate)
    if found_rate != rate and not chosen.rate:
        notes.append(f"The .{kind} has {found_rate} Hz, the nearest that it can hold; the project has {rate} Hz.")
    return Settled(
        preset=chosen.id,
        kind=kind,
        bits=_bits(kind, asked.bits, chosen),
        bitrate=_bitrate(kind, asked.bitrate, chosen),
        rate=found_rate,
        channels=chosen.channels,
        loudness=wanted,
        peak=ceiling,
        rms=None if loudness is not None else chosen.rms,
        chapters=chosen.chapters,
        notes=tuple(notes),
    )


def stretch(asked: Options, project: Project, *, whole: int) -> tuple[int, int]:
    """Return the first sample of an export and the one after its last.

    `whole` is where the mix ends, with what effects ring on. Whoever names no end gets that; a named end is meant as it
    is, and may lie a little behind the last clip.
    """
    if not project.length:
        raise StudioError("The project is empty.", "Put something on its timeline: `studio project add DIR FILE`.")
    start = 0 if asked.start is None else samples.from_seconds(asked.start, project.rate)
    end = whole if asked.end is None else samples.from_seconds(asked.end, project.rate)
    if asked.end is not None and 0 < end - project.length <= project.rate // 1000:  # what people read is rounded
        end = project.length
    shown = f"The stretch from {asked.start or 0.0} s to {'the end' if asked.end is None else f'{asked.end} s'}"
    if start < 0 or start >= project.length or end > project.length + LONGEST_TAIL * project.rate:
        last = samples.to_seconds(project.length, project.rate)
        hint = f"It lasts from 0 to {last:.3f} s; --to may lie up to {LONGEST_TAIL} s behind that."
        raise StudioError(f"{shown} is not within the project.", hint)
    if end <= start:
        raise StudioError(f"{shown} has no length.", "Let --to be later than --from, by a sample at least.")
    return start, end


def _within(value: float | None, limits: tuple[float, float], option: str, example: str) -> float | None:
    if value is not None and not (math.isfinite(value) and limits[0] <= value <= limits[1]):
        raise StudioError(f"{option} {value:g} is out of range.", f"Give {limits[0]:g} to {limits[1]:g} {example}.")
    return value


def _bits(kind: str, asked: int | None, chosen: Preset) -> int:
    if kind not in _BITS:
        if asked is not None:
            raise StudioError(f"A .{kind} has no bits to choose.", "Leave out --bits, or write a .wav or .flac.")
        return 16
    if asked is not None and asked not in _BITS[kind]:
        raise StudioError(f"A .{kind} cannot have {asked} bits.", f"Use one of: {', '.join(map(str, _BITS[kind]))}.")
    return asked or chosen.bits


def _bitrate(kind: str, asked: int | None, chosen: Preset) -> int:
    if kind in LOSSLESS:
        if asked is not None:
            raise StudioError(f"A .{kind} has no bit rate to choose.", "Leave out --bitrate, or write an .mp3.")
        return 0
    low, high = _KBITS[kind]
    if asked is not None and not (asked in _MP3_KBITS if kind == "mp3" else low <= asked <= high):
        hint = f"Use one of: {', '.join(map(str, _MP3_KBITS))}." if kind == "mp3" else f"Give {low} to {high}."
        raise StudioError(f"An .{kind} cannot have {asked} kbit/s.", hint)
    return asked or chosen.bitrate


def _rate(kind: str, wanted: int) -> int:
    if kind in _RATES:
        return next((rate for rate in _RATES[kind] if rate >= wanted), _RATES[kind][-1])
    return min(wanted, _HIGHEST_RATE.get(kind, wanted))

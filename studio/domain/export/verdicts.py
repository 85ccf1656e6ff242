"""Whether a finished file meets the rules of where it goes: a verdict for each, with the figure. Pure; any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from studio.domain.export.options import Settled

_LOUDNESS_ROOM = 0.5  # LU
_PEAK_ROOM = 0.1  # dB, which encoders add
_ACX_RMS = (-23.0, -18.0)
_ACX_PEAK = -3.0
_ACX_NOISE = -60.0
_ACX_MINUTES = 120.0
_ACX_HEAD = (0.5, 1.0)
_ACX_TAIL = (1.0, 5.0)
_SILENT = "Nothing is heard there: unmute a track or a clip, or choose another stretch."
_TONE_ROOM = 0.02  # s by which an encoder moves the edge of a sound


@dataclass(frozen=True)
class Measured:
    """What was measured on a file after it was encoded. None is what could not be: silence has no loudness."""

    seconds: float
    rate: int
    channels: int
    kind: str
    bitrate: int  # kbit/s, constant; 0 for none
    loudness: float | None = None
    true_peak: float | None = None
    sample_peak: float | None = None
    rms: float | None = None
    noise: float | None = None
    head: float | None = None  # seconds of room tone before the first word
    tail: float | None = None
    clipped: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule: `passed` is None when it could not be judged."""

    id: str
    title: str
    passed: bool | None
    figure: str
    mend: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the object that commands print."""
        return {"rule": self.id, "title": self.title, "passed": self.passed, "figure": self.figure, "mend": self.mend}


def judge(settled: Settled, found: Measured) -> tuple[Rule, ...]:
    """Return the rules of a preset for a file; those of ACX, or those of a loudness and a ceiling."""
    if settled.preset == "acx":
        return acx(found)
    return (*_loudness(settled, found), *_ceiling(settled, found))


def acx(found: Measured) -> tuple[Rule, ...]:
    """Judge a file as an audiobook's chapter."""
    low, high = _ACX_RMS
    return (
        _ranged("rms", f"loudness between {low:g} and {high:g} dB RMS", found.rms, _ACX_RMS, "dB",
                "Make the reading louder (--loudness), or compress it.", "Make it softer with --loudness."),
        _highest("peak", f"peaks at most {_ACX_PEAK:g} dB", found.sample_peak, _ACX_PEAK, "dB",
                 "Lower the ceiling with --peak -3.5."),
        _highest("noise", f"noise floor at most {_ACX_NOISE:g} dB RMS", found.noise, _ACX_NOISE, "dB",
                 "Record in a quieter room, or clean the recording (`studio clean`) and use a gate."),
        _plain("rate", "44.1 kHz", f"{found.rate} Hz", passed=found.rate == 44_100, mend="Use the preset's own rate."),
        _plain("format", "MP3 of at least 192 kbit/s, constant", _format(found),
               passed=found.kind == "mp3" and found.bitrate >= 192, mend="Name an .mp3 and leave out --bitrate."),
        _plain("length", f"at most {_ACX_MINUTES:g} minutes", f"{found.seconds / 60:.1f} min",
               passed=found.seconds <= 60 * _ACX_MINUTES,
               mend="Export it in parts: a file a chapter with --chapters-to, or --from and --to."),
        _tone("head", "room tone before the first word", found.head, _ACX_HEAD),
        _tone("tail", "room tone after the last word", found.tail, _ACX_TAIL),
    )  # fmt: skip


def met(rules: tuple[Rule, ...]) -> bool | None:
    """Whether all rules are met; None when that cannot be said."""
    answers = {rule.passed for rule in rules}
    return False if False in answers else None if None in answers else True


def _loudness(settled: Settled, found: Measured) -> tuple[Rule, ...]:
    if settled.loudness is None:
        return ()
    target = settled.loudness
    room = (target - _LOUDNESS_ROOM, target + _LOUDNESS_ROOM)
    mend = "Peaks stand in the way: compress the loud track, or ask for less with --loudness."
    return (_ranged("loudness", f"loudness of {target:g} LUFS", found.loudness, room, "LUFS", mend, mend),)


def _ceiling(settled: Settled, found: Measured) -> tuple[Rule, ...]:
    if settled.peak is None:
        return ()
    title = f"true peak at most {settled.peak:g} dBTP"
    limit = settled.peak + _PEAK_ROOM
    # Compression that loses something moves the peaks; where it matters one leaves it more room.
    return (_highest("true_peak", title, found.true_peak, limit, "dBTP", f"Use --peak {settled.peak - 1:g}."),)


def _ranged(
    name: str, title: str, value: float | None, limits: tuple[float, float], unit: str, louder: str, softer: str
) -> Rule:
    if value is None or not math.isfinite(value):
        return Rule(name, title, False, "silence", _SILENT)
    passed = limits[0] <= value <= limits[1]
    return Rule(name, title, passed, f"{value:.1f} {unit}", "" if passed else louder if value < limits[0] else softer)


def _highest(name: str, title: str, value: float | None, limit: float, unit: str, mend: str) -> Rule:
    if value is None or not math.isfinite(value):
        return Rule(name, title, True, "silence")
    passed = value <= limit
    return Rule(name, title, passed, f"{value:.1f} {unit}", "" if passed else mend)


def _plain(name: str, title: str, figure: str, *, passed: bool, mend: str) -> Rule:
    return Rule(name, title, passed, figure, "" if passed else mend)


def _tone(name: str, what: str, value: float | None, limits: tuple[float, float]) -> Rule:
    title = f"{limits[0]:g} to {limits[1]:g} s of {what}"
    if value is None:
        return Rule(name, title, None, "not measured", "Listen to it.")
    if value < limits[0] - _TONE_ROOM:
        return Rule(name, title, False, f"{value:.2f} s", f"Leave {limits[0]:g} s of quiet there on the timeline.")
    if value > limits[1] + _TONE_ROOM:
        return Rule(name, title, False, f"{value:.2f} s", "Trim the quiet there, or use --from and --to.")
    return Rule(name, title, True, f"{value:.2f} s")


def _format(found: Measured) -> str:
    return f"{found.kind} {found.bitrate} kbit/s constant" if found.bitrate else f"{found.kind}, no constant bit rate"

"""What the effects of clips and tracks are: each kind's settings with default, range and unit. Pure; any thread.

Forms, checks and the mixer read the same table. A frequency at or above half the project's rate is for the mixer to
hold below it. Names and meanings are pedalboard's own where it has them (its reverb doubles the direct sound).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studio.errors import StudioError

LONGEST_TAIL = 10  # seconds that effects may ring on after the last clip


@dataclass(frozen=True)
class Setting:
    """One number that an effect takes."""

    name: str
    default: float
    low: float
    high: float
    unit: str  # dB, Hz, ms, s, ":1" for a ratio, "" for a plain share or quality
    title: str


_ATTACK = Setting("attack_ms", 5.0, 0.1, 500.0, "ms", "Attack")
_RELEASE = Setting("release_ms", 100.0, 5.0, 5_000.0, "ms", "Release")

KINDS: Mapping[str, tuple[Setting, ...]] = {
    "eq": (
        Setting("low_cut_hz", 0.0, 0.0, 1_000.0, "Hz", "Low cut (0 is off)"),
        Setting("low_gain_db", 0.0, -24.0, 24.0, "dB", "Low gain"),
        Setting("low_hz", 120.0, 20.0, 2_000.0, "Hz", "Low frequency"),
        Setting("mid_gain_db", 0.0, -24.0, 24.0, "dB", "Mid gain"),
        Setting("mid_hz", 1_000.0, 100.0, 10_000.0, "Hz", "Mid frequency"),
        Setting("mid_q", 0.7, 0.1, 10.0, "", "Mid quality: high is narrow"),
        Setting("high_gain_db", 0.0, -24.0, 24.0, "dB", "High gain"),
        Setting("high_hz", 8_000.0, 1_000.0, 20_000.0, "Hz", "High frequency"),
    ),
    "compressor": (
        Setting("threshold_db", -18.0, -60.0, 0.0, "dB", "Threshold"),
        Setting("ratio", 3.0, 1.0, 20.0, ":1", "Ratio"),
        _ATTACK,
        _RELEASE,
        Setting("makeup_db", 0.0, 0.0, 24.0, "dB", "Gain afterwards"),
    ),
    "reverb": (
        Setting("room", 0.4, 0.0, 1.0, "", "Room size"),
        Setting("damping", 0.5, 0.0, 1.0, "", "Damping"),
        Setting("wet", 0.2, 0.0, 1.0, "", "Room's share"),
        Setting("dry", 0.5, 0.0, 1.0, "", "Direct sound (0.5 leaves it as it is)"),
        Setting("width", 1.0, 0.0, 1.0, "", "Width"),
    ),
    "gate": (
        Setting("threshold_db", -50.0, -100.0, 0.0, "dB", "Threshold"),
        Setting("ratio", 10.0, 1.0, 100.0, ":1", "Ratio"),
        _ATTACK,
        _RELEASE,
    ),
    "limiter": (
        Setting("threshold_db", -3.0, -60.0, 0.0, "dB", "Threshold"),
        _RELEASE,
    ),
    "delay": (
        Setting("seconds", 0.3, 0.001, 1.0, "s", "Time"),
        Setting("feedback", 0.3, 0.0, 0.7, "", "Feedback"),
        Setting("mix", 0.25, 0.0, 1.0, "", "Echo's share"),
    ),
}


def full(kind: str, settings: Mapping[str, float]) -> dict[str, float]:
    """Return every setting of a kind, with the default for what is not given."""
    return {setting.name: settings.get(setting.name, setting.default) for setting in KINDS[kind]}


def problems(kind: str, settings: Mapping[str, float]) -> Iterator[str]:
    """Yield what is wrong with an effect, in words."""
    if kind not in KINDS:
        yield f"there is no effect {kind[:40]!r}"
        return
    known = {setting.name: setting for setting in KINDS[kind]}
    for name, value in settings.items():
        setting = known.get(name)
        if setting is None:
            yield f"{kind} has no setting {name[:40]!r}"
        elif not (math.isfinite(value) and setting.low <= value <= setting.high):
            yield f"{name} of {kind} is {value:g}, not between {setting.low:g} and {setting.high:g}"


def check(kind: str, settings: Mapping[str, float]) -> None:
    """Raise StudioError for an effect that there is not."""
    for problem in problems(kind, settings):
        known = ", ".join(s.name for s in KINDS[kind]) if kind in KINDS else ""
        hint = f"The settings of {kind} are {known}." if known else f"The effects are {', '.join(KINDS)}."
        raise StudioError(problem[0].upper() + problem[1:] + ".", hint)

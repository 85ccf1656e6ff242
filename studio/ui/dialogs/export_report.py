"""What a finished export came to, in the words of the window: figures, rules met or not and what to do. No widgets.

The GUI thread, for its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain.export import licences, order
from studio.domain.export.presets import PRESETS
from studio.ui.dialogs.export_choice import short
from studio.ui.language import figures, t, tn
from studio.ui.told import is_command

_MINUS = "\N{MINUS SIGN}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FORMAT = re.compile(r"(\w+)(?: (\d+) kbit/s constant)?")


@dataclass(frozen=True)
class Rule:
    """One rule of where the file goes; `passed` is None where it could not be judged."""

    passed: bool | None
    title: str
    figure: str
    mend: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is said of one file: of the whole piece, or of a chapter."""

    file: Path
    passed: bool | None
    rules: tuple[Rule, ...]

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        against = sum(rule.passed is False for rule in self.rules)
        if against:
            return tn(against, "{count} rule is not met", "{count} rules are not met")
        if self.passed is None:
            return t("Not all rules could be judged")
        return t("All rules are met")


@dataclass(frozen=True)
class Report:
    """A finished export."""

    file: Path
    seconds: float
    wall: float  # seconds that it took
    loudness: float | None
    peak: float | None
    size: int  # bytes; 0 where nobody knows
    preset: str  # its title; "" for none
    verdicts: tuple[Verdict, ...]
    commercial: str  # of studio.domain.export.licences
    beside: tuple[str, ...]  # what lies beside it, by name
    notes: tuple[str, ...]  # what came otherwise than wished


def report_of(result: Mapping[str, Any], size: int) -> Report:
    """Read what the exporter says of a job."""
    judged = [one for one in result.get("verdicts") or () if one["rules"]]
    preset = next((PRESETS[one["preset"]].title for one in judged if one["preset"] in PRESETS), "")
    return Report(
        file=Path(str(result["path"])),
        seconds=float(result.get("seconds") or 0.0),
        wall=float(result.get("wall") or 0.0),
        loudness=result.get("loudness"),
        peak=result.get("true_peak"),
        size=size,
        preset=t(preset) if preset else "",
        verdicts=tuple(_verdict(one, str(result["path"])) for one in judged),
        commercial=str((result.get("commercial") or {}).get("answer") or licences.UNKNOWN),
        beside=_beside(result),
        notes=tuple(_notes(result)),
    )


def signed(value: float, digits: int = 1) -> str:
    """Return a number as the language writes it, with a true minus."""
    return figures(value, digits).replace("-", _MINUS)


def _beside(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what lies beside the sound: files by name, folders with how many are in them."""
    folders: dict[str, int] = {}
    names: list[str] = []
    for one in result.get("outputs") or ():
        path = Path(str(one["path"]))
        if one["use"] in {order.CHAPTER, order.STEM}:
            folders[path.parent.name] = folders.get(path.parent.name, 0) + 1
        elif one["use"] != order.MIX:
            names.append(path.name)
    return (*(f"{name} ({tn(n, '{count} file', '{count} files')})" for name, n in folders.items()), *names)


def _notes(result: Mapping[str, Any]) -> list[str]:
    """Return the warnings, without what names options of the command line: that helps nobody here."""
    texts = [str(note.get("text", "")) for note in result.get("notes") or () if note.get("level") == "warning"]
    plain = ["; ".join(part for part in text.split("; ") if not is_command(part)) for text in texts]
    return [text if text.endswith(".") else f"{text}." for text in plain if text]


def _verdict(one: Mapping[str, Any], whole: str) -> Verdict:
    chapter = str(one["path"]) != whole
    rules = tuple(_rule(rule, chapter=chapter) for rule in one["rules"])
    return Verdict(Path(str(one["path"])), one["passed"], rules)


def _rule(rule: Mapping[str, Any], *, chapter: bool) -> Rule:
    """Say a rule in the words of the window; one that has none there is shown as the exporter said it."""
    name, figure, passed = str(rule["rule"]), str(rule["figure"]), rule["passed"]
    limits = [float(number) for number in _NUMBER.findall(str(rule["title"]))]
    title = _title(name, *(_local(limit) for limit in limits)) or str(rule["title"])
    value = _NUMBER.match(figure)
    if passed:
        mend = ""
    elif value:
        mend = _mend(name, float(value[0]), limits, chapter=chapter)
    elif figure == "silence":
        mend = t("Nothing is heard there: unmute a track or a clip, or choose another stretch.")
    else:
        mend = _mend(name, 0.0, limits, chapter=chapter) if passed is False else t("Listen to it.")
    return Rule(passed, title, _figure(name, figure), mend)


def _title(name: str, low: str = "", high: str = "", *_more: str) -> str:
    titles = {
        "rms": t("Loudness from {low} to {high} dB RMS", low=low, high=high),
        "peak": t("Peaks at most {limit} dB", limit=low),
        "noise": t("Noise at most {limit} dB RMS", limit=low),
        "rate": f"{short(44.1)} kHz",
        "format": t("MP3 of at least 192 kbit/s, constant"),
        "length": t("At most {limit} minutes", limit=low),
        "head": t("{low} to {high} s of quiet before the first word", low=low, high=high),
        "tail": t("{low} to {high} s of quiet after the last word", low=low, high=high),
        "loudness": t("Loudness of {limit} LUFS", limit=low),
        "true_peak": t("True peak at most {limit} dBTP", limit=low),
    }
    return titles.get(name, "")


def _figure(name: str, figure: str) -> str:
    if figure in {"silence", "not measured"}:
        return t("silence") if figure == "silence" else t("not measured")
    if name == "rate":
        return f"{short(int(figure.split(maxsplit=1)[0]) / 1000)} kHz"
    if name == "format" and (found := _FORMAT.match(figure)):
        return f"{found[1].upper()}, {found[2]} kbit/s" if found[2] else found[1].upper()
    return _NUMBER.sub(lambda found: signed(float(found[0]), len(found[0].partition(".")[2])), figure)


def _local(value: float) -> str:
    return short(value).replace("-", _MINUS)


def _mend(name: str, value: float, limits: list[float], *, chapter: bool) -> str:
    """Return what to do about a figure that is not within its limits."""
    limit = limits[0] if limits else 0.0
    lower = _local(limit - (0.5 if name == "peak" else 1.0))
    softer = t("Export again with “Another loudness”, and peaks at most {level} dBTP.", level=lower)
    mends = {
        "peak": softer,
        "noise": t("Take the noise out of the recording in the room Voices, or give the track a gate."),
        "rate": t("Export again with the format MP3."),
        "format": t("Export again with the format MP3, at 192 kbit/s or more."),
        "length": t("Export it in parts: with a file for each chapter, or a stretch at a time."),
        "loudness": t("Peaks stand in the way: give the loud track a compressor, or choose a lower loudness."),
        "true_peak": softer,
    }
    low = {
        "rms": t("Export again with “Another loudness” and a higher value, or give the track a compressor."),
        "head": t("Move all clips to the right, until that much quiet lies before them."),
        "tail": t("Export again with “From … to …”, and an end that far behind the last word."),
    }
    high = {
        "rms": t("Export again with “Another loudness” and a lower value."),
        "head": t("Trim the quiet, or export again with “From … to …” and a later start."),
        "tail": t("Trim the quiet, or export again with “From … to …” and an earlier end."),
    }
    if chapter and name in {"head", "tail"}:
        return t("Move clips, or the mark of the chapter, until that much quiet lies there.")
    return mends.get(name) or (low if value < limit else high).get(name, "")

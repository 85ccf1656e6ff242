"""Times of day in words. Pure; any thread."""

from __future__ import annotations

import re

from studio.domain.spoken import numbers
from studio.domain.spoken.style import DASH, ends_sentence, spelt

_HALF = r"(?P<half>[AaPp])(?:\.\s?[Mm]\.?|[Mm]\b\.?(?=\s+[a-z]|,)|[Mm]\b)"
_HALF_DAY = re.compile(
    rf"(?<![\w.,:/-])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?(?:{DASH}(?P<until>1[0-2]|[1-9])(?:[:.](?P<then>[0-5]\d))?)?"
    rf"\s{{0,2}}{_HALF}(?!\w)"
)
_CLOCK = re.compile(
    r"(?<![\w.,:/$£€-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\w:%]|[.,]\d)"
)
_ALONE = re.compile(r"(?<![\w.])(?P<half>[ap])\.m\.(?!\w)")
_BETWEEN = re.compile(
    rf"(?P<before>\d:\d\d|\d\s?[ap]\.?m\.?)\s?{DASH}\s?(?=\d{{1,2}}(?::\d\d|\s?[ap]\.?m))", re.IGNORECASE
)


def read(text: str) -> str:
    """The text with its times of day in words."""
    if ":" not in text and "m" not in text.lower():
        return text
    text = _BETWEEN.sub(lambda m: f"{m['before']} to ", text)
    text = _HALF_DAY.sub(_half_day, text)
    text = _ALONE.sub(_half, text)
    return _CLOCK.sub(_clock, text)


def _half(match: re.Match[str]) -> str:
    full_stop = match.group().endswith(".") and ends_sentence(match.string, match.end())
    return spelt(f"{match['half']}m") + ("." if full_stop else "")


def _half_day(match: re.Match[str]) -> str:
    said = _hour_and_minute(match["hour"], match["minute"])
    if match["until"]:
        said += f" to {_hour_and_minute(match['until'], match['then'])}"
    return f"{said} {_half(match)}"


def _hour_and_minute(hour: str, minute: str | None) -> str:
    words = numbers.cardinal(int(hour))
    return words if minute in (None, "00") else f"{words} {numbers.short_year(int(minute))}"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if minute:
        said = f"{numbers.cardinal(hour)} {numbers.short_year(minute)}"
    elif hour == 0:
        said = "midnight"
    else:
        said = numbers.cardinal(hour) + (" o'clock" if hour <= 12 else " hundred")
    if match["second"]:
        second = int(match["second"])
        said += f" and {numbers.cardinal(second)} second{'' if second == 1 else 's'}"
    return said

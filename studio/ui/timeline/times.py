"""Times as people read and write them. Pure but for the language; any thread."""

from __future__ import annotations

import re

from studio.errors import StudioError
from studio.ui.language import decimal_point, t

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,5}):)?(\d{1,9})(?:[.,](\d{1,6}))?")


def clock(samples: int, rate: int) -> str:
    """Return a time as m:ss.mmm, with hours where there are some."""
    thousandths = (samples * 1000 + rate // 2) // rate
    seconds, thousandths = divmod(thousandths, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    front = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{front}:{seconds:02}{decimal_point()}{thousandths:03}"


def samples_of(text: str, rate: int) -> int:
    """Return the time that was typed, as m:ss.mmm or in seconds; raise StudioError for what is none."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise StudioError(
            t("{written} is no time.", written=repr(text.strip()[:40])), t("Write it as 1:05.250 or in seconds.")
        )
    hours, minutes, seconds, rest = found.groups(default="0")
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * rate + round(int(rest.ljust(6, "0")) * rate / 1_000_000)

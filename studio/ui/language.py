"""Words to the user: English stands in the code, other languages in catalogues under resources. The GUI thread.

`t` is the one function through which a text reaches the window. A catalogue is a JSON object from the English text to
the translated one, in as many files as there are parts of the window; placeholders are those of `str.format`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from studio.paths import RESOURCES

LANGUAGES = {"en": "English", "de": "Deutsch"}
_FOLDER = RESOURCES / "language"
_POINTS = {"de": ","}  # what stands before the fraction of a number, where it is no point


class _Chosen:
    """The language that is shown; one window, one language."""

    code = "en"


def use(code: str) -> None:
    """Show the window in a language; one that we do not have is English."""
    _Chosen.code = code if code in LANGUAGES else "en"


def current() -> str:
    """Return the language that is shown."""
    return _Chosen.code


def t(text: str, **values: object) -> str:
    """Return a text in the language that is shown, with its values filled in."""
    found = catalogue(_Chosen.code).get(text, text)
    return found.format(**values) if values else found


def figures(value: float, digits: int = 1) -> str:
    """Return a number as the language that is shown writes it. Pure but for the language."""
    return f"{value:.{digits}f}".replace(".", decimal_point())


def decimal_point(code: str = "") -> str:
    """Return what stands before decimals in a language; in the one that is shown."""
    return _POINTS.get(code or _Chosen.code, ".")


def clock(seconds: float, digits: int = 0) -> str:
    """Return a time as people read it: 1:05, 1:00:00, with a digit 0:05.2. Pure but for the language."""
    rounded = round(max(0.0, seconds), digits)  # first, or 59.97 would be 0:60.0
    minutes, hours = int(rounded // 60), int(rounded // 3600)
    rest = figures(rounded % 60, digits).zfill(digits + 3 if digits else 2)
    return f"{hours}:{minutes % 60:02}:{rest}" if hours else f"{minutes}:{rest}"


def time_left(seconds: float) -> str:
    """Return a time as people estimate it."""
    if seconds < 10:
        return t("a few seconds left")
    if seconds < 90:
        return t("about {seconds} s left", seconds=round(seconds / 5) * 5)
    return t("about {minutes} min left", minutes=round(seconds / 60))


def tn(count: int, one: str, many: str, **values: object) -> str:
    """Return the text for a number of things; `{count}` stands for the number."""
    return t(one if count == 1 else many, count=count, **values)


@cache
def catalogue(code: str, files: str = "*.json") -> Mapping[str, str]:
    """Return every translation of a language, or those of some of its files."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / code).glob(files)):
        found.update(json.loads(file.read_text(encoding="utf-8")))
    return found

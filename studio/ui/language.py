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


def tn(count: int, one: str, many: str, **values: object) -> str:
    """Return the text for a number of things; `{count}` stands for the number."""
    return t(one if count == 1 else many, count=count, **values)


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Return every translation of a language."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / code).glob("*.json")):
        found.update(json.loads(file.read_text(encoding="utf-8")))
    return found

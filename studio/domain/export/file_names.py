"""File names out of titles that people gave: safe on every system, and each there once. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 80  # bytes of a title in a file name; the rest of a path needs some, too
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def safe(title: str, *, otherwise: str) -> str:
    """Return a title as a file's stem that every system takes; `otherwise` when nothing of it is left."""
    name = " ".join(_FORBIDDEN.sub(" ", title).split()).strip(". ")
    name = name.encode()[:_LONGEST].decode(errors="ignore").strip(". ")
    if not name:
        return otherwise
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def unique(names: Iterable[str]) -> list[str]:
    """Number those that a system which ignores case would take for the same."""
    given = list(names)
    taken: set[str] = set()
    found: list[str] = []
    for name in given:
        candidate, number = name, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate.casefold())
        found.append(candidate)
    return found

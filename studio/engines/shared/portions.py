"""A text in portions that the model takes at once; of a longer one it would lose the end. Pure; any thread."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

Fits = Callable[[str], bool]

# Where a text may be cut, best first: ends of sentences, of clauses, of words.
_BORDERS = (
    re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？।॥؟۔]+[」』”]*\s*"),  # noqa: RUF001 — their languages' own
    re.compile(r"[,;:،؛—–]\s+|[、，；：]\s*"),  # noqa: RUF001 — likewise
    re.compile(r"\s+"),
)


def cut(text: str, fits: Fits) -> list[str]:
    """Return a text in as few portions as are needed for each to fit, cut at the best border there is."""
    portions: list[str] = []
    rest = text.strip()
    while rest and not fits(rest):
        end = _end(rest, fits)
        portions.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [*portions, rest] if rest else portions


def _end(text: str, fits: Fits) -> int:
    """Return where the first portion ends."""
    for border in _BORDERS:
        ends = [found.end() for found in border.finditer(text) if found.end() < len(text)]
        if end := _last(ends, text, fits):
            return end
    return _last(list(range(1, len(text))), text, fits) or 1


def _last(ends: list[int], text: str, fits: Fits) -> int:
    """Return the last of the places before which a portion fits; 0 where it never does."""
    number = bisect_left(ends, True, key=lambda end: not fits(text[:end].strip()))
    return ends[number - 1] if number else 0

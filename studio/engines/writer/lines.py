"""What a model says as lines of lyrics: without numbers, quotes, titles and its thoughts. Pure; any thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)
_TITLE = re.compile(r"\s*(?:\[[^\]]*\]|#+.*|\*\*[^*]*\*\*:?|[\w -]{1,20}:)\s*")
_NUMBER = re.compile(r"^\s*(?:\d{1,3}[.):]|[-*•–])\s+")
_BRACKETS = str.maketrans("[]", "()")  # a line that looks like a title would be one
_QUOTES = '"“”„»«*_` '
_LONGEST = 200  # characters; what has more is no line


def lines_of(text: str, *, whole: bool) -> list[str]:
    """Return the lines of what has been said so far; the last one only when the text is `whole`."""
    said = _THOUGHT.sub("", text).replace("\r", "\n")
    lines = said.split("\n")
    if not whole:
        lines = lines[:-1]
    return [line for line in map(cleaned, lines) if line]


def cleaned(line: str) -> str:
    """Return a line as it is sung; nothing for a title."""
    plain = "".join(c if c.isprintable() else " " for c in line).replace("\ufffd", "")
    if _TITLE.fullmatch(plain):
        return ""
    words = " ".join(_NUMBER.sub("", plain).strip(_QUOTES).translate(_BRACKETS).split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0]


def different(lines: Sequence[str], but: str) -> list[str]:
    """Return each line once, and none that is `but`."""
    found: dict[str, str] = {}
    for line in lines:
        found.setdefault(line.casefold(), line)
    found.pop(but.casefold(), None)
    return list(found.values())


def as_text(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Write sections down: each under its title, an empty line between two."""
    return "\n\n".join("\n".join([f"[{title}]", *lines]) for title, lines in parts)

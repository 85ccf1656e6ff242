"""Times in lyrics, as players of songs show them: before lines, and before words. Pure; any thread."""

from __future__ import annotations

import re

LINE = re.compile(r"((?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+)(.*)")  # its times, and its words
TIME = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_WORD = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")


def without_word_times(line: str) -> str:
    """Return a line without the times before its words."""
    return _WORD.sub("", line)


def without(text: str) -> str:
    """Return lyrics without any times, for a model that would sing them."""
    lines = ((LINE.fullmatch(line.strip()), line) for line in text.splitlines())
    return "\n".join(without_word_times(found[2] if found else line) for found, line in lines)

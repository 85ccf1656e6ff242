"""Which line of a script is which after somebody wrote in it, so that takes stay with their line. Pure; any thread.

A line is a turn of `dialogue.parse`. Its id lies in `Project.script_lines`, in the lines' order.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from studio.domain import dialogue
from studio.domain.dialogue import Line, Script

_MOST_COMPARED = 20_000  # lines that are no longer the same; comparing more would take seconds


def carried(old: Sequence[Line], ids: Sequence[str], new: Sequence[Line]) -> list[str]:
    """Return the id of each new line, "" for one that is really new.

    A line that stands unchanged keeps its id wherever it went among its neighbours; one that was rewritten in its place
    keeps it as well.
    """
    known = [*ids, *[""] * (len(old) - len(ids))][: len(old)]
    before, after = [_key(line) for line in old], [_key(line) for line in new]
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    found = [*known[:start], *[""] * (len(new) - start - end), *(known[len(old) - end :] if end else [])]
    middle_old, middle_new = before[start : len(old) - end], after[start : len(new) - end]
    if len(middle_old) + len(middle_new) <= _MOST_COMPARED:
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        for kind, i, i_end, j, j_end in matcher.get_opcodes():
            if kind in {"equal", "replace"}:
                count = min(i_end - i, j_end - j)
                found[start + j : start + j + count] = known[start + i : start + i + count]
    return found


@lru_cache(maxsize=4)
def parsed(script: str) -> Script:
    """Return a script as it is understood."""
    return dialogue.parse(script)


def lines_of(script: str) -> tuple[Line, ...]:
    """Return the lines of a script."""
    return parsed(script).lines


def _key(line: Line) -> tuple[str | None, str]:
    return line.speaker, line.raw


def _same(first: Sequence[object], second: Sequence[object]) -> int:
    """Return with how many equal things two lists begin."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count

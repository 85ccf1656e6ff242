"""Which of the words that were heard belong to which of several lines spoken in one go. Pure; any thread."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from studio.domain.alike import folded
from studio.domain.quality import ANYTHING
from studio.domain.spoken.english import spoken


def cuts(lines: Sequence[str], heard: Sequence[str], *, british: bool = False) -> list[int]:
    """Return for each line but the first with which heard word it begins.

    Words that both sides have are held against each other, in their order. Of those between, which nobody wrote, each
    of two lines gets its share of what it lacks.
    """
    wanted = [_spoken(line, british=british) for line in lines]
    said = [(word, number) for number, text in enumerate(heard) for word in _spoken(text, british=british)]
    flat = [word for line in wanted for word in line]
    blocks = SequenceMatcher(None, flat, [word for word, _ in said], autojunk=False).get_matching_blocks()
    known = [(one.a + n, said[one.b + n][1]) for one in blocks for n in range(one.size)]
    found: list[int] = []
    border = 0
    for line in wanted[:-1]:
        border += len(line)
        before = max(((place + 1, word + 1) for place, word in known if place < border), default=(0, 0))
        after = min(((place, word) for place, word in known if place >= border), default=(len(flat), len(heard)))
        lacks = border - before[0]
        share = lacks / (after[0] - before[0]) if after[0] > before[0] else 0.0
        found.append(before[1] + round(max(0, after[1] - before[1]) * share))
    return found


def _spoken(text: str, *, british: bool) -> list[str]:
    return folded(spoken(text.replace(ANYTHING, " "), british=british))

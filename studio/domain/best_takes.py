"""Which take of each line to keep, as the seeds that make it again. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.domain import quality, seeds
from studio.domain.quality import LineQuality

MOST = 8

Take = Mapping[int, LineQuality]
"""The judged lines of a take, by their number."""


def chosen(takes: Sequence[Take]) -> dict[int, int]:
    """Return for each line that all takes have judged the number of the best one."""
    common = set(takes[0]).intersection(*takes[1:]) if takes else set[int]()
    return {line: quality.best([take[line] for take in takes]) for line in sorted(common)}


def seeds_of(choice: Mapping[int, int], lines: Sequence[int], seed: int) -> dict[str, int]:
    """Return the seeds of the sentences to change. `lines`: the line of each sentence; `seed`: of the first take."""
    return {
        str(index): seeds.of_piece(seeds.of_take(seed, choice[line]), index)
        for index, line in enumerate(lines)
        if choice.get(line, 0)
    }

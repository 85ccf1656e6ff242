"""Whether a voice stays itself over a script: how alike its takes are to what they are held against. Pure; any thread.

The figures are those of the encoder that judges. Sentences of one voice reach 0.8 to 0.95; what is shorter than a
second and a half says little, so it is shown and does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

TELLING = 1.5  # seconds of a take from which its likeness counts
_FEWEST = 5  # takes that count
_FIRST = 8  # takes that say how alike a voice is before it drifts, at most
_SPREAD = 2.5  # of the usual step from one take to the next
_LEAST, _MOST = 0.08, 0.2  # less is a matter of the words, more is another voice whatever the steps
_FLOOR = 0.6  # what is less alike is easy to tell apart: no voice that only varies
_RUN = 3  # takes in a row; two at the end

STEADY, DRIFTING, FEW = "steady", "drifting", "few"


@dataclass(frozen=True)
class Point:
    """A take, and how alike it is; None where nobody could tell."""

    take: str
    line: str  # "" where the script has no such line
    number: int  # of the line in the script, from 1; without a line, which take it is
    seconds: float
    likeness: float | None
    held_against: bool = False  # it is itself what the others are held against

    @property
    def counts(self) -> bool:
        """Whether it says something about the voice."""
        return self.likeness is not None and self.seconds >= TELLING and not self.held_against


@dataclass(frozen=True)
class Verdict:
    """What the takes say together. `spans` are the first and the last point of each drift."""

    kind: str
    level: float | None = None  # how alike the voice is where it does not drift
    bound: float | None = None  # what lies below it has drifted
    spans: tuple[tuple[int, int], ...] = ()
    to_the_end: bool = False  # the last drift goes on

    def drifted(self, points: Sequence[Point]) -> tuple[Point, ...]:
        """Return the takes that are another voice by now."""
        found = [point for first, last in self.spans for point in points[first : last + 1]]
        return tuple(p for p in found if p.likeness is not None and self.bound is not None and p.likeness < self.bound)


def judge(points: Sequence[Point]) -> Verdict:
    """Say whether a voice is steady, or from where to where it is not.

    The first takes say how alike it is. It has drifted where takes in a row, each smoothed by its neighbours, are less
    alike than that by more than such takes differ anyway, or easy to tell from what they are held against.
    """
    told = [(place, point.likeness) for place, point in enumerate(points) if point.counts]
    values = [value for _, value in told if value is not None]
    if len(values) < _FEWEST:
        return Verdict(FEW, median(values) if values else None)
    level = median(values[: min(_FIRST, max(3, len(values) // 3))])
    steps = median(abs(after - before) for before, after in pairwise(values))
    bound = max(_FLOOR, level - min(_MOST, max(_LEAST, _SPREAD * steps)))
    smooth = [median(values[max(0, n - 1) : n + 2]) for n in range(len(values))]
    runs = [run for run in _runs([value < bound for value in smooth]) if _counts(run, len(values))]
    spans = tuple((told[first][0], told[last][0]) for first, last in runs)
    ends = bool(runs) and runs[-1][1] == len(values) - 1
    return Verdict(DRIFTING if spans else STEADY, level, bound, spans, ends)


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how alike two voices are, by their vectors of length 1."""
    return max(-1.0, min(1.0, sum(a * b for a, b in zip(one, other, strict=True))))


def _runs(below: Sequence[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place, is_below in enumerate(below):
        if is_below and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        elif is_below:
            found.append((place, place))
    return found


def _counts(run: tuple[int, int], count: int) -> bool:
    length = run[1] - run[0] + 1
    return length >= _RUN or (length == _RUN - 1 and run[1] == count - 1)

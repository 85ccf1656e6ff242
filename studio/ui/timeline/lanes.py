"""At which height what is drawn: the ruler's strips on top, below them a lane for each track. Pure; any thread.

The ruler stays where it is; the lanes are scrolled below it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from studio.domain.project import Project, Track

LANE = 72  # pixels of a track that has no height of its own
LEAST = 24
MOST = 400
_LOOP, _REGIONS, _MARKS, _BARS, _TIME = 10, 16, 16, 16, 22


@dataclass(frozen=True)
class Strip:
    """A part of the ruler, from its top to before its bottom."""

    top: int
    bottom: int


@dataclass(frozen=True)
class Lanes:
    """The heights of a project. `edges` holds the lanes' tops, and the bottom of the last, unscrolled; `top` pixels of
    them are scrolled away. `size` is that of the text, 1.0 for the ordinary one."""

    edges: tuple[int, ...] = (0,)
    top: int = 0
    size: float = 1.0
    bars: bool = False

    @classmethod
    def of(cls, project: Project, *, top: int = 0, size: float = 1.0) -> Lanes:
        """Return the lanes of a project."""
        heights = [lane_height(track, size=size) for track in project.tracks]
        return cls((0, *accumulate(heights)), top, size, project.style.bpm > 0)

    @property
    def count(self) -> int:
        """How many lanes there are."""
        return len(self.edges) - 1

    @property
    def total(self) -> int:
        """How high all lanes are together."""
        return self.edges[-1]

    @cached_property
    def loop(self) -> Strip:
        """Where the loop's range lies."""
        return Strip(0, self._px(_LOOP))

    @cached_property
    def regions(self) -> Strip:
        """Where the regions lie."""
        return Strip(self.loop.bottom, self.loop.bottom + self._px(_REGIONS))

    @cached_property
    def marks(self) -> Strip:
        """Where the markers and chapters lie."""
        return Strip(self.regions.bottom, self.regions.bottom + self._px(_MARKS))

    @cached_property
    def beats(self) -> Strip:
        """Where bars and beats are counted; of no height in a project without a tempo."""
        return Strip(self.marks.bottom, self.marks.bottom + (self._px(_BARS) if self.bars else 0))

    @cached_property
    def time(self) -> Strip:
        """Where the time is told."""
        return Strip(self.beats.bottom, self.beats.bottom + self._px(_TIME))

    @cached_property
    def ruler(self) -> int:
        """How high the whole ruler is: where the lanes begin."""
        return self.time.bottom

    def y(self, row: int) -> int:
        """Return the top of a lane; that of the one after the last is the end of them all."""
        return self.ruler + self.edges[row] - self.top

    def height(self, row: int) -> int:
        """Return how high a lane is."""
        return self.edges[row + 1] - self.edges[row]

    def row_at(self, y: float) -> int:
        """Return the lane at a height: -1 above the first, and counted on below the last."""
        inside = y - self.ruler + self.top
        if inside >= self.total:
            return self.count + int(inside - self.total) // self._px(LANE)
        return bisect_right(self.edges, inside) - 1

    def is_lane(self, row: int) -> bool:
        """Whether there is such a lane."""
        return 0 <= row < self.count

    def seen(self, height: int) -> Iterator[int]:
        """Yield the lanes that are seen in a picture of some height, the ruler included."""
        first = max(0, bisect_right(self.edges, self.top) - 1)
        for row in range(first, self.count):
            if self.y(row) >= height:
                return
            yield row

    def most_scrolled(self, height: int) -> int:
        """Return how far the lanes can be scrolled in a picture of some height."""
        return max(0, self.total + self._px(LANE) // 2 - (height - self.ruler))

    def _px(self, size: float) -> int:
        return round(size * self.size)


def lane_height(track: Track, *, size: float = 1.0) -> int:
    """Return how high a track's lane is drawn."""
    wanted = track.height or LANE
    return round(min(MOST, max(LEAST, wanted)) * size)

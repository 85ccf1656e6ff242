"""At which height what is drawn: the ruler's strips on top, below them a lane for each track. Pure; any thread.

The ruler stays where it is; the lanes are scrolled below it. A row is a track: its clips, and below them the lanes of
those of its automation lines that are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from studio.domain.project import Project, Track

LANE = 72  # pixels of a track that has no height of its own
LEAST = 24
MOST = 400
LINE = 56  # pixels of the lane of an automation line
LOWEST_LINE, HIGHEST_LINE = 40, 160
FLATTEST, TALLEST = 0.4, 4.0  # times the height that the tracks have
_LOOP, _REGIONS, _MARKS, _BARS, _TIME = 10, 16, 16, 16, 22


@dataclass(frozen=True)
class Strip:
    """A part of the ruler, from its top to before its bottom."""

    top: int
    bottom: int


@dataclass(frozen=True)
class Lanes:
    """The heights of a project. `edges` holds the rows' tops, and the bottom of the last, unscrolled; `top` pixels of
    them are scrolled away. `size` is that of the text, 1.0 for the ordinary one. `lines` holds which automation lines
    of each row have a lane below its clips, and `line` how high such a lane is."""

    edges: tuple[int, ...] = (0,)
    top: int = 0
    size: float = 1.0
    bars: bool = False
    lines: tuple[tuple[str, ...], ...] = ()
    line: int = LINE

    @classmethod
    def of(
        cls,
        project: Project,
        *,
        top: int = 0,
        size: float = 1.0,
        lines: Mapping[str, tuple[str, ...]] | None = None,
        tall: float = 1.0,
    ) -> Lanes:
        """Return the lanes of a project: `lines` by track, and all of them `tall` times as high as they are."""
        line = round(min(HIGHEST_LINE, max(LOWEST_LINE, LINE * tall)) * size)
        shown = tuple((lines or {}).get(track.id, ()) for track in project.tracks)
        heights = [
            lane_height(track, size=size, tall=tall) + line * len(below)
            for track, below in zip(project.tracks, shown, strict=True)
        ]
        return cls((0, *accumulate(heights)), top, size, project.style.bpm > 0, shown, line)

    @property
    def count(self) -> int:
        """How many rows there are."""
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
        """Return the top of a row; that of the one after the last is the end of them all."""
        return self.ruler + self.edges[row] - self.top

    def height(self, row: int) -> int:
        """Return how high the lane of a row's clips is."""
        return self.whole(row) - self.line * len(self.lines_of(row))

    def whole(self, row: int) -> int:
        """Return how high a row is, with the lanes of its lines."""
        return self.edges[row + 1] - self.edges[row]

    def lines_of(self, row: int) -> tuple[str, ...]:
        """Return which automation lines have a lane below a row's clips."""
        return self.lines[row] if self.lines else ()

    def line_y(self, row: int, what: str) -> int:
        """Return the top of the lane of a line that is shown."""
        return self.y(row) + self.height(row) + self.line * self.lines_of(row).index(what)

    def line_at(self, row: int, y: float) -> str:
        """Return in the lane of which line of a row a height lies; "" for among its clips."""
        below = y - self.y(row) - self.height(row)
        shown = self.lines_of(row)
        return shown[min(len(shown) - 1, int(below // self.line))] if shown and below >= 0 else ""

    def row_at(self, y: float) -> int:
        """Return the row at a height: -1 above the first, and counted on below the last."""
        inside = y - self.ruler + self.top
        if inside >= self.total:
            return self.count + int(inside - self.total) // self._px(LANE)
        return bisect_right(self.edges, inside) - 1

    def is_lane(self, row: int) -> bool:
        """Whether there is such a row."""
        return 0 <= row < self.count

    def seen(self, height: int) -> Iterator[int]:
        """Yield the rows that are seen in a picture of some height, the ruler included."""
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


def lane_height(track: Track, *, size: float = 1.0, tall: float = 1.0) -> int:
    """Return how high the lane of a track's clips is drawn."""
    wanted = (track.height or LANE) * tall
    return round(min(MOST, max(LEAST, wanted)) * size)

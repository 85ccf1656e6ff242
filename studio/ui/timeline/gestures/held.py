"""What a gesture knows from the moment of the press, and what attracts it. Pure; any thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from studio.domain import snapping
from studio.domain.project import Project
from studio.ui.timeline.gesture import Place
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.ways import Tool, Ways

_FINE = 10


@dataclass(frozen=True)
class Held:
    """The timeline as it was when the button went down; `grid` is how many samples lie between the ruler's lines."""

    project: Project
    clips: frozenset[str] = frozenset()
    tool: Tool = Tool.SELECT
    ways: Ways = field(default_factory=Ways)
    playhead: int = 0
    loop: tuple[int, int] | None = None
    grid: int = 0
    points: frozenset[PointAt] = frozenset()

    def attracted(self, at: int, place: Place, *, exclude: Collection[str] = frozenset()) -> tuple[int, int | None]:
        """Return where a moment comes to rest with the pointer at a place, and what attracted it, if anything."""
        at = max(0, at)
        found = self._near(at, place, exclude)
        return (at, None) if found is None else (found, found)

    def shifted(
        self, edges: Iterable[int], by: int, place: Place, *, exclude: Collection[str] = frozenset()
    ) -> tuple[int, int | None]:
        """Return by how much things move together: the edge that is nearest to something comes to rest there."""
        best: tuple[int, int | None] = (by, None)
        nearest = place.within + 1
        for edge in edges:
            found = self._near(edge + by, place, exclude)
            if found is not None and abs(found - edge - by) < nearest:
                nearest = abs(found - edge - by)
                best = (found - edge, found)
        return best

    def _near(self, at: int, place: Place, exclude: Collection[str]) -> int | None:
        if place.free or place.within <= 0:
            return None
        grid = self.grid if self.ways.grid else 0
        found = snapping.snap(self.project, at, within=place.within, exclude=exclude, grid=grid, playhead=self.playhead)
        return found.at if found else None


def travelled(pressed: int, place: Place) -> int:
    """Return how many samples the pointer went to the right; a tenth of it where a fine hand is asked for."""
    by = place.at - pressed
    return round(by / _FINE) if place.fine else by


def risen(place: Place) -> float:
    """Return how far the pointer went up; a tenth of it where a fine hand is asked for."""
    return place.rise / _FINE if place.fine else place.rise

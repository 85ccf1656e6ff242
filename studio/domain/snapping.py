"""Where what is dragged comes to rest: at clips, markers, regions, the playhead, the grid. Pure; any thread."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from studio.domain.project import Project


class Snap(NamedTuple):
    """A place to come to rest, and what is there: clip, marker, region, playhead or grid."""

    at: int
    what: str


def snap(
    project: Project,
    at: int,
    *,
    within: int,
    exclude: Collection[str] = frozenset(),
    grid: int = 0,
    playhead: int | None = None,
) -> Snap | None:
    """Return the nearest place at most `within` samples away; None where there is none.

    `exclude` names clips, markers and regions that do not count, such as the dragged ones. Of places equally near,
    things go before the grid. `grid` is the distance of its lines.
    """
    found: Snap | None = None
    for candidate in _places(project, at, within, exclude, grid=grid, playhead=playhead):
        if found is None or abs(candidate.at - at) < abs(found.at - at):
            found = candidate
    return found


def _places(
    project: Project, at: int, within: int, exclude: Collection[str], *, grid: int, playhead: int | None
) -> Iterator[Snap]:
    low, high = at - within, at + within
    yield from _edges(project, low, high, exclude)
    for marker in project.markers:
        if low <= marker.at <= high and marker.id not in exclude:
            yield Snap(marker.at, "marker")
    for region in (region for region in project.regions if region.id not in exclude):
        yield from (Snap(edge, "region") for edge in (region.start, region.end) if low <= edge <= high)
    if playhead is not None and low <= playhead <= high:
        yield Snap(playhead, "playhead")
    if grid > 0:
        line = max(0, (2 * at + grid) // (2 * grid) * grid)
        if low <= line <= high:
            yield Snap(line, "grid")


def _edges(project: Project, low: int, high: int, exclude: Collection[str]) -> Iterator[Snap]:
    for track in project.tracks:
        for clip in track.clips:
            start = clip.start
            if start > high:
                break  # the clips are ordered
            end = start + clip.length
            if end < low or clip.id in exclude:
                continue
            if start >= low:
                yield Snap(start, "clip")
            if end <= high:
                yield Snap(end, "clip")

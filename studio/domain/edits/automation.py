"""Lines of volume and pan over time. Pure; any thread.

The points of a track count from the start of the timeline, those of a clip from the clip's start, so that they move
along. Of a clip only the volume can be drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import parts
from studio.domain.project import LOUDEST_DB, Clip, Point, Project, Track
from studio.domain.rules import QUIETEST_DB
from studio.errors import StudioError

_RANGES = {"volume": (QUIETEST_DB, LOUDEST_DB), "panning": (-1.0, 1.0)}


def set_points(project: Project, owner_id: str, points: Iterable[Point], *, what: str = "volume") -> Project:
    """Give a clip or a track a whole line; of points at one moment the last counts."""
    owner, put = parts.owner(project, owner_id)
    if what not in _RANGES or (isinstance(owner, Clip) and what != "volume"):
        raise StudioError(
            f"There is no line of {what[:40]!r} to draw here.", "Tracks have volume and panning, clips volume."
        )
    low, high = _RANGES[what]
    longest = samples.LONGEST_SECONDS * project.rate
    first = 0 if isinstance(owner, Track) else -longest
    found: dict[int, Point] = {}
    for point in points:
        if not first <= point.at <= longest:
            raise StudioError("A point lies outside the timeline.", "Times begin at 0.")
        found[point.at] = Point(point.at, parts.number(point.value, low=low, high=high, what="The value"))
    line = tuple(found[at] for at in sorted(found))
    if isinstance(owner, Clip):
        return put(replace(owner, volume=line))
    return put(replace(owner, volume=line) if what == "volume" else replace(owner, panning=line))


def add_point(project: Project, owner_id: str, at: int, value: float, *, what: str = "volume") -> Project:
    """Put a point on a line; one that is there at that moment takes the new value."""
    return set_points(project, owner_id, [*points_of(project, owner_id, what=what), Point(at, value)], what=what)


def remove_point(project: Project, owner_id: str, at: int, *, what: str = "volume") -> Project:
    """Take the point at a moment off a line."""
    points = points_of(project, owner_id, what=what)
    left = [point for point in points if point.at != at]
    if len(left) == len(points):
        raise StudioError(f"There is no point at {samples.to_seconds(at, project.rate):.3f} s.", "Look where they are.")
    return set_points(project, owner_id, left, what=what)


def points_of(project: Project, owner_id: str, *, what: str = "volume") -> tuple[Point, ...]:
    """Return the line of a clip or a track."""
    owner, _put = parts.owner(project, owner_id)
    if what == "panning" and isinstance(owner, Track):
        return owner.panning
    return owner.volume

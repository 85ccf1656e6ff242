"""Drawing the lines of volume and pan. Pure; any thread."""

from __future__ import annotations

from studio.domain import samples
from studio.domain.edits import automation, find, shapes
from studio.domain.project import LOUDEST_DB, SILENT_DB, Point, Project
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, risen, travelled
from studio.ui.timeline.hits import Hit, Part


class Draw:
    """Drags a point of a line, or a new one where the line is pressed, between its neighbours.

    A point that is dragged off its track is taken away.
    """

    def __init__(self, held: Held, hit: Hit) -> None:
        self._held = held
        self._hit = hit
        self._what = "panning" if held.ways.automation == "panning" and not hit.id else "volume"
        self._owner = hit.id or hit.track
        self._since, line = _line(held.project, hit, self._what)
        points = list(line)
        if hit.part is Part.POINT and 0 <= hit.index < len(points):
            self.label = t("Move a point")
            self._point = points.pop(hit.index)
        else:
            self.label = t("Add a point")
            at = hit.at - self._since
            self._point = next((p for p in points if p.at == at), Point(at, shapes.value_at(points, at)))
            points = [p for p in points if p.at != at]
        self._others = points

    def at(self, place: Place) -> Step:
        """Return the project with the point where the pointer takes it."""
        if place.row != self._hit.row:
            return Step(self._with(self._others))
        low, high = (-1.0, 1.0) if self._what == "panning" else (SILENT_DB, LOUDEST_DB)
        value = self._point.value
        rise = risen(place)
        if rise:
            value = min(max(round(value + rise, 2), low), high)
        at, snapped = self._moment(place)
        return Step(self._with([*self._others, Point(at, value)]), snapped)

    def _moment(self, place: Place) -> tuple[int, int | None]:
        by = travelled(self._hit.at, place)
        if by == 0:
            return self._point.at, None
        exclude = [self._hit.id] if self._hit.id else []
        at, snapped = self._held.attracted(self._point.at + self._since + by, place, exclude=exclude)
        last = samples.LONGEST_SECONDS * self._held.project.rate - self._since
        earliest = max((p.at + 1 for p in self._others if p.at < self._point.at), default=-self._since)
        latest = min((p.at - 1 for p in self._others if p.at > self._point.at), default=last)
        return min(max(at - self._since, earliest), latest), snapped

    def _with(self, points: list[Point]) -> Project:
        return automation.set_points(self._held.project, self._owner, points, what=self._what)


def _line(project: Project, hit: Hit, what: str) -> tuple[int, shapes.Points]:
    """Return the line that was pressed, of a clip or a track, and from when its points count."""
    if hit.id:
        clip = find.clip(project, hit.id)
        return clip.start, clip.volume
    track = find.track(project, hit.track)
    return 0, track.panning if what == "panning" else track.volume

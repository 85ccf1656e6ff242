"""Drawing the lines of volume and pan. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import automation, find, shapes
from studio.domain.project import Point, Project
from studio.ui.language import t
from studio.ui.timeline import lines
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, risen, travelled
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import Line, PointAt
from studio.ui.timeline.times import clock


class Draw:
    """Drags a point of a line, or a new one where the line or its lane is pressed, between its neighbours.

    The chosen points of the line go along if the pressed one is among them. What is dragged off its track is taken
    away.
    """

    def __init__(self, held: Held, hit: Hit) -> None:
        self._held = held
        self._hit = hit
        self._line = Line(hit.id or hit.track, hit.line or lines.VOLUME)
        self._owner = find.clip(held.project, hit.id) if hit.id else find.track(held.project, hit.track)
        self._since = lines.begin_of(self._owner)
        self._new = False
        points = lines.points_of(self._owner, self._line.what)
        if hit.part is Part.POINT and 0 <= hit.index < len(points):
            self.label = t("Move a point")
            self._point = points[hit.index]
        else:
            self.label = t("Add a point")
            at = hit.at - self._since
            there = next((point for point in points if point.at == at), None)
            value = round(hit.value, 1 if self._line.what == lines.VOLUME else 2)
            low, high = lines.bounds(self._line.what)
            value = min(max(value, low), high) if hit.part is Part.LINE_LANE else shapes.value_at(points, at)
            self._new = there is None
            self._point = there or Point(at, value)
        chosen = {one.at for one in held.points if one.line == self._line}
        self._ats = chosen if self._point.at in chosen and not self._new else {self._point.at}

    def at(self, place: Place) -> Step:
        """Return the project with the points where the pointer takes them."""
        project, line = self._held.project, self._line
        if place.row != self._hit.row:
            gone = [] if self._new else [PointAt(*line, at) for at in self._ats]
            return Step(lines.without(project, gone), told=t("Remove the point") if gone else "", points=frozenset())
        by, snapped = self._by(place)
        rise = risen(place)
        project, points = lines.moved(self._with_new(project), line, self._ats, by=by, rise=rise)
        return Step(project, snapped, told=self._told(project, points), points=points)

    def _with_new(self, project: Project) -> Project:
        if not self._new:
            return project
        return automation.add_point(project, self._line.owner, self._point.at, self._point.value, what=self._line.what)

    def _by(self, place: Place) -> tuple[int, int | None]:
        by = travelled(self._hit.at, place)
        if by == 0 and self._hit.part is not Part.LINE_LANE:
            return 0, None
        exclude = [self._hit.id] if self._hit.id else []
        moment = self._point.at + self._since
        at, snapped = self._held.attracted(moment + by, place, exclude=exclude)
        return at - moment, snapped

    def _told(self, project: Project, points: frozenset[PointAt]) -> str:
        """Say where the pressed point is now: of several, the one at the same place among them."""
        at = sorted(one.at for one in points)[sorted(self._ats).index(self._point.at)]
        owner = lines.owner_of(project, self._line)
        value = next(point.value for point in lines.points_of(owner, self._line.what) if point.at == at)
        return f"{lines.value_text(value, self._line.what)} · {clock(at + self._since, project.rate)}"

"""What keys do with automation lines: their lanes, their points. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from studio.domain.edits import automation
from studio.domain.project import Project
from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.timeline import commands, lines
from studio.ui.timeline.lines import PANNING, VOLUME, Line, PointAt
from studio.ui.timeline.picking import value_along
from studio.ui.timeline.state import Timeline
from studio.ui.told import told_of

_ON_ALL: tuple[tuple[str, ...], ...] = ((), (VOLUME,), (PANNING,))  # which lanes all tracks have, from key to key
_TALLER = 1.25
_LOUDER = {VOLUME: 0.5, PANNING: 0.05}  # by how much a key raises a point


class LineDeeds(QObject):
    """The commands of automation lines, over what is chosen and where the playhead is."""

    def __init__(self, desk: Desk, state: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._state = state

    def table(self) -> dict[str, Callable[[], object]]:
        """Return what each action does."""
        return {
            "automation": self.next_lanes,
            "volume_lane": partial(self.switch_lane, VOLUME),
            "pan_lane": partial(self.switch_lane, PANNING),
            "point": self.add_point,
            "taller": partial(self._state.stretch, _TALLER),
            "flatter": partial(self._state.stretch, 1 / _TALLER),
        }

    # ---- lanes

    def next_lanes(self) -> None:
        """Show the next lanes on all tracks: none, volume, pan."""
        state = self._state
        now = {state.shown.get(track.id, ()) for track in state.project.tracks}
        place = _ON_ALL.index(min(now)) if len(now) == 1 and min(now) in _ON_ALL else 0
        wanted = _ON_ALL[(place + 1) % len(_ON_ALL)]
        state.show_lines({track.id: wanted for track in state.project.tracks})

    def switch_lane(self, what: str) -> None:
        """Show or hide a lane of the chosen track."""
        state = self._state
        if state.track:
            state.show_line(state.track, what, on=what not in state.shown.get(state.track, ()))

    # ---- points

    def add_point(self) -> None:
        """Put a point on the chosen line at the playhead, with the value that the line has there."""
        state = self._state
        line = self._wanted()
        if line is None:
            self._tell(StudioError(t("No line is chosen."), t("Choose a track or a clip first.")))
            return
        try:
            owner = lines.owner_of(state.project, line)
        except StudioError as e:  # it went with the step that was just taken back
            self._tell(e)
            return
        at = state.playhead - lines.begin_of(owner)
        first, last = lines.span_of(state.project, owner)
        if not first <= at <= last:
            self._tell(StudioError(t("The playhead is not on the clip."), t("Move the playhead there.")))
            return
        value = round(value_along(lines.points_of(owner, line.what), at), 2)
        edit = lambda project: automation.add_point(project, line.owner, at, value, what=line.what)  # noqa: E731
        if self._make(t("Add a point"), edit):
            if line.owner == state.track:
                state.show_line(line.owner, line.what, on=True)
            state.choose_points({PointAt(*line, at)}, line)

    def remove_points(self) -> None:
        """Take the chosen points away; the line stays chosen."""
        state, line = self._state, self._state.line
        label = t("Remove a point") if len(state.points) == 1 else t("Remove points")
        if self._make(label, lambda project: lines.without(project, state.points)):
            state.choose_points((), line)

    def nudge(self, frames: int) -> None:
        """Move the chosen points in time."""
        self._shift(t("Move a point"), by=frames * commands.frame(self._state.project))

    def raise_points(self, rows: int) -> None:
        """Give the chosen points higher or lower values; `rows` count downwards."""
        self._shift(t("Change a point"), rows=-rows)

    # ---- inside

    def _shift(self, label: str, *, by: int = 0, rows: int = 0) -> None:
        state = self._state
        if not state.points:
            return
        line = state.line or min(state.points).line
        ats = {point.at for point in state.points if point.line == line}
        try:
            done, points = lines.moved(state.project, line, ats, by=by, rise=rows * _LOUDER[line.what])
            points_there = lines.points_of(lines.owner_of(state.project, line), line.what)
        except StudioError as e:
            self._tell(e)
            return
        which = [number for number, point in enumerate(points_there) if point.at in ats]  # they keep their order
        merge = state.bursts.key(f"points {line} {which} {by} {rows}")
        if done != state.project and state.do(label, done, merge=merge):
            state.choose_points(points, line)

    def _wanted(self) -> Line | None:
        """Return the line that is chosen: itself, that of the one clip, or one of the track."""
        state = self._state
        if state.line is not None:
            return state.line
        if state.clips:
            return Line(next(iter(state.clips))) if len(state.clips) == 1 else None
        track = state.chosen_track
        shown = state.shown.get(state.track, ())
        return Line(track.id, shown[0] if shown else VOLUME) if track else None

    def _make(self, label: str, edit: Callable[[Project], Project]) -> bool:
        try:
            done = edit(self._state.project)
        except StudioError as e:  # a key that does nothing here is no trouble that has to be dealt with
            self._tell(e)
            return False
        return self._state.do(label, done)

    def _tell(self, error: StudioError) -> None:
        self._desk.notices.toast.emit(told_of(error), None)

"""What a pressed button does until it is let go: a gesture, a box around clips, the playhead, or the view moves.

Each begins with a hit and is told where the pointer goes; `cancel` takes back what it did. The GUI thread.
"""

from __future__ import annotations

import itertools
from typing import Protocol

from PySide6.QtCore import QPointF, Qt

from studio.domain import snapping
from studio.errors import StudioError
from studio.ui.timeline import figures, lines, ruler_ticks, visible
from studio.ui.timeline.figures import Box
from studio.ui.timeline.gesture import Gesture, Place
from studio.ui.timeline.gestures.begin import begin
from studio.ui.timeline.gestures.held import Held
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.lines import Line, PointAt
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.state import Timeline
from studio.ui.told import told

ATTRACTS = 8  # pixels
_presses = itertools.count(1)

Keys = Qt.KeyboardModifier


class Drag(Protocol):
    """One press. `snapped`: the sample that attracted it; `box`: what it encloses; `refused`: why it cannot be;
    `told`: the value that it gives."""

    snapped: int | None
    box: Box | None
    refused: str
    told: str

    def move(self, at: QPointF, keys: Keys, lanes: Lanes) -> bool:
        """Go with the pointer; return whether the drag goes on."""
        ...

    def cancel(self) -> None:
        """Take back what it did."""
        ...


class GestureDrag:
    """A drag that changes the project, or the loop, in one step."""

    def __init__(self, timeline: Timeline, gesture: Gesture, hit: Hit, at: QPointF, lanes: Lanes) -> None:
        self.snapped: int | None = None
        self.box: Box | None = None
        self.refused = self.told = ""
        self._timeline = timeline
        self._gesture = gesture
        self._hit = hit
        self._begun = self._made = timeline.project
        self._loop = timeline.loop
        self._value = self._height_value(at.y(), lanes)
        self._merge = f"timeline {next(_presses)}"

    def move(self, at: QPointF, keys: Keys, lanes: Lanes) -> bool:
        """Make of the project what it is with the pointer there."""
        timeline = self._timeline
        if timeline.project is not self._made:
            return False  # somebody else changed it: an undo, or a take that landed
        try:
            step = self._gesture.at(self._place(at, keys, lanes))
        except StudioError as e:
            self.refused, self.told = told(e.message), ""
            return True
        self.refused, self.snapped, self.told = "", step.snapped, step.told
        if step.loop is not None:
            timeline.set_loop(step.loop if step.loop[0] < step.loop[1] else None)
            return True
        if step.project != timeline.project:
            timeline.do(self._gesture.label, step.project, merge=self._merge)
            self._made = timeline.project
        if step.points is not None and step.points != timeline.points:
            timeline.choose_points(step.points)
        return True

    def cancel(self) -> None:
        """Make it again what it was at the press."""
        timeline = self._timeline
        if timeline.loop != self._loop:
            timeline.set_loop(self._loop)
        if timeline.project is self._made and self._made is not self._begun:
            timeline.do(self._gesture.label, self._begun, merge=self._merge)

    def _place(self, at: QPointF, keys: Keys, lanes: Lanes) -> Place:
        timeline = self._timeline
        within = round(ATTRACTS * timeline.scale.per_pixel) if timeline.ways.snap else 0
        return Place(
            timeline.scale.sample(at.x()),
            lanes.row_at(at.y()),
            rise=self._height_value(at.y(), lanes) - self._value,
            within=within,
            free=bool(keys & Keys.ControlModifier),
            fine=bool(keys & Keys.ShiftModifier),
        )

    def _height_value(self, y: float, lanes: Lanes) -> float:
        """Return the value at a height, of the line that is dragged; 0 where it is none."""
        row, what = self._hit.row, self._hit.line
        if not lanes.is_lane(row):
            return 0.0
        if self._hit.part is Part.GAIN or (what and self._hit.id):
            top = lanes.y(row) + figures.GAP
            return figures.gain_value(Box(0.0, top, 0.0, top + lanes.height(row) - 2 * figures.GAP), y)
        return figures.line_value(lanes, row, y, what) if what in lanes.lines_of(row) else 0.0


class BoxDrag:
    """Chooses what a box touches, in addition to what was chosen if it `adds`: clips, or the points of one line.

    A box that begins in the lane of a line is about its points.
    """

    def __init__(self, timeline: Timeline, hit: Hit, at: QPointF, lanes: Lanes, *, adds: bool) -> None:
        self.snapped: int | None = None
        self.box: Box | None = None
        self.refused = self.told = ""
        self._timeline = timeline
        self._hit = hit
        self._before, self._points, self._line = timeline.clips, timeline.points, timeline.line
        self._kept = timeline.clips if adds else frozenset[str]()
        self._kept_points = timeline.points if adds else frozenset[PointAt]()
        self._sample = timeline.scale.first + at.x() * timeline.scale.per_pixel
        self._y = at.y() + lanes.top  # unscrolled, so that the box grows when the lanes scroll

    def move(self, at: QPointF, keys: Keys, lanes: Lanes) -> bool:
        """Choose what lies in the box."""
        del keys
        timeline = self._timeline
        x, y = timeline.scale.x(self._sample), self._y - lanes.top
        self.box = Box(min(x, at.x()), min(y, at.y()), max(x, at.x()), max(y, at.y()))
        if self._hit.part is Part.LINE_LANE:
            found = _points_inside(timeline, self._hit, self.box, lanes)
            timeline.choose_points(self._kept_points | found, Line(self._hit.track, self._hit.line))
        else:
            timeline.choose(self._kept | _inside(timeline, self.box, lanes))
        return True

    def cancel(self) -> None:
        """Choose again what was chosen."""
        self._timeline.choose(self._before)
        if self._points or self._line:
            self._timeline.choose_points(self._points, self._line)


class PlayheadDrag:
    """Puts the playhead where the pointer is."""

    def __init__(self, timeline: Timeline) -> None:
        self.snapped: int | None = None
        self.box: Box | None = None
        self.refused = self.told = ""
        self._timeline = timeline
        self._before = timeline.playhead

    def move(self, at: QPointF, keys: Keys, lanes: Lanes) -> bool:
        """Go there, or to what attracts it."""
        del lanes
        timeline = self._timeline
        sample, self.snapped = timeline.scale.sample(at.x()), None
        if timeline.ways.snap and not keys & Keys.ControlModifier:
            grid = grid_of(timeline) if timeline.ways.grid else 0
            within = round(ATTRACTS * timeline.scale.per_pixel)
            if found := snapping.snap(timeline.project, sample, within=within, grid=grid):
                sample = self.snapped = found.at
        timeline.put_playhead(sample)
        return True

    def cancel(self) -> None:
        """Put it back."""
        self._timeline.put_playhead(self._before)


class PanDrag:
    """Moves the view with the pointer."""

    def __init__(self, timeline: Timeline, at: QPointF) -> None:
        self.snapped: int | None = None
        self.box: Box | None = None
        self.refused = self.told = ""
        self._timeline = timeline
        self._scale: Scale = timeline.scale
        self._top = timeline.top
        self._at = at

    def move(self, at: QPointF, keys: Keys, lanes: Lanes) -> bool:
        """Show what was under the pointer at the press where it is now."""
        del keys, lanes
        self._timeline.show(self._scale.panned(self._at.x() - at.x()))
        self._timeline.scroll_down_to(max(0, round(self._top + self._at.y() - at.y())))
        return True

    def cancel(self) -> None:
        """Show what was shown before."""
        self._timeline.show(self._scale)
        self._timeline.scroll_down_to(self._top)


def gesture_drag(timeline: Timeline, hit: Hit, at: QPointF, lanes: Lanes, *, copy: bool) -> GestureDrag | None:
    """Return the drag of what was hit; None where there is nothing to drag."""
    held = Held(
        timeline.project,
        timeline.clips,
        timeline.tool,
        timeline.ways,
        timeline.playhead,
        timeline.loop,
        grid_of(timeline),
        timeline.points,
    )
    gesture = begin(hit, held, copy=copy)
    return None if gesture is None else GestureDrag(timeline, gesture, hit, at, lanes)


def grid_of(timeline: Timeline) -> int:
    """Return how many samples lie between the ruler's lines."""
    project = timeline.project
    return ruler_ticks.grid(timeline.scale, project.rate, project.style.bpm)


def _inside(timeline: Timeline, box: Box, lanes: Lanes) -> frozenset[str]:
    scale, found = timeline.scale, set[str]()
    first, last = (scale.first + x * scale.per_pixel for x in (box.left, box.right))
    for row, track in enumerate(timeline.project.tracks):
        if lanes.y(row) < box.bottom and lanes.y(row) + lanes.height(row) > box.top:
            found |= {track.clips[place].id for place in visible.between(track, first, last)}
    return frozenset(found)


def _points_inside(timeline: Timeline, hit: Hit, box: Box, lanes: Lanes) -> frozenset[PointAt]:
    """Return the points of the line of a lane that a box touches."""
    project, scale = timeline.project, timeline.scale
    owner = next((track for track in project.tracks if track.id == hit.track), None)
    if owner is None or not lanes.is_lane(hit.row) or hit.line not in lanes.lines_of(hit.row):
        return frozenset()
    reach = figures.POINT / 2
    return frozenset(
        PointAt(owner.id, hit.line, point.at)
        for point in lines.points_of(owner, hit.line)
        if box.left - reach <= scale.x(point.at) <= box.right + reach
        and box.top - reach <= figures.line_height(lanes, hit.row, point.value, hit.line) <= box.bottom + reach
    )

"""Whatever hands do to the timeline: the project stays sound, the view agrees with it, and all of it is undone."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.domain import rules
from studio.domain.edits import automation, marks, tracks
from studio.domain.history import History
from studio.domain.project import Point, Project, Track
from studio.services import demo_project
from studio.ui.bridge.notices import Banner
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline import figures, lines
from studio.ui.timeline.hits import Part
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.outline import Outline
from studio.ui.timeline.scale import Scale
from tests.ui.conftest import PATIENCE, find
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import ALT, CTRL, MIDDLE, NO_KEYS, RATE, SHIFT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.timeline.canvas import Canvas

_SHADES = 24  # of 255: curves are soft, and reckoning shows there
_BYTES = 100  # that may differ by more
FEW, MANY = 60, 150  # the history keeps 200 steps: more could not all be undone
KEYS = (
    "S", "Q", "W", "Shift+Q", "Shift+W", "Ctrl+Shift+J", "Ctrl+D", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Ctrl+Shift+V",
    "Ctrl+G", "Ctrl+Shift+G", "Ctrl+L", "Shift+M", "Alt+Left", "Alt+Right", "Alt+Shift+Left", "Alt+Shift+Right",
    "Alt+Up", "Alt+Down", "Ctrl+A", "Shift+A", "Del", "Shift+Del", "M", "Ctrl+M", "Ctrl+R", "C", "V", "B", "Y", "N",
    "R", "G", "A", "F", "+", "-", "Z", "Shift+Z", "Home", "End", "Ctrl+Right", "Ctrl+Left",
    "P", "P", "Shift+V", "Shift+P", "Ctrl+Shift+Up", "Ctrl+Shift+Down",
)  # fmt: skip


class Hand:
    """Does one thing after the other, by chance; `did` tells what."""

    def __init__(self, room: ArrangeRoom, qtbot: QtBot, seed: int) -> None:
        self.room = room
        self.qtbot = qtbot
        self.chance = random.Random(seed)
        self.did: list[str] = []
        self.first = self.history.at  # what was done before is left alone

    @property
    def history(self) -> History:
        """What was done to the project."""
        opened = self.room.desk.project.opened
        assert opened
        return opened.history

    def act(self) -> None:
        """Do something, and look whether all is well."""
        doings: list[tuple[Callable[[], None], int]] = [
            (self._drag, 10), (self._click, 3), (self._wheel, 3), (self._key, 8), (self._undo, 3), (self._pan, 1),
        ]  # fmt: skip
        doing = self.chance.choices([one for one, _ in doings], [weight for _, weight in doings])[0]
        if not self.room.lanes.isVisible():
            doing = self._undo  # the last track is gone: there is nothing to drag
        doing()
        self.check()

    def check(self) -> None:
        """Compare what is shown with the project."""
        QApplication.processEvents()  # who listens to the project hears of it one turn of the loop later
        told = " · ".join(self.did[-4:])
        room, project = self.room, self.room.state.project
        assert rules.problems(project) == [], told
        there = {clip.id for track in project.tracks for clip in track.clips}
        assert room.state.clips <= there, told
        assert room.state.track in {track.id for track in project.tracks} | {""}, told
        marked = {one.id for one in (*project.markers, *project.regions)}
        assert room.state.marker in marked | {""}, told
        assert not room.lanes.canvas.dragging, told
        if room.lanes.isVisible():
            self._check_places(told)
            if self.chance.random() < 0.1:
                self._check_picture(told)
            if self.chance.random() < 0.2:
                self._check_outline(told)

    def _check_picture(self, told: str) -> None:
        """Compare what is kept of the picture with one that is drawn now."""
        canvas = self.room.lanes.canvas
        canvas.grab()  # asks for the waves that are missing
        self.qtbot.waitUntil(lambda: canvas.settled and not self.room.desk.operations.running, timeout=PATIENCE)
        kept = shades_of(canvas)
        self.room.state.ways_changed.emit()
        different = int(np.count_nonzero(np.abs(shades_of(canvas) - kept) > _SHADES))
        assert different < _BYTES, f"{told}: {different}"

    def _check_outline(self, told: str) -> None:
        room = self.room
        hands.press(room, "Ctrl+T")
        outline = find(room, Outline)
        project, state = room.state.project, room.state
        ids = [one for track in project.tracks for one in (track.id, *(clip.id for clip in track.clips))]
        rows = outline.rows.rows
        assert [row.id for row in rows if row.is_track or row.is_clip] == ids, told
        assert {row.mark.id for row in rows if row.mark} == {one.id for one in (*project.markers, *project.regions)}
        points = {PointAt(t.id, "volume", p.at) for t in project.tracks for p in t.volume}
        points |= {PointAt(t.id, "panning", p.at) for t in project.tracks for p in t.panning}
        assert {row.point.key for row in rows if row.point and not row.clip} == points, told
        chosen = {outline.rows.rows[index.row()] for index in outline.selectionModel().selectedRows()}
        if state.points or state.line:
            assert {row.point.key for row in chosen if row.point} == state.points, told
        else:
            assert {row.id for row in chosen} == (state.clips or {state.marker or state.track}), told
        hands.press(room, "Ctrl+T")

    def _check_places(self, told: str) -> None:
        room = self.room
        canvas, scale = room.lanes.canvas, room.state.scale
        for row, track in enumerate(room.state.project.tracks):
            y = canvas.lanes.y(row) + canvas.lanes.height(row) / 2
            if not canvas.lanes.ruler <= y < canvas.height():
                continue
            for clip in track.clips:
                middle = clip.start + clip.length // 2
                x = scale.x(middle)
                if not 0 <= x < canvas.width():
                    continue
                top = [other for other in track.clips if other.start <= middle < other.end][-1]
                hit = canvas.hit(QPointF(x, y))
                if hit.part is Part.POINT:
                    assert hit.track == track.id, told
                else:
                    assert hit.id == top.id or hit.id in thin_near(track, middle, scale), f"{told}: {hit} at {clip}"

    # ---- what hands do

    def _drag(self) -> None:
        chance, canvas = self.chance, self.room.lanes.canvas
        start = self._place()
        keys = chance.choices([NO_KEYS, ALT, CTRL, SHIFT], [6, 2, 2, 2])[0]
        ends = [self._beside(start) if chance.random() < 0.7 else self._anywhere() for _ in range(chance.randint(1, 3))]
        before, hit = self.history, canvas.hit(start)
        self.did.append(f"drag {hit.part} {keys.name} from {start.toTuple()} to {[end.toTuple() for end in ends]}")
        hands.hold(canvas, start, keys=keys)
        for end in ends:
            for share in (0.3, 0.9, 1.0):
                hands.go(canvas, start + (end - start) * share, keys=keys)
                assert rules.problems(self.room.state.project) == [], self.did[-1]
        back = chance.random() < 0.15
        if back:
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
        hands.let_go(canvas, ends[-1], keys=keys)
        after = self.history
        if back:
            self.did[-1] += ", taken back"
            assert after.now == before.now, self.did[-1]
        assert after is before or after.at - before.at in {0, 1}, self.did[-1]
        if after.at == before.at:
            assert after.now == before.now, self.did[-1]

    def _click(self) -> None:
        chance, place = self.chance, self._place()
        keys = chance.choice([NO_KEYS, NO_KEYS, CTRL, SHIFT])
        before = self.history
        self.did.append(f"click {self.room.lanes.canvas.hit(place).part} {keys.name} at {place.toTuple()}")
        hands.click(self.room.lanes.canvas, place, keys=keys)
        assert self.history.at - before.at in {0, 1}, self.did[-1]

    def _wheel(self) -> None:
        chance, place = self.chance, self._anywhere()
        keys = chance.choice([CTRL, CTRL, SHIFT, NO_KEYS, CTRL | SHIFT])
        notches = chance.choice([-3, -1, 1, 1, 2])
        self.did.append(f"wheel {notches} {keys.name}")
        before, scale = self.history, self.room.state.scale
        hands.wheel(self.room.lanes.canvas, place, notches, keys=keys)
        assert self.history is before
        if keys == CTRL and self.room.state.scale.first > 0 < scale.first:
            under, now = (one.first + place.x() * one.per_pixel for one in (scale, self.room.state.scale))
            assert abs(under - now) < 1, self.did[-1]

    def _key(self) -> None:
        keys = self.chance.choice(KEYS)
        self.did.append(f"key {keys}")
        before = self.history
        hands.press(self.room, keys)
        after = self.history
        nudged_back = after.at == before.at - 1 and before.merge and after.now == before.moments[after.at]
        assert after.at - before.at in {0, 1} or nudged_back, self.did[-1]

    def _undo(self) -> None:
        keys = self.chance.choice(["Ctrl+Z", "Ctrl+Z", "Ctrl+Shift+Z"])
        if keys != "Ctrl+Z" or self.history.at > self.first:
            self.did.append(keys)
            hands.press(self.room, keys)

    def _pan(self) -> None:
        start, end = self._anywhere(), self._anywhere()
        self.did.append("pan")
        before = self.history
        hands.drag(self.room.lanes.canvas, start, end, button=MIDDLE)
        assert self.history is before

    # ---- where

    def _anywhere(self) -> QPointF:
        canvas = self.room.lanes.canvas
        return QPointF(self.chance.randrange(canvas.width()), self.chance.randrange(canvas.height()))

    def _beside(self, place: QPointF) -> QPointF:
        return place + QPointF(self.chance.gauss(0, 60), self.chance.gauss(0, 40))

    def _place(self) -> QPointF:
        """Return some place, often one where there is something to grab."""
        chance, room = self.chance, self.room
        clips = [clip for track in room.state.project.tracks for clip in track.clips]
        canvas = room.lanes.canvas
        if not clips or chance.random() < 0.25:
            return self._anywhere()
        if chance.random() < 0.15:
            return QPointF(chance.randrange(canvas.width()), chance.randrange(canvas.lanes.ruler))
        if any(room.state.shown.values()) and chance.random() < 0.3:
            return self._in_a_lane()
        figure = hands.figure(room, chance.choice(clips).id)
        box = figure.body
        spots = [
            QPointF((box.left + box.right) / 2, box.bottom - 16),
            QPointF(box.left + 2, box.bottom - 20),
            QPointF(box.right - 2, box.bottom - 20),
            QPointF(figure.fade_in, box.top + 4),
            QPointF(figure.fade_out, box.top + 4),
            QPointF((box.left + box.right) / 2, figure.gain),
            QPointF(box.right - 4, box.bottom - 4),
        ]
        spot = chance.choice(spots)
        return QPointF(min(max(spot.x(), 0), canvas.width() - 1), min(max(spot.y(), 0), canvas.height() - 1))

    def _in_a_lane(self) -> QPointF:
        """Return a place in the lane of an automation line, often one of its points."""
        chance, canvas, state = self.chance, self.room.lanes.canvas, self.room.state
        rows = [row for row in range(canvas.lanes.count) if canvas.lanes.lines_of(row)]
        if not rows:
            return self._anywhere()
        row = chance.choice(rows)
        what = chance.choice(canvas.lanes.lines_of(row))
        points = lines.points_of(state.project.tracks[row], what)
        x, value = float(chance.randrange(canvas.width())), chance.uniform(-1, 1)
        if points and chance.random() < 0.6:
            point = chance.choice(points)
            x, value = state.scale.x(point.at), point.value
        y = figures.line_height(canvas.lanes, row, value, what)
        return QPointF(min(max(x, 0), canvas.width() - 1), min(max(y, 0), canvas.height() - 1))


def thin_near(track: Track, at: int, scale: Scale) -> set[str]:
    """Return the clips beside a moment that are wider to the hand than they are in truth."""
    wide = 3 * scale.per_pixel
    return {clip.id for clip in track.clips if clip.length < wide and clip.start - wide <= at <= clip.end + wide}


def shades_of(canvas: Canvas) -> np.ndarray:
    """Return what is seen: how bright it is, of red, green and blue."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).astype(np.int16)


def furnished(project: Project) -> Project:
    """Return the demo with something of everything that can be grabbed."""
    for at in (2, 9):
        project, _ = marks.add_marker(project, at * RATE, f"Marker {at}")
    project, _ = marks.add_region(project, 5 * RATE, 9 * RATE, "Region")
    for track in project.tracks:
        points = (Point(RATE, -3.0), Point(8 * RATE, -12.0), Point(15 * RATE, 0.0))
        project = automation.set_points(project, track.id, points)
    project, _ = tracks.add_track(project, "Sounds")
    return project


SOAK = [pytest.param(seed, MANY, marks=pytest.mark.soak) for seed in range(3, 43)]


@pytest.mark.parametrize(("seed", "gestures"), [(1, FEW), (2, FEW), *SOAK])
def test_any_gestures_leave_all_well_and_are_undone(
    seed: int, gestures: int, start: Callable[..., Application], qtbot: QtBot
) -> None:
    application = start()
    desk = application.desk
    desk.project.open(demo_project.unpacked(application.studio.projects, application.studio.paths.projects))
    assert desk.project.do("Furnish", furnished)
    room = hands.room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    told: list[Banner] = []
    desk.notices.banner.connect(told.append)
    hand = Hand(room, qtbot, seed)
    begun = room.state.project
    for _ in range(gestures):
        hand.act()
    assert told == [], "what a hand cannot do is said in passing, not in a banner"
    last = room.state.project
    steps = hand.history.at - hand.first
    while hand.history.can_redo:  # the last undo may have left some
        hands.press(room, "Ctrl+Shift+Z")
    for _ in range(hand.history.at - hand.first):
        hands.press(room, "Ctrl+Z")
    assert room.state.project == begun
    hand.check()
    for _ in range(steps):
        hands.press(room, "Ctrl+Shift+Z")
    assert room.state.project == last
    hand.check()

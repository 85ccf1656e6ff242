"""The timeline used by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollBar, QSlider, QWidget

from studio.domain.edits import clips, fades, find, tracks
from studio.domain.project import Clip, Fade, Project
from studio.ui.theme.look import look
from studio.ui.timeline import figures, names, picture
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import gain_text
from studio.ui.timeline.painting import LanesPainter, Sight
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.state import Timeline
from studio.ui.timeline.view import TimelineView
from studio.ui.timeline.ways import Tool
from tests.domain.projects import small
from tests.ui.timeline.desks import desk_over, give_peaks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.bridge.desk import Desk

pytestmark = pytest.mark.slow

Keys = Qt.KeyboardModifier
PATIENCE = 60_000
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
Drawn = list[tuple[int, int, bool]]
PER_PIXEL = 1_200.0  # forty pixels a second


class Stage(NamedTuple):
    desk: Desk
    timeline: Timeline
    canvas: Canvas

    @property
    def project(self) -> Project:
        return self.desk.project.value

    def clip(self, name: str) -> Clip:
        return find.clip(self.project, name)

    def body(self, name: str) -> QPoint:
        """Where a clip can be taken to be moved."""
        spot = find.spots(self.project, [name])[name]
        body = figures.clip_figure(self.clip(name), self.timeline.scale, self.canvas.lanes, spot.track).body
        return QPoint(round((body.left + body.right) / 2), round(body.bottom - 14))

    def drag(self, start: QPoint, *way: QPoint, keys: Keys = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Press, go along, and hold."""
        QTest.mousePress(self.canvas, button, keys, start)
        for at in way:
            self.move(at, keys=keys, button=button)

    def move(self, at: QPoint, *, keys: Keys = NONE, button: Qt.MouseButton = LEFT) -> None:
        place = QPointF(at)
        there = self.canvas.mapToGlobal(place)
        QApplication.sendEvent(self.canvas, QMouseEvent(QEvent.Type.MouseMove, place, there, button, button, keys))

    def release(self, at: QPoint, *, keys: Keys = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas, button, keys, at)

    def click(self, at: QPoint, keys: Keys = NONE) -> None:
        QTest.mouseClick(self.canvas, LEFT, keys, at)

    @property
    def undoable(self) -> tuple[str, ...]:
        opened = self.desk.project.opened
        assert opened is not None
        return opened.history.labels[1 : opened.history.at]


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    with desk_over(tmp_path, small()) as desk:
        timeline = Timeline(desk, desk)
        canvas = Canvas(desk, timeline)
        qtbot.addWidget(canvas)
        canvas.resize(1_000, 400)
        canvas.show()
        qtbot.waitExposed(canvas)
        timeline.show(Scale(0.0, PER_PIXEL, 1_000))
        timeline.set_ways(snap=False)
        yield Stage(desk, timeline, canvas)
        canvas.close()


def _settled(stage: Stage) -> QImage:
    """Return the canvas when nothing is due any more."""
    for _ in range(2_000):
        QApplication.processEvents()
        shot = stage.canvas.grab().toImage()
        if stage.canvas.settled:
            return shot
        QTest.qWait(5)
    raise AssertionError("it never settles")


def _anew(stage: Stage) -> QImage:
    """Return the canvas drawn anew, whatever is kept of it."""
    stage.timeline.ways_changed.emit()
    return stage.canvas.grab().toImage()


def _lane(stage: Stage, row: int, x: int) -> QPoint:
    return QPoint(x, stage.canvas.lanes.y(row) + 40)


# ------------------------------------------------------------------------------------------------------------- choosing


def test_clicks_choose(stage: Stage) -> None:
    stage.click(stage.body("c1"))
    assert stage.timeline.clips == {"c1"}
    assert stage.timeline.track == "t1"
    stage.click(stage.body("c2"), SHIFT)
    assert stage.timeline.clips == {"c1", "c2"}
    stage.click(stage.body("c1"), CTRL)
    assert stage.timeline.clips == {"c2"}
    stage.click(stage.body("c3"), CTRL)
    assert stage.timeline.clips == {"c2", "c3"}
    stage.click(stage.body("c3"))
    assert stage.timeline.clips == {"c3"}
    stage.click(_lane(stage, 0, 800))
    assert stage.timeline.clips == set()
    assert stage.timeline.track == "t1"
    assert stage.undoable == ()


def test_a_box_chooses_what_it_touches(stage: Stage) -> None:
    start = QPoint(600, stage.canvas.lanes.y(0) + 10)
    stage.drag(start, QPoint(500, start.y() + 20), QPoint(300, start.y() + 30))
    assert stage.timeline.clips == {"c2"}
    stage.move(QPoint(120, stage.canvas.lanes.y(1) + 10))
    assert stage.timeline.clips == {"c1", "c2", "c3"}
    QTest.keyClick(stage.canvas, Qt.Key.Key_Escape)
    assert stage.timeline.clips == set()
    assert not stage.canvas.dragging


def test_a_box_with_shift_adds(stage: Stage) -> None:
    stage.click(stage.body("c1"))
    start = QPoint(600, stage.canvas.lanes.y(0) + 10)
    stage.drag(start, QPoint(300, start.y() + 20), keys=SHIFT)
    stage.release(QPoint(300, start.y() + 20), keys=SHIFT)
    assert stage.timeline.clips == {"c1", "c2"}


def test_marks_are_chosen_where_they_lie(stage: Stage) -> None:
    lanes = stage.canvas.lanes
    stage.click(QPoint(8 * 40 + 4, lanes.marks.top + 6))
    assert stage.timeline.marker == "n2"
    stage.click(QPoint(4 * 40, lanes.regions.top + 6))
    assert stage.timeline.marker == "r1"
    assert stage.undoable == ()


# ------------------------------------------------------------------------------------------------------------- dragging


def test_a_drag_is_one_step_and_shows_what_the_project_is(stage: Stage) -> None:
    start = stage.body("c2")
    stage.drag(start, *(start + QPoint(n, 0) for n in (5, 20, 33, 80)))
    assert stage.clip("c2").start == 8 * 48_000
    stage.release(start + QPoint(80, 0))
    assert len(stage.undoable) == 1
    assert stage.canvas.hit(QPointF(stage.body("c2"))).id == "c2"
    stage.desk.project.undo()
    assert stage.clip("c2").start == 6 * 48_000
    assert stage.undoable == ()


def test_two_drags_are_two_steps(stage: Stage) -> None:
    for _ in range(2):
        start = stage.body("c2")
        stage.drag(start, start + QPoint(40, 0))
        stage.release(start + QPoint(40, 0))
    assert len(stage.undoable) == 2
    assert stage.clip("c2").start == 8 * 48_000


def test_escape_takes_a_drag_back(stage: Stage) -> None:
    before, start = stage.project, stage.body("c2")
    stage.drag(start, start + QPoint(70, 0))
    assert stage.project != before
    QTest.keyClick(stage.canvas, Qt.Key.Key_Escape)
    assert stage.project == before
    assert stage.undoable == ()
    stage.move(start + QPoint(200, 0))
    stage.release(start + QPoint(200, 0))
    assert stage.project == before


def test_a_trembling_hand_moves_nothing(stage: Stage) -> None:
    before, start = stage.project, stage.body("c2")
    stage.drag(start, start + QPoint(1, 1), start + QPoint(2, 0))
    stage.release(start + QPoint(2, 0))
    assert stage.project is before
    assert stage.timeline.clips == {"c2"}


def test_what_is_chosen_goes_along(stage: Stage) -> None:
    stage.timeline.choose(["c1", "c2"])
    start = stage.body("c2")
    stage.drag(start, start + QPoint(40, 0))
    stage.release(start + QPoint(40, 0))
    assert stage.clip("c1").start == 48_000
    assert stage.clip("c2").start == 7 * 48_000
    assert stage.timeline.clips == {"c1", "c2"}


def test_edges_fades_and_gain_are_dragged(stage: Stage) -> None:
    lanes = stage.canvas.lanes
    figure = figures.clip_figure(stage.clip("c2"), stage.timeline.scale, lanes, 0)
    body = figure.body
    edge = QPoint(round(body.right) - 2, round(body.top) + 30)
    stage.drag(edge, edge - QPoint(40, 0))
    stage.release(edge - QPoint(40, 0))
    assert stage.clip("c2").length == 4 * 48_000
    corner = QPoint(round(body.left) + 4, round(body.top) + 4)
    stage.drag(corner, corner + QPoint(30, 0))
    stage.release(corner + QPoint(30, 0))
    assert stage.clip("c2").fade_in.length > 0
    line = QPoint(round(body.left) + 80, round(figure.gain))
    stage.drag(line, line + QPoint(0, 12))
    stage.release(line + QPoint(0, 12))
    assert stage.clip("c2").gain_db < -5


def test_snapping_shows_where_and_ctrl_goes_freely(stage: Stage) -> None:
    stage.timeline.set_ways(snap=True)
    start = stage.body("c2")
    stage.drag(start, start - QPoint(76, 0))
    assert stage.clip("c2").start == 4 * 48_000  # the end of c1
    shot = stage.canvas.grab().toImage()
    column = {shot.pixelColor(160, y).name() for y in range(stage.canvas.lanes.ruler, 390)}
    assert look.theme.warn in column
    stage.move(start - QPoint(75, 0), keys=CTRL)
    assert stage.clip("c2").start == 6 * 48_000 - 75 * 1_200
    stage.release(start - QPoint(75, 0), keys=CTRL)


def test_an_undo_ends_the_drag(stage: Stage) -> None:
    start = stage.body("c2")
    stage.drag(start, start + QPoint(40, 0))
    stage.desk.project.undo()
    stage.move(start + QPoint(80, 0))
    assert stage.clip("c2").start == 6 * 48_000
    assert not stage.canvas.dragging


def test_what_lands_meanwhile_is_kept(stage: Stage) -> None:
    start = stage.body("c2")
    stage.drag(start, start + QPoint(40, 0))
    stage.desk.project.do("Mute", lambda project: clips.set_mute(project, ["c3"], on=True))
    stage.move(start + QPoint(80, 0))
    stage.release(start + QPoint(80, 0))
    assert stage.clip("c3").mute
    assert stage.clip("c2").start == 7 * 48_000


def test_what_cannot_be_is_told_and_nothing_is_lost(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.errors import StudioError
    from studio.ui.timeline.gestures.moving import Move

    start = stage.body("c2")
    stage.drag(start, start + QPoint(40, 0))

    def refuse(_self: object, _place: object) -> None:
        raise StudioError("Not there.")

    monkeypatch.setattr(Move, "at", refuse)
    stage.move(start + QPoint(60, 0))
    assert stage.canvas.dragging
    assert stage.clip("c2").start == 7 * 48_000
    shot = stage.canvas.grab().toImage()
    bad = QColor(look.theme.bad)
    assert any(shot.pixelColor(x, y) == bad for x in range(shot.width()) for y in range(start.y(), start.y() + 60))
    stage.release(start + QPoint(60, 0))


def test_the_blade_cuts_at_a_click(stage: Stage) -> None:
    stage.timeline.use(Tool.BLADE)
    stage.click(stage.body("c1"))
    assert len(stage.project.tracks[0].clips) == 3
    assert len(stage.undoable) == 1


def test_alt_drags_a_copy(stage: Stage) -> None:
    start = stage.body("c2")
    stage.drag(start, start + QPoint(240, 0), keys=ALT)
    stage.release(start + QPoint(240, 0), keys=ALT)
    assert len(stage.project.tracks[0].clips) == 3
    assert stage.clip("c2").start == 6 * 48_000


def test_past_the_edge_the_view_goes_along(qtbot: QtBot, stage: Stage) -> None:
    start = stage.body("c2")
    stage.drag(start, QPoint(990, start.y()), QPoint(1_040, start.y()))
    at = stage.clip("c2").start
    qtbot.waitUntil(lambda: stage.timeline.scale.first > 48_000 and stage.clip("c2").start > at, timeout=PATIENCE)
    stage.release(QPoint(1_040, start.y()))
    first = stage.timeline.scale.first
    qtbot.wait(100)
    assert stage.timeline.scale.first == first


# --------------------------------------------------------------------------------------------------- ruler, wheel, view


def test_the_ruler_moves_the_playhead(stage: Stage) -> None:
    y = stage.canvas.lanes.time.top + 5
    stage.drag(QPoint(200, y), QPoint(300, y))
    assert stage.timeline.playhead == 300 * 1_200
    QTest.keyClick(stage.canvas, Qt.Key.Key_Escape)
    assert stage.timeline.playhead == 0
    stage.click(QPoint(220, y))
    assert stage.timeline.playhead == 220 * 1_200
    stage.timeline.set_ways(snap=True)
    stage.click(QPoint(163, y))
    assert stage.timeline.playhead == 4 * 48_000
    assert stage.undoable == ()


def test_a_loop_is_drawn_and_taken_back(stage: Stage) -> None:
    stage.drag(QPoint(100, 4), QPoint(150, 4), QPoint(200, 4))
    stage.release(QPoint(200, 4))
    assert stage.timeline.loop == (120_000, 240_000)
    stage.drag(QPoint(198, 4), QPoint(298, 4))
    assert stage.timeline.loop == (120_000, 360_000)
    QTest.keyClick(stage.canvas, Qt.Key.Key_Escape)
    assert stage.timeline.loop == (120_000, 240_000)
    assert stage.undoable == ()


def _wheel(
    stage: Stage, *, angle: tuple[int, int] = (0, 0), pixels: tuple[int, int] = (0, 0), keys: Keys = NONE
) -> None:
    at, phase = QPointF(400, 200), Qt.ScrollPhase.NoScrollPhase
    there, none = stage.canvas.mapToGlobal(at), Qt.MouseButton.NoButton
    not_inverted = False
    event = QWheelEvent(at, there, QPoint(*pixels), QPoint(*angle), none, keys, phase, not_inverted)
    QApplication.sendEvent(stage.canvas, event)


def test_the_wheel_scrolls_pans_and_zooms_at_the_pointer(stage: Stage) -> None:
    stage.canvas.resize(1_000, 180)
    _wheel(stage, angle=(0, -120))
    assert stage.timeline.top > 0
    _wheel(stage, angle=(0, 240))
    assert stage.timeline.top == 0
    _wheel(stage, angle=(0, -120), keys=SHIFT)
    first = stage.timeline.scale.first
    assert first > 0
    _wheel(stage, pixels=(-7, 0))
    assert stage.timeline.scale.first == first + 7 * PER_PIXEL
    under = stage.timeline.scale.sample(400)
    for notch in (120, 120, -120):
        _wheel(stage, angle=(0, notch), keys=CTRL)
        assert abs(stage.timeline.scale.sample(400) - under) <= 1
    assert stage.timeline.scale.per_pixel == pytest.approx(PER_PIXEL / 1.2)


def test_the_middle_button_pans(stage: Stage) -> None:
    stage.timeline.show(stage.timeline.scale.panned(200))
    stage.drag(QPoint(500, 200), QPoint(450, 200), button=MIDDLE)
    stage.release(QPoint(450, 200), button=MIDDLE)
    assert stage.timeline.scale.first == 250 * PER_PIXEL
    assert stage.timeline.clips == set()


def test_a_double_click_opens_and_a_right_click_asks_for_a_menu(stage: Stage) -> None:
    opened: list[str] = []
    menus: list[tuple[Hit, QPoint]] = []
    stage.canvas.opened.connect(opened.append)
    stage.canvas.menu_wanted.connect(lambda hit, at: menus.append((hit, at)))
    QTest.mouseDClick(stage.canvas, LEFT, NONE, stage.body("c1"))
    assert opened == ["c1"]
    at = stage.body("c3")
    there = stage.canvas.mapToGlobal(at)
    QApplication.sendEvent(stage.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, there))
    assert stage.timeline.clips == {"c3"}
    assert (menus[0][0].id, menus[0][1]) == ("c3", there)
    stage.timeline.choose(["c1"])
    away = QPoint(900, 390)
    QApplication.sendEvent(stage.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, away, QPoint()))
    assert menus[1][0].id == "c1"
    assert stage.undoable == ()


def test_no_menu_opens_amidst_a_drag(stage: Stage) -> None:
    asked: list[object] = []
    stage.canvas.menu_wanted.connect(lambda hit, at: asked.append((hit, at)))
    body = stage.body("c1")
    stage.drag(body, body + QPoint(40, 0))
    at = body + QPoint(40, 0)
    QApplication.sendEvent(
        stage.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, stage.canvas.mapToGlobal(at))
    )
    assert asked == []
    assert stage.canvas.dragging
    stage.release(at)


def test_a_drag_ends_when_its_button_is_no_longer_held(stage: Stage) -> None:
    body = stage.body("c1")
    stage.drag(body, body + QPoint(40, 0))
    there = stage.clip("c1").start
    stage.move(body + QPoint(90, 0), button=Qt.MouseButton.NoButton)
    assert not stage.canvas.dragging
    assert stage.clip("c1").start == there == 48_000
    stage.release(body + QPoint(90, 0))


def test_another_button_does_not_end_a_drag(stage: Stage) -> None:
    body = stage.body("c1")
    stage.drag(body, body + QPoint(40, 0))
    stage.release(body + QPoint(40, 0), button=MIDDLE)
    assert stage.canvas.dragging
    stage.move(body + QPoint(80, 0))
    stage.release(body + QPoint(80, 0))
    assert not stage.canvas.dragging
    assert stage.clip("c1").start == 96_000


def test_the_pointer_tells_what_it_would_do(stage: Stage) -> None:
    lanes = stage.canvas.lanes
    body = figures.clip_figure(stage.clip("c2"), stage.timeline.scale, lanes, 0).body
    wanted = {
        QPoint(round(body.left) + 2, round(body.top) + 40): Qt.CursorShape.SplitHCursor,
        stage.body("c2"): Qt.CursorShape.OpenHandCursor,
        QPoint(900, lanes.y(0) + 20): Qt.CursorShape.ArrowCursor,
    }
    for at, shape in wanted.items():
        stage.move(at, button=Qt.MouseButton.NoButton)
        assert stage.canvas.cursor().shape() == shape
    stage.move(stage.body("c1"), button=Qt.MouseButton.NoButton)
    assert "Ada: Hello." in stage.canvas.toolTip()
    stage.timeline.use(Tool.BLADE)
    stage.move(stage.body("c2"), button=Qt.MouseButton.NoButton)
    assert stage.canvas.cursor().shape() == Qt.CursorShape.IBeamCursor


# -------------------------------------------------------------------------------------------------------------- drawing


def test_waves_come_and_are_drawn(qtbot: QtBot, stage: Stage) -> None:
    media = stage.project.media[2]
    give_peaks(stage.desk, media)
    ground = QColor(look.theme.raised)
    at = stage.body("c3")

    def drawn() -> bool:
        shot = stage.canvas.grab().toImage()
        return shot.pixelColor(at.x(), at.y() - 8) != ground

    assert not drawn()
    qtbot.waitUntil(drawn, timeout=PATIENCE)


def test_what_is_chosen_muted_and_faded_is_seen(stage: Stage) -> None:
    place = stage.body("c2")
    body = figures.clip_figure(stage.clip("c2"), stage.timeline.scale, stage.canvas.lanes, 0).body
    below = QPoint(round(body.left) + 60, round(body.bottom) - 2)

    def colour(at: QPoint) -> QColor:
        return stage.canvas.grab().toImage().pixelColor(at)

    plain, inside = colour(below), colour(place)
    stage.timeline.choose(["c2"])
    assert colour(below) == QColor(look.theme.accent) != plain
    stage.timeline.choose(())
    stage.desk.project.do("Mute", lambda project: clips.set_mute(project, ["c2"], on=True))
    QApplication.processEvents()
    assert colour(place) != inside
    stage.desk.project.undo()
    QApplication.processEvents()
    assert colour(place) == inside
    corner = QPoint(round(body.left) + 3, round(body.top) + 30)
    before = colour(corner)
    stage.desk.project.do("Fade", lambda project: fades.set_fades(project, "c2", fade_in=Fade(96_000)))
    QApplication.processEvents()
    assert colour(corner) != before


@pytest.fixture(name="drawn")
def _drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Which lanes were drawn, how wide, and whether plainly."""
    drawn: Drawn = []
    original = LanesPainter.draw

    def draw(self: LanesPainter, painter: QPainter, sight: Sight, row: int, *, plainly: bool = False) -> None:
        drawn.append((row, sight.width // 10 * 10, plainly))
        original(self, painter, sight, row, plainly=plainly)

    monkeypatch.setattr(LanesPainter, "draw", draw)
    return drawn


def test_the_playhead_moves_without_drawing_the_clips_again(stage: Stage, drawn: Drawn) -> None:
    _settled(stage)
    drawn.clear()
    for second in (3, 4, 5):
        stage.timeline.put_playhead(second * 48_000)
        shot = stage.canvas.grab().toImage()
        assert shot.pixelColor(second * 40, stage.canvas.lanes.y(2) + 30) == QColor(look.theme.accent)
    assert drawn == []


def test_what_is_changed_in_one_lane_draws_that_lane_alone(stage: Stage, drawn: Drawn) -> None:
    _settled(stage)
    first, second = (0, 1_000, False), (1, 1_000, False)
    for change, lanes in (
        (lambda: stage.timeline.choose(["c1"]), [first]),
        (lambda: stage.timeline.choose(["c3"]), [first, second]),
        (lambda: stage.timeline.choose(()), [second]),
        (lambda: stage.desk.project.do("Mute", lambda project: clips.set_mute(project, ["c2"], on=True)), [first]),
        (lambda: stage.desk.project.do("Colour", lambda p: tracks.set_track(p, "t2", colour="5")), [second]),
        (stage.desk.project.undo, [second]),
        (lambda: stage.desk.project.do("Solo", lambda p: tracks.set_track(p, "t1", solo=True)), [first, second]),
    ):
        drawn.clear()
        change()
        QApplication.processEvents()
        kept = stage.canvas.grab().toImage()
        assert [one for one in drawn if one[0] < 2] == lanes
        assert _anew(stage) == kept


def test_whatever_is_edited_is_drawn_at_once(stage: Stage) -> None:
    """Among what a picture keeps, nothing is left of what was before."""
    project = stage.project
    long = replace(project.tracks[1], clips=(replace(project.tracks[1].clips[0], start=0, name="Another name"),))
    edits: list[Project] = [
        replace(project, tracks=(project.tracks[0], long)),
        replace(project, takes=(replace(project.takes[0], text="Other words."), project.takes[1])),
        replace(project, takes=(replace(project.takes[0], quality={"qa": {"badge": "noisy"}}), project.takes[1])),
        replace(project, media=(project.media[0], replace(project.media[1], name="other.wav"), project.media[2])),
        replace(project, markers=(replace(project.markers[1], at=480_000),)),
        replace(project, regions=()),
        replace(project, style=replace(project.style, bpm=120.0)),
        replace(project, tracks=project.tracks[::-1]),
        replace(project, tracks=(replace(project.tracks[0], height=120), project.tracks[1])),
        replace(project, tracks=project.tracks[1:]),
        project,
    ]
    _settled(stage)
    for number, edit in enumerate(edits):
        before = stage.canvas.grab().toImage()
        assert stage.desk.project.do(f"Edit {number}", edit)
        QApplication.processEvents()
        after = stage.canvas.grab().toImage()
        assert after != before, number
        assert _anew(stage) == after, number


def test_another_project_with_the_same_names_is_drawn(stage: Stage, tmp_path: Path) -> None:
    _settled(stage)
    other = small()
    moved = replace(other.tracks[0].clips[0], start=96_000, take="", media="m2")
    stage.desk.project.create(tmp_path / "other.angen")
    stage.desk.project.do("Begin", replace(other, tracks=(replace(other.tracks[0], clips=(moved,)), other.tracks[1])))
    QApplication.processEvents()
    shown = stage.canvas.grab().toImage()
    assert _anew(stage) == shown
    assert shown.pixelColor(30, stage.canvas.lanes.y(0) + 60) != QColor(look.theme.raised)


def test_a_change_amidst_lanes_that_are_due_is_not_undone_by_them(qtbot: QtBot, stage: Stage) -> None:
    _settled(stage)
    stage.timeline.show(Scale(0.0, PER_PIXEL * 1.1, 1_000))
    stage.canvas.grab()
    assert not stage.canvas.settled
    stage.desk.project.do("Mute", lambda project: clips.set_mute(project, ["c3"], on=True))
    stage.timeline.show(stage.timeline.scale.panned(40))
    qtbot.waitUntil(lambda: stage.canvas.settled, timeout=PATIENCE)
    kept = stage.canvas.grab().toImage()
    assert _anew(stage) == kept


def test_a_leap_shows_every_clip_at_once_and_soon_all_of_it(
    qtbot: QtBot, stage: Stage, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _settled(stage)
    drawn.clear()
    monkeypatch.setattr(picture, "_AT_ONCE", -1.0)  # no time at all
    stage.timeline.show(Scale(0.0, PER_PIXEL * 4, 1_000))
    first = stage.canvas.grab().toImage()
    assert drawn == [(0, 1_000, True), (1, 1_000, True)]
    x, y = round(stage.timeline.scale.x(stage.clip("c3").start)), stage.canvas.lanes.y(1) + 60
    assert first.pixelColor(x - 3, y) == QColor(look.theme.canvas)
    assert first.pixelColor(x + 3, y) == QColor(look.theme.raised)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: stage.canvas.settled, timeout=PATIENCE)
    kept = stage.canvas.grab().toImage()
    assert _anew(stage) == kept


def test_the_way_back_shows_what_was_left_and_draws_what_changed_meanwhile(stage: Stage, drawn: Drawn) -> None:
    """Nothing that was kept is shown when it is no longer so."""
    here, elsewhere, project = stage.timeline.scale, Scale(96_000.0, PER_PIXEL / 9, 1_000), stage.desk.project
    first, second, both = {(0, 1_000, False)}, {(1, 1_000, False)}, {(0, 1_000, False), (1, 1_000, False)}
    _settled(stage)
    for change, lanes in (
        (lambda: None, set()),
        (lambda: stage.timeline.choose(["c3"]), second),
        (lambda: project.do("Mute", lambda p: clips.set_mute(p, ["c1"], on=True)), first),
        (lambda: project.do("Rename", lambda p: clips.rename(p, "c3", "Another")), second),
        (lambda: project.do("Colour", lambda p: tracks.set_track(p, "t2", colour="5")), second),
        (lambda: project.do("Tempo", lambda p: replace(p, style=replace(p.style, bpm=90.0))), both),
        (lambda: stage.timeline.show_line("t1", "volume", on=True), both),
        (look.changed.emit, both),
    ):
        stage.timeline.show(elsewhere)
        _settled(stage)
        change()
        _settled(stage)
        drawn.clear()
        stage.timeline.show(here)
        back = _settled(stage)
        assert {(row, wide, plainly) for row, wide, plainly in drawn if not plainly} == lanes
        assert back == _anew(stage)


def test_waves_that_came_while_something_else_was_shown_are_seen_on_the_way_back(stage: Stage) -> None:
    for media in stage.project.media:
        give_peaks(stage.desk, media)
    here, plain = stage.timeline.scale, _anew(stage)
    stage.timeline.show(Scale(96_000.0, PER_PIXEL / 9, 1_000))
    _settled(stage)
    stage.timeline.show(here)
    back = _settled(stage)
    assert back != plain
    assert back == _anew(stage)


@pytest.mark.slow
@pytest.mark.parametrize("automation", ["", "volume"])
def test_what_scrolled_looks_like_what_is_drawn_anew(qtbot: QtBot, stage: Stage, automation: str) -> None:
    for media in stage.project.media:
        give_peaks(stage.desk, media)
    stage.desk.project.do("Fade", lambda project: fades.set_fades(project, "c2", fade_in=Fade(96_000, "smooth")))
    stage.timeline.choose(["c3"])
    stage.timeline.show(Scale(0.0, PER_PIXEL / 7, 1_000))
    stage.canvas.grab()
    qtbot.waitUntil(lambda: stage.desk.operations.running == 0, timeout=PATIENCE)
    stage.timeline.show_lines({"t1": ("volume",), "t2": ("panning",)} if automation else {})
    for pixels in (1, 13, 250, -40, 700, -333, 999, -120.4, 3_000, -2_900):
        stage.timeline.show(stage.timeline.scale.panned(pixels))
        stage.canvas.grab()
        qtbot.waitUntil(lambda: stage.desk.operations.running == 0, timeout=PATIENCE)
        qtbot.wait(200)  # what came is drawn
        stage.timeline.show(stage.timeline.scale.panned(7))
        scrolled = stage.canvas.grab().toImage()
        stage.timeline.ways_changed.emit()  # whatever it was that changed
        anew = stage.canvas.grab().toImage()
        different = {(x, y) for x in range(1_000) for y in range(400) if scrolled.pixel(x, y) != anew.pixel(x, y)}
        assert len(different) < 12, (pixels, sorted(different)[:20])  # curves are soft: reckoning shows there


def test_names_that_were_too_many_for_a_frame_come_with_the_next_ones(
    qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _settled(stage)
    monkeypatch.setattr(names, "_MOST_NEW", 1)
    look.changed.emit()  # all names are laid out anew
    assert stage.canvas.grab().toImage() != whole
    qtbot.waitUntil(lambda: stage.canvas.settled, timeout=PATIENCE)
    assert stage.canvas.grab().toImage() == whole


def test_a_scroll_draws_what_it_lets_in_alone(stage: Stage, drawn: Drawn) -> None:
    _settled(stage)
    drawn.clear()
    for pixels in (30, -12, 4_000):
        stage.timeline.show(stage.timeline.scale.panned(pixels))
        stage.canvas.grab()
    assert [wide for row, wide, _ in drawn if row == 0] == [30, 20, 1_000]


def test_a_zoom_is_stretched_and_drawn_as_it_is_soon_afterwards(qtbot: QtBot, stage: Stage, drawn: Drawn) -> None:
    _settled(stage)
    drawn.clear()
    for factor in (1.01, 1.02, 1.03):
        stage.timeline.show(Scale(0.0, PER_PIXEL * factor, 1_000))
        rough = stage.canvas.grab().toImage()
    assert max(wide for _, wide, _ in drawn) < 40
    qtbot.waitUntil(lambda: stage.canvas.settled, timeout=PATIENCE)
    assert {(0, 1_000, False), (1, 1_000, False)} <= set(drawn)
    rested = stage.canvas.grab().toImage()
    assert _anew(stage) == rested
    edge, y = round(stage.timeline.scale.x(stage.clip("c2").start)), stage.canvas.lanes.y(0) + 40
    assert rested.pixel(edge - 4, y) != rested.pixel(edge + 4, y)
    for x in (edge - 4, edge + 4):  # and it was there before it was drawn
        assert rough.pixel(x, y) == rested.pixel(x, y)


def test_what_changes_while_it_is_zoomed_is_drawn_at_once(stage: Stage) -> None:
    at = stage.body("c2")
    for factor in (1.0001, 1.0002):
        stage.timeline.show(Scale(0.0, PER_PIXEL * factor, 1_000))
        before = stage.canvas.grab().toImage()
    stage.desk.project.do("Mute", lambda project: clips.set_mute(project, ["c2"], on=True))
    QApplication.processEvents()
    assert stage.canvas.grab().toImage().pixelColor(at) != before.pixelColor(at)


def test_another_theme_and_larger_text_are_drawn(stage: Stage) -> None:
    before = stage.canvas.lanes.ruler
    look.show("light", 150)
    try:
        assert stage.canvas.lanes.ruler > before
        shot = stage.canvas.grab().toImage()
        assert shot.pixelColor(990, 390) == QColor(look.theme.canvas)
    finally:
        look.show("dark", 100)


def test_every_automation_can_be_drawn_and_dragged(stage: Stage) -> None:
    stage.timeline.show_line("t1", "volume", on=True)
    y = round(figures.line_height(stage.canvas.lanes, 0, 0.0, "volume"))
    assert stage.canvas.hit(QPointF(200, y)).part is Part.LINE
    stage.drag(QPoint(200, y), QPoint(200, y + 12))
    drag = stage.canvas.drag
    assert drag is not None
    (point,) = stage.project.tracks[0].volume
    assert drag.told == f"{gain_text(point.value)} · 0:05.000"
    stage.release(QPoint(200, y + 12))
    assert point.at == 240_000
    assert point.value < -5
    assert len(stage.undoable) == 1
    stage.canvas.grab()


# ----------------------------------------------------------------------------------------------------- bars and zoom


def test_bars_and_zoom_tell_what_is_seen(qtbot: QtBot, stage: Stage) -> None:
    view = TimelineView(stage.desk, stage.timeline, QWidget())
    qtbot.addWidget(view)
    view.resize(900, 300)
    view.show()
    qtbot.waitExposed(view)
    across, down = (
        next(bar for bar in view.findChildren(QScrollBar) if bar.orientation() == way)
        for way in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical)
    )
    zoom = next(iter(view.findChildren(QSlider)))
    across.setValue(across.maximum() // 2)
    assert stage.timeline.scale.first > 0
    stage.timeline.show(Scale(0.0, PER_PIXEL, view.canvas.width()))
    assert across.value() == 0
    before = zoom.value()
    view.canvas.zoom(4.0)
    assert zoom.value() == before + 20
    zoom.setValue(before)
    assert stage.timeline.scale.per_pixel == pytest.approx(PER_PIXEL, rel=0.05)
    view.resize(900, 160)
    qtbot.waitUntil(lambda: down.maximum() > 0, timeout=PATIENCE)
    down.setValue(down.maximum())
    assert stage.timeline.top == down.maximum()
    view.close()

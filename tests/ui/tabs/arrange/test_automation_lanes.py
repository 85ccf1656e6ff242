"""The lanes of automation lines, and the volume of clips, by mouse and keys in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from studio.domain.edits import automation, tracks
from studio.domain.project import Clip, Point
from studio.services import demo_project
from studio.ui.tabs.arrange.menus import menu_for
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline import figures
from studio.ui.timeline.hits import Part
from studio.ui.timeline.line_heads import LineHead
from studio.ui.timeline.lines import Line, PointAt
from studio.ui.timeline.times import clock
from tests.ui.conftest import PATIENCE, click, find, shown
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import CTRL, NO_KEYS, RATE, SHIFT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.fixture
def application(start: Callable[..., Application], qtbot: QtBot) -> Application:
    """The window with the demo project in the room; nothing snaps."""
    application = start()
    application.desk.project.open(demo_project.unpacked(application.studio.projects, application.studio.paths.projects))
    room = hands.room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    room.state.set_ways(snap=False)
    return application


@pytest.fixture
def room(application: Application) -> ArrangeRoom:
    """The room."""
    return hands.room_of(application)


def music(room: ArrangeRoom) -> str:
    """Return the track of the music."""
    return hands.tracks(room)[1].id


def spot(room: ArrangeRoom, seconds: float, value: float, what: str = "volume", row: int = 1) -> QPointF:
    """Return where a value lies in the lane of a line."""
    x = room.state.scale.x(seconds * RATE)
    return QPointF(round(x), round(figures.line_height(room.lanes.canvas.lanes, row, value, what)))


def given(room: ArrangeRoom, *points: Point, what: str = "volume") -> None:
    """Give the music's line points, and show its lane."""
    track = music(room)
    assert room.state.do("Points", lambda p: automation.set_points(p, track, points, what=what))
    room.state.show_line(track, what, on=True)


def bed(room: ArrangeRoom) -> Clip:
    """Return the clip of the music."""
    return hands.tracks(room)[1].clips[0]


def on_clip(room: ArrangeRoom, seconds: float, value: float) -> QPointF:
    """Return where a value of the volume of the music's clip lies, so long after its start."""
    clip = bed(room)
    body = hands.figure(room, clip.id).body
    x = room.state.scale.x(clip.start + seconds * RATE)
    return QPointF(round(x), round(figures.gain_height(body, clip.gain_db + value)))


# --------------------------------------------------------------------------------------------------- shown and hidden


def test_a_button_of_the_head_shows_and_hides_the_lane_and_the_clips_stay_as_high(room: ArrangeRoom) -> None:
    lanes, state = room.lanes.canvas.lanes, room.state
    button = find(room.heads, QToolButton, "Automation lanes of Music")
    click(button)
    assert state.shown == {music(room): ("volume",)}
    assert button.isChecked()
    now = room.lanes.canvas.lanes
    assert [now.height(row) for row in range(2)] == [lanes.height(row) for row in range(2)]
    assert now.total == lanes.total + now.line
    head = find(room.heads, LineHead, "Volume lane of Music")
    assert (head.y(), head.height()) == (now.line_y(1, "volume") - now.ruler, now.line)
    click(find(head, QToolButton, "Hide the lane Volume of Music"))
    assert not button.isChecked()
    assert not shown(room.heads, LineHead)
    assert room.lanes.canvas.lanes.total == lanes.total


def test_keys_and_the_menu_of_the_track_show_each_lane(room: ArrangeRoom) -> None:
    room.state.choose((), track=music(room))
    hands.press(room, "Shift+P")
    assert room.state.shown[music(room)] == ("panning",)
    head = room.heads.head(music(room))
    assert head
    menu = head.menu()
    action = next(action for action in menu.actions() if action.text() == "Volume lane")
    assert not action.isChecked()
    action.trigger()
    assert room.state.shown[music(room)] == ("volume", "panning"), "volume lies above pan, whichever came first"
    hands.press(room, "Shift+V")
    hands.press(room, "Shift+P")
    assert room.state.shown[music(room)] == ()
    menu.close()


def test_lanes_and_heights_are_there_again(room: ArrangeRoom, application: Application) -> None:
    room.state.show_line(music(room), "panning", on=True)
    hands.press(room, "Ctrl+Shift+Up")
    tall = room.state.tall
    assert tall > 1
    again = type(room.state)(application.desk)
    assert (again.shown, again.tall) == ({music(room): ("panning",)}, tall)
    application.desk.memory.put("arrange.ways", {"tall": "high"})
    application.desk.memory.put("arrange.lines", [str(application.desk.project.folder), {"t1": 3}])
    again = type(room.state)(application.desk)
    assert (again.shown, again.tall) == ({}, 1.0)


# ------------------------------------------------------------------------------------------------------------- points


def test_a_double_click_in_the_lane_makes_a_point_at_that_height(room: ArrangeRoom) -> None:
    room.state.show_line(music(room), "volume", on=True)
    canvas, steps = room.lanes.canvas, len(history(room))
    at = spot(room, 10, -30)
    hands.double_click(canvas, at)
    (point,) = hands.tracks(room)[1].volume
    assert point.value == pytest.approx(-30, abs=1.5)
    assert abs(point.at - 10 * RATE) <= room.state.scale.per_pixel
    assert len(history(room)) == steps + 1
    assert room.state.points == {PointAt(music(room), "volume", point.at)}


def test_a_double_click_is_dragged_on_and_snaps(room: ArrangeRoom) -> None:
    given(room, Point(0, 0.0), what="panning")
    room.state.set_ways(snap=True)
    room.state.put_playhead(20 * RATE)
    canvas = room.lanes.canvas
    at = spot(room, 10, 0.5, "panning")
    hands.click(canvas, at)
    hands._mouse(canvas, hands.QEvent.Type.MouseButtonDblClick, at, NO_KEYS, hands.LEFT, held=True)
    near = spot(room, 20, -0.5, "panning") + QPointF(3, 0)
    hands.go(canvas, near)
    assert canvas.drag is not None
    assert canvas.drag.snapped == 20 * RATE
    assert canvas.drag.told.endswith("left · 0:20.000")
    hands.let_go(canvas, near)
    last = hands.tracks(room)[1].panning[-1]
    assert (last.at, last.value < -0.3) == (20 * RATE, True)


def test_a_drag_tells_its_value_and_off_the_track_removes(room: ArrangeRoom) -> None:
    given(room, Point(5 * RATE, -6.0), Point(15 * RATE, 0.0))
    canvas, start = room.lanes.canvas, spot(room, 5, -6)
    hands.hold(canvas, start)
    hands.go(canvas, spot(room, 8, -30))
    moved = hands.tracks(room)[1].volume[0]
    assert canvas.drag is not None
    assert moved.value == pytest.approx(-30, abs=2)
    assert canvas.drag.told == f"−{abs(moved.value):.1f} dB · {clock(moved.at, RATE)}"
    off = spot(room, 8, 0) - QPointF(0, 160)
    hands.go(canvas, off)
    assert [point.at for point in hands.tracks(room)[1].volume] == [15 * RATE]
    assert canvas.drag.told == "Remove the point"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hands.let_go(canvas, off)
    assert [point.at for point in hands.tracks(room)[1].volume] == [5 * RATE, 15 * RATE]


def test_a_box_chooses_points_that_move_and_go_together(room: ArrangeRoom) -> None:
    track = music(room)
    given(room, Point(5 * RATE, -6.0), Point(10 * RATE, -12.0), Point(15 * RATE, -6.0), Point(25 * RATE, 0.0))
    canvas, empty = room.lanes.canvas, spot(room, 3, 20)
    hands.drag(canvas, empty, spot(room, 16, -40))
    assert {point.at for point in room.state.points} == {5 * RATE, 10 * RATE, 15 * RATE}
    assert room.state.clips == set()
    hands.drag(canvas, spot(room, 10, -12), spot(room, 12, -12))
    ats = [point.at for point in hands.tracks(room)[1].volume]
    by = ats[1] - 10 * RATE
    assert by > RATE
    assert ats == [5 * RATE + by, 10 * RATE + by, 15 * RATE + by, 25 * RATE]
    assert {point.at for point in room.state.points} == set(ats[:3])
    hands.drag(canvas, spot(room, ats[1] / RATE, -12), spot(room, 60, -12))
    assert [point.at for point in hands.tracks(room)[1].volume][2:] == [25 * RATE - 1, 25 * RATE], "not past the last"
    hands.click(canvas, spot(room, 25, 0), keys=SHIFT)
    assert len(room.state.points) == 4
    hands.press(room, "Del")
    assert hands.tracks(room)[1].volume == ()
    assert hands.tracks(room)[1].id == track, "the track stays"


def test_points_by_key_at_the_playhead_and_from_there(room: ArrangeRoom) -> None:
    given(room, Point(0, -12.0), Point(20 * RATE, 0.0))
    room.state.choose((), track=music(room))
    room.state.put_playhead(10 * RATE)
    hands.press(room, "P")
    assert hands.tracks(room)[1].volume[1] == Point(10 * RATE, -6.0)
    hands.press(room, "Alt+Up")
    hands.press(room, "Alt+Up")
    hands.press(room, "Alt+Right")
    assert hands.tracks(room)[1].volume[1] == Point(10 * RATE + RATE // 30, -5.0)
    hands.press(room, "Del")
    assert hands.tracks(room)[1].volume == (Point(0, -12.0), Point(20 * RATE, 0.0))
    hands.press(room, "P")
    assert hands.tracks(room)[1].volume[1] == Point(10 * RATE, -6.0), "the line is still the chosen one"


def test_a_click_beside_the_points_chooses_the_line_for_new_ones(room: ArrangeRoom) -> None:
    room.state.show_line(music(room), "panning", on=True)
    hands.click(room.lanes.canvas, spot(room, 4, 0.9, "panning"))
    assert room.state.line == Line(music(room), "panning")
    room.state.put_playhead(3 * RATE)
    hands.press(room, "P")
    assert hands.tracks(room)[1].panning == (Point(3 * RATE, 0.0),)


def test_the_lane_of_a_locked_track_takes_nothing(room: ArrangeRoom) -> None:
    given(room, Point(5 * RATE, -6.0))
    room.state.do("Lock", lambda p: tracks.set_track(p, music(room), locked=True))
    before = room.state.project
    hands.drag(room.lanes.canvas, spot(room, 5, -6), spot(room, 9, -20))
    hands.double_click(room.lanes.canvas, spot(room, 12, -30))
    hands.press(room, "Del")
    assert room.state.project == before


# ------------------------------------------------------------------------------------------------- the volume of clips


def test_a_double_click_on_the_line_of_a_clip_makes_a_point_that_is_dragged(room: ArrangeRoom) -> None:
    canvas, before = room.lanes.canvas, bed(room)
    hands.double_click(canvas, on_clip(room, 8, 0))
    (point,) = bed(room).volume
    assert point.value == 0.0
    assert abs(point.at - 8 * RATE) <= room.state.scale.per_pixel
    assert not room.side.clip.live.words.hasFocus()
    hands.double_click(canvas, on_clip(room, 16, 0))
    hands.drag(canvas, on_clip(room, 8, 0), on_clip(room, 6, -12))
    first, second = bed(room).volume
    assert first.value == pytest.approx(-12, abs=1.5)
    assert abs(first.at - 6 * RATE) <= 2 * room.state.scale.per_pixel
    assert (second.value, bed(room).gain_db) == (0.0, before.gain_db)
    hands.drag(canvas, on_clip(room, 20, 0), on_clip(room, 20, 0) + QPointF(0, 6))
    assert bed(room).gain_db < before.gain_db - 3, "beside the points the whole line goes"
    assert bed(room).volume == (first, second)
    hands.press(room, "Ctrl+Z")
    hands.click(canvas, on_clip(room, 16, 0))
    hands.press(room, "Del")
    assert bed(room).volume == (first,)
    assert len(hands.tracks(room)[1].clips) == 1


def test_points_of_a_clip_stay_where_they_are_heard(room: ArrangeRoom) -> None:
    canvas = room.lanes.canvas
    hands.double_click(canvas, on_clip(room, 8, 0))
    hands.drag(canvas, on_clip(room, 8, 0), QPointF(canvas.width() + 400.0, on_clip(room, 8, 0).y()))
    assert bed(room).volume[0].at == bed(room).length


def test_the_menu_of_a_clip_has_its_volume_line(room: ArrangeRoom) -> None:
    clip = bed(room)
    hit = room.lanes.canvas.hit(on_clip(room, 8, 0))
    assert hit.part is Part.GAIN
    menu = menu_for(hit, room.state, room.actions_table, room)
    line = next(action for action in menu.actions() if action.text() == "Volume line").menu()
    assert line
    next(action for action in line.actions() if action.text() == "Add a point here").trigger()  # type: ignore[attr-defined]
    assert [point.at for point in bed(room).volume] == [hit.at - clip.start]
    menu.close()


def test_a_key_sets_a_point_of_the_one_chosen_clip(room: ArrangeRoom) -> None:
    clip = bed(room)
    room.state.choose([clip.id])
    room.state.put_playhead(clip.start + 2 * RATE)
    hands.press(room, "P")
    assert bed(room).volume == (Point(2 * RATE, 0.0),)
    room.state.choose([clip.id])
    room.state.put_playhead(clip.end + RATE)
    hands.press(room, "P")
    assert len(bed(room).volume) == 1


# ---------------------------------------------------------------------------------------------- higher, flatter, around


def test_the_wheel_makes_the_tracks_higher_where_the_pointer_is(room: ArrangeRoom) -> None:
    canvas, scale = room.lanes.canvas, room.state.scale
    for _ in range(8):
        room.actions_table.trigger("arrange.add_sound")
    before, steps = canvas.lanes, len(history(room))
    at = QPointF(300, before.y(1) + before.height(1) / 2)
    hands.wheel(canvas, at, 2, keys=CTRL | SHIFT)
    assert room.state.scale == scale
    assert canvas.lanes.height(1) == round(before.height(1) * 1.44)
    hands.wheel(canvas, at, 20, keys=CTRL | SHIFT)
    assert abs(canvas.lanes.y(1) + canvas.lanes.height(1) / 2 - at.y()) < 3
    head = room.heads.head(music(room))
    assert head
    assert (head.y(), head.height()) == (canvas.lanes.y(1) - canvas.lanes.ruler, canvas.lanes.height(1))
    hands.wheel(canvas, at, -60, keys=CTRL | SHIFT)
    assert canvas.lanes.height(1) < before.height(1)
    assert len(history(room)) == steps, "it is no step of the piece"


def test_a_height_that_is_dragged_is_that_of_the_track_whatever_the_zoom(room: ArrangeRoom) -> None:
    room.state.stretch(2.0)
    head = room.heads.head(music(room))
    assert head
    edge = QPointF(60, head.height() - 2)
    hands.drag(head, edge, edge + QPointF(0, 40))
    assert hands.tracks(room)[1].height == pytest.approx(72 + 20, abs=1)


def test_a_loop_drawn_while_a_take_is_heard_holds_for_the_piece(room: ArrangeRoom, application: Application) -> None:
    player = application.desk.player
    piece = player.selected
    assert piece is not None
    player.select(replace(piece, key="take:1", title="A take"))
    lanes = room.lanes.canvas.lanes
    y = (lanes.loop.top + lanes.loop.bottom) / 2
    hands.drag(room.lanes.canvas, QPointF(100, y), QPointF(300, y))
    loop = room.state.loop
    assert loop is not None
    assert not player.loop
    hands.click(room.lanes.canvas, hands.along(room, 33 * RATE, 0))  # whoever chooses something wants to hear it
    room.state.put_playhead(RATE)
    assert player.selected is not None
    assert player.selected.key == piece.key
    assert (player.selected.start, player.selected.end) == loop
    assert player.loop
    hands.press(room, "C")
    assert room.state.loop is None
    assert not player.loop


def history(room: ArrangeRoom) -> tuple[object, ...]:
    """Return the steps that were made."""
    opened = room.desk.project.opened
    assert opened is not None
    return opened.history.moments[: opened.history.at]

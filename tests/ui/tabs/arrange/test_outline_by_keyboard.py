"""Marks and automation in the outline, by keyboard alone; and what a screen reader says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from studio.domain.edits import automation, marks, tracks
from studio.domain.project import Point
from studio.services import demo_project
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline.outline_rows import FADE_IN, GAIN, LENGTH, NAME, START, STATE, Row
from tests.ui.conftest import PATIENCE, find, shown, type_text
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import RATE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

Key = Qt.Key


@pytest.fixture
def room(start: Callable[..., Application], qtbot: QtBot) -> ArrangeRoom:
    """The room with the demo project as an outline."""
    application = start()
    application.desk.project.open(demo_project.unpacked(application.studio.projects, application.studio.paths.projects))
    room = hands.room_of(application)
    qtbot.waitUntil(room.lanes.isVisible, timeout=PATIENCE)
    hands.press(room, "Ctrl+T")
    return room


def row_where(room: ArrangeRoom, wanted: Callable[[Row], object]) -> int:
    """Return the number of the first such row."""
    QApplication.processEvents()  # whoever listens has heard of the last step
    return next(number for number, row in enumerate(room.outline.rows.rows) if wanted(row))


def go_to(room: ArrangeRoom, wanted: Callable[[Row], object], column: int = NAME) -> None:
    """Go to a row with the arrow keys."""
    outline, number = room.outline, row_where(room, wanted)
    outline.setFocus()
    QTest.keyClick(outline, Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _ in range(number):
        QTest.keyClick(outline, Key.Key_Down)
    outline.setCurrentIndex(outline.rows.index(number, column))
    assert outline.currentIndex().row() == number


def write(room: ArrangeRoom, qtbot: QtBot, wanted: Callable[[Row], object], column: int, text: str) -> None:
    """Type something else into a cell."""
    go_to(room, wanted, column)
    QTest.keyClick(room.outline, Key.Key_F2)
    editor = find(room.outline, QLineEdit)
    editor.selectAll()
    type_text(editor, text)
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: not shown(room.outline, QLineEdit), timeout=PATIENCE)


def said(room: ArrangeRoom, wanted: Callable[[Row], object], column: int = NAME) -> str:
    """Return what is said of a cell."""
    index = room.outline.rows.index(row_where(room, wanted), column)
    return str(room.outline.rows.data(index, Qt.ItemDataRole.AccessibleTextRole))


def test_marks_are_set_renamed_moved_and_taken_away(room: ArrangeRoom, qtbot: QtBot) -> None:
    state = room.state
    state.put_playhead(5 * RATE)
    hands.press(room, "M")
    mark = state.marker
    of_mark: Callable[[Row], object] = lambda row: row.mark is not None and row.mark.id == mark  # noqa: E731
    assert row_where(room, of_mark) == 1, "marks come first, by time"
    assert room.outline.currentIndex().row() == 1
    write(room, qtbot, of_mark, NAME, "Door")
    write(room, qtbot, of_mark, START, "0:30")
    found = next(one for one in state.project.markers if one.id == mark)
    assert (found.name, found.at) == ("Door", 30 * RATE)
    assert said(room, of_mark) == "Marker Door, at 0:30.000"
    assert said(room, of_mark, STATE) == "State: Marker"
    write(room, qtbot, of_mark, START, "never")
    assert next(one for one in state.project.markers if one.id == mark).at == 30 * RATE
    go_to(room, of_mark)
    assert state.marker == mark
    QTest.keyClick(room.outline, Key.Key_Return)
    assert state.playhead == 30 * RATE
    hands.press(room, "Del")
    assert mark not in {one.id for one in state.project.markers}
    assert len(hands.tracks(room)) == 2


def test_a_chapter_becomes_a_marker_by_the_menu_of_its_row(room: ArrangeRoom, qtbot: QtBot) -> None:
    chapter = room.state.project.markers[1]
    of_mark: Callable[[Row], object] = lambda row: row.mark is not None and row.mark.id == chapter.id  # noqa: E731
    assert said(room, of_mark) == f"Chapter {chapter.name}, at 0:16.384"
    go_to(room, of_mark)
    ask_for_menu(room)
    qtbot.waitUntil(lambda: bool(shown(room.window(), QMenu)), timeout=PATIENCE)
    hands.choose(room, "Make it a plain marker")
    assert not room.state.project.markers[1].chapter
    assert said(room, of_mark, STATE) == "State: Marker"


def test_a_region_has_a_length_that_is_typed(room: ArrangeRoom, qtbot: QtBot) -> None:
    of_region: Callable[[Row], object] = lambda row: row.mark is not None and row.id.startswith("r")  # noqa: E731
    room.state.choose([hands.tracks(room)[0].clips[0].id])
    hands.press(room, "Ctrl+R")
    write(room, qtbot, of_region, NAME, "Scene")
    write(room, qtbot, of_region, START, "2")
    write(room, qtbot, of_region, LENGTH, "0:07.5")
    (region,) = room.state.project.regions
    assert (region.name, region.start, region.end) == ("Scene", 2 * RATE, 9.5 * RATE)
    assert said(room, of_region) == "Region Scene, from 0:02.000 to 0:09.500"
    go_to(room, of_region)
    hands.press(room, "Del")
    assert room.state.project.regions == ()


def test_points_of_a_track_are_set_moved_changed_and_taken_away(room: ArrangeRoom, qtbot: QtBot) -> None:
    track = hands.tracks(room)[1].id
    state = room.state
    go_to(room, lambda row: row.id == track)
    state.put_playhead(4 * RATE)
    hands.press(room, "P")
    of_line: Callable[[Row], object] = lambda row: row.line == (track, "volume")  # noqa: E731
    of_point: Callable[[Row], object] = lambda row: row.point is not None  # noqa: E731
    assert said(room, of_line) == "Volume of Music, 1 point"
    assert room.outline.currentIndex().row() == row_where(room, of_point)
    write(room, qtbot, of_point, GAIN, "-7,5")
    write(room, qtbot, of_point, START, "0:06.250")
    assert hands.tracks(room)[1].volume == (Point(6 * RATE + RATE // 4, -7.5),)
    QApplication.processEvents()
    assert {point.at for point in state.points} == {6.25 * RATE}, "it is still the chosen one"
    assert said(room, of_point) == "Point 1, Volume of Music, at 0:06.250: −7.5 dB"
    assert said(room, of_point, GAIN) == "Value: −7.5 dB"
    assert said(room, of_point, FADE_IN) == "Fade in: nothing"
    state.put_playhead(12 * RATE)
    hands.press(room, "P")
    assert [point.at for point in hands.tracks(room)[1].volume] == [6.25 * RATE, 12 * RATE]
    write(room, qtbot, lambda row: row.point and row.point.index == 1, START, "0:06.250")
    assert len(hands.tracks(room)[1].volume) == 2, "no point is put over another"
    write(room, qtbot, of_point, GAIN, "loud")
    assert hands.tracks(room)[1].volume[0].value == -7.5
    go_to(room, of_point)
    assert {point.at for point in state.points} == {6.25 * RATE}
    QTest.keyClick(room.outline, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert len(state.points) == 2
    hands.press(room, "Del")
    assert hands.tracks(room)[1].volume == ()


@pytest.mark.parametrize(("text", "value"), [("30 left", -0.3), ("-45", -0.45), ("100 % right", 1.0), ("middle", 0.0)])
def test_pan_is_typed_as_it_is_read(room: ArrangeRoom, qtbot: QtBot, text: str, value: float) -> None:
    track = hands.tracks(room)[0].id
    room.state.choose((), track=track)
    hands.press(room, "Shift+P")
    go_to(room, lambda row: row.line == (track, "panning"))
    hands.press(room, "P")
    write(room, qtbot, lambda row: row.point is not None, GAIN, "10 right")
    write(room, qtbot, lambda row: row.point is not None, GAIN, text)
    assert hands.tracks(room)[0].panning[0].value == pytest.approx(value)


def test_points_of_a_clip_stand_below_it_and_stay_on_it(room: ArrangeRoom, qtbot: QtBot) -> None:
    clip = hands.tracks(room)[0].clips[1]
    of_point: Callable[[Row], object] = lambda row: row.point is not None  # noqa: E731
    points = (Point(-RATE, 0.0), Point(RATE // 2, -6.0))
    room.state.do("Points", lambda p: automation.set_points(p, clip.id, points))
    assert row_where(room, of_point) == row_where(room, lambda row: row.id == clip.id) + 1
    assert sum(row.point is not None for row in room.outline.rows.rows) == 1, "what lies before the clip is no row"
    write(room, qtbot, of_point, START, f"{(clip.start + RATE // 4) / RATE:.6f}")
    assert hands.clip_of(room, clip.id).volume[1].at == pytest.approx(RATE // 4, abs=1)
    write(room, qtbot, of_point, START, "0")
    assert hands.clip_of(room, clip.id).volume[1].at == pytest.approx(RATE // 4, abs=1)
    assert said(room, of_point).startswith(f"Point 2, Volume of {said_name(room, clip.id)}, at 0:")
    go_to(room, of_point)
    QTest.keyClick(room.outline, Key.Key_Return)
    assert room.state.playhead == clip.start + hands.clip_of(room, clip.id).volume[1].at
    hands.press(room, "Del")
    assert hands.clip_of(room, clip.id).volume == (Point(-RATE, 0.0),)


def test_the_menu_of_a_point_comes_by_key(room: ArrangeRoom, qtbot: QtBot) -> None:
    track = hands.tracks(room)[1].id
    room.state.do("Points", lambda p: automation.set_points(p, track, [Point(0, -6.0), Point(RATE, -3.0)]))
    go_to(room, lambda row: row.point and row.point.index == 1)
    ask_for_menu(room)
    qtbot.waitUntil(lambda: bool(shown(room.window(), QMenu)), timeout=PATIENCE)
    hands.choose(room, "Set the point to 0")
    assert hands.tracks(room)[1].volume == (Point(0, -6.0), Point(RATE, 0.0))


def test_what_is_locked_cannot_be_typed_over(room: ArrangeRoom) -> None:
    track = hands.tracks(room)[1].id
    room.state.do("Points", lambda p: automation.set_points(p, track, [Point(0, -6.0)]))
    room.state.do("Lock", lambda p: tracks.set_track(p, track, locked=True))
    row = row_where(room, lambda row: row.point is not None)
    for column in (NAME, START, GAIN):
        flags = room.outline.rows.flags(room.outline.rows.index(row, column))
        assert not flags & Qt.ItemFlag.ItemIsEditable


def test_what_is_chosen_in_the_ruler_is_the_row(room: ArrangeRoom) -> None:
    room.state.do("Mark", lambda p: marks.add_marker(p, RATE, "Here")[0])
    mark = next(one for one in room.state.project.markers if one.name == "Here")
    room.state.choose_mark(mark.id)
    rows = [room.outline.rows.rows[index.row()].id for index in room.outline.selectionModel().selectedRows()]
    assert rows == [mark.id]


def ask_for_menu(room: ArrangeRoom) -> None:
    """Press the menu key; where windows are only painted nobody makes the request of it."""
    outline = room.outline
    middle = outline.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(outline, QContextMenuEvent(reason, middle, outline.mapToGlobal(middle)))


def said_name(room: ArrangeRoom, clip: str) -> str:
    """Return what a clip is called in its row."""
    index = room.outline.rows.index(row_where(room, lambda row: row.id == clip), NAME)
    return str(room.outline.rows.data(index))

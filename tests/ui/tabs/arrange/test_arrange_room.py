"""The room Arrange, by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QMenu, QPushButton, QSlider, QToolButton, QWidget

from studio.domain.project import Clip, Track
from studio.services import demo_project
from studio.ui.bridge.player import Playable
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline.meters import LOWEST
from studio.ui.timeline.outline import Outline
from studio.ui.timeline.outline_rows import FADE_IN, GAIN, LENGTH, NAME, START
from studio.ui.timeline.ways import Tool
from tests.ui import conftest
from tests.ui.conftest import PATIENCE, click, find, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

RATE = 48_000


def room_of(application: Application) -> ArrangeRoom:
    """Return the room, shown."""
    assert application.window
    room = application.window.show_room("arrange")
    assert isinstance(room, ArrangeRoom)
    return room


@pytest.fixture
def demo(start: Callable[..., Application], qtbot: QtBot) -> Application:
    """A window with the demo project in the room."""
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    room = room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    return application


def press(widget: QWidget, keys: str) -> None:
    """Press a shortcut; where windows are only painted, a list that was closed leaves none of them active."""
    widget.window().activateWindow()
    assert QTest.qWaitForWindowActive(widget.window())
    conftest.press(widget, keys)


def tracks(room: ArrangeRoom) -> tuple[Track, ...]:
    """Return the tracks as they are."""
    return room.state.project.tracks


def spoken(room: ArrangeRoom) -> tuple[Clip, ...]:
    """Return the clips of the first track."""
    return tracks(room)[0].clips


def click_at(room: ArrangeRoom, sample: int, row: int, *, keys: Qt.KeyboardModifier | None = None) -> None:
    """Click a moment of a track, in the lower half of its lane."""
    canvas = room.lanes.canvas
    y = canvas.lanes.y(row) + canvas.lanes.height(row) - 20
    place = QPoint(round(room.state.scale.x(sample)), y)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, keys or Qt.KeyboardModifier.NoModifier, place)


def click_clip(room: ArrangeRoom, clip: Clip, row: int = 0, *, keys: Qt.KeyboardModifier | None = None) -> None:
    """Click the middle of a clip."""
    click_at(room, clip.start + clip.length // 2, row, keys=keys)


def cell(qtbot: QtBot, outline: Outline, row: int, column: int, text: str) -> None:
    """Change a cell as one does by keyboard."""
    outline.setFocus()
    outline.setCurrentIndex(outline.rows.index(row, column))
    QTest.keyClick(outline, Qt.Key.Key_F2)
    editor = find(outline, QLineEdit)
    editor.selectAll()
    type_text(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shown(outline, QLineEdit), timeout=PATIENCE)


def drop(widget: QWidget, file: Path, place: QPoint) -> None:
    """Let a file go over a place of a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, copy, data, button, keys)
    QApplication.sendEvent(widget, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(place), copy, data, button, keys))


def test_an_empty_piece_says_what_to_do(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    assert not room.lanes.isVisible()
    click(find(room, QPushButton, "Open the demo project"))
    qtbot.waitUntil(lambda: len(tracks(room)) == 2 and room.lanes.isVisible(), timeout=PATIENCE)
    whole = room.state.scale.fitted(0, room.state.project.length)
    qtbot.waitUntil(lambda: room.state.scale == whole, timeout=PATIENCE)


def test_the_keys_split_copy_move_and_take_away(demo: Application) -> None:
    room = room_of(demo)
    window = room.window()
    first, second = spoken(room)[:2]
    click_clip(room, first)
    assert room.state.clips == {first.id}
    room.state.put_playhead(first.start + RATE)
    press(window, "S")
    assert len(spoken(room)) == 8
    assert spoken(room)[0].length == RATE
    press(window, "Ctrl+Z")
    assert spoken(room)[0] == first

    click_clip(room, second)
    press(window, "Alt+Right")
    press(window, "Alt+Right")
    assert spoken(room)[1].start == second.start + 2 * RATE // 30
    press(window, "Ctrl+Z")
    assert spoken(room)[1].start == second.start, "nudges in a row are one step"

    press(window, "Ctrl+C")
    press(window, "End")
    press(window, "Ctrl+V")
    assert spoken(room)[-1].take == second.take
    assert spoken(room)[-1].start == room.state.playhead
    press(window, "Del")
    assert len(spoken(room)) == 7

    click_clip(room, first)
    press(window, "Shift+Del")
    assert spoken(room)[0].start == second.start - first.length
    press(window, "Ctrl+Z")

    press(window, "Ctrl+A")
    assert len(room.state.clips) == 8
    press(window, "Ctrl+G")
    click_clip(room, first)
    assert len(room.state.clips) == 8, "those of a group go together"
    press(window, "Ctrl+Shift+G")
    press(window, "Shift+M")
    assert all(clip.mute for clip in spoken(room))


def test_a_key_that_does_nothing_says_why(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    press(room.window(), "Ctrl+D")
    qtbot.waitUntil(lambda: any("No clip is chosen." in text for text in _told(demo)), timeout=PATIENCE)
    press(room.window(), "Ctrl+Right")
    assert room.state.clips == {spoken(room)[0].id}


def test_tools_and_ways_are_switched_by_click_and_key(demo: Application) -> None:
    room = room_of(demo)
    press(room.window(), "B")
    assert room.state.tool is Tool.BLADE
    assert find(room, QToolButton, "Tool: cut where one clicks").isChecked()
    click(find(room, QToolButton, "Tool: select and move"))
    assert room.state.tool is Tool.SELECT
    assert not find(room, QToolButton, "Tool: cut where one clicks").isChecked()
    press(room.window(), "N")
    assert not room.state.ways.snap
    click(find(room, QToolButton, "Ripple on or off"))
    assert room.state.ways.ripple
    before = room.state.scale.per_pixel
    press(room.window(), "+")
    assert room.state.scale.per_pixel < before
    press(room.window(), "Z")
    assert room.state.scale.last >= room.state.project.length


def test_moments_are_named_and_stretches_looped(demo: Application) -> None:
    room = room_of(demo)
    window = room.window()
    markers = len(room.state.project.markers)
    room.state.put_playhead(5 * RATE)
    press(window, "M")
    press(window, "Ctrl+M")
    assert [one.chapter for one in room.state.project.markers if one.at == 5 * RATE] == [False, True]
    press(window, "Del")
    assert len(room.state.project.markers) == markers + 1, "the mark that was set last was chosen"
    clip = spoken(room)[1]
    click_clip(room, clip)
    press(window, "Ctrl+R")
    assert (room.state.project.regions[-1].start, room.state.project.regions[-1].end) == (clip.start, clip.end)
    press(window, "C")
    assert room.state.loop == (clip.start, clip.end)
    assert demo.desk.player.loop
    press(window, "C")
    assert room.state.loop is None
    assert not demo.desk.player.loop


def test_the_heads_change_their_tracks(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    click(find(room, QToolButton, "Mute Music"))
    assert tracks(room)[1].mute
    click(find(room, QToolButton, "Solo Dialogue"))
    assert tracks(room)[0].solo
    slider = find(room, QSlider, "Gain of Music")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert tracks(room)[1].gain_db == pytest.approx(-8.9)

    head = room.heads.head(tracks(room)[1].id)
    assert head is not None
    QTest.mouseDClick(head, Qt.MouseButton.LeftButton, pos=QPoint(head.width() // 2, 12))
    field = find(head, QLineEdit, "Name of the track")
    field.selectAll()
    type_text(field, "Band")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert tracks(room)[1].name == "Band"

    QTest.keyClick(head, Qt.Key.Key_F2)
    type_text(field, "Nobody")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert tracks(room)[1].name == "Band"

    edge = QPoint(head.width() // 2, head.height() - 2)
    QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(head, edge + QPoint(0, 40))
    QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=edge + QPoint(0, 40))
    assert tracks(room)[1].height == 72 + 40
    qtbot.waitUntil(lambda: head.height() == 72 + 40, timeout=PATIENCE)

    QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=QPoint(90, 10))
    QTest.mouseMove(head, QPoint(90, -20))
    QTest.mouseMove(head, QPoint(90, -70))
    QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=QPoint(90, -70))
    assert [track.name for track in tracks(room)] == ["Band", "Dialogue"]

    click(find(room.heads, QPushButton, "Add a track"))
    menu = find(room.heads, QMenu)
    menu.setActiveAction(menu.actions()[1])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert [track.kind for track in tracks(room)] == ["music", "speech", "music"]
    assert room.state.track == tracks(room)[2].id
    qtbot.waitUntil(lambda: room.heads.head(tracks(room)[2].id) is not None, timeout=PATIENCE)


def test_the_outline_does_all_by_keyboard(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    window = room.window()
    press(window, "Ctrl+T")
    outline = find(room, Outline)
    assert not room.lanes.isVisible()
    assert outline.hasFocus()
    clip = spoken(room)[0]

    cell(qtbot, outline, 3, START, "0:01.250")
    assert spoken(room)[0].start == RATE * 5 // 4
    cell(qtbot, outline, 3, LENGTH, "2")
    assert spoken(room)[0].length == 2 * RATE
    cell(qtbot, outline, 3, GAIN, "-3,5")
    assert spoken(room)[0].gain_db == -3.5
    cell(qtbot, outline, 3, FADE_IN, "0:00.500")
    assert spoken(room)[0].fade_in.length == RATE // 2
    cell(qtbot, outline, 3, NAME, "Greeting")
    assert spoken(room)[0].name == "Greeting"
    cell(qtbot, outline, 2, NAME, "Talk")
    assert tracks(room)[0].name == "Talk"
    cell(qtbot, outline, 3, START, "soon")
    assert spoken(room)[0].start == RATE * 5 // 4
    assert any("soon" in label for label in _told(demo))

    outline.selectRow(3)
    assert room.state.clips == {clip.id}
    QTest.keyClick(outline, Qt.Key.Key_Return)
    assert room.state.playhead == spoken(room)[0].start
    room.state.put_playhead(spoken(room)[0].start + RATE)
    press(outline, "S")
    qtbot.waitUntil(lambda: outline.rows.rowCount() == 13, timeout=PATIENCE)
    press(outline, "Alt+Down")
    assert len(spoken(room)) == 7
    press(outline, "Del")
    assert sum(len(track.clips) for track in tracks(room)) == 8
    qtbot.waitUntil(lambda: outline.rows.rowCount() == 12, timeout=PATIENCE)
    said = outline.rows.data(outline.rows.index(3, NAME), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Clip Greeting on Talk, from 0:01.250"
    press(window, "Ctrl+T")
    assert room.lanes.isVisible()


def test_what_is_chosen_in_the_lanes_is_chosen_in_the_outline(demo: Application) -> None:
    room = room_of(demo)
    click_clip(room, spoken(room)[2])
    press(room.window(), "Ctrl+T")
    outline = find(room, Outline)
    assert [index.row() for index in outline.selectionModel().selectedRows()] == [5]
    QTest.keyClick(outline, Qt.Key.Key_Down)
    assert room.state.clips == {spoken(room)[3].id}


def test_what_was_done_can_be_clicked(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    before = room.state.project
    click_clip(room, spoken(room)[0])
    press(room.window(), "Shift+M")
    press(room.window(), "Del")
    click(find(room, QToolButton, "Show what was done"))
    steps = find(room, QListWidget, "What was done")
    assert [steps.item(n).text() for n in range(2)] == ["Delete", "Mute or unmute"]
    last = steps.item(steps.count() - 1)
    QTest.mouseClick(steps.viewport(), Qt.MouseButton.LeftButton, pos=steps.visualItemRect(last).center())
    assert room.state.project == before
    qtbot.waitUntil(lambda: steps.currentRow() == steps.count() - 1, timeout=PATIENCE)
    QTest.keyClick(steps, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shown(room, QListWidget), timeout=PATIENCE)


def test_the_time_is_typed(demo: Application) -> None:
    room = room_of(demo)
    field = find(room, QLineEdit, "Time of the playhead; type another to go there")
    field.selectAll()
    type_text(field, "0:10.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert room.state.playhead == RATE * 21 // 2
    assert field.text() == "0:10.500"


def test_a_file_lands_where_it_is_let_go(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    canvas = room.lanes.canvas
    press(room.window(), "Ctrl+Shift+Left")  # no command of the room: nothing may happen
    place = QPoint(round(room.state.scale.x(20 * RATE)), canvas.lanes.y(1) + 30)
    at = room.state.scale.sample(place.x())
    drop(canvas, demo_project.SAMPLE, place)
    qtbot.waitUntil(lambda: len(tracks(room)[1].clips) == 2, timeout=PATIENCE)
    clip = tracks(room)[1].clips[1]
    assert clip.start == at
    assert room.state.clips == {clip.id}
    drop(canvas, demo_project.SAMPLE, QPoint(200, canvas.lanes.y(2) + 100))
    qtbot.waitUntil(lambda: len(tracks(room)) == 3, timeout=PATIENCE)
    assert len(room.state.project.media) == len({one.sha256 for one in room.state.project.media}), (
        "one file is one media"
    )


def test_the_piece_plays_from_the_playhead_and_edits_are_heard(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    room.state.put_playhead(9 * RATE)
    press(room.lanes.canvas, "Space")
    qtbot.waitUntil(lambda: player.playing and room.state.playhead > 9 * RATE + RATE // 5, timeout=PATIENCE)
    assert room.state.playhead < 14 * RATE
    qtbot.waitUntil(lambda: room.foot_line.meters.bars.levels[0] > LOWEST, timeout=PATIENCE)

    press(room.window(), "Ctrl+A")
    press(room.window(), "Shift+M")
    qtbot.waitUntil(lambda: room.foot_line.meters.bars.levels[0] < LOWEST, timeout=PATIENCE)
    assert player.playing, "an edit does not stop it"
    press(room.window(), "Ctrl+Z")
    qtbot.waitUntil(lambda: room.foot_line.meters.bars.levels[0] > LOWEST, timeout=PATIENCE)
    click_clip(room, spoken(room)[0])
    for _ in range(20):
        press(room.window(), "Alt+Right")
    here = room.state.playhead
    qtbot.waitUntil(lambda: room.state.playhead > here + RATE // 2, timeout=PATIENCE)
    assert player.playing
    assert player.selected is not None
    qtbot.waitUntil(lambda: player.selected.project == room.state.project, timeout=PATIENCE)  # pyright: ignore[reportOptionalMemberAccess]
    assert player.dropped == 0

    press(room.window(), "Home")
    qtbot.waitUntil(lambda: RATE // 5 < room.state.playhead < 8 * RATE, timeout=PATIENCE)
    press(room.lanes.canvas, "Space")
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)


def test_the_piece_is_what_space_plays_when_one_comes_back(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    room.state.put_playhead(20 * RATE)
    press(room.window(), "Ctrl+6")
    player.select(Playable("sample", "A sample", file=demo_project.SAMPLE))
    press(room.window(), "Ctrl+7")
    press(room.lanes.canvas, "Space")
    qtbot.waitUntil(lambda: player.playing and room.state.playhead > 20 * RATE, timeout=PATIENCE)
    assert room.state.playhead < 25 * RATE
    assert player.selected is not None
    assert player.selected.title == "Demo"


def test_it_plays_on_while_one_drags_and_zooms(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    canvas = room.lanes.canvas
    press(canvas, "Space")
    qtbot.waitUntil(lambda: player.playing and room.state.playhead > 0, timeout=PATIENCE)
    clip = spoken(room)[5]
    place = QPoint(round(room.state.scale.x(clip.start + clip.length // 2)), canvas.lanes.y(0) + 60)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)
    for step in range(60):
        QTest.mouseMove(canvas, place + QPoint(step, 0))
        if not step % 10:
            canvas.zoom(1.05 if step % 20 else 1 / 1.05)
        qtbot.wait(10)  # a hand takes its time
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place + QPoint(60, 0))
    assert next(one for one in spoken(room) if one.id == clip.id).start != clip.start
    at = room.state.playhead
    qtbot.waitUntil(lambda: room.state.playhead > at + RATE // 5, timeout=PATIENCE)
    assert player.playing
    assert player.dropped == 0


def test_the_view_goes_along_with_the_playhead(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    for _ in range(8):
        press(room.window(), "+")
    first = room.state.scale.first
    room.state.put_playhead(round(room.state.scale.last) - RATE // 4)
    press(room.lanes.canvas, "Space")
    qtbot.waitUntil(lambda: room.state.scale.first > first, timeout=PATIENCE)
    assert room.state.scale.first <= room.state.playhead < room.state.scale.last


def test_j_k_and_l_play_faster_hold_and_go_back(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    room.state.put_playhead(10 * RATE)
    press(room.lanes.canvas, "L")
    qtbot.waitUntil(lambda: player.playing and room.state.playhead > 10 * RATE, timeout=PATIENCE)
    press(room.lanes.canvas, "L")
    press(room.lanes.canvas, "L")
    assert player.speed == 2.0
    press(room.lanes.canvas, "J")
    qtbot.waitUntil(lambda: 7 * RATE < room.state.playhead < 10 * RATE, timeout=PATIENCE)
    assert player.playing
    press(room.lanes.canvas, "K")
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    assert player.speed == 1.0


def test_the_loop_goes_around_and_around(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    clip = spoken(room)[1]
    click_clip(room, clip)
    press(room.window(), "C")
    press(room.lanes.canvas, "Space")
    places: list[int] = []
    room.state.playhead_moved.connect(lambda: places.append(room.state.playhead))
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(places)), timeout=PATIENCE)
    assert all(clip.start <= place <= clip.end for place in places[1:])
    assert player.playing
    press(room.window(), "C")
    qtbot.waitUntil(lambda: room.state.playhead > clip.end, timeout=PATIENCE)


def test_a_drag_in_the_ruler_is_heard(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    canvas = room.lanes.canvas
    told = _told(demo)
    press(canvas, "End")
    press(canvas, "Home")
    heard: list[float] = []
    player.report.connect(lambda _topic, values: heard.extend(values.get("peaks", ())))
    y = canvas.lanes.time.top + 4
    x = round(room.state.scale.x(20 * RATE))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    to_and_fro = cycle([*range(40), *range(40, 0, -1)])

    def drags() -> bool:
        QTest.mouseMove(canvas, QPoint(x + next(to_and_fro), y))
        return max(heard, default=LOWEST) > LOWEST

    qtbot.waitUntil(drags, timeout=PATIENCE)
    QTest.mouseMove(canvas, QPoint(x + 7, y))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x + 7, y))
    assert room.state.playhead == room.state.scale.sample(x + 7)
    assert not player.playing
    assert len(_told(demo)) == len(told), "what is not loaded yet is no error"


def test_what_comes_from_the_library_keeps_its_name(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room, studio = room_of(demo), demo.studio
    file = tmp_path / "Door bell.wav"
    soundfile.write(file, np.full(RATE, 0.1, np.float32), RATE)
    known = studio.library_index.take_in(file, studio.sound, studio.pictures).id
    kept = studio.library_index.items([known])[0].file
    drop(room.lanes.canvas, kept, QPoint(100, room.lanes.canvas.lanes.y(1) + 30))
    qtbot.waitUntil(lambda: len(tracks(room)[1].clips) == 2, timeout=PATIENCE)
    assert room.state.project.media[-1].name.startswith("Door bell")


def test_a_picture_becomes_the_cover(demo: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = room_of(demo)
    before = room.state.project.cover
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    assert picture.save(str(tmp_path / "red.png"))
    drop(room.lanes.canvas, tmp_path / "red.png", QPoint(100, 200))
    qtbot.waitUntil(lambda: room.state.project.cover != before, timeout=PATIENCE)
    press(room.window(), "Ctrl+Z")
    assert room.state.project.cover == before


def test_files_dropped_on_an_empty_piece_make_a_track(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    drop(room.window(), demo_project.SAMPLE, QPoint(600, 400))
    qtbot.waitUntil(lambda: len(tracks(room)) == 1 and room.lanes.isVisible(), timeout=PATIENCE)
    assert tracks(room)[0].clips[0].start == 0


def test_a_head_offers_what_can_be_done_with_its_track(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)

    def menu(text: str) -> None:
        qtbot.waitUntil(lambda: room.heads.head(tracks(room)[1].id) is not None, timeout=PATIENCE)
        head = room.heads.head(tracks(room)[1].id)
        assert head is not None
        head.menu().popup(head.mapToGlobal(QPoint(20, 20)))
        _choose(room, text)

    menu("Lock the track")
    assert tracks(room)[1].locked
    qtbot.waitUntil(lambda: not find(room, QSlider, "Gain of Music").isEnabled(), timeout=PATIENCE)
    menu("Unlock the track")
    qtbot.waitUntil(lambda: find(room, QSlider, "Gain of Music").isEnabled(), timeout=PATIENCE)
    menu("Duplicate the track")
    assert [track.name for track in tracks(room)] == ["Dialogue", "Music", "Music"]
    menu("Remove the track")
    qtbot.waitUntil(lambda: len(shown(room.heads, QSlider, "Gain of Music")) == 1, timeout=PATIENCE)
    menu("Move up")
    assert [track.name for track in tracks(room)] == ["Music", "Dialogue"]


def test_music_goes_down_under_speech(demo: Application) -> None:
    room = room_of(demo)
    click(find(room, QPushButton, "Speech tools"))
    _choose(room, "End ducking")
    assert tracks(room)[1].duck is None
    click(find(room, QPushButton, "Speech tools"))
    _choose(room, "Duck music under speech")
    assert tracks(room)[1].duck is not None


def test_speech_is_levelled_and_tightened(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    before = room.state.project.length
    tools = find(room, QPushButton, "Speech tools")
    click(tools)
    _choose(room, "Level speech")
    qtbot.waitUntil(lambda: len({clip.gain_db for clip in spoken(room)}) > 1, timeout=PATIENCE)
    last = spoken(room)[-1].end
    click(tools)
    _choose(room, "Remove silences")
    qtbot.waitUntil(lambda: spoken(room)[-1].end < last, timeout=PATIENCE)
    last = spoken(room)[-1].end
    click(tools)
    _choose(room, "Close gaps", "All gaps")
    assert spoken(room)[-1].end < last
    assert all(b.start <= a.end for a, b in pairwise(spoken(room)))
    assert before >= room.state.project.length


def test_the_script_is_assembled(demo: Application) -> None:
    room = room_of(demo)
    press(room.window(), "Ctrl+A")
    press(room.window(), "Del")
    assert not spoken(room)
    click(find(room, QPushButton, "Speech tools"))
    _choose(room, "Assemble from the script")
    assert len(spoken(room)) == 7
    assert len({clip.take for clip in spoken(room)}) == 7


def _choose(room: ArrangeRoom, *path: str) -> None:
    menu = find(room, QMenu)
    for text in path:
        action = next(action for action in menu.actions() if action.text() == text)
        menu.setActiveAction(action)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        inner = action.menu()
        menu = inner if isinstance(inner, QMenu) else menu


def _told(application: Application) -> list[str]:
    from PySide6.QtWidgets import QLabel

    assert application.window
    return [label.text() for label in application.window.findChildren(QLabel) if label.isVisible()]

"""Songs that are there, worked on in the room Music: a range anew, on from the end, compared, kept as a style."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from studio.domain.project import media_called
from studio.services.generation import Wish
from studio.ui.bridge.notices import Banner
from studio.ui.tabs.music.range_wave import RangeWave
from studio.ui.tabs.music.sound_slot import SoundSlot
from studio.ui.tabs.music.take_row import TakeRow
from tests import band
from tests.ui.conftest import PATIENCE, click, drop, find, prepared, press, shown, type_number, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.music.view import MusicRoom


@pytest.fixture
def room(start: Callable[..., Application], qtbot: QtBot, tmp_path: Path) -> MusicRoom:
    """The room with the band, and a take of theirs and one of the composer's."""
    root = prepared(tmp_path / "data")
    band.join(root)
    app = start(root)
    desk = app.desk
    wishes = (
        Wish(task="music", engine="composer", params={"style": "jazz", "duration": 2.0}, seed=3),
        Wish(task="music", engine="band", params={"style": "pop, happy", "bpm": 90.0}, seed=5),
    )
    desk.operations.change(desk, lambda: [desk.studio.generation.ask(wish) for wish in wishes], lambda _jobs: None)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    found: MusicRoom = app.window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: len(found.takes.items) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(row_of(found, "band").wave.outline) > 0, timeout=PATIENCE)
    return found


def row_of(room: MusicRoom, engine: str, number: int = 0) -> TakeRow:
    """Return the newest row of an engine's, or an older one."""
    rows = [row for row in room.takes.findChildren(TakeRow) if row.item.recipe["engine"] == engine]
    return sorted(rows, key=lambda row: -row.item.id)[number]


def drag_over(wave: RangeWave, begin: float, end: float) -> None:
    """Drag over the sound from one share of it to another."""
    left, right = (QPoint(round(wave.width() * share), wave.height() // 2) for share in (begin, end))
    QTest.mousePress(wave, Qt.MouseButton.LeftButton, pos=left)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(wave, left + (right - left) * share)
    QTest.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=right)


def from_menu(row: QWidget, entry: str) -> None:
    """Take an entry of a row's menu."""
    click(find(row, QToolButton, "What can be done with this take"))
    menu = next(one for one in row.findChildren(QMenu) if one.isVisible())
    menu.setActiveAction(next(action for action in menu.actions() if action.text() == entry))
    QTest.keyClick(menu, Qt.Key.Key_Return)


def choose_engine(room: MusicRoom, engine: str) -> None:
    """Choose another engine by the keys."""
    box = find(room, QComboBox, "Engine")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    while box.currentData() != engine and box.currentIndex() + 1 < box.count():
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == engine


def sound(row: TakeRow) -> np.ndarray:
    """Return what a take sounds like."""
    return soundfile.read(row.item.file)[0]


def test_a_range_is_marked_by_keys_and_mouse_and_made_anew_and_the_song_goes_on(room: MusicRoom, qtbot: QtBot) -> None:
    row = row_of(room, "band")
    _mark_with_the_keys(row)
    first, heard = row.item, room.desk.player.position
    drag_over(row.wave, 0.25, 0.5)
    begin, end = find(row, QDoubleSpinBox, "Range from, in seconds"), find(row, QDoubleSpinBox, "Range to, in seconds")
    assert (begin.value(), end.value()) == (pytest.approx(1.0, abs=0.1), pytest.approx(2.0, abs=0.1))
    assert room.desk.player.position == heard, "to mark is not to go there"
    type_number(begin, "1.5")
    assert row.wave.range[0] == pytest.approx(1.5 / 4.0)
    type_number(end, "1.6")
    assert not find(row, QPushButton, "Repaint this range").isEnabled(), "so little is nothing"
    type_number(end, "2.5")
    click(find(row, QPushButton, "Repaint this range"))
    qtbot.waitUntil(lambda: len(room.takes.items) == 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: row_of(room, "band").item.id != first.id, timeout=PATIENCE)
    anew = row_of(room, "band")
    qtbot.waitUntil(anew.isVisible, timeout=PATIENCE)
    params = anew.item.recipe["params"]
    assert (params["mode"], params["from_second"], params["to_second"]) == ("repaint", 1.5, 2.5)
    assert (params["style"], params["bpm"]) == ("pop, happy", 90.0), "the rest is as the take was made"
    moved = np.flatnonzero((sound(anew) != sound(row)).any(axis=1)) / band.RATE
    assert 1.5 <= moved.min() < 1.6
    assert 2.4 < moved.max() < 2.5

    from_menu(anew, "Work on it…")
    more = find(anew, QDoubleSpinBox, "Seconds to go on")
    type_number(more, "3")
    click(find(anew, QPushButton, "Extend"))
    qtbot.waitUntil(lambda: len(room.takes.items) == 4 and row_of(room, "band").item.seconds > 5, timeout=PATIENCE)
    longer = row_of(room, "band")
    assert longer.item.seconds == pytest.approx(7.0)
    kept = round((4.0 - band.FADE) * band.RATE)
    assert np.array_equal(sound(longer)[:kept], sound(anew)[:kept])
    click(find(anew, QToolButton, "Close"))
    assert not shown(anew, QPushButton, "Extend")


def _mark_with_the_keys(row: TakeRow) -> None:
    wave = row.wave
    wave.setFocus()
    for _ in range(10):
        QTest.keyClick(wave, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert wave.range == (0.0, pytest.approx(0.1))
    QTest.keyClick(wave, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert find(row, QDoubleSpinBox, "Range to, in seconds").value() == pytest.approx(0.36)
    QTest.keyClick(wave, Qt.Key.Key_Escape)
    assert wave.range == (0.0, 0.0)
    assert not shown(row, QPushButton, "Repaint this range")


def test_what_an_engine_cannot_is_off_with_the_reason_until_one_is_chosen_that_can(room: MusicRoom) -> None:
    choose_engine(room, "composer")
    row = row_of(room, "composer")
    from_menu(row, "Work on it…")
    repaint = find(row, QPushButton, "Repaint this range")
    why = "Sketch composer cannot make a part of a song anew."
    assert (repaint.isEnabled(), repaint.toolTip(), repaint.accessibleDescription()) == (False, why, why)
    assert not find(row, QPushButton, "Extend").isEnabled()
    assert not find(row, QPushButton, "Make a cover").isEnabled()
    choose_engine(room, "band")
    assert repaint.isEnabled()
    assert find(row, QPushButton, "Extend").isEnabled()


def test_the_form_shows_what_says_something_and_a_dropped_song_is_worked_on(
    room: MusicRoom, qtbot: QtBot, tmp_path: Path
) -> None:
    choose_engine(room, "band")
    qtbot.waitUntil(lambda: bool(shown(room, QDoubleSpinBox, "Duration")), timeout=PATIENCE)
    assert not shown(room, QDoubleSpinBox, "To")
    assert [slot.accessibleName() for slot in shown(room, SoundSlot)] == ["Sound like"]
    mode = find(room, QComboBox, "What to do")
    mode.setFocus()
    QTest.keyClick(mode, Qt.Key.Key_End)
    assert mode.currentData() == "extend"
    QTest.keyClick(mode, Qt.Key.Key_Up)
    assert shown(room, QDoubleSpinBox, "To")
    assert not shown(room, QDoubleSpinBox, "Duration")
    song, like = tmp_path / "song.wav", tmp_path / "like.wav"
    for file, seconds in ((song, 3), (like, 1)):
        soundfile.write(file, 0.1 * np.ones((seconds * band.RATE, 2), np.float32), band.RATE)
    drop(find(room, SoundSlot, "Song to work on"), song)
    drop(find(room, SoundSlot, "Sound like"), like)
    type_number(find(room, QDoubleSpinBox, "From"), "1")
    type_number(find(room, QDoubleSpinBox, "To"), "2")
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(room.takes.items) == 3, timeout=PATIENCE)
    made = room.takes.items[0]
    assert made.seconds == pytest.approx(3.0)
    assert sorted(made.recipe["files"]) == ["reference", "source"]
    assert made.recipe["rights"]["source"] == "unstated licence of the song"
    click(find(room, QToolButton, "Take away: Song to work on"))
    assert not shown(room, SoundSlot, "Song to work on: song.wav")
    row = row_of(room, "band")
    qtbot.waitUntil(row.isVisible, timeout=PATIENCE)
    from_menu(row, "Copy into the form")
    assert shown(room, SoundSlot, "Song to work on: As it was for this take")


def test_two_takes_are_compared_at_the_same_place_and_equally_loud(room: MusicRoom, qtbot: QtBot) -> None:
    player = room.desk.player
    from_menu(row_of(room, "composer"), "Compare it with another")
    from_menu(row_of(room, "band"), "Compare it with another")
    qtbot.waitUntil(lambda: any(b.text() == "A" and b.isEnabled() for b in shown(room, QPushButton)), timeout=PATIENCE)
    first, second = (next(b for b in shown(room, QPushButton) if b.text() == name) for name in ("A", "B"))
    click(first)
    qtbot.waitUntil(lambda: player.playing and player.position > 0.2, timeout=PATIENCE)
    before = player.position
    click(second)
    qtbot.waitUntil(lambda: player.position > before, timeout=PATIENCE)
    selected = player.selected
    assert selected is not None
    assert selected.project is not None
    assert [track.mute for track in selected.project.tracks] == [True, False]
    assert (first.isChecked(), second.isChecked()) == (False, True)
    gains = [track.clips[0].gain_db for track in selected.project.tracks]
    assert max(gains) == 0.0
    assert min(gains) < 0.0, "the louder one is turned down"
    ids = [track.clips[0].id for track in selected.project.tracks]
    loud = room.desk.studio.arranging.loudness_of(selected.project, room.desk.studio.paths.heard, ids)
    assert loud[ids[0]] + gains[0] == pytest.approx(loud[ids[1]] + gains[1])
    click(find(room, QToolButton, "End the comparison"))
    assert not player.playing
    assert player.selected is None


def test_a_takes_style_is_kept_for_all_projects_and_used_with_its_sound(room: MusicRoom, qtbot: QtBot) -> None:
    project = room.desk.project
    choose_engine(room, "composer")
    row = row_of(room, "band")
    type_text(find(room, QLineEdit, "Name of the style"), "Happy")
    box = find(room, QCheckBox, "For other projects too")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    from_menu(row, "Keep its style")
    qtbot.waitUntil(lambda: bool(project.value.styles), timeout=PATIENCE)
    (style,) = project.value.styles
    assert (style.name, style.text, style.bpm, style.seed) == ("Happy", "pop, happy", 90.0, 5)
    sounds = media_called(project.value, style.reference)
    assert sounds is not None
    assert sounds.sha256 == row.item.sha256
    qtbot.waitUntil(lambda: room.desk.studio.styles.find("happy") is not None, timeout=PATIENCE)
    room.window().activateWindow()
    assert QTest.qWaitForWindowActive(room.window())
    press(row, "Ctrl+Z")
    assert (project.value.styles, project.value.media) == ((), ()), "one step"
    qtbot.waitUntil(lambda: find(room, QComboBox, "Styles").currentText() == "Happy (all projects)", timeout=PATIENCE)

    choose_engine(room, "band")
    find(room, QLineEdit, "Style").clear()
    click(find(room, QPushButton, "Use it"))
    qtbot.waitUntil(lambda: find(room, QLineEdit, "Style").text() == "pop, happy", timeout=PATIENCE)
    assert find(room, QDoubleSpinBox, "Tempo").value() == 90.0
    assert shown(room, SoundSlot, "Sound like: Happy")
    assert [style.name for style in project.value.styles] == ["Happy"], "the project keeps what it uses"
    click(find(room, QToolButton, "Forget this style"))
    assert project.value.styles == ()
    qtbot.waitUntil(lambda: find(room, QComboBox, "Styles").currentText() == "Happy (all projects)", timeout=PATIENCE)
    click(find(room, QToolButton, "Forget this style"))
    qtbot.waitUntil(lambda: room.desk.studio.styles.find("happy") is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not shown(room, QComboBox, "Styles"), timeout=PATIENCE)


def test_a_take_of_a_model_of_ones_own_is_never_worked_on_with_another(
    room: MusicRoom, qtbot: QtBot, tmp_path: Path
) -> None:
    desk, folder = room.desk, tmp_path / "my-band"
    folder.mkdir()
    wish = Wish(task="music", engine="band", params={"style": "pop", "model": str(folder)}, seed=6)
    desk.operations.change(desk, lambda: desk.studio.generation.ask(wish), lambda _job: None)
    qtbot.waitUntil(lambda: len(room.takes.items) == 3, timeout=PATIENCE)
    item = room.takes.items[0]
    assert item.recipe["model"] == "my-band"
    said: list[Banner] = []
    desk.notices.banner.connect(said.append)
    jobs = len(desk.studio.jobs.newest(100))
    room.takes.choose(item.id, clicked=False)
    wanted = (
        lambda: click(find(room, QPushButton, "More like this")),
        lambda: room.songs.do("repaint", item, 1.0, 2.0),
        lambda: room.songs.do("extend", item, 2.0, 0.0),
        lambda: room.songs.do("cover", item, 0.0, 0.0),
    )
    for number, want in enumerate(wanted):
        want()
        qtbot.waitUntil(lambda number=number: len(said) == number + 1, timeout=PATIENCE)
        assert said[-1].message.startswith("This was made with the model 'my-band', which the engine band")
        assert (said[-1].tone, said[-1].room) == ("bad", "music")
        assert "--set model=DIR" in said[-1].hint
    assert len(desk.studio.jobs.newest(100)) == jobs

"""What ends after something else was chosen or opened goes where it began, or nowhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLineEdit, QPlainTextEdit

from studio.domain.project import Project
from studio.errors import StudioError
from studio.services import demo_project
from studio.ui.tabs.arrange.dropping import Spot
from studio.ui.tabs.arrange.speech_tools import SpeechTools
from tests.ui.conftest import PATIENCE, click, find, type_text
from tests.ui.tabs.arrange.hands import RATE, press, room_of, tracks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.fixture
def demo(start: Callable[..., Application], qtbot: QtBot) -> Application:
    """A window with the demo project in the room."""
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    room = room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    return application


def copy_of(application: Application) -> Path:
    """Return a second project with the same clips."""
    application.desk.project.save()
    folder = application.desk.project.folder
    copy = folder.with_name(f"Copy{folder.suffix}")
    shutil.copytree(folder, copy)
    for lock in copy.glob("*lock*"):
        lock.unlink()
    return copy


def test_what_was_measured_in_one_project_changes_no_other(demo: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    room, project = room_of(demo), demo.desk.project
    tools = SpeechTools(demo.desk, room.state, room)
    late: list[Callable[[], object]] = []

    def run(
        _owner: object, work: Callable[[], object], done: Callable[[object], object], failed: Callable[..., object]
    ) -> None:
        def outcome() -> None:
            try:
                found = work()
            except StudioError as e:
                failed(e)
            else:
                done(found)

        late.append(outcome)

    copy = copy_of(demo)
    with monkeypatch.context() as patched:
        patched.setattr(demo.desk.operations, "run", run)
        tools.level()
        later = late.pop()
    project.open(copy)
    before = project.value
    later()
    assert project.value == before


def test_a_way_back_is_offered_only_where_something_changed(demo: Application) -> None:
    project = demo.desk.project
    told: list[object] = []
    demo.desk.notices.toast.connect(lambda _text, way: told.append(way))
    assert project.do("Nothing", lambda p: p, told="Nothing to do.")
    assert told == [None]
    assert project.do("Something", lambda p: replace(p, name="Other"), told="Done.")
    assert told[1] is not None


def test_words_that_were_not_made_do_not_come_along_into_a_copy(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    first = tracks(room)[0].clips[1]
    room.state.choose([first.id])
    words = find(room.side, QPlainTextEdit, "Words of the clip")
    before = words.toPlainText()
    words.setFocus()
    words.selectAll()
    type_text(words, "No network.")
    demo.desk.project.open(copy_of(demo))
    room.state.choose([first.id])
    qtbot.waitUntil(lambda: words.toPlainText() == before, timeout=PATIENCE)


def test_what_is_typed_for_one_clip_is_not_given_to_the_next(demo: Application) -> None:
    room = room_of(demo)
    one, two = tracks(room)[0].clips[1:3]
    room.state.choose([one.id])
    start = find(room.side, QLineEdit, "Start of the clip")
    start.setFocus()
    start.selectAll()
    type_text(start, "0:08.000")
    room.state.choose([two.id])
    assert tracks(room)[0].clips[1].start == 8 * RATE
    assert tracks(room)[0].clips[2] == two
    assert start.text() != "0:08.000"


def test_what_is_typed_for_a_clip_is_kept_when_none_is_chosen(demo: Application) -> None:
    room = room_of(demo)
    one = tracks(room)[0].clips[1]
    room.state.choose([one.id])
    start = find(room.side, QLineEdit, "Start of the clip")
    start.setFocus()
    start.selectAll()
    type_text(start, "0:08.000")
    room.state.choose([])
    assert tracks(room)[0].clips[1].start == 8 * RATE


def test_times_and_numbers_that_are_being_typed_are_saved(demo: Application) -> None:
    room = room_of(demo)
    room.state.choose([tracks(room)[0].clips[1].id])
    start = find(room.side, QLineEdit, "Start of the clip")
    start.setFocus()
    start.selectAll()
    type_text(start, "0:08.000")
    press(room, "Ctrl+S")
    assert tracks(room)[0].clips[1].start == 8 * RATE
    gain = find(room.side, QDoubleSpinBox, "Gain of the clip")
    gain.setFocus()
    gain.selectAll()
    QTest.keyClicks(gain, "-3")
    press(room, "Ctrl+S")
    assert tracks(room)[0].clips[1].gain_db == -3


def test_an_empty_project_is_not_played_as_the_one_before(demo: Application, tmp_path: Path) -> None:
    player, playing = demo.desk.player, room_of(demo)
    assert playing
    assert player.selected is not None
    demo.desk.project.create(tmp_path / "Empty.angen")
    QApplication.processEvents()
    assert not demo.desk.project.value.length
    assert player.selected is None


def test_what_is_dropped_on_a_track_that_is_gone_comes_on_a_new_one(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    media = tracks(room)[0].clips[0].media or demo.desk.project.value.media[0].id
    found = next((one for one in demo.desk.project.value.media if one.id == media), demo.desk.project.value.media[0])
    count = len(tracks(room))
    room.dropping.take([demo.desk.project.folder / found.file], Spot(0, "gone"))
    qtbot.waitUntil(lambda: not room.dropping.coming, timeout=PATIENCE)
    assert len(tracks(room)) == count + 1
    assert len(tracks(room)[-1].clips) == 1


def test_a_project_that_can_only_be_read_takes_no_files(
    demo: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, opened = room_of(demo), demo.desk.project.opened
    assert opened
    said: list[StudioError] = []
    monkeypatch.setattr(demo.desk.notices, "tell", lambda error, **_more: said.append(error))
    monkeypatch.setattr(opened, "read_only", "Somebody else has it.")
    assert room.dropping.take([tmp_path / "sound.wav"])
    assert not room.dropping.coming
    assert [error.message for error in said] == ["Somebody else has it."]


def test_a_head_shows_what_is_so_after_a_refused_edit(demo: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_of(demo)
    head = room.heads.head(tracks(room)[0].id)
    assert head

    def refuse(_label: str, _project: Project, **_more: object) -> None:
        raise StudioError("No.")

    monkeypatch.setattr(demo.desk.project.opened, "do", refuse)
    click(head.mute)
    assert not head.mute.isChecked()
    head.gain.setValue(-100)
    assert head.gain.value() == round(head.track.gain_db * 10)

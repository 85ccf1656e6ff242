"""Hands that are faster than the window, and things that go away while it works with them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from studio.domain.edits import whole
from studio.errors import StudioError
from studio.services.library_index import Query
from studio.ui.tabs.dialogue.view import DialogueRoom
from studio.ui.widgets.toast import Toast
from tests.services.sounds import write_wav
from tests.ui.conftest import PATIENCE, click, find, press, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.main_window import MainWindow


def window_of(application: Application) -> MainWindow:
    """Return the window that is there now."""
    assert application.window is not None
    return application.window


def dialogue_of(application: Application) -> DialogueRoom:
    """Go to the room where one writes."""
    room = window_of(application).show_room("dialogue")
    assert isinstance(room, DialogueRoom)
    return room


def drop(application: Application, *files: Path) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    left, no_key, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    window = window_of(application)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 400), copy, data, left, no_key))
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 400), copy, data, left, no_key))


def idle(application: Application, qtbot: QtBot) -> None:
    """Wait until no operation is under way."""
    qtbot.waitUntil(lambda: application.desk.operations.running == 0, timeout=PATIENCE)


def said(application: Application) -> str:
    window = window_of(application)
    return "\n".join([*window.banners.messages, *window.room.banners.messages])


# ---- what was typed a moment ago


def test_another_project_right_after_a_key_keeps_the_last_word(studio_app: Application) -> None:
    edit, first = dialogue_of(studio_app).edit, studio_app.desk.project.folder
    type_text(edit, "[Anna] Last")
    press(edit, "Ctrl+N")
    assert studio_app.desk.project.folder != first
    assert edit.text == ""
    studio_app.desk.project.open(first)
    assert studio_app.desk.project.value.script == "[Anna] Last"


def test_saving_right_after_a_key_saves_the_last_word(studio_app: Application, qtbot: QtBot) -> None:
    edit, opened = dialogue_of(studio_app).edit, studio_app.desk.project.opened
    assert opened is not None
    type_text(edit, "[Anna] Last")
    press(edit, "Ctrl+S")
    idle(studio_app, qtbot)
    assert not opened.unsaved
    assert studio_app.desk.project.value.script == "[Anna] Last"


def test_larger_text_right_after_a_key_keeps_the_last_word(studio_app: Application) -> None:
    edit = dialogue_of(studio_app).edit
    type_text(edit, "[Anna] Last")
    press(edit, "Ctrl++")
    assert dialogue_of(studio_app).edit.text == "[Anna] Last"


def test_the_end_from_outside_keeps_the_last_word(start: Callable[..., Application], tmp_path: Path) -> None:
    application = start()
    type_text(dialogue_of(application).edit, "[Anna] Last")
    application.close()
    again = start(tmp_path / "data")
    assert again.desk.project.value.script == "[Anna] Last"


def test_undo_by_its_button_right_after_a_key_takes_back_what_was_typed(studio_app: Application) -> None:
    project = studio_app.desk.project
    project.do("Write", lambda now: whole.set_script(now, "[Anna] One.\n"))
    edit = dialogue_of(studio_app).edit
    QTest.qWait(10)
    type_text(edit, "Two")
    click(window_of(studio_app).project_bar.findChildren(QToolButton)[0])
    assert project.value.script == "[Anna] One.\n"


# ---- undo offered by a toast


def test_a_toast_takes_back_its_own_step_alone(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    script = tmp_path / "part.txt"
    script.write_text("[Ben] Imported.\n", encoding="utf-8")
    dialogue_of(studio_app)
    drop(studio_app, script)
    window, project = window_of(studio_app), studio_app.desk.project
    toast = window.findChildren(Toast)[0]
    qtbot.waitUntil(lambda: "Imported" in project.value.script and toast.isVisible(), timeout=PATIENCE)
    QApplication.processEvents()
    assert toast.isVisible()
    project.do("Rename", lambda now: whole.rename(now, "Another name"))
    offered = [b for b in toast.findChildren(QPushButton) if b.isVisible()]
    if offered:
        click(offered[0])
    assert project.value.name == "Another name"


# ---- another project meanwhile


def test_a_script_that_was_read_too_late_does_not_come_into_another_project(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    script = tmp_path / "part.txt"
    script.write_text("[Ben] Imported.\n", encoding="utf-8")
    edit = dialogue_of(studio_app).edit
    drop(studio_app, script)
    press(edit, "Ctrl+N")
    idle(studio_app, qtbot)
    assert studio_app.desk.project.value.script == ""


def test_the_open_project_can_be_opened_again(studio_app: Application) -> None:
    project = studio_app.desk.project
    project.do("Write", lambda now: whole.set_script(now, "[Anna] Hello."))
    project.open(project.folder)
    assert project.opened is not None
    assert not project.opened.read_only
    assert project.value.script == "[Anna] Hello."


# ---- another window meanwhile


def test_files_still_come_in_when_the_text_grows(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", value=n + 1, frames=2400) for n in range(6)]
    window_of(studio_app).show_room("library")
    idle(studio_app, qtbot)
    drop(studio_app, *files)
    press(window_of(studio_app), "Ctrl++")
    index = studio_app.desk.studio.library_index
    qtbot.waitUntil(lambda: len(index.find(_everything())) == 6, timeout=PATIENCE)


def _everything() -> Query:
    return Query()


# ---- what comes from outside


def test_a_recipe_from_anywhere_may_be_anything(studio_app: Application) -> None:
    window = window_of(studio_app)
    strange = [("seed", 2**40), ("seed", "x"), ("seed", None), ("seed", []), ("params", ["a"]), ("params", 7)]
    for task in ("image", "music", "lyrics", "speech"):
        for name, value in strange:
            window.restore_recipe({"task": task, "seed": 1, "params": {}, "script": "[A] Hello.", name: value})
    assert window.isVisible()


def test_a_file_of_no_use_leaves_the_room_as_it_is(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"PK\3\4junk")
    window = window_of(studio_app)
    window.show_room("engines")
    drop(studio_app, tmp_path / "letter.docx")
    qtbot.waitUntil(lambda: "Nothing can be done" in said(studio_app), timeout=PATIENCE)
    assert window.room.room_id == "engines"


def test_a_script_comes_in_wherever_it_is_dropped(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "part.txt").write_text("[Ben] Imported.\n", encoding="utf-8")
    window = window_of(studio_app)
    window.show_room("engines")
    drop(studio_app, tmp_path / "part.txt")
    qtbot.waitUntil(lambda: "Imported" in studio_app.desk.project.value.script, timeout=PATIENCE)
    assert window.room.room_id == "dialogue"


def test_an_empty_picture_and_an_empty_folder_are_told_by_their_names(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    window_of(studio_app).show_room("library")
    drop(studio_app, tmp_path / "empty.png")
    qtbot.waitUntil(lambda: "empty.png is empty" in said(studio_app), timeout=PATIENCE)
    drop(studio_app, tmp_path / "folder")
    qtbot.waitUntil(lambda: "nothing in it" in said(studio_app), timeout=PATIENCE)


# ---- sound


def test_what_is_recorded_while_the_text_grows_is_prepared_all_the_same(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The microphone answers a moment later, when the window that began is gone."""
    from studio.ui.tabs.voices.preparing import Preparing

    sound = write_wav(tmp_path / "said.wav", value=1000, frames=24_000 * 6)
    player = studio_app.desk.player
    begun: list[Path] = []

    def record(file: Path, _device: str = "") -> None:
        begun.append(file)
        player.report.emit("recording", {"file": str(file)})

    def stop() -> None:
        shutil.copyfile(sound, begun[0])
        QTimer.singleShot(50, player, lambda: player.report.emit("recorded", {"file": str(begun[0]), "seconds": 6.0}))

    monkeypatch.setattr(player, "record", record)
    monkeypatch.setattr(player, "stop_recording", stop)
    window = window_of(studio_app)
    press(window, "Ctrl+2")
    press(window.room, "Ctrl+R")
    click(find(window.room, QPushButton, "Start recording"))
    qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE)
    press(window, "Ctrl++")
    preparing = Preparing.of(studio_app.desk)
    qtbot.waitUntil(lambda: preparing.source == begun[0], timeout=PATIENCE)
    idle(studio_app, qtbot)
    preparing.discard()
    idle(studio_app, qtbot)


def test_the_outline_of_what_was_selected_before_does_not_stay(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from studio.services import listening
    from studio.ui.bridge.player import Playable

    drawn = threading.Event()

    def late(*_args: object) -> tuple[tuple[int, int], ...]:
        drawn.wait(30)
        return ((-1, 1),)

    monkeypatch.setattr(listening, "outline", late)
    player = studio_app.desk.player
    one = write_wav(tmp_path / "one.wav", value=1000, frames=48_000)
    player.toggle(Playable("one", "One", file=one))
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    player.select(Playable("two", "Two", file=write_wav(tmp_path / "two.wav", value=1, frames=48_000)))
    drawn.set()
    idle(studio_app, qtbot)
    assert player.outline == ()


def test_a_sound_that_vanished_is_told(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    from studio.ui.bridge.player import Playable

    file = write_wav(tmp_path / "gone.wav", value=1000, frames=48_000)
    studio_app.desk.player.select(Playable("gone", "Gone", file=file))
    file.unlink()
    press(window_of(studio_app).rail, "Space")
    qtbot.waitUntil(lambda: "gone.wav is not there" in said(studio_app), timeout=PATIENCE)


def test_the_loop_stays_on_in_a_new_window_and_its_button_says_so(studio_app: Application) -> None:
    name = "Play around and around"
    window_of(studio_app).actions_table.trigger("loop")
    assert find(window_of(studio_app), QToolButton, name).isChecked()
    press(window_of(studio_app), "Ctrl++")
    assert find(window_of(studio_app), QToolButton, name).isChecked()


# ---- what jobs bring


def test_what_could_not_be_brought_in_is_tried_again(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs no take: what was made waits for the next time."""
    studio, project = studio_app.desk.studio, studio_app.desk.project
    done: list[int] = []
    monkeypatch.setattr(studio.landing, "waiting", lambda _folder: [SimpleNamespace(id=7)])
    monkeypatch.setattr(studio.landing, "done", done.append)
    monkeypatch.setattr(studio.landing, "fetch", _full)
    project.collect()
    qtbot.waitUntil(lambda: "The disk is full." in said(studio_app), timeout=PATIENCE)
    assert done == []
    asked: list[int] = []
    monkeypatch.setattr(studio.landing, "fetch", lambda *_: (asked.append(7), _full())[0])
    for _ in range(5):
        project.collect()
        idle(studio_app, qtbot)
    assert asked == [7, 7]  # not for ever


def test_the_database_breaks_while_jobs_are_looked_for(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ui.dialogs.bug import BugDialog

    def broken(*_args: object) -> list[object]:
        raise StudioError("The database cannot be read.")

    studio = studio_app.desk.studio
    monkeypatch.setattr(studio.jobs, "newest", broken)
    monkeypatch.setattr(studio.landing, "waiting", broken)
    monkeypatch.setattr(type(studio.ownership), "held", False)
    studio_app.desk.project.collect()
    qtbot.wait(1200)
    assert "The database cannot be read." in said(studio_app)
    assert not window_of(studio_app).findChildren(BugDialog)


def _full(*_args: object) -> None:
    raise StudioError("The disk is full.")


# ---- saving


def test_what_is_done_while_a_project_is_saved_is_not_taken_for_saved(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.store import project_folder

    project = studio_app.desk.project
    opened = project.opened
    assert opened is not None
    write, begun, go_on = project_folder.write, threading.Event(), threading.Event()

    def slow(*args: Any) -> None:
        write(*args)
        begun.set()
        go_on.wait(30)

    monkeypatch.setattr(project_folder, "write", slow)
    project.do("Write", lambda now: whole.set_script(now, "[Anna] One."))
    project.save()
    qtbot.waitUntil(begun.is_set, timeout=PATIENCE)
    project.do("Write", lambda now: whole.set_script(now, "[Anna] One. Two."))
    go_on.set()
    idle(studio_app, qtbot)
    assert opened.unsaved
    folder = project.folder
    project.create(folder.with_name("Another.angen"))
    project.open(folder)
    assert project.value.script == "[Anna] One. Two."


def test_a_script_that_is_being_read_comes_in_though_the_text_grows(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from studio.services import scripts

    (tmp_path / "part.txt").write_text("[Ben] Imported.\n", encoding="utf-8")
    read, go_on = scripts.read_script, threading.Event()
    monkeypatch.setattr(scripts, "read_script", lambda file: (go_on.wait(30), read(file))[1])
    edit = dialogue_of(studio_app).edit
    drop(studio_app, tmp_path / "part.txt")
    press(edit, "Ctrl++")
    go_on.set()
    qtbot.waitUntil(lambda: "Imported" in dialogue_of(studio_app).edit.text, timeout=PATIENCE)


def test_a_deleted_voice_of_the_cast_is_told(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, room = studio_app.desk.project, dialogue_of(studio_app)
    asked: list[object] = []
    monkeypatch.setattr(studio_app.desk.studio.generation, "ask", asked.append)  # nothing is to be spoken
    type_text(room.edit, "[Ann] Hello.")
    room.sync.flush()
    project.do("Cast", lambda now: whole.set_voice(now, "Ann", "Granny", engine="kokoro"))
    idle(studio_app, qtbot)
    press(room.edit, "Ctrl+Return")
    assert "A chosen voice is not there any more." in said(studio_app)

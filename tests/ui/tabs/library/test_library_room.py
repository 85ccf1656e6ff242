"""The room Library, used as a person would."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QPushButton, QToolButton

from studio.services.library_index import Query
from studio.services.tasks.work import Wish
from studio.ui.dialogs.question import Question
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown, type_text
from tests.ui.tabs.library.filled import fill

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.library.view import LibraryRoom

Open = Callable[..., "tuple[Application, LibraryRoom]"]


@pytest.fixture
def library(start: Callable[..., Application], qtbot: QtBot, tmp_path: Path) -> Open:
    """Open a window over a library with so many things, in the room Library."""

    def opened(count: int) -> tuple[Application, LibraryRoom]:
        root = prepared(tmp_path / "data")
        app = start(root)
        if count:
            fill(root, app.studio.database, count)
        assert app.window is not None
        click(find(app.window.rail, QToolButton, "Library"))
        room: LibraryRoom = app.window.room  # type: ignore[assignment]
        _wait(app, qtbot, lambda: len(room.pane.found.ids) == count and (not count or bool(room.pane.found.item(0))))
        return app, room

    return opened


def _wait(app: Application, qtbot: QtBot, until: Callable[[], bool] = lambda: True) -> None:
    """Wait until nothing is being worked on and a condition holds."""
    qtbot.waitUntil(lambda: not app.desk.operations.running and until(), timeout=PATIENCE)


def _titles(room: LibraryRoom) -> list[str]:
    rows = room.pane.view.model()
    return [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]


def _click_row(room: LibraryRoom, row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = room.pane.view
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, place)


def _text(room: LibraryRoom) -> str:
    return "\n".join(label.text() for label in shown(room, QLabel))


def _toast(app: Application) -> str:
    assert app.window is not None
    return app.window.toast.accessibleName()


def _choice(app: Application) -> QPushButton:
    """Return the button of the toast."""
    assert app.window is not None
    return shown(app.window.toast, QPushButton)[0]


def test_an_empty_library_says_what_it_is_for(library: Open, qtbot: QtBot) -> None:
    app, room = library(0)
    _wait(app, qtbot, lambda: "Nothing made yet" in _text(room))
    assert find(room, QPushButton, "Import files")
    with qtbot.waitSignal(room.recipe_wanted) as wanted:
        click(find(room, QPushButton, "Say one sentence as an example"))
    assert wanted.args is not None
    assert wanted.args[0]["task"] == "speech"


def test_search_and_chips_find_things(library: Open, qtbot: QtBot) -> None:
    app, room = library(40)
    press(room, "Ctrl+F")
    search = find(room, QLineEdit, "Search the library")
    assert search.hasFocus()
    type_text(search, "number 17")
    _wait(app, qtbot, lambda: len(_titles(room)) == 1)
    assert _titles(room)[0].endswith("number 17")
    search.clear()
    type_text(search, "painter")  # by its engine
    _wait(app, qtbot, lambda: len(_titles(room)) == 10)
    search.clear()
    click(find(room, QPushButton, "Pictures"))
    click(find(room, QPushButton, "Texts"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 20)
    click(find(room, QPushButton, "Starred"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 2)
    click(find(room, QPushButton, "This project"))
    _wait(app, qtbot, lambda: "Nothing found" in _text(room))
    click(find(room, QPushButton, "Show all"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 40)


def test_the_order_follows_the_header_and_the_grid_is_remembered(library: Open, qtbot: QtBot) -> None:
    app, room = library(20)
    assert _titles(room)[0].endswith("number 19")
    header = room.pane.table.header()
    at = QPoint(header.sectionViewportPosition(0) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    _wait(app, qtbot, lambda: _titles(room) == sorted(_titles(room), key=str.lower) and len(_titles(room)) == 20)
    click(find(room, QToolButton, "Show as a grid"))
    assert isinstance(find(room, QAbstractItemView, "Things in the library, as a grid"), QAbstractItemView)
    assert app.desk.memory.get("library.filters", {})["grid"] is True
    app.change("window.language", "de")
    german = "Dinge in der Bibliothek, als Raster"
    qtbot.waitUntil(lambda: bool(app.window and shown(app.window, QAbstractItemView, german)), timeout=PATIENCE)
    app.change("window.language", "en")
    qtbot.waitUntil(lambda: bool(app.window and not shown(app.window, QAbstractItemView, german)), timeout=PATIENCE)


def test_star_tag_and_title_can_be_taken_back(library: Open, qtbot: QtBot) -> None:
    app, room = library(8)
    index = app.studio.library_index
    _click_row(room, 1)
    _wait(app, qtbot, lambda: bool(shown(room, QLineEdit, "Title")))
    (chosen,) = room.pane.ids
    press(room.pane.view, "Ctrl+D")
    _wait(app, qtbot, lambda: chosen in index.find(Query(starred=True)))
    click(_choice(app))
    _wait(app, qtbot, lambda: chosen not in index.find(Query(starred=True)))
    _wait(app, qtbot, lambda: bool(shown(room, QLineEdit, "Add a tag")))
    type_text(find(room, QLineEdit, "Add a tag"), "quiet, sea\n")
    _wait(app, qtbot, lambda: index.find(Query(tag="sea")) == [chosen])
    _wait(app, qtbot, lambda: bool(shown(room, QPushButton, "Take the tag sea away")))
    click(find(room, QPushButton, "Take the tag sea away"))
    _wait(app, qtbot, lambda: index.items([chosen])[0].tags == ("quiet",))
    _wait(app, qtbot, lambda: not shown(room, QPushButton, "Take the tag sea away"))
    _wait(app, qtbot, lambda: bool(shown(room, QLineEdit, "Title")))
    title = find(room, QLineEdit, "Title")
    title.selectAll()
    type_text(title, "The new name\n")
    _wait(app, qtbot, lambda: _titles(room)[1] == "The new name")
    assert room.pane.ids == [chosen]


def test_several_things_are_trashed_restored_and_deleted_for_good(library: Open, qtbot: QtBot) -> None:
    app, room = library(12)
    files = app.studio.paths.library / "files"
    before = len(list(files.iterdir()))
    _click_row(room, 0)
    _click_row(room, 2, Qt.KeyboardModifier.ShiftModifier)
    _wait(app, qtbot, lambda: "3 things chosen" in _text(room))
    press(room.pane.view, "Del")
    _wait(app, qtbot, lambda: len(_titles(room)) == 9)
    click(_choice(app))
    _wait(app, qtbot, lambda: len(_titles(room)) == 12)
    press(room.pane.view, "Ctrl+A")
    press(room.pane.view, "Del")
    _wait(app, qtbot, lambda: "Nothing made yet" in _text(room))
    click(find(room, QPushButton, "Trash"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 12)
    _click_row(room, 0)
    _wait(app, qtbot, lambda: bool(shown(room, QPushButton, "Restore")))
    click(find(room, QPushButton, "Restore"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 11)
    for answer, left in (("Leave it as it is", 11), ("Delete for good", 0)):
        click(find(room, QPushButton, "Empty the trash"))
        qtbot.waitUntil(lambda: bool(app.window and shown(app.window, Question)), timeout=PATIENCE)
        assert app.window is not None
        click(find(shown(app.window, Question)[0], QPushButton, answer))
        _wait(app, qtbot, lambda left=left: app.studio.library_index.in_trash() == left)
    _wait(app, qtbot, lambda: "The trash is empty" in _text(room))
    assert len(app.studio.library_index.find(Query())) == 1
    assert len(list(files.iterdir())) < before


def test_a_chosen_sound_is_what_space_plays(library: Open, qtbot: QtBot) -> None:
    app, room = library(4)
    row = next(row for row, title in enumerate(_titles(room)) if title.endswith("number 0"))
    _click_row(room, row)
    _wait(app, qtbot, lambda: app.desk.player.selected is not None)
    assert app.desk.player.selected is not None
    assert app.desk.player.selected.title == "The harbour and the harbour, number 0"
    press(room.pane.view, "Space")
    qtbot.waitUntil(lambda: app.desk.player.playing, timeout=PATIENCE)
    press(room.pane.view, "Space")
    qtbot.waitUntil(lambda: not app.desk.player.playing, timeout=PATIENCE)
    _wait(app, qtbot)


def test_files_come_in_and_hostile_ones_are_told(library: Open, qtbot: QtBot, tmp_path: Path) -> None:
    app, room = library(0)
    made = tmp_path / "made"
    made.mkdir()
    fill(made, app.studio.database, 0)
    sounds = sorted((made / "library" / "files").glob("*.wav"))[:2]
    picture = next((made / "library" / "files").glob("*.png"))
    bad = tmp_path / "hostile.wav"
    bad.write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt \0\0\0\0")
    assert app.window is not None
    app.window.take_files([sounds[0], bad, picture, sounds[1]])
    _wait(app, qtbot, lambda: len(_titles(room)) == 3)
    assert any("hostile.wav" in message for message in room.banners.messages)
    assert len(room.pane.ids) == 3, "what came in is chosen"
    app.window.take_files([sounds[0]])
    _wait(app, qtbot, lambda: "One was here already." in _toast(app))
    assert len(_titles(room)) == 3


def test_what_comes_in_does_not_silence_what_is_heard(library: Open, qtbot: QtBot, tmp_path: Path) -> None:
    app, room = library(4)
    player = app.desk.player
    _click_row(room, 2)
    _wait(app, qtbot, lambda: player.selected is not None)
    heard = player.selected
    player.loop = True
    press(room.pane.view, "Space")
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    other = tmp_path / "other.wav"
    with wave.open(str(other), "wb") as out:
        out.setparams((1, 2, 24000, 0, "NONE", ""))
        out.writeframes(bytes(24000))
    assert app.window is not None
    app.window.take_files([other])
    _wait(app, qtbot, lambda: room.pane.item is not None and room.pane.item.title == "other")
    assert player.playing
    assert player.selected == heard
    player.stop()


def test_a_sound_goes_into_the_project_and_a_picture_becomes_its_cover(library: Open, qtbot: QtBot) -> None:
    app, room = library(4)
    titles = _titles(room)
    _click_row(room, next(row for row, title in enumerate(titles) if title.endswith("number 1")))  # music
    _wait(app, qtbot, lambda: bool(shown(room, QToolButton, "Add to the project")))
    click(find(room, QToolButton, "Add to the project"))
    _wait(app, qtbot, lambda: any(track.clips for track in app.desk.project.value.tracks))
    (track,) = (track for track in app.desk.project.value.tracks if track.clips)
    assert track.kind == "music"
    press(room.pane.view, "Ctrl+Z")
    assert not any(track.clips for track in app.desk.project.value.tracks)
    _click_row(room, next(row for row, title in enumerate(titles) if title.endswith("number 2")))  # a picture
    _wait(app, qtbot, lambda: bool(shown(room, QToolButton, "Use as the cover")))
    click(find(room, QToolButton, "Use as the cover"))
    _wait(app, qtbot, lambda: app.desk.project.value.cover is not None)


def test_a_file_that_is_gone_is_told_in_words(library: Open, qtbot: QtBot) -> None:
    app, room = library(4)
    for file in (app.studio.paths.library / "files").iterdir():
        file.unlink()
    _click_row(room, 1)
    room.entered()
    _wait(
        app, qtbot, lambda: "The file is missing. It may have been moved or deleted outside the studio." in _text(room)
    )
    assert not shown(room, QToolButton, "Show in the folder")
    assert find(room, QPushButton, "Make again").isEnabled()
    said = room.pane.found.data(room.pane.found.index(1, 0), int(Qt.ItemDataRole.AccessibleTextRole))
    assert "the file is missing" in said


def test_stems_are_in_the_details_of_their_piece(library: Open, qtbot: QtBot) -> None:
    app, room = library(4)
    with app.studio.database.transaction() as connection:
        connection.execute(
            "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created) select job,"
            " kind, file, sha256, master, master_sha256, json_set(facts, '$.role', 'stem', '$.name', 'Bass'),"
            " recipe, created from media where json_extract(recipe, '$.task') = 'music'"
        )
    room.entered()
    _wait(app, qtbot)
    assert len(_titles(room)) == 4
    _click_row(room, next(row for row, title in enumerate(_titles(room)) if title.endswith("number 1")))
    _wait(app, qtbot, lambda: bool(shown(room, QPushButton, "Bass")))
    click(find(room, QPushButton, "Bass"))
    assert app.desk.player.selected is not None
    assert app.desk.player.selected.title == "Bass"
    _wait(app, qtbot)


def test_reveal_copy_recipe_and_open_in_its_room(library: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    app, room = library(4)
    shown_folders: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown_folders.append(url) or True)
    _click_row(room, 0)
    _wait(app, qtbot, lambda: bool(shown(room, QToolButton, "Show in the folder")))
    click(find(room, QToolButton, "Show in the folder"))
    assert [Path(url.toLocalFile()).name for url in shown_folders] == ["files"]
    click(find(room, QToolButton, "Copy the recipe"))
    assert '"task":"lyrics"' in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(room.recipe_wanted) as wanted:
        click(find(room, QPushButton, "Open in Music"))
    assert wanted.args is not None
    assert wanted.args[0]["params"]["theme"].endswith("number 3")


@pytest.mark.slow
def test_what_was_made_can_be_made_again_and_another_way(library: Open, qtbot: QtBot) -> None:
    app, room = library(0)
    wish = Wish(task="lyrics", params={"theme": "a slow train"}, seed=5)
    app.desk.operations.run(room, lambda: app.studio.generation.ask(wish))
    _wait(app, qtbot, lambda: _titles(room) == ["a slow train"])
    _click_row(room, 0)
    again = find(room, QPushButton, "Make again")
    qtbot.waitUntil(again.isEnabled, timeout=PATIENCE)
    press(room.pane.view, "Ctrl+Return")
    _wait(app, qtbot, lambda: len(_titles(room)) == 2)
    click(find(room, QPushButton, "Make another"))
    _wait(app, qtbot, lambda: len(_titles(room)) == 3)
    items = app.studio.library_index.items(sorted(room.pane.found.ids))
    assert [items[1].sha256 == items[0].sha256, items[2].sha256 == items[0].sha256] == [True, False]


@pytest.mark.slow
@pytest.mark.parametrize("grid", [False, True])
def test_five_thousand_things_can_be_scrolled_to_their_end(library: Open, qtbot: QtBot, grid: bool) -> None:
    """How quick that is, a benchmark tells."""
    app, room = library(5000)
    if grid:
        click(find(room, QToolButton, "Show as a grid"))
    view = room.pane.view
    assert view.model().rowCount() == 5000
    view.setCurrentIndex(view.model().index(0, 0))
    press(view, "End")
    last = view.model().index(4999, 0)
    qtbot.waitUntil(lambda: view.visualRect(last).intersects(view.viewport().rect()), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(last.data()), timeout=PATIENCE)
    _wait(app, qtbot)

"""The room Music, used as a person would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from studio.domain.edits import styles
from studio.domain.project import Style, media_called
from studio.engines.registry import Registry
from studio.services import recent
from studio.ui.tabs.music.lyrics_editor import LyricsEditor
from studio.ui.tabs.music.take_row import TakeRow
from studio.ui.widgets.empty_state import EmptyState
from tests.ui.conftest import PATIENCE, click, find, press, shown, type_number, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.store.database import Database
    from studio.ui.application import Application
    from studio.ui.tabs.music.view import MusicRoom


def _open(app: Application) -> MusicRoom:
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    return app.window.room  # type: ignore[return-value]


def _set_number(room: MusicRoom, name: str, value: str) -> None:
    type_number(find(room, QDoubleSpinBox, name), value)


def _tick(box: QCheckBox) -> None:
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)


def _generate(room: MusicRoom, qtbot: QtBot, count: int) -> list[TakeRow]:
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == count, timeout=PATIENCE)
    return shown(room, TakeRow)


def test_words_are_offered_and_go_into_the_style_and_out_again(studio_app: Application) -> None:
    room = _open(studio_app)
    style = find(room, QLineEdit, "Style")
    type_text(style, "slow")
    click(find(room, QPushButton, "Jazz"))
    assert style.text() == "slow, jazz"
    assert find(room, QPushButton, "Jazz").isChecked()
    assert not shown(room, QPushButton, "Waltz")
    click(find(room, QPushButton, "More words"))
    click(find(room, QPushButton, "Waltz"))
    click(find(room, QPushButton, "Jazz"))
    assert style.text() == "slow, waltz"
    click(find(room, QPushButton, "Fewer words"))
    assert find(room, QPushButton, "Waltz").isChecked(), "what the style names stays in sight"


def test_lyrics_show_parts_syllables_and_rhymes_beside_the_lines(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    editor = find(room, LyricsEditor, "Lyrics")
    click(find(room, QPushButton, "Verse"))
    type_text(editor, "Hold on to the light\nAll through the night")
    click(find(room, QPushButton, "Chorus"))
    type_text(editor, "Go home")
    assert editor.text == "[verse]\nHold on to the light\nAll through the night\n\n[chorus]\nGo home"
    qtbot.waitUntil(lambda: [line.syllables for line in editor.lines] == [0, 5, 4, 0, 0, 2], timeout=PATIENCE)
    assert [line.rhyme for line in editor.lines] == ["", "A", "A", "", "", "A"]
    assert [line.section for line in editor.lines][2:] == ["verse", "verse", "chorus", "chorus"]
    assert "3 lines to sing · this line: 2 syllables, rhyme A" in editor.accessibleDescription()


def test_what_an_older_look_saw_does_not_come_back(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _open(studio_app)
    type_text(find(room, QLineEdit, "Style"), "slow")
    _set_number(room, "Duration", "2")
    newest, go_on, first = recent.newest, threading.Event(), iter([True])

    def held_up(database: Database, task: str, most: int) -> list[int]:
        found = newest(database, task, most)
        if next(first, False):
            go_on.wait(PATIENCE / 1000)
        return found

    monkeypatch.setattr(recent, "newest", held_up)
    room.takes.load()
    _generate(room, qtbot, 1)
    go_on.set()
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
    assert len(shown(room, TakeRow)) == 1


def test_an_empty_room_says_what_it_is_for(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    qtbot.waitUntil(lambda: bool(shown(room, EmptyState)), timeout=PATIENCE)
    example = find(room, QPushButton, "Try: lofi, calm, piano, 76 bpm, 20 seconds")
    assert example.isEnabled()


def test_a_text_file_that_is_dropped_becomes_the_lyrics(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = _open(studio_app)
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeff[verse]\r\nÜber den Fluss\r\n".encode())
    assert studio_app.window is not None
    studio_app.window.take_files([file])
    editor = find(room, LyricsEditor, "Lyrics")
    qtbot.waitUntil(lambda: editor.text == "[verse]\nÜber den Fluss", timeout=PATIENCE)


def test_the_style_of_the_form_is_kept_with_the_project_and_used_again(studio_app: Application, qtbot: QtBot) -> None:
    room, project = _open(studio_app), studio_app.desk.project
    type_text(find(room, QLineEdit, "Style"), "lofi, dark")
    _set_number(room, "Tempo", "77")
    type_text(find(room, QLineEdit, "Key"), "A minor")
    seed = room.seed.value
    type_text(find(room, QLineEdit, "Name of the style"), "Night drive")
    click(find(room, QPushButton, "Keep this style"))
    assert project.value.style == Style("lofi, dark", seed, 77.0, "A minor", name="Night drive")
    assert project.value.styles == (project.value.style,)
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Use it")), timeout=PATIENCE)
    find(room, QLineEdit, "Style").clear()
    find(room, QLineEdit, "Key").clear()
    click(find(room, QToolButton, "Another seed"))
    click(find(room, QPushButton, "Use it"))
    assert find(room, QLineEdit, "Style").text() == "lofi, dark"
    assert find(room, QLineEdit, "Key").text() == "A minor"
    assert room.seed.value == seed
    assert room.seed.locked
    press(find(room, QPushButton, "Use it"), "Ctrl+Z")
    assert project.value.style == Style()
    qtbot.waitUntil(lambda: not shown(room, QPushButton, "Use it"), timeout=PATIENCE)


def test_a_style_that_the_project_cannot_keep_is_not_used(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_app.desk.studio.styles.keep(Style("calm", name="Night drive"))
    room, project = _open(studio_app), studio_app.desk.project
    long = ", ".join(["soft strings"] * 60)
    type_text(find(room, QLineEdit, "Style"), long)
    assert find(room, QLineEdit, "Style").text() == long, "engines take as much"
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Use it")), timeout=PATIENCE)
    monkeypatch.setattr(styles, "MOST", 0)
    told: list[str] = []
    studio_app.desk.notices.banner.connect(lambda banner: told.append(str(banner)))
    click(find(room, QPushButton, "Use it"))
    assert project.value.styles == ()
    assert len(told) == 1
    assert "at most 0 styles" in told[0]


@pytest.mark.slow
def test_a_piece_is_made_heard_repeated_and_put_on_the_timeline(studio_app: Application, qtbot: QtBot) -> None:
    room, desk = _open(studio_app), studio_app.desk
    type_text(find(room, QLineEdit, "Style"), "pop, happy")
    _set_number(room, "Duration", "4")
    _generate(room, qtbot, 1)
    first = room.takes.item
    assert first is not None
    assert first.seconds == pytest.approx(4.0)
    assert first.recipe["params"]["style"] == "pop, happy"
    row = shown(room, TakeRow)[0]
    qtbot.waitUntil(lambda: len(row.wave.outline) > 0, timeout=PATIENCE)
    assert f"seed {first.recipe['seed']}" in row.accessibleName()
    row.setFocus()
    press(row, "Space")
    qtbot.waitUntil(lambda: desk.player.playing and desk.player.position > 0, timeout=PATIENCE)
    press(row, "Shift+Space")

    press(room, "Ctrl+M")
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 2, timeout=PATIENCE)
    second = room.takes.item
    assert second is not None
    assert second.id != first.id
    assert second.recipe["params"] == first.recipe["params"]
    assert second.recipe["seed"] != first.recipe["seed"]

    click(find(room, QPushButton, "Add to the timeline"))
    qtbot.waitUntil(lambda: bool(desk.project.value.tracks), timeout=PATIENCE)
    track = desk.project.value.tracks[0]
    assert track.kind == "music"
    assert [clip.length for clip in track.clips] == [4 * desk.project.value.rate]
    press(room, "Ctrl+Z")
    assert desk.project.value.tracks == ()

    row = next(row for row in shown(room, TakeRow) if row.item.id == first.id)
    click(find(row, QToolButton, "What can be done with this take"))
    menu = next(menu for menu in row.findChildren(QMenu) if menu.isVisible())
    next(action for action in menu.actions() if action.text() == "Keep its style").trigger()
    menu.close()
    qtbot.waitUntil(lambda: desk.project.value.style.reference != "", timeout=PATIENCE)
    style = desk.project.value.style
    assert (style.text, style.seed) == ("pop, happy", first.recipe["seed"])
    assert media_called(desk.project.value, style.reference) is not None

    row.setFocus()
    press(row, "Return")
    assert room.seed.value == first.recipe["seed"]
    press(row, "Del")
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 1, timeout=PATIENCE)
    heard = desk.player.selected
    assert heard is None or heard.file != first.file, "what lies in the trash is not what Space plays"
    click(find(studio_app.window, QPushButton, "Undo"))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 2, timeout=PATIENCE)

    studio_app.change("window.language", "de")  # another window: what was made is there again
    assert studio_app.window is not None
    again: MusicRoom = studio_app.window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: len(shown(again, TakeRow)) == 2, timeout=PATIENCE)


@pytest.mark.slow
def test_stems_are_chosen_heard_and_exported(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room, desk = _open(studio_app), studio_app.desk
    type_text(find(room, QLineEdit, "Style"), "jazz")
    _set_number(room, "Duration", "2")
    _tick(find(room, QCheckBox, "Stems"))
    (row,) = _generate(room, qtbot, 1)
    click(row.stems)
    qtbot.waitUntil(lambda: len(shown(row, QCheckBox)) > 1, timeout=PATIENCE)
    boxes = shown(row, QCheckBox)
    _tick(boxes[0])
    assert not boxes[0].isChecked()
    click(find(row, QPushButton, "Play these together"))
    qtbot.waitUntil(lambda: desk.player.playing, timeout=PATIENCE)
    selected = desk.player.selected
    assert selected is not None
    assert selected.project is not None
    assert [track.mute for track in selected.project.tracks] == [True, *([False] * (len(boxes) - 1))]
    press(row, "Shift+Space")
    click(find(row, QPushButton, "Export to a folder…"))
    dialog = next(d for d in room.window().findChildren(QFileDialog) if d.isVisible())
    out = tmp_path / "out"
    out.mkdir()
    dialog.fileSelected.emit(str(out))
    dialog.close()
    qtbot.waitUntil(lambda: len([f for f in out.iterdir() if f.suffix == ".wav"]) == len(boxes), timeout=PATIENCE)


@pytest.mark.slow
def test_lyrics_are_written_into_the_editor_and_taken_back(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    editor = find(room, LyricsEditor, "Lyrics")
    type_text(editor, "my own words")
    theme = find(room, QLineEdit, "Theme of the lyrics")
    type_text(theme, "a lonely lighthouse by the sea")
    QTest.keyClick(theme, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "[Verse 1]" in editor.text, timeout=PATIENCE)
    qtbot.waitUntil(lambda: any(line.syllables == 8 for line in editor.lines), timeout=PATIENCE)
    assert "[Chorus]" in editor.text
    editor.setFocus()
    press(editor, "Ctrl+Z")
    assert editor.text == "my own words"


def test_lyrics_that_somebody_cancels_are_no_error(studio_app: Application, qtbot: QtBot) -> None:
    room, desk = _open(studio_app), studio_app.desk
    desk.dispatching.close()  # nobody begins with it
    click(find(room, QPushButton, "Write lyrics"))
    qtbot.waitUntil(lambda: bool(desk.jobs.waiting), timeout=PATIENCE)
    assert not find(room, QPushButton, "Write lyrics").isEnabled()
    desk.jobs.cancel(desk.jobs.waiting[0].id)
    qtbot.waitUntil(find(room, QPushButton, "Write lyrics").isEnabled, timeout=PATIENCE)
    assert room.banners.messages == []


def test_the_room_opens_without_any_engine(start: Callable[..., Application], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engines.registry.find_engines", lambda _folder: Registry([]))
    room = _open(start())
    type_text(find(room, QLineEdit, "Style"), "pop")
    assert not shown(room, QPushButton, "Write lyrics")
    click(find(room, QPushButton, "Generate"))
    assert room.banners.messages == ["There is no engine for music."]


@pytest.mark.slow
def test_variations_are_takes_with_seeds_of_their_own(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    type_text(find(room, QLineEdit, "Style"), "folk")
    _set_number(room, "Duration", "3")
    type_number(find(room, QSpinBox, "Variations"), "3")
    _generate(room, qtbot, 3)
    recipes = [item.recipe for item in room.takes.items]
    assert len({recipe["seed"] for recipe in recipes}) == 3
    assert len({str(recipe["params"]) for recipe in recipes}) == 1

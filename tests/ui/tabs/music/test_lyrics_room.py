"""Lyrics written into the editor while one looks, stopped, gone on with, mended; a take held against its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QToolButton

from studio.services.tasks.work import Wish
from studio.ui.tabs.music.lyrics_check import SungPanel
from studio.ui.tabs.music.lyrics_editor import LyricsEditor
from studio.ui.tabs.music.take_row import TakeRow
from tests import songwriting
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.music.view import MusicRoom

WHOLE = "[Verse 1]\none by one\ntwo by two\n\n[Chorus]\nthree \U0001f3b5 four"


def _open(app: Application) -> MusicRoom:
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    return app.window.room  # type: ignore[return-value]


def _put_cursor(editor: LyricsEditor, line: int) -> None:
    editor.setFocus()
    cursor = QTextCursor(editor.document().findBlockByNumber(line))
    editor.setTextCursor(cursor)


def _wait_for_the_scribe(room: MusicRoom, qtbot: QtBot) -> None:
    writer = room.lyrics.writer
    qtbot.waitUntil(lambda: writer.manifest is not None and writer.manifest.id == "scribe", timeout=PATIENCE)


@pytest.fixture(name="held")
def _held(tmp_path: Path) -> Path:
    """Where it stands after how many lines the scribe waits."""
    return tmp_path / "held"


@pytest.fixture(name="app")
def _app(start: Callable[..., Application], tmp_path: Path, held: Path) -> Application:
    """A window with a lyrics model."""
    root = prepared(tmp_path / "data")
    songwriting.scribe(root / "engines", held)
    return start(root)


def test_a_song_is_seen_while_it_is_written_stopped_and_taken_back_in_one_step(
    app: Application, qtbot: QtBot, held: Path
) -> None:
    room, editor = _open(app), find(app.window, LyricsEditor, "Lyrics")  # type: ignore[arg-type]
    _wait_for_the_scribe(room, qtbot)
    assert not any(label.text().startswith("No lyrics model") for label in shown(room, QLabel))
    editor.setFocus()
    type_text(editor, "my own words")
    held.write_text("3")
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: editor.text == "[Verse 1]\none by one\ntwo by two", timeout=PATIENCE)
    QTest.keyClicks(editor, "zzz")
    assert "zzz" not in editor.text, "what is being written is not typed into"
    click(find(room, QToolButton, "Stop writing, and keep what is there"))
    qtbot.waitUntil(find(room, QPushButton, "Write lyrics").isEnabled, timeout=PATIENCE)
    assert editor.text == "[Verse 1]\none by one\ntwo by two"
    assert room.banners.messages == []
    editor.setFocus()
    press(editor, "Ctrl+Z")
    assert editor.text == "my own words"
    held.unlink()
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: editor.text == WHOLE and not editor.isReadOnly(), timeout=PATIENCE)
    press(editor, "Ctrl+Z")
    assert editor.text == "my own words"
    press(editor, "Ctrl+Shift+Z")
    assert editor.text == WHOLE


def test_words_that_are_dropped_while_a_song_is_written_are_not_mixed_with_it(
    app: Application, qtbot: QtBot, held: Path, tmp_path: Path
) -> None:
    room, editor = _open(app), find(app.window, LyricsEditor, "Lyrics")  # type: ignore[arg-type]
    _wait_for_the_scribe(room, qtbot)
    held.write_text("3")
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: editor.text == "[Verse 1]\none by one\ntwo by two", timeout=PATIENCE)
    (tmp_path / "words.txt").write_text("dropped\nwords")
    assert room.take_files([tmp_path / "words.txt"])
    qtbot.waitUntil(lambda: "dropped" in editor.text, timeout=PATIENCE)
    held.unlink()
    qtbot.waitUntil(find(room, QPushButton, "Write lyrics").isEnabled, timeout=PATIENCE)
    assert editor.text == "dropped\nwords"
    assert not editor.isReadOnly()


def test_a_part_a_line_and_a_rhyme_touch_nothing_else(app: Application, qtbot: QtBot) -> None:
    room, editor = _open(app), find(app.window, LyricsEditor, "Lyrics")  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: room.lyrics.writer.can("continue"), timeout=PATIENCE)
    before = "[Verse 1]\none by one\nhold the light, \U0001f3b5\n\n[Outro]\nbye"
    type_text(find(room, QLineEdit, "Theme of the lyrics"), "rain")
    editor.setFocus()
    editor.put(before)

    _put_cursor(editor, 1)
    press(editor, "Alt+Return")
    after = before.replace("\n\n[Outro]", "\n\n[Chorus]\nfive alive\nsix\n\n[Outro]")
    qtbot.waitUntil(lambda: editor.text == after and not editor.isReadOnly(), timeout=PATIENCE)
    assert editor.textCursor().block().text() == "six"
    press(editor, "Ctrl+Z")
    assert editor.text == before

    _put_cursor(editor, 1)
    press(editor, "Ctrl+Shift+R")
    qtbot.waitUntil(lambda: bool(shown(editor, QMenu, "Other lines for “one by one”")), timeout=PATIENCE)
    menu = find(editor, QMenu, "Other lines for “one by one”")
    assert [action.text() for action in menu.actions()] == ["a better line for one by one", "another one"]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert editor.text == before.replace("one by one", "a better line for one by one")
    press(editor, "Ctrl+Z")
    assert editor.text == before

    _put_cursor(editor, 2)
    click(find(room, QToolButton, "Find a rhyme"))
    qtbot.waitUntil(lambda: bool(shown(editor, QMenu, "Rhymes with light")), timeout=PATIENCE)
    menu = find(editor, QMenu, "Rhymes with light")
    assert [action.text() for action in menu.actions()] == ["night", "bright && white"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert editor.text == before.replace("light", "bright & white")
    press(editor, "Ctrl+Z")
    assert editor.text == before

    _put_cursor(editor, 0)
    press(editor, "Ctrl+Shift+R")  # a title is no line
    assert room.lyrics.writer.button.isEnabled()
    editor.put("[bridge]\n")
    _put_cursor(editor, 0)
    press(editor, "Alt+Return")
    qtbot.waitUntil(lambda: editor.text == "[bridge]\nover the river", timeout=PATIENCE)
    rewritten = editor.text
    _put_cursor(editor, 1)
    press(editor, "Ctrl+Shift+R")
    QTest.keyClicks(editor, "and ")  # the line is another one when the answer comes
    qtbot.waitUntil(room.lyrics.writer.button.isEnabled, timeout=PATIENCE)
    assert editor.text == rewritten.replace("over", "and over")


def test_without_a_model_the_sketch_writes_songs_and_says_so(studio_app: Application, qtbot: QtBot) -> None:
    room, editor = _open(studio_app), find(studio_app.window, LyricsEditor, "Lyrics")  # type: ignore[arg-type]
    told = "No lyrics model is installed: the sketch writer writes, in English. The room Engines has models."
    qtbot.waitUntil(lambda: any(label.text() == told for label in shown(room, QLabel)), timeout=PATIENCE)
    toasts: list[str] = []
    studio_app.desk.notices.toast.connect(lambda text, _choice: toasts.append(text))
    editor.put("[Verse]\nhold the light")
    _put_cursor(editor, 1)
    for keys in ("Ctrl+Shift+R", "Alt+Return"):
        press(editor, keys)
    assert [text.partition(".")[0] for text in toasts] == ["The sketch writer writes songs and finds rhymes"] * 2
    press(editor, "Ctrl+Shift+Y")
    qtbot.waitUntil(lambda: bool(shown(editor, QMenu, "Rhymes with light")), timeout=PATIENCE)
    menu = find(editor, QMenu, "Rhymes with light")
    assert "night" in [action.text() for action in menu.actions()]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert editor.text == "[Verse]\nhold the light"
    params = {"theme": "rain", "scheme": "free", "structure": "verse", "mode": "rewrite", "given": "x"}
    room.lyrics.writer.restore({"engine": "writer", "task": "lyrics", "params": params})
    wish = room.lyrics.writer.wish()
    assert wish is not None
    assert (wish.engine, wish.params["theme"], wish.params["structure"]) == ("verses", "rain", "verse")
    assert "scheme" not in wish.params, "what the sketch does not know"
    assert studio_app.desk.studio.generation.ask(wish) > 0, "it is a job that can be done"


def test_a_take_is_held_against_its_words_and_a_line_is_sung_again(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.music": "singer"})
    songwriting.singer(root / "engines")
    app = start(root)
    room, desk = _open(app), app.desk
    editor = find(room, LyricsEditor, "Lyrics")
    editor.put(songwriting.LYRICS)
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 1, timeout=PATIENCE)
    room.takes.choose(room.takes.items[0].id)
    press(room, "Ctrl+Shift+H")
    qtbot.waitUntil(lambda: bool(shown(room, SungPanel)), timeout=PATIENCE)
    panel = find(room, SungPanel)
    assert panel.accessibleName() == "2 lines were heard as written, 1 was not."
    assert any("copper islands · not heard" in label.text() for label in shown(panel, QLabel))
    mark = editor.mark_of(2)
    assert mark is not None
    assert editor.mark_of(1) is editor.mark_of(3) is None
    _put_cursor(editor, 2)
    assert "not heard in the selected take" in editor.accessibleDescription()
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert editor.mark_of(2) is None, "another line now"
    click(find(panel, QToolButton, "Hear line 3"))
    qtbot.waitUntil(lambda: desk.player.playing, timeout=PATIENCE)
    assert desk.player.position >= mark.start - 0.1
    press(room, "Shift+Space")
    press(editor, "Ctrl+Z")
    assert editor.mark_of(2) is not None
    click(find(panel, QPushButton, "Sing line 3 again"))
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 2, timeout=PATIENCE)
    again = room.takes.items[0].recipe
    assert again["params"]["mode"] == "repaint"
    assert again["params"]["from_second"] <= mark.start <= mark.end <= again["params"]["to_second"]
    assert again["script"] == songwriting.LYRICS

    job = desk.studio.generation.ask(Wish(task="music", params={"duration": 1.0}))
    qtbot.waitUntil(lambda: (row := desk.jobs.get(job)) is not None and row.settled, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(shown(room, TakeRow)) == 3, timeout=PATIENCE)
    toasts: list[str] = []
    desk.notices.toast.connect(lambda text, _choice: toasts.append(text))
    room.takes.choose(room.takes.items[0].id)
    assert editor.mark_of(2) is None, "that is another take"
    press(room, "Ctrl+Shift+H")
    assert toasts == ["This piece has no words to check."]
    room.takes.choose(room.takes.items[2].id)
    press(room, "Ctrl+Shift+H")
    assert not shown(room, SungPanel)
    press(room, "Ctrl+Shift+H")
    qtbot.waitUntil(lambda: bool(shown(room, SungPanel)), timeout=PATIENCE)  # what was heard is known
    assert toasts == ["This piece has no words to check."]

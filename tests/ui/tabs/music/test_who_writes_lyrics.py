"""Lyrics that come from another engine than was chosen, that come late, and that come when their window has gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton

from studio.services import recent
from studio.ui.bridge import operations
from tests import songwriting
from tests.smoke.plugins import manifest, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.bridge.notices import Choice
    from studio.ui.tabs.music.view import MusicRoom

_BEFORE = "[Verse 1]\none by one\nhold the light"


@pytest.fixture(name="held")
def _held(tmp_path: Path) -> Path:
    """Where it stands after how many lines the scribe waits."""
    return tmp_path / "held"


@pytest.fixture(name="app")
def _app(start: Callable[..., Application], qtbot: QtBot, tmp_path: Path, held: Path) -> Application:
    """A window with the room Music and a lyrics model."""
    root = prepared(tmp_path / "data")
    songwriting.scribe(root / "engines", held)
    app = start(root)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    qtbot.waitUntil(lambda: _room(app).lyrics.writer.can("rewrite"), timeout=PATIENCE)
    return app


def _room(app: Application) -> MusicRoom:
    assert app.window is not None
    return app.window.room  # type: ignore[return-value]


def _edit(app: Application, text: str, line: int) -> MusicRoom:
    room = _room(app)
    editor = room.lyrics.editor
    editor.setFocus()
    editor.put(text)
    editor.setTextCursor(QTextCursor(editor.document().findBlockByNumber(line)))
    return room


def test_an_engine_that_writes_for_another_is_named(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path, held: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.lyrics": "poet"})
    songwriting.scribe(root / "engines", held)
    toml = manifest("lyrics", title="Poet").replace('pack = "app"', 'pack = "torch"')
    write_engine(root / "engines" / "poet", toml=toml)
    app = start(root)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    room = _room(app)

    def told() -> set[str]:
        return {label.text() for label in shown(room.lyrics.writer, QLabel) if label.text()}

    qtbot.waitUntil(lambda: bool(told()), timeout=PATIENCE)
    writer = room.lyrics.writer
    assert writer.manifest is not None
    assert told() == {f"Poet is not ready: {writer.manifest.title} writes."}
    assert writer._engine.choose("scribe")
    assert told() == set()


def test_one_of_several_lines_is_chosen_or_none(app: Application, qtbot: QtBot) -> None:
    room = _edit(app, _BEFORE, 1)
    editor, name = room.lyrics.editor, "Other lines for “one by one”"
    for keys, after in (
        ([Qt.Key.Key_Escape], _BEFORE),
        ([Qt.Key.Key_Down, Qt.Key.Key_Return], _BEFORE.replace("one by one", "another one")),
    ):
        press(editor, "Ctrl+Shift+R")
        qtbot.waitUntil(lambda: bool(shown(editor, QMenu, name)), timeout=PATIENCE)
        menu = find(editor, QMenu, name)
        for key in keys:
            QTest.keyClick(menu, key)
        assert editor.text == after


def test_an_answer_that_comes_late_neither_ends_nor_fills_what_is_written_next(
    app: Application, qtbot: QtBot, held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _edit(app, _BEFORE, 1)
    deeds, editor = room.lyrics.deeds, room.lyrics.editor
    go, reading = threading.Event(), threading.Event()
    read_text = Path.read_text

    def read(file: Path, *given, **more) -> str:
        if (
            isinstance(QThread.currentThread(), operations._Thread)
            and file.parent.name == "files"
            and not reading.is_set()
        ):
            reading.set()
            assert go.wait(60)
        return read_text(file, *given, **more)

    monkeypatch.setattr(Path, "read_text", read)
    press(room, "Ctrl+L")
    qtbot.waitUntil(reading.is_set, timeout=PATIENCE)  # the song is there, and is being read
    editor.put("other words")
    deeds._show("[Verse 1]\na look that came too late")  # which ends it: the text is another one now
    qtbot.waitUntil(find(room, QPushButton, "Write lyrics").isEnabled, timeout=PATIENCE)
    held.write_text("1")
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: editor.text == "[Verse 1]", timeout=PATIENCE)
    go.set()
    qtbot.waitUntil(lambda: not app.desk.operations.running, timeout=PATIENCE)
    assert editor.text == "[Verse 1]"
    assert not find(room, QPushButton, "Write lyrics").isEnabled(), "it still writes"
    held.unlink()
    qtbot.waitUntil(find(room, QPushButton, "Write lyrics").isEnabled, timeout=PATIENCE)
    assert editor.text.endswith("four")


def test_the_way_back_of_an_import_takes_no_typing_back(app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = _edit(app, "before", 0)
    ways: list[Choice] = []
    app.desk.notices.toast.connect(lambda _text, choice: ways.append(choice))
    file = tmp_path / "words.txt"
    file.write_text("one\ntwo", encoding="utf-8")
    assert room.take_files([file])
    qtbot.waitUntil(lambda: bool(ways), timeout=PATIENCE)
    assert ways[0].holds()
    type_text(room.lyrics.editor, "x")
    assert not ways[0].holds()
    assert room.lyrics.editor.text == "xone\ntwo"


def test_lyrics_that_are_written_while_the_text_grows_are_kept_in_the_library(
    app: Application, qtbot: QtBot, held: Path
) -> None:
    held.write_text("3")
    room = _room(app)
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: room.lyrics.editor.text.endswith("two by two"), timeout=PATIENCE)
    app.change("window.text_size", 130)
    editor = _room(app).lyrics.editor
    assert editor.text.endswith("two by two")
    assert not editor.isReadOnly()
    held.unlink()
    studio = app.desk.studio
    qtbot.waitUntil(lambda: bool(recent.newest(studio.database, "lyrics", 1)), timeout=PATIENCE)
    made = studio.library_index.items(recent.newest(studio.database, "lyrics", 1))[0]
    assert made.file.read_text(encoding="utf-8").strip().endswith("four")

"""The shortcuts: looked up, changed with the keys themselves, kept for the next day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QKeySequenceEdit, QLabel, QLineEdit, QPushButton, QToolButton

from studio.ui import actions
from studio.ui.dialogs.shortcuts import ShortcutsDialog, written
from tests.ui.conftest import PATIENCE, click, find, press, shown, type_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _dialog(application: Application) -> ShortcutsDialog:
    assert application.window is not None
    press(application.window, "F1")
    return find(application.window, ShortcutsDialog)


def _edit(dialog: ShortcutsDialog, title: str) -> QKeySequenceEdit:
    """Search for an action, and return where its keys are."""
    search = find(dialog, QLineEdit, "Search the shortcuts")
    search.clear()
    type_text(search, title)
    return find(dialog, QKeySequenceEdit, f"Keys of “{title}”")


def _press_in(edit: QKeySequenceEdit, key: Qt.Key, modifiers: Qt.KeyboardModifier, qtbot: QtBot) -> None:
    """Press keys where they are to be learned; they hold a moment after the last of them."""
    edit.setFocus()
    with qtbot.waitSignal(edit.keySequenceChanged, timeout=PATIENCE):
        QTest.keyClick(edit, key, modifiers)


def _clash(dialog: ShortcutsDialog) -> str:
    return "\n".join(label.text() for label in shown(dialog, QLabel, "Clashes"))


def test_a_changed_key_works_at_once_and_in_the_next_window(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot
) -> None:
    application = start()
    dialog = _dialog(application)
    _press_in(_edit(dialog, "Show Music"), Qt.Key.Key_M, CTRL_SHIFT, qtbot)
    click(find(dialog, QPushButton, "Close"))
    window = application.window
    assert window is not None
    press(window, "Ctrl+3")
    assert window.room.room_id == "dialogue", "the old key is free"
    press(window, "Ctrl+Shift+M")
    assert window.room.room_id == "music"
    press(window, "Ctrl+1")
    application.close()
    again = start(tmp_path / "data").window
    assert again is not None
    assert again.room.room_id == "dialogue"
    press(again, "Ctrl+Shift+M")
    assert again.room.room_id == "music"


def test_a_clash_is_said_in_words_and_goes_with_it(studio_app: Application, qtbot: QtBot) -> None:
    dialog = _dialog(studio_app)
    assert not _clash(dialog)
    _press_in(_edit(dialog, "Show Music"), Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier, qtbot)
    assert "Ctrl+2" in _clash(dialog)
    assert "Show Music" in _clash(dialog)
    assert "Show Voices" in _clash(dialog)
    click(find(dialog, QToolButton, "Back to the default of “Show Music”"))
    assert not _clash(dialog)
    assert studio_app.studio.settings.window.keys == ""


def test_two_rooms_may_share_a_key(studio_app: Application, qtbot: QtBot) -> None:
    dialog = _dialog(studio_app)
    _press_in(_edit(dialog, "Compare two voices"), Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier, qtbot)
    assert not _clash(dialog), "Best of three has it in another room"


def test_a_key_can_be_taken_away_and_all_come_back(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    _edit(dialog, "Show Music")
    click(find(dialog, QToolButton, "No keys for “Show Music”"))
    assert studio_app.studio.settings.window.keys == "room.music="
    assert studio_app.window is not None
    assert studio_app.window.actions_table.keys_of("room.music") == ""
    click(find(dialog, QPushButton, "All back to the defaults"))
    assert studio_app.studio.settings.window.keys == ""
    assert studio_app.window.actions_table.keys_of("room.music") == "Ctrl+3"
    assert _edit(dialog, "Show Music").keySequence().toString() == "Ctrl+3"


def test_the_search_shows_only_what_fits(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    assert len(shown(dialog, QKeySequenceEdit)) > 5
    type_text(find(dialog, QLineEdit, "Search the shortcuts"), "lyrics")
    assert [e.accessibleName() for e in shown(dialog, QKeySequenceEdit)] == [
        "Keys of “Write lyrics”",
        "Keys of “Continue the lyrics”",
    ]
    headings = [label.text() for label in shown(dialog, QLabel)]
    assert "Music" in headings
    assert "Voices" not in headings
    QTest.keyClick(find(dialog, QLineEdit, "Search the shortcuts"), Qt.Key.Key_Return)
    assert dialog.isVisible(), "Return in the search is no answer"


@pytest.mark.parametrize("key", ["Ctrl+;", "Ctrl+=", ""])
def test_the_setting_keeps_whatever_key(key: str) -> None:
    keys = {"room.music": key, "room.voices": "F9"}
    assert actions.changed_keys(written(keys)) == keys


def test_the_table_itself_has_no_clash() -> None:
    assert actions.clashes({}) == []

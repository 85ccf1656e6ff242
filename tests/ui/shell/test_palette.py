"""Ctrl+K, a few letters, Return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget

from studio.ui.shell.palette import matches
from tests.ui.conftest import PATIENCE, find, press

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.main_window import MainWindow


@pytest.fixture
def window(studio_app: Application) -> MainWindow:
    assert studio_app.window is not None
    return studio_app.window


def _opened(window: MainWindow, qtbot: QtBot) -> tuple[QLineEdit, QListWidget]:
    press(window, "Ctrl+K")
    qtbot.waitUntil(window.palette_box.isVisible, timeout=PATIENCE)
    return find(window.palette_box, QLineEdit), find(window.palette_box, QListWidget)


def _titles(entries: QListWidget) -> list[str]:
    return [entries.item(row).text() for row in range(entries.count())]


def test_typing_filters_and_return_runs(window: MainWindow, qtbot: QtBot) -> None:
    edit, entries = _opened(window, qtbot)
    assert len(_titles(entries)) > 20
    QTest.keyClicks(edit, "show mus")
    assert _titles(entries)[0] == "Show Music"
    said = entries.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Show Music, Ctrl+3", "one learns the key"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not window.palette_box.isVisible()
    assert window.room.room_id == "music"


def test_the_arrows_choose_while_one_types(window: MainWindow, qtbot: QtBot) -> None:
    edit, entries = _opened(window, qtbot)
    QTest.keyClicks(edit, "show")
    wanted = _titles(entries).index("Show Voices")
    for _ in range(wanted):
        QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.room.room_id == "voices"


def test_escape_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    before = window.room.room_id
    edit, _ = _opened(window, qtbot)
    QTest.keyClicks(edit, "show mus")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not window.palette_box.isVisible()
    assert window.room.room_id == before


def test_what_nothing_is_called_is_said_and_does_nothing(window: MainWindow, qtbot: QtBot) -> None:
    edit, entries = _opened(window, qtbot)
    QTest.keyClicks(edit, "zzqqxx")
    assert _titles(entries) == ["No command is called like that"]
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.palette_box.isVisible()
    QTest.keyClick(edit, Qt.Key.Key_Escape)


def test_only_the_shown_rooms_commands_are_offered(window: MainWindow, qtbot: QtBot) -> None:
    press(window, "Ctrl+4")
    _, entries = _opened(window, qtbot)
    assert "Search the script" not in _titles(entries)
    QTest.keyClick(find(window.palette_box, QLineEdit), Qt.Key.Key_Escape)


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [("ex", "Export", "Next"), ("new pro", "New project", "Now, a proper one"), ("gen", "Generate", "Show Engines")],
)
def test_the_begin_of_words_counts_most(typed: str, better: str, worse: str) -> None:
    assert matches(typed, better) > matches(typed, worse)


def test_letters_in_order_are_enough_and_others_are_not() -> None:
    assert matches("shv", "Show Voices")
    assert not matches("vhs", "Show Voices")

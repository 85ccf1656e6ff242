"""What the room shows of the engine that speaks: its model, the ranges of its values, the sounds it has and lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu

from studio.domain.dialogue import NONVERBALS
from tests.ui.conftest import PATIENCE, find, type_text
from tests.ui.tabs.dialogue.acted import press, room_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.dialogue.view import DialogueRoom


def choose(room: DialogueRoom, engine: str) -> None:
    """Choose an engine with the keys."""
    box = find(room, QComboBox, "Engine")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findData(engine)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentData() == engine


def sounds(room: DialogueRoom) -> QMenu:
    """Open the menu of sounds."""
    press(room.edit, "Ctrl+T")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_form_names_the_model_and_its_revision(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    choose(room, "xtts")
    (label,) = [one for one in room.findChildren(QLabel) if one.text() == "XTTS v2.0.3, revision v2.0.3"]
    qtbot.waitUntil(label.isVisible, timeout=PATIENCE)


def test_the_form_of_dia_has_its_ranges_and_takes_no_more(studio_app: Application) -> None:
    room = room_of(studio_app)
    choose(room, "dia")
    form = room.side.form
    assert form
    wanted = {
        "cfg_scale": ("1.0", "10.0"),
        "temperature": ("0.1", "2.5"),
        "top_p": ("0.0", "1.0"),
        "top_k": ("1", "100"),
    }
    for name, (low, high) in wanted.items():
        editor = form.fields[name].editor
        assert f"{low} to {high}" in editor.accessibleDescription()
        assert (editor.minimum(), editor.maximum()) == (float(low), float(high))  # pyright: ignore[reportAttributeAccessIssue]


def test_all_sounds_are_offered_and_come_into_the_text(studio_app: Application) -> None:
    room = room_of(studio_app)
    choose(room, "dia")
    type_text(room.edit, "[Anna] Hello.")
    for number, name in enumerate(NONVERBALS):
        menu = sounds(room)
        assert [action.text() for action in menu.actions()] == [f"({one})" for one in NONVERBALS]
        menu.actions()[number].trigger()
        menu.close()
        assert room.edit.text.rstrip().endswith(f"({name})")
    choose(room, "xtts")
    menu = sounds(room)
    assert [action.text() for action in menu.actions()] == [f"({name}) — not in this engine" for name in NONVERBALS]
    menu.close()

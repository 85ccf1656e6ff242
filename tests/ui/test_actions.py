"""The table of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from studio.ui import actions, rooms

if TYPE_CHECKING:
    from studio.ui.application import Application


def test_no_key_means_two_things_at_once() -> None:
    assert actions.clashes({}) == []


def test_a_clash_is_told() -> None:
    assert actions.clashes({"palette": "Ctrl+S"}) == [("Ctrl+S", "palette", "project.save")]
    assert actions.clashes({"music.seed": "Ctrl+R"}) == []  # another room's key


def test_each_key_is_one_that_qt_knows() -> None:
    for entry in actions.TABLE:
        for key in entry.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText), (entry.id, key)


def test_each_action_does_something(studio_app: Application) -> None:
    """In its room, once that was shown: a shortcut that does nothing is a promise broken."""
    window = studio_app.window
    assert window is not None
    idle: list[str] = []
    for room in rooms.TABLE:
        window.show_room(room.id)
        usable = {entry.id for entry in window.actions_table.usable()}
        idle += [entry.id for entry in actions.TABLE if entry.room in {"", room.id} and entry.id not in usable]
    assert sorted(set(idle)) == []

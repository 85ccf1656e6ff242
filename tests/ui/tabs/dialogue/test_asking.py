"""Which lines a key asks for: one, the selected, what is missing, all, and all before what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import PATIENCE
from tests.ui.tabs.dialogue.acted import give_takes, press, room_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.services.generation import Wish
    from studio.ui.application import Application

_SCRIPT = "[Ann] One.\n[Ben] Two.\n[Ann] Three."


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("Alt+Return", ["Two."]),
        ("Alt+Shift+Return", ["Two.", "Three."]),
        ("Ctrl+M", ["Three."]),
        ("Ctrl+B", ["Two."] * 3),
        ("Ctrl+Shift+Return", ["Three."]),
    ],
)
def test_keys_ask_for_lines(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, keys: str, lines: list[str]
) -> None:
    room, desk = room_of(studio_app), studio_app.desk
    asked: list[str] = []
    first: list[int] = []

    def ask(wish: Wish) -> int:
        asked.append(wish.script.partition("] ")[2].strip())
        return len(asked)

    room.edit.setFocus()
    room.sync.set("Write", "[Ann] One.\n[Ben] Two.")
    qtbot.waitUntil(lambda: len(room.rows) == 2, timeout=PATIENCE)
    give_takes(studio_app)
    room.sync.set("Write", _SCRIPT)
    qtbot.waitUntil(lambda: room.edit.text == _SCRIPT and len(room.rows) == 3, timeout=PATIENCE)
    monkeypatch.setattr(desk.studio.generation, "ask", ask)
    monkeypatch.setattr(desk.jobs, "to_front", lambda *jobs: first.extend(jobs))
    room.edit.go_to(2, 1)
    if "Shift" in keys and "Alt" in keys:
        press(room.edit, "Shift+Down")
    press(room.edit, keys)
    qtbot.waitUntil(lambda: asked == lines, timeout=PATIENCE)
    qtbot.waitUntil(lambda: desk.operations.running == 0, timeout=PATIENCE)
    assert bool(first) == (keys == "Ctrl+Shift+Return")

"""A piece that waits for what is not installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QPushButton

from tests.ui.conftest import PATIENCE, click, find, press, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def test_a_piece_whose_engine_is_not_installed_says_so_in_the_room(
    start: Callable[..., Application], qtbot: QtBot
) -> None:
    app = start(**{"engine.music": "musicgen"})
    assert app.window is not None
    press(app.window, "Ctrl+3")
    room = app.window.room
    assert room is not None
    type_text(find(room, QLineEdit, "Style"), "slow")
    click(find(room, QPushButton, "Generate"))
    said = ["The engine musicgen needs the pack core, which is not installed."]
    qtbot.waitUntil(lambda: room.banners.messages == said, timeout=PATIENCE)

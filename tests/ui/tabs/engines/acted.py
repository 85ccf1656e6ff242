"""What the tests of the room have in common: ways to get there and to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton

from studio.ui.tabs.engines.row import EngineRow
from tests.ui.conftest import PATIENCE, click, find, shown

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.engines.view import EnginesRoom


def open_room(app: Application, qtbot: QtBot) -> EnginesRoom:
    """Go to the room and wait for its rows."""
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Engines"))
    room: EnginesRoom = app.window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: bool(shown(room, EngineRow)), timeout=PATIENCE)
    return room


def row_of(room: EnginesRoom, engine: str, qtbot: QtBot) -> EngineRow:
    """Return an engine’s row once it is shown."""
    qtbot.waitUntil(lambda: any(row.row.id == engine for row in shown(room, EngineRow)), timeout=PATIENCE)
    return next(row for row in shown(room, EngineRow) if row.row.id == engine)


def choose_engine(room: EnginesRoom, engine: str, qtbot: QtBot, shows: str = "Environment") -> None:
    """Show an engine’s details."""
    room.choose(engine)
    qtbot.waitUntil(lambda: shows in said(room.details), timeout=PATIENCE)


def said(root: QObject) -> str:
    """Return all that is written there."""
    return "\n".join(label.text() for label in shown(root, QLabel)).replace("\u200b", "")


def wait_idle(app: Application, qtbot: QtBot) -> None:
    """Wait until nothing is done any more."""
    qtbot.waitUntil(lambda: app.desk.packs.deed is None and not app.desk.operations.running, timeout=PATIENCE)


def button_of(room: EnginesRoom, name: str, qtbot: QtBot) -> QAbstractButton:
    """Return a button once what was shown anew has its place."""
    qtbot.waitUntil(lambda: bool(shown(room, QAbstractButton, name)), timeout=PATIENCE)
    return find(room, QAbstractButton, name)

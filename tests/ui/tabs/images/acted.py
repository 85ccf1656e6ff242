"""What the tests of the room have in common: a way to get there, and pictures that were made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from studio.services.generation import Wish
from studio.ui.tabs.images.tiles import JobTile, Tile
from tests.ui.conftest import PATIENCE, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom


def open_room(app: Application) -> ImagesRoom:
    """Go to the room by its keys."""
    assert app.window is not None
    press(app.window, "Ctrl+4")
    return app.window.room  # type: ignore[return-value]


def painted(
    app: Application,
    room: ImagesRoom,
    qtbot: QtBot,
    *,
    files: Mapping[str, Path] | None = None,
    rights: Mapping[str, str] | None = None,
    **params: object,
) -> Tile:
    """Have the painter make one picture; return its tile."""
    before = len(shown(room, Tile))
    wish = Wish(task="image", engine="painter", params=params, seed=3, files=files or {}, rights=rights or {})
    app.desk.studio.generation.ask(wish)
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == before + 1 and not shown(room, JobTile), timeout=PATIENCE)
    return shown(room, Tile)[0]

"""The window as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton

from tests.ui.conftest import click, find

if TYPE_CHECKING:
    from studio.ui.application import Application


def test_each_room_is_a_click_away(studio_app: Application) -> None:
    window = studio_app.window
    assert window is not None
    for title in ("Voices", "Music", "Images", "Library", "Engines", "Dialogue"):
        click(find(window.rail, QToolButton, title))
        assert window.room.accessibleName() == title
        assert window.room.isVisible()

"""The room Dialogue."""

from __future__ import annotations

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.widgets.room import Room


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return Room(desk, actions, "dialogue", t("Dialogue"))

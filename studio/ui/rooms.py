"""The table of rooms, in the order of the rail. A room is made, and imported, when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.widgets.room import Room


@dataclass(frozen=True)
class Entry:
    """A room: its title, its sign, the module whose `make` builds it, and the tasks whose recipes it restores."""

    id: str
    title: str
    sign: str
    module: str
    tasks: tuple[str, ...] = ()

    def make(self, desk: Desk, actions: Actions) -> Room:
        """Build the room."""
        return import_module(self.module).make(desk, actions)


TABLE: tuple[Entry, ...] = (
    Entry("dialogue", "Dialogue", "message-square-text", "studio.ui.tabs.dialogue.view", ("speech",)),
    Entry("voices", "Voices", "users", "studio.ui.tabs.voices.view", ("clone",)),
    Entry("music", "Music", "music", "studio.ui.tabs.music.view", ("music", "lyrics")),
    Entry("images", "Images", "image", "studio.ui.tabs.images.view", ("image",)),
    Entry("arrange", "Arrange", "chart-gantt", "studio.ui.tabs.arrange.view"),
    Entry("library", "Library", "library", "studio.ui.tabs.library.view"),
    Entry("engines", "Engines", "cpu", "studio.ui.tabs.engines.view"),
)

"""What a room works with, in one value that is handed to it: nobody reaches for anything else. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from studio.app import Studio
from studio.ui.bridge.dispatching import Dispatching
from studio.ui.bridge.events import Events
from studio.ui.bridge.hearing import Hearing
from studio.ui.bridge.jobs_model import JobsModel
from studio.ui.bridge.memory import Memory
from studio.ui.bridge.notices import Notices
from studio.ui.bridge.operations import Operations
from studio.ui.bridge.pack_deeds import PackDeeds
from studio.ui.bridge.player import Player
from studio.ui.bridge.previewing import Previews
from studio.ui.bridge.project_model import ProjectModel

_TIDY = 60_000  # milliseconds between two looks for helpers that have nothing to do


class Desk(QObject):
    """The services and their Qt adapters. `close` ends the threads, in the order in which they need one another."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.notices = Notices(self)
        self.operations = Operations(self)
        self.operations.failed.connect(self.notices.tell)
        self.events = Events(studio.bus, self)
        self.jobs = JobsModel(studio, self.notices, self)
        self.project = ProjectModel(studio, self.operations, self.notices, self)
        self.player = Player(studio, self.operations, self.notices, self)
        self.hearing = Hearing(studio, self.operations, self.jobs, self.player, self)
        self.previews = Previews(studio, self.operations, self.jobs, self)
        self.packs = PackDeeds(studio, self.operations, self.notices, self)
        self.memory = Memory(studio.paths.window, self)
        self.dispatching = Dispatching(studio, self)
        self.dispatching.failed.connect(self.notices.tell)
        self.events.happened.connect(self.jobs.hear)
        self.events.happened.connect(self.previews.hear)
        self.events.happened.connect(self.project.hear)
        self._tidy = QTimer(self)
        self._tidy.setInterval(_TIDY)
        self._tidy.timeout.connect(self._tidy_up)

    def start(self) -> None:
        """Begin to run jobs and to follow the queue."""
        self.jobs.load()
        self.dispatching.start()
        self._tidy.start()

    def close(self) -> None:
        """End all threads and helper processes that the window began."""
        self._tidy.stop()
        self.memory.close()
        self.dispatching.close()
        self.jobs.close()
        self.player.close()
        self.packs.close()
        self.operations.close()
        self.events.close()
        self.project.close()

    def _tidy_up(self) -> None:
        sound, pictures = self.studio.sound, self.studio.pictures
        self.operations.run(self, lambda: (sound.tick(), pictures.tick()))

"""Jobs heard while they are made: from the first sound on, in the end as the file that is kept. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from studio.app import Studio
from studio.domain import jobs as states
from studio.errors import StudioError
from studio.ui.bridge.jobs_model import JobsModel
from studio.ui.bridge.operations import Operations
from studio.ui.bridge.player import Playable, Player


class Hearing(QObject):
    """Plays what jobs bring, as soon as there is anything; only those that were asked for with `listened` bring it."""

    def __init__(
        self, studio: Studio, operations: Operations, jobs: JobsModel, player: Player, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._operations = operations
        self._jobs = jobs
        self._player = player
        self._followed: dict[int, tuple[Playable, Callable[[], bool]]] = {}
        self._begun: set[int] = set()
        jobs.sounded.connect(self._sounded)
        jobs.finished.connect(self._finished)

    def follow(self, job: int, what: Playable, wanted: Callable[[], bool] = lambda: True) -> None:
        """Play this job under that name from its first sound on, if it is still wanted by then, and not over.

        What was begun before, and left for something else, begins again.
        """
        self._begun.discard(job)
        row = self._jobs.get(job)
        if row is None or not (row.final and row.settled):
            self._followed[job] = what, wanted
            self._sounded(job)

    def leave(self, job: int) -> None:
        """Let no more of it be heard than there is."""
        what, _ = self._followed.pop(job, (None, None))
        if what is not None:
            self._player.whole(what.key, None)

    def began(self, job: int) -> bool:
        """Whether it was heard before it was finished."""
        return job in self._begun

    def _sounded(self, job: int) -> None:
        sound = self._jobs.sound_of(job)
        if job not in self._followed or sound is None:
            return
        from studio.services import listening

        single, (what, wanted) = listening.growing(sound), self._followed[job]
        if job in self._begun:
            self._player.grow(what.key, single)
        elif wanted():
            self._begun.add(job)
            self._player.begin(what, single)

    def _finished(self, job: int) -> None:
        if job not in self._followed:
            return

        def done(file: Path | None) -> None:
            what, _ = self._followed.pop(job, (None, None))  # somebody may have left it meanwhile
            if what is not None:
                self._player.whole(what.key, file)

        def failed(error: StudioError) -> None:
            done(None)
            self._operations.failed.emit(error)

        row, library = self._jobs.get(job), self._studio.library
        if row is None or row.state != states.SUCCEEDED:
            done(None)
            return
        self._operations.run(self, lambda: next((media.file for media in library.of_job(job)), None), done, failed)

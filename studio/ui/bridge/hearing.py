"""Jobs heard while they are made: from the first sound on, in the end as the file that is kept. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.app import Studio
from studio.domain import jobs as states
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
        """Play this job under that name from its first sound on, if it is still wanted by then, and not over."""
        row = self._jobs.get(job)
        if row is None or not (row.final and row.settled):
            self._followed[job] = what, wanted
            self._sounded(job)

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
        what, _ = self._followed.pop(job, (None, None))
        if what is None or job not in self._begun:
            return
        key, row, library = what.key, self._jobs.get(job), self._studio.library
        if row is None or row.state != states.SUCCEEDED:
            self._player.whole(key, None)
            return
        self._operations.run(
            self,
            lambda: next((media.file for media in library.of_job(job)), None),
            lambda file: self._player.whole(key, file),
        )

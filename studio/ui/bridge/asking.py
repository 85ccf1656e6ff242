"""Asks for jobs and hands over what came of them, once; says in the window's words why one failed. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from studio.domain import jobs as states
from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.services.library import Media
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.told import is_command, told

Done = Callable[[list[Media]], None]
Failed = Callable[[StudioError], None]


class Stopped(StudioError):
    """Somebody cancelled the job: nothing went wrong."""


def ask_all(desk: Desk, owner: QObject, wishes: Sequence[Wish], failed: Failed, *, front: bool = False) -> None:
    """Queue jobs one after the other, before all that waits if wanted."""
    ask = desk.studio.generation.ask

    def queued(jobs: list[int]) -> None:
        if front:
            desk.jobs.to_front(*jobs)

    desk.operations.change(owner, lambda: [ask(wish) for wish in wishes], queued, failed)


def failure_of(job: Job) -> StudioError:
    """Return why a job that is over made nothing."""
    if job.state == states.CANCELLED:
        return Stopped(t("It was cancelled."))
    if job.state == states.INTERRUPTED:
        said = t("The studio ended while it worked on this. Do it again to go on: what is finished is not made twice.")
        return StudioError(said)
    stored = job.error or {}
    message = told(str(stored.get("message") or "")) or t("The job was not finished.")
    hint = told(str(stored.get("hint") or ""))
    if not hint or is_command(hint):  # what one would type is no help to somebody who clicks
        blocked = job.state == states.BLOCKED
        hint = t("The room Engines says what is missing.") if blocked else t("Do it again, or look at the log.")
    return StudioError(message, hint, str(stored.get("details") or ""), log=str(stored.get("log") or ""))


class Asking(QObject):
    """Waits for jobs of its owner's."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: dict[int, tuple[Done, Failed]] = {}  # by the job's number
        self._dropped: set[int] = set()
        self._ticket = 0
        self._jobs: dict[int, int] = {}  # ticket → job, once it has a number
        desk.jobs.finished.connect(self._finished)

    def ask(
        self,
        wish: Wish,
        done: Done,
        failed: Failed,
        *,
        heard: Playable | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> int:
        """Queue a job; return a ticket with which it can be dropped or asked about.

        It is played as `heard` from its first sound on, if it is `wanted` then and its wish said `listened`.
        """
        self._ticket += 1
        ticket = self._ticket
        ask = self._desk.studio.generation.ask

        def came(made: list[Media]) -> None:
            if ticket not in self._dropped:
                done(made)

        def came_to_nothing(error: StudioError) -> None:
            if ticket not in self._dropped:
                failed(error)

        def queued(job: int) -> None:
            if ticket in self._dropped:
                self._desk.jobs.cancel(job)
                return
            self._jobs[ticket] = job
            self._waiting[job] = (came, came_to_nothing)
            if heard:
                self._desk.hearing.follow(job, heard, wanted)
            row = self._desk.jobs.get(job)
            if row and row.final and row.settled:  # it was quicker than its number came here
                self._finished(job)

        self._desk.operations.change(self, lambda: ask(wish), queued, came_to_nothing)
        return ticket

    def job_of(self, ticket: int) -> int:
        """Return the number of the job, 0 while it has none."""
        return self._jobs.get(ticket, 0)

    def was_heard(self, ticket: int) -> bool:
        """Whether it was heard before it was finished."""
        return self._desk.hearing.began(self.job_of(ticket))

    def drop(self, ticket: int) -> None:
        """Want nothing of it any more."""
        self._dropped.add(ticket)
        job = self.job_of(ticket)
        self._desk.hearing.leave(job)
        if job in self._waiting:
            del self._waiting[job]
            self._desk.jobs.cancel(job)

    def _finished(self, job: int) -> None:
        found = self._waiting.pop(job, None)
        if found is None:
            return
        done, failed = found
        row = self._desk.jobs.get(job)
        if row is None or row.state != states.SUCCEEDED:
            failed(failure_of(row) if row else StudioError(t("The job was not finished.")))
            return
        library = self._desk.studio.library
        self._desk.operations.run(self, lambda: library.of_job(job), done, failed)

"""Asks for jobs and hands over what came of them, once. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from studio.domain import jobs as states
from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import Media
from studio.ui.bridge.desk import Desk
from studio.ui.language import t

Done = Callable[[list[Media]], None]
Failed = Callable[[StudioError], None]


class Stopped(StudioError):
    """Somebody cancelled the job: nothing went wrong."""


class Asking(QObject):
    """Waits for jobs of its owner's."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: dict[int, tuple[Done, Failed]] = {}
        self._dropped: set[int] = set()
        self._ticket = 0
        self._jobs: dict[int, int] = {}  # ticket → job, once it has a number
        desk.jobs.finished.connect(self._finished)

    def ask(self, wish: Wish, done: Done, failed: Failed) -> int:
        """Queue a job; return a ticket with which it can be dropped or asked about."""
        self._ticket += 1
        ticket = self._ticket
        generation = self._desk.studio

        def queued(job: int) -> None:
            if ticket in self._dropped:
                self._desk.jobs.cancel(job)
                return
            self._jobs[ticket] = job
            self._waiting[job] = (done, failed)
            row = self._desk.jobs.get(job)
            if row and row.final and row.settled:
                self._finished(job)

        self._desk.operations.run(self, lambda: generation.generation.ask(wish), queued, failed)
        return ticket

    def job_of(self, ticket: int) -> int:
        """Return the number of the job, 0 while it has none."""
        return self._jobs.get(ticket, 0)

    def drop(self, ticket: int) -> None:
        """Want nothing of it any more."""
        self._dropped.add(ticket)
        job = self._jobs.get(ticket)
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
            failed(_reason(row.state if row else "", row.error if row else None))
            return
        library = self._desk.studio.library
        self._desk.operations.run(self, lambda: library.of_job(job), done, failed)


def _reason(state: str, error: dict[str, Any] | None) -> StudioError:
    if state == states.CANCELLED:
        return Stopped(t("It was cancelled."))
    stored = error or {}
    message = str(stored.get("message") or t("The job was not finished."))
    return StudioError(
        message, str(stored.get("hint") or ""), str(stored.get("details") or ""), log=str(stored.get("log") or "")
    )

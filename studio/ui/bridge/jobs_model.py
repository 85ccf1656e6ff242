"""The queue as the window shows it: the newest jobs, kept up to date by what services tell. The GUI thread."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import Studio
from studio.domain import jobs as states
from studio.errors import StudioError
from studio.events import Event, JobChanged, JobNote, JobProgress, JobSound
from studio.services.jobs import Job
from studio.ui.bridge.notices import Notices

_SHOWN = 200
_OTHERS = 1000  # milliseconds between two looks for what other processes did
_AT_ONCE = 12  # rows that are read at once; with each the interpreter may go to another thread
_TOLD_AT_ONCE = 16  # rows that are told of, or cancelled, between two looks at the mouse and the keys


@dataclass(frozen=True)
class Progress:
    """How far a job is. `at` is when somebody said so."""

    stage: str = ""
    fraction: float | None = None
    seconds_left: float | None = None
    at: float = 0.0


class JobsModel(QObject):
    """The newest jobs by number."""

    changed = Signal(int)  # a job's row
    progressed = Signal(int)
    sounded = Signal(int)  # more of what it will bring can be heard
    reset = Signal()  # more than one row
    finished = Signal(int)  # it is over, and whoever worked on it has cleaned up

    def __init__(self, studio: Studio, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._notices = notices
        self._rows: dict[int, Job] = {}
        self._progress: dict[int, Progress] = {}
        self._sounds: dict[int, JobSound] = {}
        self._told: set[int] = set()
        self._said: tuple[object, ...] = ()  # what the last error said
        self._stale: dict[int, None] = {}  # jobs of which something was heard since their rows were read
        self._untold: dict[int, None] = {}  # jobs whose rows were read since somebody was told
        self._ending: list[int] = []  # jobs that are to be cancelled
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._go_on)
        self._timer = QTimer(self)
        self._timer.setInterval(_OTHERS)
        self._timer.timeout.connect(self._look)

    def load(self) -> None:
        """Read the queue; from then on it is followed."""
        self._rows = {job.id: job for job in self._studio.jobs.newest(_SHOWN)}
        if not self._timer.isActive():  # later on, the end of some may not have been heard of yet
            self._told = {job.id for job in self._rows.values() if job.final and job.settled}
        self._timer.start()
        self.reset.emit()

    def close(self) -> None:
        """Follow no more."""
        self._timer.stop()
        self._soon.stop()

    @property
    def rows(self) -> list[Job]:
        """The jobs, those that run first, then those that wait, then the newest of those that are over."""
        return sorted(self._rows.values(), key=_order)

    @property
    def running(self) -> list[Job]:
        """The jobs that somebody works on."""
        return [job for job in self._rows.values() if job.state in states.ACTIVE]

    @property
    def waiting(self) -> list[Job]:
        """The jobs that are queued."""
        return [job for job in self._rows.values() if job.state == states.QUEUED]

    def get(self, job: int) -> Job | None:
        """Return a job's row."""
        if job in self._stale:
            self._read([job])
        return self._rows.get(job)

    def progress(self, job: int) -> Progress:
        """Return how far a job is."""
        return self._progress.get(job, Progress())

    def of_line(self, project: str, line: str) -> Job | None:
        """Return the newest job for a line of a project."""
        found = [j for j in self._rows.values() if j.request.line == line and j.request.project == project]
        return max(found, key=lambda job: job.id, default=None)

    def sound_of(self, job: int) -> JobSound | None:
        """Return what can be heard of a job that runs and that somebody wanted to hear early."""
        return self._sounds.get(job)

    def cancel(self, job: int) -> None:
        """Want a job's end."""
        self._do(lambda: self._studio.jobs.cancel(job), job)

    def cancel_running(self) -> None:
        """Want the end of what is being worked on."""
        for job in self.running:
            self.cancel(job.id)

    def cancel_all(self) -> None:
        """Want the end of everything that waits or runs."""
        self._ending += [job.id for job in [*self.waiting, *self.running]]
        self._soon.start()

    def retry(self, job: int) -> None:
        """Do a job that is over again, with everything as it was."""
        self._do(lambda: self._studio.generation.retry(job), job)

    def to_front(self, *jobs: int) -> None:
        """Let waiting jobs be the next ones, in this order; what the jobs then are, their events tell."""
        self._do(lambda: self._studio.jobs.to_front(*jobs), 0)

    def clear(self) -> None:
        """Forget what is over; the results stay in the library."""
        self._do(self._studio.jobs.clear, 0)
        self._do(self.load, 0)

    def hear(self, event: Event) -> None:
        """Take what services tell."""
        if isinstance(event, JobProgress):
            self._progress[event.job] = Progress(event.stage, event.fraction, event.seconds_left, time.monotonic())
            self.progressed.emit(event.job)
        elif isinstance(event, JobSound):
            self._sounds[event.job] = event
            self.sounded.emit(event.job)
        elif isinstance(event, (JobChanged, JobNote)):
            self._stale[event.job] = None
            self._soon.start()

    def catch_up(self) -> None:
        """Read now what would be read in a moment, for whoever has just queued jobs and shows them."""
        if self._stale:
            self._read([*self._stale])

    def _read(self, numbers: list[int]) -> None:
        """Read rows at once: hundreds of jobs may be queued in a moment, and each is heard of several times."""
        for number in numbers:
            self._stale.pop(number, None)
        try:
            found = {job.id: job for job in self._studio.jobs.these(numbers)}
        except StudioError as e:
            self._notices.tell(e, key="jobs")
            return
        for number in numbers:
            if number in found:
                self._rows[number] = found[number]
            else:  # cleared meanwhile
                self._rows.pop(number, None)
            self._untold[number] = None
        self._soon.start()

    def _go_on(self) -> None:
        """Read what is stale, tell what was read, cancel what is to be: some of each, the rest a moment later."""
        if self._stale:
            self._read([*self._stale][:_AT_ONCE])
        for number in [*self._untold][:_TOLD_AT_ONCE]:
            self._untold.pop(number, None)
            self._tell(number)
        ending, self._ending = self._ending[:_TOLD_AT_ONCE], self._ending[_TOLD_AT_ONCE:]
        for number in ending:
            self.cancel(number)
        if self._stale or self._untold or self._ending:
            self._soon.start()

    def _tell(self, number: int) -> None:
        job = self._rows.get(number)
        if job is None:
            self.reset.emit()
            return
        self.changed.emit(number)
        if job.final and job.settled and number not in self._told:
            self._told.add(number)
            self._progress.pop(number, None)
            self.finished.emit(number)
            self._sounds.pop(number, None)

    def _look(self) -> None:
        """Other processes queue and run jobs as well; a row that runs elsewhere says how far it is."""
        if self._studio.ownership.held and not self.running:
            return
        try:
            newest = self._studio.jobs.newest(20)
        except StudioError as e:  # said once, not once a second
            if e.args != self._said:
                self._said = e.args
                self._notices.tell(e, key="jobs")
            return
        changed = [job for job in newest if job != self._rows.get(job.id)]
        for job in changed:
            if job.progress and not self._studio.ownership.held:
                said = job.progress
                self._progress[job.id] = Progress(
                    str(said.get("stage", "")), said.get("fraction"), said.get("seconds_left"), time.monotonic()
                )
        if changed:
            self._read([job.id for job in changed])

    def _do(self, act: object, job: int) -> None:
        try:
            act()  # pyright: ignore[reportCallIssue]
        except StudioError as e:
            self._notices.tell(e, key=f"job {job}")
            return
        if job:
            self._read([job])


def _order(job: Job) -> tuple[int, int, int]:
    if job.state in states.ACTIVE:
        return 0, 0, job.id
    if job.state == states.QUEUED:
        return 1, -job.priority, job.id
    return 2, 0, -job.id

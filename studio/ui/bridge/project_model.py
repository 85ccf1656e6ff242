"""The open project for the window: edits, undo, and the takes that jobs bring. The GUI thread.

The project is the only truth; whoever shows a part of it listens to `changed` and reads `value`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import Studio
from studio.domain.project import Project
from studio.errors import StudioError
from studio.events import Event, JobChanged, ProjectChanged, ProjectNote
from studio.ui.bridge.notices import Choice, Notices
from studio.ui.bridge.operations import Operations
from studio.ui.language import t

if TYPE_CHECKING:
    from studio.services.jobs import Job
    from studio.services.landing import Landed, LandedCover
    from studio.services.projects import OpenProject

Edit = Callable[[Project], Project]
_TRIES = 3  # to bring in what a job made; then the next start of the window tries again


class ProjectModel(QObject):
    """One project is open at any time, once `open` or `create` has been called."""

    changed = Signal(str)  # what was done, undone or redone; "" for another project
    landed = Signal(str, str)  # a line, and its new take
    settling = Signal()  # whoever holds something that was typed makes it a step, now

    def __init__(self, studio: Studio, operations: Operations, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._operations = operations
        self._notices = notices
        self._opened: OpenProject | None = None
        self._coming: set[int] = set()
        self._failures: dict[int, int] = {}

    @property
    def value(self) -> Project:
        """The project as it stands."""
        return self._opened.project if self._opened else _NOTHING

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._opened.folder if self._opened else Path()

    @property
    def opened(self) -> OpenProject | None:
        """The open project itself, for what only it can do."""
        return self._opened

    def open(self, folder: Path) -> None:
        """Open a project in the place of the one that is open; raise StudioError and keep that otherwise."""
        self.settle()
        if self._opened and self._opened.folder == folder.expanduser().absolute():
            self.changed.emit("")
            return
        self._become(self._studio.projects.open(folder, autosave=True))

    def create(self, folder: Path) -> None:
        """Make a new project and open it."""
        self.settle()
        self._become(self._studio.projects.create(folder, autosave=True))

    def close(self) -> None:
        """Let it go; what was not saved is there when it is opened next."""
        self.settle()
        opened, self._opened = self._opened, None
        if opened:
            opened.close()

    def do(self, label: str, edit: Edit | Project, *, merge: str = "", told: str = "") -> bool:
        """Make one step of the project; say what was wrong where it cannot be made, and return whether it was.

        `told` is said afterwards, with the way back where anything changed.
        """
        if self._opened is None:
            return False
        before = self._opened.history
        try:
            after = edit if isinstance(edit, Project) else edit(self._opened.project)
            self._opened.do(label, after, merge=merge)
        except StudioError as e:
            self._notices.tell(e, key="project")
            return False
        if told:
            changed = self._opened.history is not before  # else the way back would take back some other step
            self._notices.toast.emit(told, self.way_back() if changed else None)
        return True

    def settle(self) -> None:
        """Let what was typed a moment ago be a step of the project."""
        if self._opened and not self._opened.read_only:
            self.settling.emit()

    def way_back(self) -> Choice:
        """Return the choice to take back the last step; it holds until something else is done."""
        opened = self._opened
        history = opened.history if opened else None

        def holds() -> bool:
            return self._opened is opened and opened is not None and opened.history is history

        def act() -> None:
            self.settle()
            if holds():
                self.undo()

        return Choice(t("Undo"), act, holds)

    def undo(self) -> None:
        """Take back the last step."""
        self.settle()
        if self._opened and self._opened.history.can_undo:
            self._step(self._opened.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.settle()
        if self._opened and self._opened.history.can_redo:
            self._step(self._opened.redo)

    def save(self) -> None:
        """Write the project now."""
        self.settle()
        opened = self._opened
        if opened:
            self._operations.run(self, opened.save, lambda _: self._notices.toast.emit(t("Saved."), None))

    def hear(self, event: Event) -> None:
        """Take what services tell."""
        if isinstance(event, ProjectChanged) and event.folder == str(self.folder):
            self.changed.emit(event.label)
        elif isinstance(event, ProjectNote) and event.folder == str(self.folder):
            self._notices.tell(StudioError(event.text), key="autosave")
        elif isinstance(event, JobChanged) and event.state == "succeeded":
            self.collect()

    def collect(self) -> None:
        """Bring in what jobs have made for this project and it does not have yet."""
        if self._opened is None or self._opened.read_only:
            return
        folder = self._opened.folder
        try:
            waiting = self._studio.landing.waiting(folder)
        except StudioError as e:
            self._notices.tell(e, key="landing")
            return
        for job in waiting:
            if job.id not in self._coming and self._failures.get(job.id, 0) < _TRIES:
                self._coming.add(job.id)
                self._fetch(folder, job)

    def _fetch(self, folder: Path, job: Job) -> None:
        project = self.value

        self._operations.run(
            self,
            lambda: self._studio.landing.fetch(folder, project, job),
            lambda landed: self._land(folder, landed),
            lambda error: self._not_landed(job.id, error),
        )

    def _land(self, folder: Path, landed: Landed | LandedCover) -> None:
        self._coming.discard(landed.job)
        if self._opened is None or self._opened.folder != folder:
            return  # it lands when that project is opened next
        try:
            after, take = self._studio.landing.put(self._opened.project, landed)
            self._opened.do(_label_of(landed), after, merge=landed.act)
            self._studio.landing.done(landed.job)
        except StudioError as e:
            self._not_landed(landed.job, e)
            return
        self.landed.emit(landed.line, take)

    def _not_landed(self, job: int, error: StudioError) -> None:
        """A full disk is no reason to forget what was made: the next result tries it again, a few times."""
        self._coming.discard(job)
        self._failures[job] = self._failures.get(job, 0) + 1
        self._notices.tell(error, key=f"landing {job}")

    def _become(self, opened: OpenProject) -> None:
        from studio.domain.edits import whole

        before, self._opened = self._opened, opened
        if before:
            before.close()
        numbered = whole.with_numbered_lines(opened.project)
        if numbered is not opened.project and not opened.read_only:
            opened.do(t("Number the lines"), numbered)
        for sentence in opened.told:
            self._notices.tell(StudioError(sentence), key=sentence)
        self.changed.emit("")
        self.collect()

    def _step(self, step: Callable[[], str]) -> None:
        try:
            step()
        except StudioError as e:
            self._notices.tell(e, key="project")


def _label_of(landed: Landed | LandedCover) -> str:
    from studio.services.landing import LandedCover

    if isinstance(landed, LandedCover):
        return t("Set the cover")
    if not landed.spoken:
        return t("Make the music again") if landed.clip else t("Add a variation")
    return t("Make the clip again") if landed.clip else t("Add a take")


_NOTHING = Project("")


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder for a new project that is not there yet."""
    from studio.services.projects import ENDING

    folder = parent / f"{name}{ENDING}"
    number = 2
    while folder.exists():
        folder = parent / f"{name} {number}{ENDING}"
        number += 1
    return folder

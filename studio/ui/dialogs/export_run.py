"""One export that somebody asked for: queued, followed, and told of when it is over. The GUI thread.

It belongs to the desk: the dialog that began it may be closed meanwhile, and a toast says then what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from studio.domain import jobs as states
from studio.errors import StudioError
from studio.services.jobs import Job
from studio.ui.actions import Actions
from studio.ui.bridge.asking import Stopped, failure_of
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Choice
from studio.ui.dialogs.export_report import report_of
from studio.ui.language import t


class ExportRun(QObject):
    """Ends itself when it has told of the end."""

    refused = Signal(object)  # a StudioError: nothing was queued
    moved = Signal()  # the job's row, or how far it is
    failed = Signal(object)  # a StudioError, Stopped where somebody cancelled it
    made = Signal(object)  # a Report

    def __init__(self, desk: Desk, actions: Actions, ask: Callable[[], int]) -> None:
        super().__init__(desk)
        self._desk = desk
        self._actions = actions
        self._attended = True
        self._over = False
        self.job = 0  # none yet
        desk.jobs.changed.connect(self._heard)
        desk.jobs.progressed.connect(self._heard)
        desk.jobs.finished.connect(self._finished)
        desk.operations.change(self, ask, self._queued, self._refuse)

    @property
    def row(self) -> Job | None:
        """The job as it is now."""
        return self._desk.jobs.get(self.job) if self.job else None

    def leave(self) -> None:
        """Go on alone: nobody looks any more, so the window's notices tell of the end."""
        self._attended = False
        self._toast(t("The export goes on."), self._show_jobs)

    def cancel(self) -> None:
        """End it; it leaves no file."""
        self._desk.jobs.cancel(self.job)

    def _queued(self, job: int) -> None:
        self.job = job
        self.moved.emit()
        row = self.row
        if row is not None and row.final and row.settled:
            self._finished(job)

    def _refuse(self, error: StudioError) -> None:
        if self._attended:
            self.refused.emit(error)
        else:
            self._desk.notices.tell(error, key="export")
        self.deleteLater()

    def _heard(self, number: int) -> None:
        if number == self.job:
            self.moved.emit()

    def _finished(self, number: int) -> None:
        row = self.row
        if number != self.job or self._over or row is None:
            return
        self._over = True
        if row.state == states.SUCCEEDED:
            exports = self._desk.studio.exports
            self._desk.operations.run(self, lambda: _told(exports.result(row)), self._tell, self._fail)
        else:
            self._fail(failure_of(row))

    def _fail(self, error: StudioError) -> None:
        if self._attended:
            self.failed.emit(error)
        elif not isinstance(error, Stopped):
            self._toast(t("The export failed."), self._show_jobs)
        self.deleteLater()

    def _tell(self, told: tuple[dict[str, Any], int]) -> None:
        report = report_of(*told)
        if self._attended:
            self.made.emit(report)
        else:
            said = t("Exported: {file}", file=report.file.name)
            choice = Choice(t("Show in folder"), lambda: reveal(report.file))
            self._desk.notices.toast.emit(said, choice)
        self.deleteLater()

    def _toast(self, text: str, choice: Choice) -> None:
        self._desk.notices.toast.emit(text, choice)

    @property
    def _show_jobs(self) -> Choice:
        return Choice(t("Show the jobs"), lambda: self._actions.trigger("jobs"))


def _told(result: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return what is said of an export, and how large the file is. Any thread."""
    try:
        return result, Path(str(result["path"])).stat().st_size
    except OSError:  # somebody took it away
        return result, 0


def reveal(file: Path) -> None:
    """Show the folder of a file in the system's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))

"""An export while it is made: the stage, a bar, the time left. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.services.jobs import Job
from studio.ui.bridge.jobs_model import Progress
from studio.ui.language import t, time_left
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_WIDEST = 460  # pixels of the bar


class ExportProgress(QWidget):
    """Shows one export; it can go on without being looked at, or be cancelled."""

    left = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = basics.label("", "title", wrap=True)
        self._stage = basics.label("", "secondary", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("Progress"))
        middle = QWidget()
        middle.setMaximumWidth(look.px(_WIDEST))
        middle.setLayout(basics.column(None, self._title, tokens.GRID, self._bar, self._stage, None))
        page = basics.row(None, middle, None, margin=tokens.MARGIN)
        page.setStretch(1, 100)
        self._leave = basics.button(t("Go on in the background"), self.left.emit)
        self._cancel = basics.button(t("Cancel the export"), self._stop, icon_name="x")
        foot = basics.row(None, self._cancel, self._leave)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(page, 1)
        outer.addWidget(basics.rule())
        outer.addLayout(foot)

    def begin(self, name: str) -> None:
        """Show an export that has been asked for, and is no job yet."""
        self._title.setText(t("Exporting {file}", file=name))
        self._stage.setText(t("Preparing"))
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(False)  # there is nothing to cancel before there is a job
        self._leave.setFocus()

    def show_job(self, job: Job, progress: Progress, before: int) -> None:
        """Show how far it is; `before` counts the jobs that are worked on first."""
        waits = job.state == states.QUEUED
        self._cancel.setEnabled(not job.cancel and not job.final)
        if progress.fraction is None or waits:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.fraction))
        self._stage.setText(_waiting(before) if waits else _stage(job, progress))

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._stage.setText(t("It is being cancelled…"))
        self._leave.setFocus()
        self.cancelled.emit()


def _waiting(before: int) -> str:
    return t("It waits for {count} other jobs.", count=before) if before > 1 else t("It waits for another job.")


def _stage(job: Job, progress: Progress) -> str:
    if job.cancel:
        return t("It is being cancelled…")
    stage = t(progress.stage) if progress.stage else t("Preparing")
    stage = stage[:1].upper() + stage[1:]  # in the list of jobs it stands within a line
    left = time_left(progress.seconds_left) if progress.seconds_left is not None else ""
    return " · ".join(part for part in (stage, left) if part)

"""The drawer of jobs over the lower third of the window: what runs, what waits, what is over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.services.jobs import Job
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.ui.shell.job_row import JobRow

_MOST = 40  # rows; of the others their number is said
_AT_ONCE = 2  # new rows between two looks at the mouse and the keys
_HEIGHT, _HIGHEST = 240, 264  # pixels
_LAZY = 60  # milliseconds; many rows change at once when jobs are queued


class JobDrawer(QFrame):
    """Rows for the newest jobs; each is made once and then told what changed."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(t("Jobs"))
        self._desk = desk
        self._rows: dict[int, JobRow] = {}
        self._cancel_all = basics.button(t("Cancel all"), desk.jobs.cancel_all, kind="quiet", icon_name="ban")
        self._clear = basics.button(t("Forget what is over"), desk.jobs.clear, kind="quiet", icon_name="trash-2")
        hide = actions.hint("jobs", t("Hide the jobs"))
        close = basics.icon_button("chevron-down", hide, lambda: actions.trigger("jobs"))
        head = basics.row(basics.label(t("Jobs"), "heading"), None, self._cancel_all, self._clear, close)
        head.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.HALF)
        page = QWidget()
        self._inside = QVBoxLayout(page)
        self._inside.setContentsMargins(tokens.MARGIN, 0, tokens.MARGIN, tokens.GRID)
        self._inside.setSpacing(tokens.HALF)
        words = t("What you generate is shown here while it is made.")
        self._empty = EmptyState("list-checks", t("Nothing to do"), words)
        self._more = basics.label("", "secondary")
        self._more.hide()
        self._inside.addWidget(self._empty)
        self._inside.addWidget(self._more)
        self._inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(basics.rule())
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
        self._lazy = QTimer(self)
        self._lazy.setSingleShot(True)
        self._lazy.timeout.connect(self._arrange)
        desk.jobs.changed.connect(self._change)
        desk.jobs.progressed.connect(self._progress)
        desk.jobs.reset.connect(self._soon)

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing is arranged while nobody looks."""
        super().showEvent(event)
        for number, row in self._rows.items():
            if job := self._desk.jobs.get(number):
                row.show_job(job)
        self._arrange()

    def sizeHint(self) -> QSize:
        """About a third of the window; with large text the room needs the rest."""
        return QSize(super().sizeHint().width(), min(look.px(_HEIGHT), _HIGHEST))

    def _soon(self) -> None:
        """A steady stream of changes must not put it off for ever, so a look that is due stays due."""
        if not self._lazy.isActive() and self.isVisible():
            self._lazy.start(_LAZY)

    def _change(self, number: int) -> None:
        row, job = self._rows.get(number), self._desk.jobs.get(number)
        if row and job and self.isVisible():
            row.show_job(job)
        self._soon()

    def _progress(self, number: int) -> None:
        if self.isVisible() and (row := self._rows.get(number)):
            row.show_progress(self._desk.jobs.progress(number))

    def _arrange(self) -> None:
        """Bring the rows in order; of those that are new only a few, the next ones after what waits in the window."""
        if not self.isVisible():
            return
        jobs = self._desk.jobs.rows
        wanted = {job.id for job in jobs[:_MOST]}
        for number in [n for n in self._rows if n not in wanted]:
            row = self._rows.pop(number)
            self._inside.removeWidget(row)
            row.hide()
            row.deleteLater()
        made = 0
        for place, job in enumerate(jobs[:_MOST]):
            if job.id not in self._rows:
                if made == _AT_ONCE:
                    self._lazy.start(0)
                    break
                made += 1
                self._make(job)
            row = self._rows[job.id]
            if self._inside.indexOf(row) != place:
                self._inside.removeWidget(row)
                self._inside.insertWidget(place, row)
        self._empty.setVisible(not jobs)
        left = len(jobs) - _MOST
        self._more.setVisible(left > 0)
        self._more.setText(tn(left, "and {count} more job", "and {count} more jobs"))
        self._cancel_all.setEnabled(bool(self._desk.jobs.running or self._desk.jobs.waiting))
        self._clear.setEnabled(any(job.final and job.settled for job in jobs))

    def _make(self, job: Job) -> None:
        from studio.ui.shell.job_row import JobRow  # with the first row; the window is to be seen at once

        row = JobRow(self._desk, job)
        row.menu_wanted.connect(self._menu)
        row.show_progress(self._desk.jobs.progress(job.id))
        self._rows[job.id] = row

    def _menu(self, number: int, where: QWidget) -> None:
        job = self._desk.jobs.get(number)
        if job is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        jobs = self._desk.jobs
        if job.state == states.QUEUED:
            menu.addAction(icon("arrow-up"), t("To the front of the queue"), lambda: jobs.to_front(number))
        if job.final:
            menu.addAction(icon("rotate-ccw"), t("Do it again"), lambda: jobs.retry(number))
        if job.request.target and Path(job.request.target.path).exists():
            place = str(Path(job.request.target.path).parent)
            menu.addAction(icon("folder-open"), t("Show in folder"), lambda: _open(place))
        menu.addAction(icon("file-text"), t("Show the log"), lambda: _open(self._log(job)))
        menu.popup(where.mapToGlobal(where.rect().bottomLeft()))

    def _log(self, job: Job) -> str:
        """Return the log of a job's engine; where there is none, the folder of all logs."""
        named = str((job.error or {}).get("log", ""))
        logs = self._desk.studio.paths.logs
        for file in (Path(named) if named else logs, logs / f"engine-{job.engine}.log"):
            if file.is_file():
                return str(file)
        return str(logs)


def _open(place: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(place))

"""The drawer of jobs over the lower third of the window: what runs, what waits, what is over."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.services.jobs import Job
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.shell.job_row import JobRow
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState

_MOST = 60  # rows; older ones are in the library
_LAZY = 60  # milliseconds; many rows change at once when jobs are queued


class JobDrawer(QFrame):
    """Rows for the newest jobs; each is made once and then told what changed."""

    room_wanted = Signal(str)

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAccessibleName(t("Jobs"))
        self._desk = desk
        self._rows: dict[int, JobRow] = {}
        title = basics.label(t("Jobs"), "heading")
        self._cancel_all = basics.button(t("Cancel all"), desk.jobs.cancel_all, kind="quiet", icon_name="ban")
        self._clear = basics.button(t("Forget what is over"), desk.jobs.clear, kind="quiet", icon_name="trash-2")
        close = basics.icon_button("chevron-down", actions.hint("jobs", t("Hide the jobs")), lambda: actions.trigger("jobs"))
        head = basics.row(title, None, self._cancel_all, self._clear, close)
        head.setContentsMargins(tokens.MARGIN, tokens.GRID, tokens.MARGIN, tokens.HALF)
        self._list = QWidget()
        self._inside = QVBoxLayout(self._list)
        self._inside.setContentsMargins(tokens.MARGIN, 0, tokens.MARGIN, tokens.GRID)
        self._inside.setSpacing(tokens.HALF)
        self._empty = EmptyState("list-checks", t("Nothing to do"), t("What you generate is shown here while it is made."))
        self._inside.addWidget(self._empty)
        self._inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._list)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(basics.rule())
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
        self._lazy = QTimer(self)
        self._lazy.setSingleShot(True)
        self._lazy.setInterval(_LAZY)
        self._lazy.timeout.connect(self._arrange)
        desk.jobs.changed.connect(self._change)
        desk.jobs.progressed.connect(self._progress)
        desk.jobs.reset.connect(self._lazy.start)

    def showEvent(self, event: object) -> None:
        """Nothing is arranged while nobody looks."""
        super().showEvent(event)  # pyright: ignore[reportArgumentType]
        self._arrange()

    def _change(self, number: int) -> None:
        row, job = self._rows.get(number), self._desk.jobs.get(number)
        if row and job:
            row.show_job(job)
        self._lazy.start()

    def _progress(self, number: int) -> None:
        if self.isVisible() and (row := self._rows.get(number)):
            row.show_progress(self._desk.jobs.progress(number))

    def _arrange(self) -> None:
        if not self.isVisible():
            return
        jobs = self._desk.jobs.rows[:_MOST]
        wanted = {job.id for job in jobs}
        for number in [n for n in self._rows if n not in wanted]:
            row = self._rows.pop(number)
            self._inside.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, job in enumerate(jobs):
            row = self._rows.get(job.id) or self._made(job)
            if self._inside.indexOf(row) != place:
                self._inside.removeWidget(row)
                self._inside.insertWidget(place, row)
        self._empty.setVisible(not jobs)
        self._cancel_all.setEnabled(bool(self._desk.jobs.running or self._desk.jobs.waiting))
        self._clear.setEnabled(any(job.final and job.settled for job in jobs))

    def _made(self, job: Job) -> JobRow:
        row = JobRow(self._desk, job)
        row.menu_wanted.connect(self._menu)
        self._rows[job.id] = row
        return row

    def _menu(self, number: int, where: QWidget) -> None:
        job = self._desk.jobs.get(number)
        if job is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        jobs = self._desk.jobs
        if job.state == states.QUEUED:
            menu.addAction(t("To the front of the queue"), lambda: jobs.to_front(number))
        if job.final:
            menu.addAction(t("Do it again"), lambda: jobs.retry(number))
        log = str((job.error or {}).get("log", "")) or str(self._desk.studio.paths.logs / f"{job.engine}.log")
        menu.addAction(t("Show the log"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(log)))
        menu.popup(where.mapToGlobal(where.rect().bottomLeft()))

    def sizeHint(self):  # noqa: ANN201 — Qt's own
        """About a third of the window."""
        hint = super().sizeHint()
        hint.setHeight(look.px(240))
        return hint

"""The export: what the piece becomes, how far it is, and what came of it. The GUI thread.

The work is a job like any other: who closes the window lets it go on, and a toast says when it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain.edits import whole
from studio.errors import StudioError
from studio.ui.actions import Actions
from studio.ui.bridge.asking import Stopped
from studio.ui.bridge.desk import Desk
from studio.ui.dialogs import question
from studio.ui.dialogs.export_choice import Chosen, Span
from studio.ui.dialogs.export_form import ExportForm
from studio.ui.dialogs.export_progress import ExportProgress
from studio.ui.dialogs.export_report import Report
from studio.ui.dialogs.export_result import ExportResult
from studio.ui.dialogs.export_run import ExportRun
from studio.ui.language import t
from studio.ui.theme.look import look
from studio.ui.widgets.empty_state import EmptyState


class ExportDialog(QDialog):
    """Three pages: the choices, the work, the result. `chosen` are stretches of time that are chosen in the rooms."""

    def __init__(self, parent: QWidget, desk: Desk, actions: Actions, chosen: Sequence[Span] = ()) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Export"))
        self._desk = desk
        self._actions = actions
        self._folder = desk.project.folder
        self._run: ExportRun | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        if not desk.project.value.length:
            outer.addWidget(self._nothing())
            self.resize(look.px(480), look.px(320))
            return
        self._form, self._progress, self._result = ExportForm(desk, chosen), ExportProgress(), ExportResult(desk)
        self._form.wanted.connect(self._begin)
        self._form.left.connect(self.reject)
        self._progress.left.connect(self.reject)
        self._progress.cancelled.connect(self._cancel)
        self._result.again.connect(self._show_form)
        self._result.closed.connect(self.accept)
        self._pages = QStackedWidget()
        for page in (self._form, self._progress, self._result):
            self._pages.addWidget(page)
        outer.addWidget(self._pages)
        self.resize(min(look.px(880), parent.width() - 48), min(look.px(660), parent.height() - 48))
        desk.project.changed.connect(self._look_whose)

    def done(self, result: int) -> None:
        """Closed while it works, it leaves the work to the queue."""
        if self._run is not None:
            self._run.leave()
            self._run = None
        super().done(result)

    def _look_whose(self) -> None:
        """What was chosen and written here was about a project that another one took the place of."""
        if self._desk.project.folder != self._folder:
            self.reject()

    def _nothing(self) -> EmptyState:
        words = t(
            "An export is made from the timeline. Send the dialogue there: its takes are laid one after the other."
        )
        return EmptyState(
            "share-2", t("Nothing is on the timeline yet"), words, (t("Send the dialogue there"), self._send)
        )

    def _send(self) -> None:
        self.reject()
        self._actions.trigger("room.dialogue")
        self._actions.trigger("dialogue.send")

    def _begin(self) -> None:
        """Ask before something is replaced; then store what the file says of itself, save, and queue the work."""
        chosen = self._form.chosen
        self._form.wait()
        self._desk.operations.run(self, chosen.in_the_way, lambda there: self._ask(chosen, there))

    def _ask(self, chosen: Chosen, there: list[Path]) -> None:
        self._form.ready()
        if not there:
            self._queue(chosen, force=False)
            return
        names = "\n".join(place.name for place in there)
        words = t("These are there already and would be replaced, for good:\n{names}", names=names)
        act = t("Replace")
        question.ask(self, t("Replace what is there?"), words, act, lambda: self._queue(chosen, force=True))

    def _queue(self, chosen: Chosen, *, force: bool) -> None:
        desk, tags = self._desk, self._form.tags
        if desk.project.folder != self._folder:
            return  # another one was opened while we asked
        self._form.remember()
        metadata = desk.project.value.metadata
        if any(getattr(metadata, name) != value for name, value in tags.items()):
            desk.project.do(t("Describe the piece"), lambda project: whole.set_metadata(project, **tags))
        opened, exports = desk.project.opened, desk.studio.exports
        if opened is None:
            return

        def work() -> int:
            if opened.unsaved and not opened.read_only:
                opened.save()
            return exports.ask(chosen.wish(opened.folder, force=force))

        run = self._run = ExportRun(desk, self._actions, work)
        run.refused.connect(self._refused)
        run.moved.connect(self._moved)
        run.failed.connect(self._failed)
        run.made.connect(self._made)
        self._pages.setCurrentWidget(self._progress)
        self._progress.begin(chosen.output.name)

    def _moved(self) -> None:
        row = self._run.row if self._run else None
        if row is None:
            return
        jobs = self._desk.jobs
        others = len(jobs.running) + sum(job.id < row.id for job in jobs.waiting) if row.state == states.QUEUED else 0
        self._progress.show_job(row, jobs.progress(row.id), others)

    def _cancel(self) -> None:
        if self._run:
            self._run.cancel()

    def _refused(self, error: StudioError) -> None:
        self._run = None
        self._pages.setCurrentWidget(self._form)
        self._form.refuse(error)

    def _failed(self, error: StudioError) -> None:
        if isinstance(error, Stopped):
            self._show_form()
            self._form.tell(t("The export was cancelled; it left no file."))
        else:
            self._refused(error)

    def _made(self, report: Report) -> None:
        self._run = None
        self._result.show_report(report)
        self._pages.setCurrentWidget(self._result)

    def _show_form(self) -> None:
        self._run = None
        self._pages.setCurrentWidget(self._form)
        self._form.ready()

"""The takes of the music room: those that are being made, then the newest. Reads the library, follows the jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.services import recent
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.tabs.music.stems import Stems
from studio.ui.tabs.music.take_row import JobRow, TakeRow
from studio.ui.theme import tokens

_SHOWN = 60
_AT_ONCE = 3
Found = tuple[Item, int]  # and how many files came with it


class TakeList(QScrollArea):
    """Rows of takes. `loaded` comes when they were read."""

    wanted = Signal(str, int)
    selected = Signal()
    loaded = Signal()
    worked = Signal(str, int, float, float)

    def __init__(self, desk: Desk, why_not: Callable[[Item, str], str]) -> None:
        super().__init__()
        self._desk = desk
        self._why_not = why_not
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(tokens.HALF)
        self._inside.addStretch(1)
        self.setWidget(inside)
        self._rows: dict[int, TakeRow] = {}
        self._jobs: dict[int, JobRow] = {}
        self._stems: dict[int, Stems] = {}
        self._newest_first: list[int] = []
        self._chosen = 0
        self._awaited = 0  # the job whose take is to be selected as soon as it is here
        self._coming: list[Found] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._add_some)
        desk.player.changed.connect(self._follow)
        desk.player.moved.connect(self._move)
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.reset.connect(self._show_jobs)
        desk.jobs.progressed.connect(self._progressed)
        self._show_jobs()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self._rows and not self._jobs

    @property
    def item(self) -> Item | None:
        """The take that is selected."""
        row = self._rows.get(self._chosen)
        return row.item if row else None

    @property
    def items(self) -> list[Item]:
        """What is shown, the newest first."""
        return [self._rows[number].item for number in self._newest_first if number in self._rows]

    def load(self, *, made_by: int = 0) -> None:
        """Read the newest takes; select what a job has just made."""
        studio = self._desk.studio
        awaited = self._awaited = made_by or self._awaited

        def work() -> tuple[list[Found], list[int]]:
            items = studio.library_index.items(recent.newest(studio.database, "music", _SHOWN))
            found = [(item, len(studio.library_index.parts(item.id))) for item in items]
            return found, recent.of_job(studio.database, awaited)

        self._desk.operations.look(self, "takes", work, self._loaded)

    def choose(self, number: int, *, clicked: bool = True) -> None:
        """Select a take: Space plays it; what nobody clicked on does not silence what is heard elsewhere."""
        if number not in self._rows:
            return
        if self._chosen in self._rows:
            self._rows[self._chosen].choose(on=False)
        self._chosen = number
        row = self._rows[number]
        row.choose(on=True)
        if clicked:
            self._desk.player.select(row.playable)
        elif self.isVisible():
            self._desk.player.offer(row.playable)
        self.selected.emit()

    def row_of(self, number: int) -> TakeRow | None:
        """Return the row of a take, where it is shown."""
        return self._rows.get(number)

    def open_work(self, number: int) -> None:
        """Show what can be done with a take, below it, and go there."""
        row = self._rows.get(number)
        if row:
            self.choose(number, clicked=False)
            row.open_work().begin.setFocus()
            self.ensureWidgetVisible(row)

    def look_again(self) -> None:
        """Another engine was chosen: other things can be done with the takes."""
        for row in self._rows.values():
            row.look_again()

    def toggle_stems(self, number: int, stems: Sequence[Item]) -> None:
        """Show the stems below a take, or take them away where there are none to show."""
        row = self._rows.get(number)
        shown = self._stems.pop(number, None)
        if shown:
            shown.hide()
            shown.deleteLater()
        if row and stems:
            self._stems[number] = Stems(self._desk, row.playable.title, stems)
            row.inside.addWidget(self._stems[number])

    def _loaded(self, loaded: tuple[list[Found], list[int]]) -> None:
        found, made = loaded
        self._awaited = 0
        self._show(found)
        if made and made[-1] in self._rows:
            self.choose(made[-1], clicked=False)
            self.ensureWidgetVisible(self._rows[made[-1]])

    def _show(self, found: list[Found]) -> None:
        kept = {item.id for item, _ in found}
        for number in [n for n in self._rows if n not in kept]:
            self._stems.pop(number, None)
            self._drop(self._rows.pop(number))
        self._newest_first = [item.id for item, _ in found]
        self._coming = [one for one in found if one[0].id not in self._rows]
        self._show_jobs()
        self._add_some()

    def _add_some(self) -> None:
        """Rows come a few at a time: many at once would hold up the window."""
        some, self._coming = self._coming[:_AT_ONCE], self._coming[_AT_ONCE:]
        for item, parts in some:
            row = TakeRow(self._desk, item, parts, self._why_not)
            row.wanted.connect(self.wanted)
            row.worked.connect(self.worked)
            row.picked.connect(self.choose)
            row.stepped.connect(self._step)
            before = self._newest_first[: self._newest_first.index(item.id)]
            place = len(self._jobs) + sum(number in self._rows for number in before)
            self._rows[item.id] = row
            self._inside.insertWidget(place, row)
            row.follow()
        if self._coming:
            self._timer.start()
        self.loaded.emit()

    def _show_jobs(self) -> None:
        running = [j for j in self._desk.jobs.rows if j.task == "music" and j.state in states.UNDERWAY]
        for number in [n for n in self._jobs if n not in {job.id for job in running}]:
            self._drop(self._jobs.pop(number))
        for place, job in enumerate(running):
            if job.id not in self._jobs:
                self._jobs[job.id] = JobRow(self._desk, job)
                self._inside.insertWidget(place, self._jobs[job.id])
        for row in self._jobs.values():
            row.follow()

    def _job_changed(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        if job and job.task == "music":
            self._show_jobs()
            self.loaded.emit()

    def _progressed(self, number: int) -> None:
        if number in self._jobs:
            self._jobs[number].follow()

    def _step(self, by: int) -> None:
        order = [item.id for item in self.items]
        if self._chosen in order:
            at = max(0, min(len(order) - 1, order.index(self._chosen) + by))
            self._rows[order[at]].setFocus()
            self.ensureWidgetVisible(self._rows[order[at]])

    def _follow(self) -> None:
        for row in self._rows.values():
            row.follow()

    def _move(self) -> None:
        row = self._rows.get(self._chosen)
        if row:
            row.move_on()

    def _drop(self, row: QFrame) -> None:
        self._inside.removeWidget(row)
        row.hide()
        row.deleteLater()

"""The gallery: pictures that are being made, then the newest. Reads the library, follows the jobs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from studio.domain import jobs as states
from studio.services import recent
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images.tiles import JobTile, Tile
from studio.ui.theme import tokens
from studio.ui.widgets.flow_layout import FlowLayout

_SHOWN = 120
_ROW = 1000  # what a tile says for "the row below"


class Gallery(QScrollArea):
    """Tiles in a grid. `loaded` comes when they were read, `selected` when another one is.

    A job that runs may be watched instead: the first that can be seen is, unless somebody looks at something else.
    """

    selected = Signal()
    loaded = Signal()
    menu_wanted = Signal(int, object)
    wanted = Signal(str, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(t("Gallery"))
        inside = QWidget()
        self._flow = FlowLayout(inside, spacing=tokens.HALF)
        self.setWidget(inside)
        self._tiles: dict[int, Tile] = {}
        self._jobs: dict[int, JobTile] = {}
        self._order: list[int] = []
        self._chosen = self._second = 0
        self._watched = 0
        self._awaited = 0  # the job whose picture is to be selected as soon as it is here
        self._passed_over: set[int] = set()  # jobs that are not watched by themselves
        desk.previews.shown.connect(self._look_came)
        desk.previews.gone.connect(self._look_went)
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.reset.connect(self._show_jobs)
        desk.jobs.progressed.connect(self._progressed)
        self._show_jobs()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self._tiles and not self._jobs

    @property
    def items(self) -> list[Item]:
        """What is shown, the newest first."""
        return [self._tiles[number].item for number in self._order]

    @property
    def item(self) -> Item | None:
        """The picture that is selected."""
        return self._tiles[self._chosen].item if self._chosen in self._tiles else None

    @property
    def watched(self) -> int:
        """The job that is seen large; 0 where a picture is."""
        return self._watched

    @property
    def second(self) -> Item | None:
        """The picture that it is compared with."""
        return self._tiles[self._second].item if self._second in self._tiles else None

    def load(self, *, made_by: int = 0) -> None:
        """Read the newest pictures; select what a job has just made."""
        studio = self._desk.studio
        awaited = self._awaited = made_by or self._awaited

        def work() -> tuple[list[Item], list[int]]:
            items = studio.library_index.items(recent.newest(studio.database, "image", _SHOWN))
            return items, recent.of_job(studio.database, awaited)

        self._desk.operations.look(self, "pictures", work, lambda loaded: self._loaded(*loaded))

    def watch(self, job: int) -> None:
        """Show a job that runs instead of a picture; 0 shows the picture again."""
        self._watched = job
        self._passed_over.discard(job)
        self._mark()
        self.selected.emit()

    def choose(self, number: int, *, compare: bool = False) -> None:
        """Select a picture, or name the one that the selected is compared with; no job is watched any more."""
        if number not in self._tiles:
            return
        self._look_away()
        self._select(number, compare=compare)

    def compare_neighbour(self) -> bool:
        """Compare with the picture beside the selected one; return whether there is one."""
        others = [number for number in self._order if number != self._chosen]
        if self._chosen not in self._order or not others:
            return False
        self._look_away()
        at = self._order.index(self._chosen)
        self._second = others[min(at, len(others) - 1)]
        self._mark()
        self.selected.emit()
        return True

    def end_comparison(self) -> None:
        """Show one picture again."""
        self._second = 0
        self._mark()
        self.selected.emit()

    def step(self, by: int) -> None:
        """Select another picture from the selected one on."""
        if self._chosen in self._order:
            at = max(0, min(len(self._order) - 1, self._order.index(self._chosen) + by))
            self.choose(self._order[at])
            tile = self._tiles[self._order[at]]
            tile.setFocus()
            self.ensureWidgetVisible(tile)

    def star(self, number: int, *, on: bool) -> None:
        """Show a star, or none, until the library is read again."""
        if number in self._tiles:
            tile = self._tiles[number]
            tile.show_item(replace(tile.item, starred=on))
            self.selected.emit()

    def _look_away(self) -> None:
        """Watch none of the jobs that are there, until somebody wants to."""
        self._watched = 0
        self._passed_over |= set(self._jobs)

    def _select(self, number: int, *, compare: bool = False) -> None:
        if compare and self._chosen in self._tiles and number != self._chosen:
            self._second = 0 if number == self._second else number
        else:
            self._chosen = number
            self._second = 0 if self._second == number else self._second
        self._mark()
        self.selected.emit()

    def _loaded(self, found: list[Item], made: list[int]) -> None:
        watched = self._desk.jobs.get(self._watched)
        if watched is None or watched.state not in states.UNDERWAY:
            self._watched = 0
        self._awaited = 0
        self._show(found)
        if made and made[-1] in self._tiles:
            self._select(made[-1])  # the first of several
            self.ensureWidgetVisible(self._tiles[made[-1]])

    def _show(self, found: list[Item]) -> None:
        kept = {item.id for item in found}
        for number in [n for n in self._tiles if n not in kept]:
            self._drop(self._tiles.pop(number))
        self._order = [item.id for item in found]
        for item in found:
            if item.id in self._tiles:
                self._tiles[item.id].show_item(item)
            else:
                tile = Tile(self._desk, item)
                tile.picked.connect(self._picked)
                tile.stepped.connect(self._step)
                tile.menu_wanted.connect(self.menu_wanted)
                tile.wanted.connect(self.wanted)
                self._tiles[item.id] = tile
        if self._chosen not in self._tiles:
            self._chosen = self._order[0] if self._order else 0
        if self._second not in self._tiles:
            self._second = 0
        self._show_jobs()
        self._mark()
        self.loaded.emit()
        self.selected.emit()

    def _show_jobs(self) -> None:
        running = [j for j in self._desk.jobs.rows if j.task == "image" and j.state in states.UNDERWAY]
        for number in [n for n in self._jobs if n not in {job.id for job in running}]:
            self._drop(self._jobs.pop(number))
        for job in running:
            if job.id not in self._jobs:
                self._jobs[job.id] = JobTile(self._desk, job)
                self._jobs[job.id].picked.connect(self.watch)
        for tile in self._jobs.values():
            tile.follow()
        self._arrange()

    def _arrange(self) -> None:
        """Those that are being made come first."""
        wanted: list[QWidget] = [*self._jobs.values(), *(self._tiles[number] for number in self._order)]
        while self._flow.count():
            self._flow.takeAt(0)
        for tile in wanted:
            self._flow.addWidget(tile)
            tile.show()
        self._flow.invalidate()

    def _mark(self) -> None:
        for number, tile in self._tiles.items():
            tile.setChecked(number == self._chosen and not self._watched)
            tile.second = number == self._second
            tile.update()
        for number, job in self._jobs.items():
            job.show_watched(on=number == self._watched)

    def _look_came(self, number: int) -> None:
        if number not in self._jobs:
            return
        self._jobs[number].show_look(self._desk.previews.of(number))
        if not self._watched and number not in self._passed_over:
            self._watched = number
            self._mark()
        if number == self._watched:
            self.selected.emit()

    def _look_went(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        self._passed_over.discard(number)
        if number == self._watched and (job is None or job.state != states.SUCCEEDED):
            self.watch(0)

    def _job_changed(self, number: int) -> None:
        job = self._desk.jobs.get(number)
        if job and job.task == "image":
            self._show_jobs()
            self.loaded.emit()

    def _progressed(self, number: int) -> None:
        if number in self._jobs:
            self._jobs[number].follow()

    def _picked(self, number: int, compare: bool) -> None:  # noqa: FBT001 — a slot
        self.choose(number, compare=compare)

    def _step(self, by: int) -> None:
        if abs(by) == _ROW and self._order:
            first = self._tiles[self._order[0]]
            across = sum(tile.y() == first.y() for tile in self._tiles.values())
            by = (1 if by > 0 else -1) * max(1, across)
        self.step(by)

    def _drop(self, tile: QWidget) -> None:
        tile.hide()
        tile.deleteLater()

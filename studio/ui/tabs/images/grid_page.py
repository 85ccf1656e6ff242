"""A grid of pictures with labels, filled as they are made; saved as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.domain import jobs as states
from studio.domain.prompt_grid import Cell, Grid
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services import contact_sheet, recent, thumbnails
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics

_SIDE = 144  # pixels of a cell at normal text
_POINTS = 256
_ENDINGS = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".webp": "webp"}
_NOT_MADE = {
    states.CANCELLED: "Cancelled",
    states.FAILED: "Failed",
    states.BLOCKED: "Blocked",
    states.INTERRUPTED: "Interrupted",
}


class GridPage(QWidget):
    """Cells in rows and columns; `picked` names the picture of one that is clicked, `left` wants back."""

    left = Signal()
    picked = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._grid: Grid | None = None
        self._cells: dict[int, GridCell] = {}  # by job
        self._order: list[int] = []
        back = basics.button(t("Pictures"), self.left.emit, icon_name="chevron-left")
        basics.rename(back, t("Back to the pictures"))
        self._said = basics.ElidedLabel("", "heading")
        self._save = basics.button(t("Save as…"), self._ask_where, icon_name="save")
        basics.rename(self._save, t("Save as one picture…"))
        top = basics.row(back, self._said, self._save)
        top.setStretch(1, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(t("Grid"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(top)
        inside.addWidget(self._scroll, 1)
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.finished.connect(self._finished)
        desk.previews.shown.connect(self._preview)

    def show_grid(self, grid: Grid, jobs: Sequence[int]) -> None:
        """Show a grid whose pictures these jobs make, one each."""
        self._grid, self._order = grid, list(jobs)
        place = QWidget()
        table = QGridLayout(place)
        table.setSpacing(tokens.GRID)
        for number, label in enumerate(grid.columns):
            table.addWidget(_label(label.text(_seeded)), 0, number + 1, Qt.AlignmentFlag.AlignHCenter)
        for number, label in enumerate(grid.rows):
            if words := label.text(_seeded):
                table.addWidget(_label(words), number + 1, 0)
        self._cells = {}
        for cell, job in zip(grid.cells, jobs, strict=True):
            made = GridCell(cell)
            made.picked.connect(self.picked)
            self._cells[job] = made
            table.addWidget(made, cell.row + 1, cell.column + 1)
        table.setRowStretch(len(grid.rows) + 1, 1)
        table.setColumnStretch(len(grid.columns) + 1, 1)
        self._scroll.setWidget(place)
        for job in jobs:
            row = self._desk.jobs.get(job)
            self._job_changed(job)
            if row is not None and row.final and row.settled:  # it was quicker than its number came here
                self._finished(job)
        self._tell()

    def _job_changed(self, number: int) -> None:
        cell, job = self._cells.get(number), self._desk.jobs.get(number)
        if cell is None or job is None:
            return
        if job.state == states.QUEUED:
            cell.show_state("clock", t("Waiting"))
        elif job.state in states.ACTIVE:
            cell.show_state("loader", t("Running"))
        elif job.state in _NOT_MADE:
            cell.show_state("circle-x", t(_NOT_MADE[job.state]))
        self._tell()

    def _preview(self, number: int) -> None:
        cell, shown = self._cells.get(number), self._desk.previews.of(number)
        if cell is not None and shown is not None:
            cell.show_look(shown)

    def _finished(self, number: int) -> None:
        cell, job = self._cells.get(number), self._desk.jobs.get(number)
        if cell is None or job is None or job.state != states.SUCCEEDED:
            return
        studio = self._desk.studio

        def work() -> tuple[Item, QImage] | None:
            items = studio.library_index.items(recent.of_job(studio.database, number))
            if not items:
                return None
            item = items[-1]
            small = thumbnails.thumbnail(studio.paths, studio.pictures, item.file, item.sha256, _POINTS)
            return item, QImage(str(small))

        def have(found: tuple[Item, QImage] | None) -> None:
            if found is not None and number in self._cells:
                self._cells[number].show_item(*found)
                self._tell()

        self._desk.operations.run(self, work, have)

    def _tell(self) -> None:
        cells = list(self._cells.values())
        done = sum(cell.item is not None for cell in cells)
        said = tn(len(cells), "Grid of {count} picture", "Grid of {count} pictures")
        self._said.setText(said if done == len(cells) else t("{grid}: {done} done", grid=said, done=done))
        self._save.setEnabled(bool(cells) and done == len(cells))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.window(), t("Save the grid"), "grid.png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setNameFilter(f"{t('Pictures')} ({' '.join(f'*{ending}' for ending in _ENDINGS)})")
        dialog.fileSelected.connect(lambda name: self._write(Path(name)))
        dialog.open()

    def _write(self, file: Path) -> None:
        desk, grid = self._desk, self._grid
        items = [self._cells[job].item for job in self._order]
        files = [item.file for item in items if item is not None]
        if grid is None or len(files) < len(items):
            return
        # The dialog of the system has asked already whether to replace what is there.
        target = Target(str(file), _ENDINGS.get(file.suffix.lower(), "png"), force=True)

        def done(_size: object) -> None:
            desk.notices.toast.emit(t("Saved as {file}.", file=file.name), None)

        def failed(error: StudioError) -> None:
            desk.notices.tell(error, room="images", key="images")

        def work() -> object:
            return contact_sheet.write_sheet(desk.studio.pictures, grid, files, target, seeded=_seeded)

        desk.operations.run(self, work, done, failed)


class GridCell(QAbstractButton):
    """One picture of a grid: waiting, growing, there, or failed."""

    picked = Signal(int)

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.cell = cell
        self.item: Item | None = None
        self._picture: QImage | None = None
        self._sign = "clock"
        self._words = ""
        self.setFixedSize(look.px(_SIDE), look.px(_SIDE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._clicked)
        self.show_state("clock", t("Waiting"))
        look.changed.connect(self.update)

    def show_state(self, sign: str, words: str) -> None:
        """Say how its job is."""
        if sign == "circle-x":
            self._picture = None
        self._sign, self._words = sign, words
        self._name()

    def show_look(self, picture: QImage) -> None:
        """Show what it is becoming."""
        if self.item is None:
            self._picture = picture
            self.update()

    def show_item(self, item: Item, picture: QImage) -> None:
        """Show what was made."""
        self.item, self._picture, self._words = item, picture, ""
        self._name()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, or the state as sign and word."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), look.colour("raised"))
        place = QRectF(self.rect())
        if self._picture is not None and not self._picture.isNull():
            size = QSize(self._picture.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            inside = QRectF(0, 0, size.width(), size.height())
            inside.moveCenter(place.center())
            painter.drawImage(inside, self._picture)
        else:
            side = look.px(20)
            at = place.center().toPoint()
            icon(self._sign, "muted").paint(painter, at.x() - side // 2, at.y() - side, side, side)
            painter.setPen(look.colour("muted"))
            below = place.adjusted(0, place.height() / 2 + 4, 0, 0)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._words)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _clicked(self) -> None:
        if self.item is not None:
            self.picked.emit(self.item.id)

    def _name(self) -> None:
        label = self.cell.label.text(_seeded)
        basics.rename(self, f"{label}, {self._words}" if self._words else label)
        self.update()


def _seeded(seed: int) -> str:
    return t("seed {seed}", seed=seed)


def _label(words: str) -> QWidget:
    made = basics.label(words, "secondary", wrap=True)
    made.setFixedWidth(look.px(_SIDE))
    made.ensurePolished()
    made.setMinimumHeight(made.heightForWidth(look.px(_SIDE)))
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made

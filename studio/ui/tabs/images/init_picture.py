"""The picture to start from, for engines that take one: how far to go from it, and where on it to paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout

from studio.engines.params import Param
from studio.errors import StudioError
from studio.services.library_index import PICTURE_ENDINGS
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images.framing import around
from studio.ui.tabs.images.mask import Mask
from studio.ui.tabs.images.painting import Painted, Painting
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.form import Field

_POINTS = 128
_LARGEST = 2048  # pixels a side of what is painted on
_MASK = 1024  # of the mask, whose edges are soft anyway


@dataclass(frozen=True)
class Start:
    """A picture to start from with all that belongs to it, for whichever engine. The GUI thread."""

    file: Path
    name: str  # as it is shown
    small: QPixmap = field(default_factory=QPixmap, compare=False)  # read where there is none
    strength: Any = None  # None: what an engine has by itself
    mask: Path | None = None  # where to paint, as a file, until something else is painted
    painting: Painting | None = None  # once somebody looked at it near
    terms: str = ""  # of its use, where they are known


class InitPicture(QFrame):
    """Empty, or one picture with its strength and what was painted on it.

    `opened` comes when it can be painted on, `changed` when another picture, or none, is started from.
    """

    changed = Signal()
    opened = Signal()

    def __init__(self, desk: Desk, strength: Param | None, *, clears: bool) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setAcceptDrops(True)
        self._desk = desk
        self._clears = clears
        self._start: Start | None = None
        self._asked = 0  # how often another picture was wanted; what is read for an earlier one comes too late
        self._small = QLabel()
        self._small.setAccessibleName(t("The picture to start from"))
        self._small.hide()
        self._choose = basics.button(t("Choose…"), self._open, icon_name="image-plus")
        self._choose.setAccessibleName(t("Choose a picture to start from"))
        self._drop = basics.icon_button("x", t("Start from nothing"), self.clear)
        self._drop.hide()
        self._words = basics.ElidedLabel(t("Or drop one here"), "secondary")
        self.strength = Field(strength) if strength else None  # an engine that only enlarges has none
        self._paint = basics.button(t("Paint on it…"), self.paint, icon_name="pencil")
        self._paint.hide()
        self._painted = basics.label("", "caption", wrap=True)
        self._painted.hide()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(basics.row(basics.label(t("Picture to start from"), "heading"), None, self._drop))
        line = basics.row(self._small, self._choose, self._words)
        line.setStretch(2, 1)
        inside.addLayout(line)
        if self.strength:
            self.strength.hide()
            inside.addWidget(self.strength)
        inside.addWidget(self._paint, alignment=Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._painted)
        self.size_wanted: tuple[int, int] = (512, 512)  # of what is made, when painting begins
        self.sides: tuple[int, int] = (64, _LARGEST)  # least and most of what the engine makes

    @property
    def start(self) -> Start | None:
        """What is started from, to be put somewhere else or here again."""
        return replace(self._start, strength=self.strength.value) if self._start and self.strength else self._start

    @property
    def file(self) -> Path | None:
        """The picture; None where nothing is started from."""
        return self._start.file if self._start else None

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self._start.name if self._start else ""

    @property
    def painting(self) -> Painting | None:
        """What was painted on it, once somebody looked at it near."""
        return self._start.painting if self._start else None

    @property
    def paints(self) -> bool:
        """Whether what is painted on it means anything: an engine that only enlarges reads the picture alone."""
        return self.strength is not None

    @property
    def files(self) -> dict[str, Path]:
        """What the engine is given, where nothing else was painted."""
        mask = self._start.mask if self._start and self.paints and not self._changed else None
        return ({"init": self.file} if self.file else {}) | ({"mask": mask} if mask else {})

    @property
    def rights(self) -> dict[str, str]:
        """On what terms the picture may be used, where they are known."""
        return {"init": self._start.terms} if self._start and self._start.terms else {}

    @property
    def values(self) -> dict[str, Any]:
        """The strength; it means nothing without a picture."""
        return {self.strength.param.name: self.strength.value} if self.file and self.strength else {}

    @property
    def painted(self) -> Painted | None:
        """What was painted, as it is now; None where `files` are what is meant."""
        return self.painting.painted(clears=self._clears) if self.painting and self.differs else None

    @property
    def differs(self) -> bool:
        """Whether there is more on it than `files` say."""
        painting, told = self.painting, self._start is not None and self._start.mask is not None
        return self.paints and painting is not None and painting.touched and (self._changed or not told)

    def take(self, file: Path, *, name: str = "", paint: bool = False) -> None:
        """Start from a picture of the user's, and paint on it at once if wanted.

        A small one of it is made where pictures are read.
        """
        desk = self._desk
        self._asked += 1
        asked = self._asked

        def have(small: bytes) -> None:
            if asked == self._asked:
                self.put(Start(file, name or file.name, _pixmap(small)))
                if paint:
                    self.paint()

        desk.operations.run(self, lambda: _read(desk, file, _POINTS), have)

    def put(self, start: Start | None, *, most: int = _LARGEST) -> None:
        """Start from what was started from before or elsewhere; `most` is what a side of the frame may be here."""
        self._asked += 1
        self._start = start
        if start and start.strength is not None and self.strength:
            self.strength.set_value(start.strength)
        if start and start.painting:
            start.painting.hold(most or _LARGEST)
        self._show()
        if start and start.small.isNull():
            self._read_small(start)
        if start and start.mask and start.painting is None:
            self._read_painting(start, self.show_painted)

    def clear(self) -> None:
        """Start from nothing."""
        self.put(None)

    def paint(self) -> None:
        """Paint on it: what was painted before is still there."""
        if self.painting is not None:
            self.opened.emit()
        elif self._start is not None:
            self._read_painting(self._start, self.opened.emit)

    def show_painted(self) -> None:
        """Say what was painted."""
        painting = self.painting
        words = ""
        if self.paints and painting and painting.touched:
            masked, size = not painting.mask.empty, "{} × {}".format(*painting.frame.size)
            if painting.frame.extended:
                words = t("Continued to {size}, and painted where it is marked.", size=size)
                words = words if masked else t("Continued to {size}.", size=size)
            else:
                words = t("Only what is marked is painted anew.")
        self._painted.setText(words)
        self._painted.setVisible(bool(words))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture is welcome."""
        urls = event.mimeData().urls()
        if urls and Path(urls[0].toLocalFile()).suffix.lower() in PICTURE_ENDINGS:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it as the picture to start from, even one that holds a recipe."""
        event.acceptProposedAction()
        self.take(Path(event.mimeData().urls()[0].toLocalFile()))

    @property
    def _changed(self) -> bool:
        """Whether something was painted here."""
        return self.painting is not None and self.painting.history.can_undo

    def _read_small(self, start: Start) -> None:
        desk, asked = self._desk, self._asked

        def have(small: bytes) -> None:
            if asked == self._asked and self._start:
                self._start = replace(self._start, small=_pixmap(small))
                self._small.setPixmap(self._start.small)

        desk.operations.run(self, lambda: _read(desk, start.file, _POINTS), have, self._cannot)

    def _read_painting(self, start: Start, then: Callable[[], object]) -> None:
        """Read a picture as it is painted on, and where to paint if that was said."""
        desk, asked = self._desk, self._asked

        def work() -> tuple[QImage, QImage | None]:
            picture = QImage.fromData(_read(desk, start.file, _LARGEST))
            return picture, QImage.fromData(_read(desk, start.mask, _MASK)) if start.mask else None

        def have(found: tuple[QImage, QImage | None]) -> None:
            picture, where = found
            if asked != self._asked or self._start is None or picture.isNull():
                return
            if self._start.painting is None:
                least, most = self.sides
                frame = around(picture.width(), picture.height(), self.size_wanted, least=least, most=most)
                made = Painting(start.file, picture, _mask_for(picture, where), frame)
                self._start = replace(self._start, painting=made)
            then()

        desk.operations.run(self, work, have, self._cannot)

    def _cannot(self, error: StudioError) -> None:
        self._desk.notices.tell(error, room="images", key="images")

    def _show(self) -> None:
        there = self._start is not None
        self._small.setPixmap(self._start.small if self._start else QPixmap())
        for one in (self._small, self._drop):
            one.setVisible(there)
        if self.strength:
            self.strength.setVisible(there)
        self._paint.setVisible(there and self.paints)
        self._choose.setVisible(not there)
        self._words.setText(self.name if there else t("Or drop one here"))
        self.show_painted()
        self.changed.emit()

    def _open(self) -> None:
        dialog = QFileDialog(self.window(), t("Choose a picture to start from"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{t('Pictures')} ({' '.join(f'*{ending}' for ending in sorted(PICTURE_ENDINGS))})")
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.take(Path(name))


def _read(desk: Desk, file: Path, points: int) -> bytes:
    """Return a picture of at most so many points a side as the picture process reads it."""
    with desk.studio.pictures.task("thumbnail", {"file": str(file.absolute()), "size": points}) as done:
        return done.file.read_bytes()


def _pixmap(data: bytes) -> QPixmap:
    picture = QPixmap()
    picture.loadFromData(data)
    side = look.px(48)
    return picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _mask_for(picture: QImage, where: QImage | None) -> Mask:
    """Return the mask of a picture, empty or as it was painted before."""
    size = picture.size()
    if max(size.width(), size.height()) > _MASK:
        size = size.scaled(_MASK, _MASK, Qt.AspectRatioMode.KeepAspectRatio)
    size = size.expandedTo(QSize(1, 1))
    if where is None or where.isNull():
        return Mask(size.width(), size.height())
    smooth = Qt.TransformationMode.SmoothTransformation
    return Mask.of(where if where.size() == size else where.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))

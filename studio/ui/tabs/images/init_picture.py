"""The picture to start from, for engines that take one: how far to go from it, and where on it to paint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
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


class InitPicture(QFrame):
    """Empty, or one picture with its strength and what was painted on it.

    `opened` comes when it can be painted on, `changed` when another picture, or none, is started from.
    """

    changed = Signal()
    opened = Signal()

    def __init__(self, desk: Desk, strength: Param, *, clears: bool) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setAcceptDrops(True)
        self._desk = desk
        self._clears = clears
        self.file: Path | None = None
        self.name = ""  # of the picture, as it is shown
        self.painting: Painting | None = None
        self._small = QLabel()
        self._small.setAccessibleName(t("The picture to start from"))
        self._small.hide()
        self._choose = basics.button(t("Choose…"), self._open, icon_name="image-plus")
        self._choose.setAccessibleName(t("Choose a picture to start from"))
        self._drop = basics.icon_button("x", t("Start from nothing"), self.clear)
        self._drop.hide()
        self._words = basics.ElidedLabel(t("Or drop one here"), "secondary")
        self.strength = Field(strength)
        self.strength.hide()
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
        inside.addWidget(self.strength)
        inside.addWidget(self._paint, alignment=Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._painted)
        self.size_wanted: tuple[int, int] = (512, 512)  # of what is made, when painting begins
        self.sides: tuple[int, int] = (64, _LARGEST)  # least and most of what the engine makes

    @property
    def files(self) -> dict[str, Path]:
        """What the engine is given, where nothing was painted."""
        return {"init": self.file} if self.file else {}

    @property
    def values(self) -> dict[str, Any]:
        """The strength; it means nothing without a picture."""
        return {self.strength.param.name: self.strength.value} if self.file else {}

    @property
    def painted(self) -> Painted | None:
        """What was painted, as it is now; None where the picture alone is meant."""
        painting = self.painting
        return painting.painted(clears=self._clears) if painting and painting.touched else None

    def take(self, file: Path, *, name: str = "", paint: bool = False) -> None:
        """Start from a picture of the user's, and paint on it at once if wanted.

        A small one of it is made where pictures are read.
        """
        desk = self._desk

        def have(small: bytes) -> None:
            self.file, self.name = file, name or file.name
            self.painting = None
            picture = QPixmap()
            picture.loadFromData(small)
            side = look.px(48)
            mode = Qt.TransformationMode.SmoothTransformation
            self._small.setPixmap(picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))
            self._show()
            if paint:
                self.paint()

        desk.operations.look(self, "the picture to start from", lambda: _read(desk, file, _POINTS), have)

    def take_over(self, before: InitPicture, *, most: int) -> None:
        """Go on with what was started from and painted for another engine; `most` is what a side of this one's may be.

        A frame that is larger than that goes back to the picture.
        """
        self.file, self.name, self.painting = before.file, before.name, before.painting
        self._small.setPixmap(before._small.pixmap())
        if self.painting and max(self.painting.frame.size) > most:
            self.painting.frame = self.painting.frame.alone
        self._show()

    def clear(self) -> None:
        """Start from nothing."""
        self.file = self.painting = None
        self._show()

    def paint(self) -> None:
        """Paint on it: what was painted before is still there."""
        file, desk = self.file, self._desk
        if file is None:
            return
        if self.painting is not None:
            self.opened.emit()
            return

        def have(picture: QImage) -> None:
            if file != self.file or self.painting is not None or picture.isNull():
                return
            least, most = self.sides
            frame = around(picture.width(), picture.height(), self.size_wanted, least=least, most=most)
            size = picture.size()
            if max(size.width(), size.height()) > _MASK:
                size = size.scaled(_MASK, _MASK, Qt.AspectRatioMode.KeepAspectRatio)
            self.painting = Painting(file, picture, Mask(max(1, size.width()), max(1, size.height())), frame)
            self.opened.emit()

        def cannot(error: StudioError) -> None:
            desk.notices.tell(error, room="images", key="images")

        desk.operations.run(self, lambda: QImage.fromData(_read(desk, file, _LARGEST)), have, cannot)

    def show_painted(self) -> None:
        """Say what was painted."""
        painting = self.painting
        words = ""
        if painting and painting.touched:
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

    def _show(self) -> None:
        there = self.file is not None
        for one in (self._small, self._drop, self.strength, self._paint):
            one.setVisible(there)
        self._choose.setVisible(not there)
        self._words.setText(self.name if self.file else t("Or drop one here"))
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

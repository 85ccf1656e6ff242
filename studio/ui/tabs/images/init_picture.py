"""The picture to start from, for engines that take one, and how far to go from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout

from studio.engines.params import Param
from studio.services.library_index import PICTURE_ENDINGS
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.form import Field

_POINTS = 128


class InitPicture(QFrame):
    """Empty, or one picture with its strength."""

    changed = Signal()

    def __init__(self, desk: Desk, strength: Param) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setAcceptDrops(True)
        self._desk = desk
        self.file: Path | None = None
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
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(basics.row(basics.label(t("Picture to start from"), "heading"), None, self._drop))
        line = basics.row(self._small, self._choose, self._words)
        line.setStretch(2, 1)
        inside.addLayout(line)
        inside.addWidget(self.strength)

    @property
    def files(self) -> dict[str, Path]:
        """What the engine is given."""
        return {"init": self.file} if self.file else {}

    @property
    def values(self) -> dict[str, Any]:
        """The strength; it means nothing without a picture."""
        return {self.strength.param.name: self.strength.value} if self.file else {}

    def take(self, file: Path) -> None:
        """Start from a picture of the user's: a small one of it is made where pictures are read."""
        desk = self._desk

        def work() -> bytes:
            with desk.studio.pictures.task("thumbnail", {"file": str(file.absolute()), "size": _POINTS}) as done:
                return done.file.read_bytes()

        def have(small: bytes) -> None:
            self.file = file
            picture = QPixmap()
            picture.loadFromData(small)
            side = look.px(48)
            mode = Qt.TransformationMode.SmoothTransformation
            self._small.setPixmap(picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))
            self._show()

        desk.operations.run(self, work, have)

    def clear(self) -> None:
        """Start from nothing."""
        self.file = None
        self._show()

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
        for one in (self._small, self._drop, self.strength):
            one.setVisible(there)
        self._choose.setVisible(not there)
        self._words.setText(self.file.name if self.file else t("Or drop one here"))
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

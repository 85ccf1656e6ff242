"""The cover in the export's dialog: shown small, chosen, taken away; each a step of the project. The GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from studio.domain.edits import whole
from studio.domain.project import Picture
from studio.errors import StudioError
from studio.services import project_cover, thumbnails
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

_SIDE = 96


class CoverChooser(QWidget):
    """Shows the project's cover; `failed` says why a picture cannot be one."""

    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown = "?"
        self._picture = QLabel()
        self._picture.setFixedSize(look.px(_SIDE), look.px(_SIDE))
        self._picture.setAccessibleName(t("The cover"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = basics.button(t("Choose a picture…"), self._choose)
        self._without = basics.button(t("Without a cover"), self._remove, kind="quiet")
        deeds = QWidget()
        deeds.setLayout(basics.column(choose, self._without, None))
        inside = FlowLayout(self, spacing=12)  # in a narrow place, what can be done is below the picture
        inside.addWidget(self._picture)
        inside.addWidget(deeds)
        desk.project.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        cover = self._desk.project.value.cover
        self._without.setVisible(cover is not None)
        if self._shown == (cover.sha256 if cover else ""):
            return
        self._shown = cover.sha256 if cover else ""
        self._picture.setPixmap(icon("image", "muted").pixmap(QSize(look.px(32), look.px(32))))
        if cover:
            studio, file, digest = self._desk.studio, self._desk.project.folder / cover.file, cover.sha256
            self._desk.operations.run(
                self,
                lambda: thumbnails.thumbnail(studio.paths, studio.pictures, file, digest, 2 * look.px(_SIDE)),
                self._show,
                lambda _error: None,  # a picture that is missing leaves the sign
            )

    def _show(self, file: Path) -> None:
        picture = QPixmap(str(file))
        if not picture.isNull():
            size = self._picture.size() * self.devicePixelRatio()
            small = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            small.setDevicePixelRatio(self.devicePixelRatio())
            self._picture.setPixmap(small)

    def _choose(self) -> None:
        dialog = QFileDialog(self, t("Choose a picture"), self._desk.memory.get("export.pictures", ""))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(f"{t('Pictures')} (*.png *.jpg *.jpeg)")
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, file: str) -> None:
        desk, folder = self._desk, self._desk.project.folder
        desk.memory.put("export.pictures", str(Path(file).parent))
        desk.operations.run(
            self,
            lambda: project_cover.take_in(folder, Path(file)),
            self._set,
            self._tell,
        )

    def _set(self, picture: Picture) -> None:
        self._desk.project.do(t("Set the cover"), lambda project: whole.set_cover(project, picture))

    def _tell(self, error: StudioError) -> None:
        self.failed.emit(error)

    def _remove(self) -> None:
        self._desk.project.do(t("Remove the cover"), lambda project: whole.set_cover(project, None))

"""Small pictures of what the library holds, made one after the other for what is looked at now. The GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from studio.errors import StudioError
from studio.services import listening, thumbnails
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.theme.look import look
from studio.ui.widgets.waveform import shape_of

SIZE = 256  # pixels of a thumbnail, the larger side
_COLUMNS = 96  # of an outline
_MOST = 500  # kept at a time
_WAITING = 80  # asked for and not made; what was scrolled past long ago is forgotten
_PAUSE = 60  # milliseconds before the first is made, so that a quick scroll makes none

Outline = tuple[tuple[int, int], ...]


class Glances(QObject):
    """Thumbnails and outlines by content."""

    came = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._known: OrderedDict[str, QPixmap | Outline | None] = OrderedDict()
        self._drawn: OrderedDict[tuple[str, int, int], QPixmap] = OrderedDict()
        self._waiting: OrderedDict[str, Item] = OrderedDict()
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._next)
        look.changed.connect(self._draw_anew)

    def get(self, item: Item, size: QSize) -> QPixmap | None:
        """Return a small picture of a thing; None as long as there is none."""
        if item.kind not in {"audio", "image"} or not item.there:
            return None
        if item.sha256 not in self._known:
            self._waiting[item.sha256] = item
            self._waiting.move_to_end(item.sha256)
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            if not self._busy and not self._timer.isActive():
                self._timer.start()
            return None
        found = self._known[item.sha256]
        if found is None:
            return None
        key = (item.sha256, size.width(), size.height())
        if key not in self._drawn:
            self._drawn[key] = _scaled(found, size) if isinstance(found, QPixmap) else _outlined(found, size)
            while len(self._drawn) > _MOST:
                self._drawn.popitem(last=False)
        return self._drawn[key]

    def _draw_anew(self) -> None:
        self._drawn.clear()

    def _next(self) -> None:
        """Make the one that was asked for last: that is what is on the screen."""
        if self._busy or not self._waiting:
            return
        digest, item = self._waiting.popitem()
        self._busy = True
        studio = self._desk.studio

        def work() -> QImage | Outline:
            if item.kind == "audio":
                return listening.outline(studio.paths, studio.sound, item.file, digest, _COLUMNS)
            file = thumbnails.thumbnail(studio.paths, studio.pictures, item.file, digest, SIZE)
            return QImage(str(file))  # a PNG that the picture process has written

        self._desk.operations.run(
            self, work, lambda made: self._take(digest, made), lambda error: self._fail(digest, error)
        )

    def _take(self, digest: str, made: Any) -> None:
        self._busy = False
        self._known[digest] = QPixmap.fromImage(made) if isinstance(made, QImage) else (made or None)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        self.came.emit()
        self._next()

    def _fail(self, digest: str, error: StudioError) -> None:
        """A thing without a picture shows its sign; what is wrong with it is told when it is chosen."""
        del error
        self._take(digest, None)


def _scaled(picture: QPixmap, size: QSize) -> QPixmap:
    if picture.isNull():
        return picture
    aspect, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return picture.scaled(size, aspect, smooth)


def _outlined(outline: Sequence[tuple[int, int]], size: QSize) -> QPixmap:
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent"))
    painter.drawPolygon(shape_of(outline, QRectF(0, 1, size.width(), size.height() - 2)))
    painter.end()
    return picture

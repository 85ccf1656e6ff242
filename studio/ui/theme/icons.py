"""Icons: outlines of one set, drawn in a token's colour at the size asked for. The GUI thread."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.paths import RESOURCES
from studio.ui.theme.look import look

FOLDER = RESOURCES / "icons"


class _Engine(QIconEngine):
    """Draws an outline in a colour that the theme may change."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it where Qt wants it."""
        del state
        theme = look.theme
        token = "muted" if mode == QIcon.Mode.Disabled else self._token
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.5)
        side = min(rect.width(), rect.height())  # a wider place keeps a gap between the sign and the words after it
        place = QRectF(rect.x(), rect.y() + (rect.height() - side) / 2, side, side)
        renderer(self._name, getattr(theme, token)).render(painter, place)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it as a picture."""
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, image.rect(), mode, state)
        painter.end()
        return QPixmap.fromImage(image)

    def clone(self) -> QIconEngine:
        """Return another of the same."""
        return _Engine(self._name, self._token)


def icon(name: str, token: str = "text") -> QIcon:
    """Return an icon of the set in a token's colour; it follows the theme."""
    return QIcon(_Engine(name, token))


@cache
def renderer(name: str, colour: str) -> QSvgRenderer:
    """Return what draws an icon in a colour."""
    return QSvgRenderer(QByteArray(_coloured(name, colour).encode()))


@cache
def file_of(name: str, colour: str) -> str:
    """Return a file with an icon in a colour, for style sheets, which take nothing else."""
    folder = _Folder.made()
    file = Path(folder) / f"{name}-{colour.lstrip('#')}.svg"
    file.write_text(_coloured(name, colour), encoding="utf-8")
    return file.as_posix()


def _coloured(name: str, colour: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)


class _Folder:
    """A folder that lasts as long as the program."""

    _held: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def made(cls) -> str:
        if cls._held is None:
            cls._held = tempfile.TemporaryDirectory(prefix="angen-look-")
        return cls._held.name

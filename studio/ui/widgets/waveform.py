"""A sound as a picture: its outline, where it is, and a place to click. Painted once a size, then only the position."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.theme.look import look

_FULL = 32768
_STEP = 0.02  # of the sound, an arrow key


class Waveform(QWidget):
    """Shows an outline (extremes of equal parts); emits the share of the sound that was clicked."""

    sought = Signal(float)

    def __init__(self, name: str, *, height: int = 32, colour: str = "accent") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._height = height
        self._token = colour
        self._own: QColor | None = None
        self._outline: Sequence[tuple[int, int]] = ()
        self._share = 0.0
        self._picture: QPixmap | None = None
        look.changed.connect(self._redraw)

    def show_sound(self, outline: Sequence[tuple[int, int]], colour: QColor | None = None) -> None:
        """Show another sound."""
        if outline is not self._outline or colour != self._own:
            self._outline, self._own = outline, colour
            self._redraw()

    def show_position(self, share: float) -> None:
        """Show where the sound is, from 0 to 1."""
        share = max(0.0, min(1.0, share))
        if abs(share - self._share) * self.width() >= 0.5 or share in {0.0, 1.0}:
            self._share = share
            self.update()

    @property
    def share(self) -> float:
        """Where the sound is, from 0 to 1."""
        return self._share

    @property
    def outline(self) -> Sequence[tuple[int, int]]:
        """What is shown."""
        return self._outline

    def sizeHint(self) -> QSize:
        """As high as was asked for."""
        return QSize(look.px(160), look.px(self._height))

    def minimumSizeHint(self) -> QSize:
        """It may become narrow."""
        return QSize(look.px(40), look.px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the outline, dimmed where it has not been heard yet."""
        del event
        painter = QPainter(self)
        if self._picture is None or self._picture.size() != self.size() * self.devicePixelRatio():
            self._picture = self._drawn()
        at = round(self.width() * self._share)
        painter.setOpacity(0.45 if self._share > 0 else 0.9)
        painter.drawPixmap(0, 0, self._picture)
        painter.setOpacity(1.0)
        if self._share > 0:
            painter.setClipRect(0, 0, at, self.height())
            painter.drawPixmap(0, 0, self._picture)
            painter.setClipping(False)
            painter.fillRect(QRectF(at - 1, 0, 2, self.height()), look.colour("text"))
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where somebody clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._outline:
            self.sought.emit(max(0.0, min(1.0, event.position().x() / max(1, self.width()))))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._outline:
            self.sought.emit(max(0.0, min(1.0, event.position().x() / max(1, self.width()))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on and back with the arrows."""
        steps = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._outline:
            super().keyPressEvent(event)
        else:
            self.sought.emit(max(0.0, min(1.0, self._share + step)))

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _drawn(self) -> QPixmap:
        ratio = self.devicePixelRatio()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        colour = self._own or look.colour(self._token)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if self._outline:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawPolygon(shape_of(self._outline, QRectF(0, 1, self.width(), self.height() - 2)))
        else:
            painter.fillRect(QRectF(0, self.height() / 2 - 0.5, self.width(), 1), look.colour("line"))
        painter.end()
        return picture


def shape_of(outline: Sequence[tuple[int, int]], inside: QRectF) -> QPolygonF:
    """Return an outline as a shape that fills a rectangle; silence is a thin line. Pure."""
    if not outline:
        return QPolygonF()
    middle, half, width = inside.center().y(), inside.height() / 2, inside.width() / len(outline)
    across = [inside.left() + (n + 0.5) * width for n in range(len(outline))]
    top = [QPointF(x, middle - max(0.5, high / _FULL * half)) for x, (_, high) in zip(across, outline, strict=True)]
    low = [QPointF(x, middle - min(-0.5, least / _FULL * half)) for x, (least, _) in zip(across, outline, strict=True)]
    return QPolygonF([*top, *reversed(low)])

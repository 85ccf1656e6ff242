"""A picture, large: fitted or point for point, nearer with the wheel, moved with the mouse; or two to compare."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.theme.look import look

_STEP = 1.25
_NEAREST = 8.0
SIDE_BY_SIDE, SLIDER = "side", "slider"


class PictureView(QWidget):
    """Shows one picture, or two: beside one another, or one over the other up to a line that can be moved."""

    scaled = Signal()
    stepped = Signal(int)  # to the picture before or after

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(t("The selected picture"))
        self.setMouseTracking(True)
        self._first: QImage | None = None
        self._second: QImage | None = None
        self._mode = SIDE_BY_SIDE
        self._line = 0.5
        self._zoom = 0.0  # 0 fits
        self._offset = QPointF()
        self._grabbed: QPointF | None = None
        look.changed.connect(self.update)

    @property
    def picture(self) -> QImage | None:
        """What is shown."""
        return self._first

    @property
    def comparing(self) -> bool:
        """Whether there are two."""
        return self._second is not None

    @property
    def zoom(self) -> float:
        """How large it is shown: 1 is point for point."""
        return self._zoom or self._fit()

    @property
    def fits(self) -> bool:
        """Whether it is as large as the place allows."""
        return self._zoom == 0.0

    def show_picture(self, picture: QImage | None, *, keep_zoom: bool = False) -> None:
        """Show another picture."""
        self._first = picture
        if not keep_zoom:
            self.fit()
        self.update()

    def compare_with(self, other: QImage | None, mode: str = SIDE_BY_SIDE) -> None:
        """Show another picture with it; None shows one again."""
        self._second, self._mode, self._line = other, mode, 0.5
        self.fit()

    def fit(self) -> None:
        """As large as the place allows."""
        self._zoom, self._offset = 0.0, QPointF()
        self._told()

    def actual(self) -> None:
        """Point for point."""
        self.set_zoom(1.0)

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Go nearer or farther; what is under `at` stays there."""
        if self._first is None:
            return
        before = self.zoom
        zoom = max(min(self._fit(), 1.0) / 2, min(_NEAREST, zoom))
        at = (at or QPointF(self._place(0).center())) - self._place(0).center()
        self._offset = (self._offset - at) * (zoom / before) + at
        self._zoom = zoom
        self._hold()
        self._told()

    def sizeHint(self) -> QSize:
        """Much."""
        return QSize(look.px(480), look.px(320))

    def minimumSizeHint(self) -> QSize:
        """Still something to see."""
        return QSize(look.px(200), look.px(100))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 2)
        if self._first is not None:
            if self._second is None or self._mode == SIDE_BY_SIDE:
                self._draw(painter, self._first, self._place(0), self._place(0))
                if self._second is not None:
                    self._draw(painter, self._second, self._place(1), self._place(1))
            else:
                self._draw_slider(painter, self._first, self._second)
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer and farther."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.set_zoom(self.zoom * _STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture, or of the line between two."""
        self.setFocus()
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self._move_line(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was taken hold of."""
        if self._grabbed is None:
            return
        if self._sliding:
            self._move_line(event.position())
        else:
            self._offset += event.position() - self._grabbed
            self._grabbed = event.position()
            self._hold()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between fitted and point for point."""
        self.set_zoom(1.0, event.position()) if self.fits else self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, 0 fits, 1 is point for point; the arrows move the line, or go to the next picture."""
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.set_zoom(self.zoom * _STEP)
        elif key == Qt.Key.Key_Minus:
            self.set_zoom(self.zoom / _STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.actual()
        elif key in steps and self._sliding:
            self._line = max(0.0, min(1.0, self._line + 0.05 * steps[Qt.Key(key)]))
            self.update()
        elif key in steps:
            self.stepped.emit(steps[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitted picture stays fitted."""
        super().resizeEvent(event)
        self._told()

    @property
    def _sliding(self) -> bool:
        return self._second is not None and self._mode == SLIDER

    def _place(self, number: int) -> QRectF:
        """Where the first or the second picture has its place."""
        if self._second is None or self._mode == SLIDER:
            return QRectF(self.rect())
        half = (self.width() - look.px(2)) / 2
        return QRectF(number * (half + look.px(2)), 0, half, self.height())

    def _fit(self) -> float:
        picture, place = self._first, self._place(0)
        if picture is None:
            return 1.0
        ratio = self.devicePixelRatio()
        return model.fitted(picture.width(), picture.height(), int(place.width() * ratio), int(place.height() * ratio))

    def _target(self, picture: QImage, place: QRectF) -> QRectF:
        """The second picture is shown as large as the first, whatever its points are."""
        scale = self.zoom / self.devicePixelRatio()
        base = self._first if self._first is not None else picture
        width, height = base.width() * scale, base.height() * scale
        if picture is not base:
            shown = min(width / picture.width(), height / picture.height())
            width, height = picture.width() * shown, picture.height() * shown
        centre = place.center() + self._offset
        return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)

    def _draw(self, painter: QPainter, picture: QImage, place: QRectF, clip: QRectF) -> None:
        painter.save()
        painter.setClipRect(clip)
        painter.drawImage(self._target(picture, place), picture)
        painter.restore()

    def _draw_slider(self, painter: QPainter, first: QImage, second: QImage) -> None:
        place, at = self._place(0), self.width() * self._line
        self._draw(painter, first, place, QRectF(0, 0, at, self.height()))
        self._draw(painter, second, place, QRectF(at, 0, self.width() - at, self.height()))
        painter.fillRect(QRectF(at - 1, 0, 2, self.height()), look.colour("accent"))

    def _move_line(self, at: QPointF) -> None:
        if self._sliding:
            self._line = max(0.0, min(1.0, at.x() / max(1, self.width())))
            self.update()

    def _hold(self) -> None:
        """The picture does not leave its place."""
        picture, place = self._first, self._place(0)
        if picture is None:
            return
        scale = self.zoom / self.devicePixelRatio()
        wide = max(0.0, (picture.width() * scale - place.width()) / 2)
        high = max(0.0, (picture.height() * scale - place.height()) / 2)
        self._offset = QPointF(max(-wide, min(wide, self._offset.x())), max(-high, min(high, self._offset.y())))

    def _told(self) -> None:
        self.update()
        self.scaled.emit()

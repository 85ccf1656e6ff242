"""A sound with two handles between which a part of it lies, for the pointer and for the keyboard. The GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.language import clock, t
from studio.ui.theme.look import look
from studio.ui.widgets.waveform import shape_of

_HANDLE = 12  # pixels
_PAUSE = 500  # milliseconds after the last key, before the part is taken
_STEP, _LARGE_STEP = 0.1, 1.0  # seconds
SHORTEST = 1.0


class Handle(QWidget):
    """One end of the part."""

    moved = Signal(float)  # to so many pixels of the parent
    stepped = Signal(float)  # by so many seconds
    released = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(t("{name}: drag, or use the arrow keys", name=name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bar with a grip."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("text"))
        middle, height = self.width() / 2, self.height()
        painter.drawRect(QRectF(middle - 1, 0, 2, height))
        grip = look.px(28)
        painter.drawRoundedRect(QRectF(middle - 4, (height - grip) / 2, 8, grip), 4, 4)
        if self.hasFocus():
            painter.setPen(look.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, height - 1), 4, 4)
            painter.drawRoundedRect(QRectF(1.5, 1.5, self.width() - 3, height - 3), 3, 3)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.mapToParent(event.position()).x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the place where it was let go."""
        del event
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on and back."""
        step = _LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        steps = {Qt.Key.Key_Left: -step, Qt.Key.Key_Right: step, Qt.Key.Key_Home: -1e9, Qt.Key.Key_End: 1e9}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(by)


class TrimWave(QWidget):
    """Draws a sound, the part bright and the rest dim."""

    chosen = Signal(float, float)  # a part, in seconds, when a handle comes to rest
    sought = Signal(float)  # a place that was clicked, in seconds

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("The recording, and the part of it that is used"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._outline: Sequence[tuple[int, int]] = ()
        self._seconds = 0.0
        self.part = (0.0, 0.0)
        self._position: float | None = None
        self.start = Handle(t("Start of the part"), self)
        self.end = Handle(t("End of the part"), self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._tell)
        self.start.moved.connect(lambda x: self._move(start=self._second(x)))
        self.end.moved.connect(lambda x: self._move(end=self._second(x)))
        self.start.stepped.connect(self._step_start)
        self.end.stepped.connect(self._step_end)
        self._dragged = False
        for handle in (self.start, self.end):
            handle.released.connect(self._released)
        look.changed.connect(self.update)

    def show_sound(self, outline: Sequence[tuple[int, int]], seconds: float) -> None:
        """Show another sound."""
        self._outline, self._seconds = outline, seconds
        for handle in (self.start, self.end):
            handle.setVisible(seconds > 0)
        self._place()

    def show_part(self, start: float, end: float) -> None:
        """Put the handles somewhere, unless somebody is moving them."""
        if not self._dragged and not self._pause.isActive() and (start, end) != self.part:
            self.part = (start, end)
            self._place()

    def show_position(self, seconds: float | None) -> None:
        """Show where the sound is, None while it is not heard."""
        if seconds != self._position:
            self._position = seconds
            self.update()

    def sizeHint(self) -> QSize:
        """A hand's breadth."""
        return QSize(look.px(320), look.px(112))

    def minimumSizeHint(self) -> QSize:
        """It may become narrow."""
        return QSize(look.px(120), look.px(112))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the handles where they belong."""
        super().resizeEvent(event)
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hear from where somebody clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._seconds:
            self.sought.emit(self._second(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._x(self.part[0]), self._x(self.part[1])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self._seconds:
            painter.fillRect(QRectF(left, 0, right - left, self.height()), look.colour("chosen"))
        room = QRectF(self.rect()).adjusted(_HANDLE / 2, 4, -_HANDLE / 2, -4)
        shape = shape_of(self._outline, room)
        for clip, token, strength in (
            (QRectF(0, 0, left, self.height()), "muted", 0.5),
            (QRectF(left, 0, right - left, self.height()), "accent", 1.0),
            (QRectF(right, 0, self.width() - right, self.height()), "muted", 0.5),
        ):
            painter.setClipRect(clip)
            painter.setOpacity(strength)
            painter.setBrush(look.colour(token))
            painter.drawPolygon(shape)
        painter.setClipping(False)
        painter.setOpacity(1.0)
        if self._position is not None and self._seconds:
            painter.fillRect(QRectF(self._x(self._position) - 1, 0, 2, self.height()), look.colour("text"))
        painter.end()

    def _x(self, second: float) -> float:
        share = second / self._seconds if self._seconds else 0.0
        return _HANDLE / 2 + share * (self.width() - _HANDLE)

    def _second(self, x: float) -> float:
        return max(0.0, min(1.0, (x - _HANDLE / 2) / max(1, self.width() - _HANDLE))) * self._seconds

    def _move(self, *, start: float | None = None, end: float | None = None) -> None:
        self._dragged = True
        self._set(start, end)

    def _set(self, start: float | None, end: float | None) -> None:
        """Move one end; the part stays long enough and within the sound."""
        least = min(SHORTEST, self._seconds)
        one, other = self.part
        if start is not None:
            one = max(0.0, min(start, other - least))
        if end is not None:
            other = min(self._seconds, max(end, one + least))
        self.part = (round(one, 2), round(other, 2))
        self._place()

    def _step_start(self, seconds: float) -> None:
        self._set(self.part[0] + seconds, None)
        self._pause.start()

    def _step_end(self, seconds: float) -> None:
        self._set(None, self.part[1] + seconds)
        self._pause.start()

    def _released(self) -> None:
        if self._dragged:
            self._dragged = False
            self._tell()

    def _tell(self) -> None:
        self.chosen.emit(*self.part)

    def _place(self) -> None:
        for handle, second in ((self.start, self.part[0]), (self.end, self.part[1])):
            handle.setGeometry(round(self._x(second)) - _HANDLE // 2, 0, _HANDLE, self.height())
            handle.setAccessibleDescription(clock(second, 1))
        self.update()

"""The sound of a take, of which a range can be marked: by dragging over it, or with Shift and the arrows.

The GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from studio.ui.theme.look import look
from studio.ui.widgets.waveform import Waveform

_DRAG = 4  # pixels; less is a click, which goes there
_STEP = 0.01  # of the sound, an arrow key


class RangeWave(Waveform):
    """Emits the range that somebody marks, as shares of the sound; (0, 0) where it is taken away."""

    ranged = Signal(float, float)

    def __init__(self, name: str, *, height: int = 32) -> None:
        super().__init__(name, height=height)
        self._pressed: float | None = None  # the share where the button went down
        self._moved = False
        self._anchor = 0.0  # the end of the range that the keys leave where it is
        self.range: tuple[float, float] = (0.0, 0.0)

    def show_range(self, begin: float, end: float) -> None:
        """Show a range; the keys move its end."""
        self._show(begin, end)
        self._anchor = self.range[0]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a range, or a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.outline:
            self._pressed, self._moved = self._share_at(event), False
            self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the range out."""
        if self._pressed is None:
            return
        at = self._share_at(event)
        if self._moved or abs(at - self._pressed) * self.width() >= look.px(_DRAG):
            self._moved = True
            self._anchor = self._pressed
            self._mark(self._pressed, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes there."""
        if self._pressed is not None and not self._moved:
            self.sought.emit(self._share_at(event))
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and the arrows mark, Escape marks nothing."""
        key, held = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_Escape and self.range != (0.0, 0.0):
            self._mark(0.0, 0.0)
        elif held and key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self.outline:
            by = _STEP if key == Qt.Key.Key_Right else -_STEP
            if self.range == (0.0, 0.0):
                self._anchor = self.share
            begin, end = self.range if self.range != (0.0, 0.0) else (self._anchor, self._anchor)
            other = end if begin == self._anchor else begin
            self._mark(self._anchor, max(0.0, min(1.0, other + by)))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the range below the sound, with a line at each end."""
        begin, end = self.range
        if end > begin:
            painter = QPainter(self)
            left, right = self.width() * begin, self.width() * end
            painter.setOpacity(0.25)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), look.colour("accent"))
            painter.setOpacity(1.0)
            for at in (left, right - look.px(2)):
                painter.fillRect(QRectF(at, 0, look.px(2), self.height()), look.colour("accent"))
            painter.end()
        super().paintEvent(event)

    def _share_at(self, event: QMouseEvent) -> float:
        return max(0.0, min(1.0, event.position().x() / max(1, self.width())))

    def _show(self, begin: float, end: float) -> None:
        self.range = (max(0.0, min(begin, end)), min(1.0, max(begin, end)))
        self.update()

    def _mark(self, begin: float, end: float) -> None:
        self._show(begin, end)
        self.ranged.emit(*self.range)

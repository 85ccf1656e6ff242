"""A slider of which each press is one step of undo. The GUI thread."""

from __future__ import annotations

from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider

from studio.ui.timeline.bursts import own_key


class PressedSlider(QSlider):
    """Knows the press that lasts; the wheel scrolls what it stands in, and never changes what nobody pointed at."""

    act = ""  # the merge key of the press, on the handle or beside it; none while keys change it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press begins a step of its own."""
        self.act = own_key()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The press ends."""
        super().mouseReleaseEvent(event)
        self.act = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to what scrolls."""
        event.ignore()

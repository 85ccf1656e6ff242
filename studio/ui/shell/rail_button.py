"""A button of the rail, which opens for what is dragged, too. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QToolButton

_RESTS = 500  # milliseconds


class RailButton(QToolButton):
    """Where it accepts drops: files that rest on it a moment open its room, to be let go there."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS)
        self._rest.timeout.connect(self.click)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Begin to wait."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._rest.start()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Files went on."""
        super().dragLeaveEvent(event)
        self._rest.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the room have what was let go on its button."""
        self._rest.stop()
        self.click()
        QApplication.sendEvent(self.window(), event)

"""Lets a widget be dragged to where files are welcome: the timeline, another room, the file manager. The GUI thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


class FileDrag(QObject):
    """Begins to drag a file where its widget is pressed and pulled."""

    def __init__(self, widget: QWidget, file: Path) -> None:
        super().__init__(widget)
        self._widget = widget
        self._file = file
        self._pressed: QPointF | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch the left button."""
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._pressed = event.position()
            elif kind == QEvent.Type.MouseButtonRelease:
                self._pressed = None
            elif kind == QEvent.Type.MouseMove and self._pressed is not None:
                way = (event.position() - self._pressed).manhattanLength()
                if way >= QApplication.startDragDistance():
                    self._pressed = None
                    self._drag()
                    return True
        return super().eventFilter(watched, event)

    def _drag(self) -> None:
        # Of the window, as another room may come meanwhile, and the widget go.
        drag = QDrag(self._widget.window())
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._file))])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

"""What was done to the project, to go back to with a click. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics


class HistoryList(QFrame):
    """Steps, the latest on top; those that were undone are muted. A click goes to the moment after a step."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self.steps = QListWidget()
        self.steps.setAccessibleName(t("What was done"))
        self.steps.itemActivated.connect(self._go)
        self.steps.itemClicked.connect(self._go)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.addWidget(basics.label(t("What was done"), "heading"))
        inside.addWidget(self.steps)
        self.setFixedSize(look.px(320), look.px(400))
        self._fill()
        desk.project.changed.connect(self._fill)

    def show_below(self, widget: QWidget) -> None:
        """Show it below what was clicked, inside the window."""
        place = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + tokens.HALF))
        left = widget.window().mapToGlobal(QPoint(0, 0)).x()
        self.move(max(left, place.x()), place.y())
        self.show()
        self.steps.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _fill(self, _label: str = "") -> None:
        opened = self._desk.project.opened
        self.steps.clear()
        if opened is None:
            return
        history = opened.history
        titles = [t("As it was at first"), *history.labels]
        for at in range(len(titles) - 1, -1, -1):
            item = QListWidgetItem(titles[at])
            item.setData(Qt.ItemDataRole.UserRole, at)
            if at > history.at:
                item.setForeground(look.colour("muted"))
                item.setIcon(icon("redo-2", "muted"))
                item.setToolTip(t("Undone"))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, t("{step}, undone", step=titles[at]))
            elif at == history.at:
                item.setIcon(icon("chevron-right", "accent"))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, t("{step}, as it is now", step=titles[at]))
            else:
                item.setIcon(icon("check", "muted"))
            self.steps.addItem(item)
        self.steps.setCurrentRow(len(titles) - 1 - history.at)

    def _go(self, item: QListWidgetItem) -> None:
        at = int(item.data(Qt.ItemDataRole.UserRole))  # before what is typed becomes a step, and the list another
        self._desk.project.settle()
        opened = self._desk.project.opened
        if opened is None or at == opened.history.at:
            return
        try:
            opened.jump(at)
        except StudioError as e:
            self._desk.notices.tell(e, key="project")

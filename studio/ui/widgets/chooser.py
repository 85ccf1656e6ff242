"""A choice of which one is shown: what does not fit ends with an ellipsis; the tooltip tells it. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip

_SLACK = 2  # pixels: as wide as it asks to be, it leaves so little


class Chooser(QComboBox):
    """Qt's own cuts a long text in the middle of a letter."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, and of the text what fits."""
        del event
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        if not self.isEditable():
            option.currentText = self._fitting()
            painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell the whole text where it is not shown."""
        if (
            isinstance(event, QHelpEvent)
            and event.type() == QEvent.Type.ToolTip
            and self._fitting() != self.currentText()
        ):
            tip = f"{self.currentText()}\n{self.toolTip()}".strip()
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _fitting(self) -> str:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, field.width() + _SLACK)

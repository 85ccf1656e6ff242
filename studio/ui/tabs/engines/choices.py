"""Where engines may run, and how long they keep their memory: settings of all of them. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.settings import with_value
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines import model
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser


class Choices(QWidget):
    """The device, whether the CPU may be used, minutes until an idle engine goes."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.device = Chooser()
        self.device.setAccessibleName(t("Device for all engines"))
        self.cpu = QCheckBox(t("The CPU may be used"))
        self.cpu.setAccessibleName(t("The CPU may be used"))
        self.cpu.setToolTip(t("Without it, an engine that finds no other device does not run."))
        self.idle = basics.inset(QDoubleSpinBox())
        self.idle.setRange(0, 1440)
        self.idle.setDecimals(0)
        self.idle.setSuffix(f" {t('minutes')}")
        self.idle.setAccessibleName(t("An idle engine keeps its memory for"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(basics.label(t("All engines"), "heading"))
        for title, field in ((t("Device"), self.device), (t("An idle engine keeps its memory for"), self.idle)):
            caption = basics.label(title, "secondary", wrap=True)
            caption.setBuddy(field)
            inside.addLayout(basics.column(caption, field, spacing=tokens.HALF))
        inside.addWidget(self.cpu)
        self.device.activated.connect(lambda _row: self._save("engines.device", self.device.currentData()))
        self.cpu.clicked.connect(lambda on: self._save("engines.allow_cpu", on))
        self.idle.editingFinished.connect(self._save_idle)

    def show_settings(self) -> None:
        """Show what is set."""
        engines, found = self._desk.studio.settings.engines, self._desk.studio.devices
        blockers = [QSignalBlocker(field) for field in (self.device, self.cpu, self.idle)]
        self.device.clear()
        self.device.addItem(t("The best there is"), "")
        for device in found:
            self.device.addItem(model.short_name(device), device.id)
            self.device.setItemData(self.device.count() - 1, device.name, 3)  # the tooltip
        if engines.device and self.device.findData(engines.device) < 0:
            self.device.addItem(t("{device} (not here)", device=engines.device), engines.device)
        self.device.setCurrentIndex(max(0, self.device.findData(engines.device)))
        self.cpu.setChecked(engines.allow_cpu)
        self.idle.setValue(engines.idle_minutes)
        del blockers

    def _save_idle(self) -> None:
        if self.idle.value() != self._desk.studio.settings.engines.idle_minutes:
            self._save("engines.idle_minutes", self.idle.value())

    def _save(self, name: str, value: object) -> None:
        studio = self._desk.studio
        try:
            studio.save_settings(with_value(studio.settings, name, value))
        except StudioError as e:
            self._desk.notices.tell(e, room="engines", key="settings")
        self.show_settings()
        self.changed.emit()

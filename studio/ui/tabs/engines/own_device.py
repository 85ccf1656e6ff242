"""The device of one engine, where there are several that it can use. The GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.settings import with_device
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines import model
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser


class OwnDevice(QWidget):
    """Chooses among the devices that suit an engine. Hidden where there is nothing to choose."""

    changed = Signal()

    def __init__(self, desk: Desk, manifest: Manifest) -> None:
        super().__init__()
        self._desk = desk
        self._engine = manifest.id
        found = [d for d in desk.studio.devices if d.kind in manifest.accelerators]
        own = desk.studio.settings.engines.by_engine.get(manifest.id, "")
        self.device = Chooser()
        self.device.setAccessibleName(t("Device for {engine}", engine=t(manifest.title)))
        self.device.addItem(t("As for all engines"), "")
        for device in found:
            self.device.addItem(model.short_name(device), device.id)
        if own and self.device.findData(own) < 0:
            self.device.addItem(t("{device} (not here)", device=own), own)
        self.device.setCurrentIndex(max(0, self.device.findData(own)))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(basics.label(t("Where it runs"), "heading"))
        inside.addWidget(self.device)
        if len(found) < 2 and not own:
            self.hide()
        self.device.activated.connect(self._save)

    def _save(self) -> None:
        studio = self._desk.studio
        try:
            studio.save_settings(with_device(studio.settings, self._engine, self.device.currentData()))
        except StudioError as e:
            self._desk.notices.tell(e, room="engines", key="settings")
        self.changed.emit()

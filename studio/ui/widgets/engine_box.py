"""Which engine does a task: a choice of those that can, remembered; hidden where there is only one."""

from __future__ import annotations

from PySide6.QtCore import Signal

from studio.engines.manifest import Manifest
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.widgets.chooser import Chooser


class EngineBox(Chooser):
    """The engines of a task; `manifest` is None where there is none."""

    chosen = Signal()

    def __init__(self, desk: Desk, task: str) -> None:
        super().__init__()
        self._desk = desk
        self._task = task
        self.setAccessibleName(t("Engine"))
        self.setToolTip(t("The engine that does it"))
        studio = desk.studio
        self._manifests = studio.registry.able(task)
        for manifest in self._manifests:
            self.addItem(t(manifest.title), manifest.id)
        wanted = desk.memory.get(f"engine.{task}", "") or getattr(studio.settings.defaults, task)
        self.setCurrentIndex(max(0, self.findData(wanted)))
        self.currentIndexChanged.connect(self._remember)
        if not self._manifests:
            self.hide()

    @property
    def manifest(self) -> Manifest | None:
        """The engine that is chosen."""
        return next((m for m in self._manifests if m.id == self.currentData()), None)

    def choose(self, engine: str) -> bool:
        """Choose an engine; return whether it is there."""
        at = self.findData(engine)
        if at >= 0:
            self.setCurrentIndex(at)
        return at >= 0

    def _remember(self) -> None:
        self._desk.memory.put(f"engine.{self._task}", self.currentData())
        self.chosen.emit()

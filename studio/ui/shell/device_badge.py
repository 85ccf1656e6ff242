"""Where engines run and how much memory is free there; a click shows the engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.language import figures, t
from studio.ui.theme.icons import icon
from studio.ui.widgets import basics

if TYPE_CHECKING:
    from studio.services.device_state import State

_FIRST, _EVERY = 300, 5000  # milliseconds


class DeviceBadge(QWidget):
    """A quiet button."""

    def __init__(self, desk: Desk, show_engines: Callable[[], object]) -> None:
        super().__init__()
        self._desk = desk
        self._button = basics.button(t("Looking for devices"), show_engines, kind="quiet")
        self._button.setIcon(icon("cpu", "muted"))
        self.setLayout(basics.row(self._button))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._ask)
        self._timer.start(_FIRST)

    def _ask(self) -> None:
        self._timer.setInterval(_EVERY)
        if self.isVisible():
            from studio.services import device_state

            studio = self._desk.studio
            self._desk.operations.run(self, lambda: device_state.best(studio.devices), self._show, lambda _e: None)

    def _show(self, state: State) -> None:
        gigabyte = 1_000_000_000
        used, whole = (state.memory - state.free) / gigabyte, state.memory / gigabyte
        memory = t("{used} of {whole:.0f} GB in use", used=figures(used), whole=whole) if state.free else ""
        short = state.kind.upper() if state.kind == "cpu" else state.name
        self._button.setText(" · ".join(part for part in (short, memory) if part))
        basics.rename(self._button, f"{state.name}\n{memory}")

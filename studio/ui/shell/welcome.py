"""The first page: hear something at once, open the demo, or begin."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.widgets import basics


class Welcome(QWidget):
    """Shown once, and on request."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__()
        del desk, actions
        self.setLayout(basics.column(basics.label(t("Welcome to Angen Studio"), "welcome"), None, margin=48))

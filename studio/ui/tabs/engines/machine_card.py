"""What this computer can do, and which packs are worth installing on it: a plan, never more. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from studio.services.first_run import FirstRun, Worth
from studio.ui.language import t
from studio.ui.tabs.engines import words
from studio.ui.tabs.engines.model import bytes_of
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.machine_words import sentence


class MachineCard(QFrame):
    """At the top of the room."""

    install_wanted = Signal(str)  # an engine of the pack

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        self._inside.setSpacing(tokens.GRID)
        self._buttons: list[QPushButton] = []

    def show_plan(self, plan: FirstRun) -> None:
        """Show the plan for this machine."""
        basics.clear(self._inside)
        self._buttons = []
        self._inside.addWidget(basics.label(t("This computer"), "heading"))
        self._inside.addWidget(basics.label(sentence(plan), wrap=True))
        for hint in dict.fromkeys(t(one.hint) for one in plan.advised if one.hint):
            self._inside.addWidget(basics.label(hint, "secondary", wrap=True))
        if not plan.wanted:
            return
        intro = t("Worth installing here; nothing is installed without a click, and each plan is shown first:")
        self._inside.addWidget(basics.label(intro, "secondary", wrap=True))
        for worth in plan.wanted:
            self._add(worth)

    def show_busy(self, *, busy: bool) -> None:
        """Let no second install begin."""
        for button in self._buttons:
            button.setEnabled(not busy)

    def _add(self, worth: Worth) -> None:
        sign = basics.label()
        sign.setPixmap(icon("package", "muted").pixmap(look.px(16), look.px(16)))
        engines = ", ".join(t(m.title) for m in worth.engines)
        about = t(
            "about {size} to download, for {kind}", size=bytes_of(worth.download), kind=words.kind_of(worth.accelerator)
        )
        if worth.state == "ready":
            about = f"{t('installed for {kind}', kind=words.kind_of(worth.built_for))} · {about}"
        elif worth.state != "missing":
            about = f"{words.state_of_pack(worth.state)} · {about}"
        if not worth.makes:
            about = f"{about} · {t('can be tried, and makes nothing yet')}"
        said = basics.column(basics.label(engines, wrap=True), spacing=0)
        said.addWidget(basics.label(t("Pack {pack} · {about}", pack=worth.title, about=about), "secondary", wrap=True))
        button = basics.button(t("Install…"), partial(self.install_wanted.emit, worth.engines[0].id))
        button.setAccessibleName(t("Install the pack {pack}", pack=worth.title))
        self._buttons.append(button)
        line = basics.row(sign, spacing=12)
        line.addLayout(said, 1)
        line.addWidget(button)
        self._inside.addLayout(line)

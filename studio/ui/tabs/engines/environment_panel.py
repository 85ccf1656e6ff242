"""The environment behind an engine: its state, what it holds, and what can be done with it. The GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.dialogs import question
from studio.ui.language import t
from studio.ui.tabs.engines import words
from studio.ui.tabs.engines.seen import Environment
from studio.ui.theme import tokens
from studio.ui.widgets import basics, facts
from studio.ui.widgets.flow_layout import FlowLayout


class EnvironmentPanel(QWidget):
    """Facts and buttons of one pack."""

    install_wanted = Signal()

    def __init__(self, desk: Desk, environment: Environment, title: str) -> None:
        super().__init__()
        self._desk = desk
        self._environment = environment
        self._engine = title
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(basics.label(t("Environment"), "heading"))
        inside.addLayout(facts.table_of(self._facts()))
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons)
        state = environment.state
        if state == "missing":
            self._add(flow, t("Install…"), "download", self.install_wanted.emit)
        else:
            if state == "ready":
                self._add(flow, t("Verify"), "shield-check", self._verify)
            self._add(flow, t("Repair"), "rotate-ccw", self._repair)
            self._add(flow, t("Install anew…"), "download", self.install_wanted.emit)
            self._add(flow, t("Remove…"), "trash-2", self._ask_remove)
        inside.addWidget(self._buttons)
        desk.packs.changed.connect(self._refresh)
        self._refresh()

    def _add(self, flow: FlowLayout, title: str, sign: str, act: object) -> None:
        made = basics.button(title, act, icon_name=sign)  # pyright: ignore[reportArgumentType]
        made.setAccessibleName(t("{deed}: the pack {pack}", deed=title.rstrip("…"), pack=self._environment.title))
        flow.addWidget(made)

    def _facts(self) -> list[tuple[str, str]]:
        here = self._environment
        rows = [(t("Pack"), here.title), (t("State"), words.state_of_pack(here.state))]
        if here.marker is not None and here.state == "ready":
            rows += [
                (t("Computes with"), words.kind_of(here.marker.accelerator)),
                (t("torch"), here.marker.torch),
                (t("Python"), here.marker.python_version),
                (t("Packages"), str(here.marker.packages)),
                (t("Built"), here.marker.built.partition("T")[0]),
            ]
        rows.append((t("Serves also"), ", ".join(t(m.title) for m in here.shared)))
        return [(label, value) for label, value in rows if value]

    def _refresh(self) -> None:
        self._buttons.setEnabled(self._desk.packs.deed is None)

    def _verify(self) -> None:
        self._desk.packs.verify(self._environment.pack, self._environment.title)

    def _repair(self) -> None:
        self._desk.packs.repair(self._environment.pack, self._environment.title)

    def _ask_remove(self) -> None:
        here = self._environment
        others = ", ".join(t(m.title) for m in here.shared)
        text = t("{engine} does not work without it. What was loaded stays in the cache.", engine=self._engine)
        if others:
            text = t(
                "{engine} does not work without it, and these do not either: {others}. What was loaded stays in the"
                " cache.",
                engine=self._engine,
                others=others,
            )
        remove = partial(self._desk.packs.remove, here.pack, here.title)
        question.ask(self, t("Remove the pack {pack}?", pack=here.title), text, t("Remove"), remove)

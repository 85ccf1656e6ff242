"""The room Engines: what is there, what it needs, where it would run and why, and whether it works."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from studio.services import engine_list
from studio.services.engine_list import Row
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t, tn
from studio.ui.tabs.engines import model
from studio.ui.tabs.engines.choices import Choices
from studio.ui.tabs.engines.console import Console
from studio.ui.tabs.engines.details import Details
from studio.ui.tabs.engines.row import EngineRow
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.room import Room


class EnginesRoom(Room):
    """The list comes from the registry, so an engine that is added appears by itself."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "engines", t("Engines"))
        self._rows: dict[str, EngineRow] = {}
        self._chosen = ""
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, tokens.GRID, 0)
        self._list.setSpacing(tokens.GRID)
        self.console = Console(desk)
        self.details = Details()
        self.choices = Choices(desk)
        self._summary = basics.label("", "secondary")
        self._build()
        self.choices.changed.connect(self._look)
        self.console.changed.connect(self._show_states)
        desk.jobs.changed.connect(self._job_changed)
        desk.jobs.reset.connect(self._show_states)
        actions.bind("engines.test", self.generate)

    def entered(self) -> None:
        """Look again where engines would run."""
        self._look()

    def generate(self) -> None:
        """Test the chosen engine."""
        row = self._rows.get(self._chosen)
        if row is not None and model.can_be_tested(row.row):
            self.test(row.row.id)

    def choose(self, engine: str) -> None:
        """Show the details of an engine."""
        if engine not in self._rows:
            return
        self._chosen = engine
        for name, row in self._rows.items():
            row.show_chosen(on=name == engine)
        self.desk.memory.put("engines.chosen", engine)
        row = self._rows[engine]
        self.details.show_row(row.row)
        if self.primary:
            self.primary.setEnabled(model.can_be_tested(row.row) and not self.console.testing)

    def test(self, engine: str) -> None:
        """Test an engine, and show what it prints."""
        manifest = self._rows[engine].row.entry.manifest
        if manifest is not None:
            self.choose(engine)
            self.console.test(manifest)
            QTimer.singleShot(0, self, self._show_chosen)

    # ---- inside

    def _build(self) -> None:
        self.header.addWidget(self._summary)
        holder = QWidget()
        holder.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        self._scroll = scroll
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(scroll)
        split.addWidget(self.console)
        split.setSizes([look.px(400), look.px(220)])
        split.setStretchFactor(0, 1)
        self.body.addWidget(split, 1)
        self.inspector.addWidget(self.choices)
        self.inspector.addWidget(basics.rule())
        self.inspector.addWidget(self.details)
        self.inspector.addStretch(1)
        self.set_primary(t("Test the engine"), "flask-conical").setEnabled(False)

    def _look(self) -> None:
        studio = self.desk.studio

        def work() -> list[Row]:
            engines = studio.settings.engines
            wanted, allow = engines.device, engines.allow_cpu
            return engine_list.rows(studio.registry, studio.devices, wanted=wanted, allow_cpu=allow)

        self.desk.operations.run(self, work, self._show)

    def _show(self, rows: list[Row]) -> None:
        self.choices.show_settings()
        if [shown.row for shown in self._rows.values()] != rows or not rows:
            self._fill(rows)
        ready = sum(model.can_be_tested(row) for row in rows)
        self._summary.setText(tn(ready, "One engine is ready", "{count} engines are ready"))
        self._show_states()
        chosen = self._chosen or self.desk.memory.get("engines.chosen", "")
        self.choose(chosen if chosen in self._rows else next(iter(self._rows), ""))
        QTimer.singleShot(0, self, self._show_chosen)

    def _show_chosen(self) -> None:
        """Once the rows have their places."""
        row = self._rows.get(self._chosen)
        if row is not None:
            self._scroll.ensureWidgetVisible(row)

    def _fill(self, rows: list[Row]) -> None:
        basics.clear(self._list)
        self._rows = {row.id: EngineRow(row) for row in rows}
        for made in self._rows.values():
            made.chosen.connect(self.choose)
            made.test_wanted.connect(self.test)
            made.step.connect(self._step)
            self._list.addWidget(made)
        if not rows:
            words = t("Projects can be opened, changed and exported. Install the studio again to bring them back.")
            self._list.addWidget(EmptyState("cpu", t("There is no engine here"), words))
        self._list.addStretch(1)

    def _show_states(self) -> None:
        running = {job.engine for job in self.desk.jobs.running}
        for name, row in self._rows.items():
            row.show_state(running=name in running, testing=name == self.console.testing)
        chosen = self._rows.get(self._chosen)
        if self.primary and chosen is not None:
            self.primary.setEnabled(model.can_be_tested(chosen.row) and not self.console.testing)

    def _job_changed(self, job: int) -> None:
        del job
        if self.isVisible():
            self._show_states()

    def _step(self, by: int) -> None:
        names = list(self._rows)
        at = names.index(self._chosen) + by if self._chosen in names else 0
        if 0 <= at < len(names):
            self.choose(names[at])
            self._rows[names[at]].setFocus()
            self._scroll.ensureWidgetVisible(self._rows[names[at]])


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return EnginesRoom(desk, actions)

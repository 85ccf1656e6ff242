"""The room Engines: what is there, what it needs, where it would run and why, and whether it works."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner, Choice
from studio.ui.bridge.pack_deeds import WORK_KEY
from studio.ui.language import t, tn
from studio.ui.tabs.engines import install_dialog, model, seen, words
from studio.ui.tabs.engines.choices import Choices
from studio.ui.tabs.engines.console import Console
from studio.ui.tabs.engines.details import Details
from studio.ui.tabs.engines.devices_page import DevicesPage
from studio.ui.tabs.engines.disk_page import DiskPage
from studio.ui.tabs.engines.machine_card import MachineCard
from studio.ui.tabs.engines.models_page import ModelsPage
from studio.ui.tabs.engines.row import EngineRow
from studio.ui.tabs.engines.seen import Environment, Seen
from studio.ui.tabs.engines.work_panel import WorkBar
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.pages import Pages
from studio.ui.widgets.room import Room

_ENGINES, _MODELS, _DEVICES, _DISK = range(4)


class EnginesRoom(Room):
    """The list comes from the registry, so an engine that is added appears by itself."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "engines", t("Engines"))
        self._rows: dict[str, EngineRow] = {}
        self._chosen = ""
        self._seen: Seen | None = None
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(tokens.GRID)
        self.console = Console(desk)
        self.details = Details(desk)
        self.choices = Choices(desk)
        self.machine = MachineCard()
        self.models = ModelsPage(desk)
        self.devices = DevicesPage(desk)
        self.disk = DiskPage(desk)
        self.work = WorkBar(desk)
        self._pages = Pages()
        self._tabs: list[QPushButton] = []
        self._summary = basics.label("", "secondary")
        self._build()
        self._connect()
        actions.bind("engines.test", self.generate)

    def entered(self) -> None:
        """Look again where engines would run."""
        self.desk.notices.dropped.emit(WORK_KEY)
        self._look()

    def left(self) -> None:
        """Whatever is still being done can be found from the other rooms."""
        deed = self.desk.packs.deed
        if deed is not None:
            show = Choice(t("Show"), partial(self.actions_table.trigger, "room.engines"))
            hint = t("It goes on while you work.")
            told = Banner(words.title_of(deed), hint, tone="info", key=WORK_KEY, choices=(show,))
            self.desk.notices.banner.emit(told)

    def generate(self) -> None:
        """Test the chosen engine."""
        row = self._rows.get(self._chosen)
        if row is not None and model.can_be_tested(row.row, row.environment):
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
        learned = [one for one in self._seen.learned if one.situation.engine == engine] if self._seen else []
        self.details.show_row(row.row, row.environment, learned)
        self._show_primary()

    def test(self, engine: str) -> None:
        """Test an engine, and show what it prints."""
        manifest = self._rows[engine].row.entry.manifest
        if manifest is not None:
            self._show_page(_ENGINES)
            self.choose(engine)
            self.console.test(manifest)
            QTimer.singleShot(0, self, self._show_chosen)

    def install(self, engine: str) -> None:
        """Show what an install would bring, and let it begin."""
        row = self._rows.get(engine)
        manifest = row.row.entry.manifest if row else None
        if manifest is None:
            return
        found = [d for d in self.desk.studio.devices if d.kind in manifest.accelerators]
        kinds = {d.kind: d for d in reversed(found)}
        dialog = install_dialog.InstallDialog(
            self.window(), self.desk, manifest, t(manifest.title), [d for d in found if d is kinds[d.kind]]
        )
        dialog.open()

    # ---- inside

    def _build(self) -> None:
        for number, title in enumerate((t("Engines"), t("Models"), t("Devices"), t("Disk"))):
            tab = basics.button(title, partial(self._show_page, number), kind="chip")
            tab.setCheckable(True)
            tab.setAccessibleName(t("Show: {page}", page=title))
            self._tabs.append(tab)
            self.header.insertWidget(1 + number, tab)
        self.header.addWidget(self._summary)
        self.body.addWidget(self.work)
        engines = QWidget()
        inside = basics.column(self.machine)
        inside.setContentsMargins(0, 0, tokens.GRID, 0)
        inside.addLayout(self._list)
        engines.setLayout(inside)
        self._scroll = _scrolled(engines)
        for page in (self._scroll, _scrolled(self.models), _scrolled(self.devices), _scrolled(self.disk)):
            self._pages.addWidget(page)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self._pages)
        split.addWidget(self.console)
        split.setSizes([look.px(400), look.px(220)])
        split.setStretchFactor(0, 1)
        self.body.addWidget(split, 1)
        self.inspector.addWidget(self.choices)
        self.inspector.addWidget(basics.rule())
        self.inspector.addWidget(self.details)
        self.inspector.addStretch(1)
        self.set_primary(t("Test the engine"), "flask-conical").setEnabled(False)
        self._show_page(_ENGINES)

    def _connect(self) -> None:
        self.choices.changed.connect(self._look)
        self.console.changed.connect(self._show_states)
        self.machine.install_wanted.connect(self.install)
        self.details.install_wanted.connect(self.install)
        self.details.forgotten.connect(self._look)
        self.details.measuring.measured.connect(self._look)
        self.details.device_chosen.connect(self._look)
        self.work.show_wanted.connect(lambda: install_dialog.working(self, self.desk))
        self.desk.jobs.changed.connect(self._job_changed)
        self.desk.jobs.reset.connect(self._show_states)
        self.desk.packs.changed.connect(self._packs_changed)

    def _show_page(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        for place, tab in enumerate(self._tabs):
            tab.setChecked(place == number)
        if number == _DISK:
            self.disk.look()

    def _look(self) -> None:
        studio = self.desk.studio
        self.desk.operations.look(self, "engines", lambda: seen.look(studio), self._show)

    def _show(self, found: Seen) -> None:
        before, self._seen = self._seen, found
        self.choices.show_settings()
        self.machine.show_plan(found.plan)
        self.models.show_models(found)
        self.devices.show_chips(found.chips)
        same = before is not None and (before.rows, before.environments) == (found.rows, found.environments)
        if not same or not found.rows:
            self._fill(found)
        ready = sum(model.standing(row.row, row.environment) == "ready" for row in self._rows.values())
        self._summary.setText(tn(ready, "One engine is ready", "{count} engines are ready"))
        self._show_states()
        chosen = self._chosen or self.desk.memory.get("engines.chosen", "")
        self.choose(chosen if chosen in self._rows else next(iter(self._rows), ""))
        if self._chosen and before is not None:
            QTimer.singleShot(0, self, self._show_chosen)

    def _show_chosen(self) -> None:
        """Once the rows have their places."""
        row = self._rows.get(self._chosen)
        if row is not None:
            self._scroll.ensureWidgetVisible(row)

    def _fill(self, found: Seen) -> None:
        basics.clear(self._list)
        self._rows = {row.id: EngineRow(row, found.environments.get(row.id)) for row in found.rows}
        for made in self._rows.values():
            made.chosen.connect(self.choose)
            made.step_wanted.connect(self._take_step)
            made.step.connect(self._step)
            self._list.addWidget(made)
        if not found.rows:
            said = t("Projects can be opened, changed and exported. Install the studio again to bring them back.")
            self._list.addWidget(EmptyState("cpu", t("There is no engine here"), said))
        self._list.addStretch(1)

    def _take_step(self, engine: str, step: str) -> None:
        environment = self._rows[engine].environment
        self.choose(engine)
        if step == model.TEST:
            self.test(engine)
        elif step == model.INSTALL:
            self.install(engine)
        elif step == model.LOAD:
            self._show_page(_MODELS)
            self.models.offer(engine)
        elif environment is not None:
            self.desk.packs.repair(environment.pack, environment.title)

    def _show_states(self) -> None:
        running = {job.engine for job in self.desk.jobs.running}
        busy = self.desk.packs.deed is not None
        for name, row in self._rows.items():
            state = model.RUNNING if name in running else ""
            if row.environment is not None and self._is_worked_on(row.environment):
                state = model.WORKED_ON
            row.show_state(model.TESTING if name == self.console.testing else state, busy=busy)
        self.machine.show_busy(busy=busy)
        self._show_primary()

    def _is_worked_on(self, environment: Environment) -> bool:
        return self.desk.packs.is_at(environment.pack)

    def _show_primary(self) -> None:
        row = self._rows.get(self._chosen)
        if self.primary and row is not None:
            able = model.can_be_tested(row.row, row.environment)
            free = not self.console.testing and not (row.environment and self._is_worked_on(row.environment))
            self.primary.setEnabled(able and free)

    def _job_changed(self, job: int) -> None:
        del job
        if self.isVisible():
            self._show_states()

    def _packs_changed(self) -> None:
        self._show_states()
        if self.desk.packs.deed is None:
            self._look()
            if self._pages.currentIndex() == _DISK:
                self.disk.look()

    def _step(self, by: int) -> None:
        names = list(self._rows)
        at = names.index(self._chosen) + by if self._chosen in names else 0
        if 0 <= at < len(names):
            self.choose(names[at])
            self._rows[names[at]].setFocus()
            self._scroll.ensureWidgetVisible(self._rows[names[at]])


def _scrolled(page: QWidget) -> QScrollArea:
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(page)
    return made


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return EnginesRoom(desk, actions)

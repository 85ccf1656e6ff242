"""What an install would bring, before anything is done; then how it goes. Closed, it goes on. The GUI thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.runtime.devices import Device
from studio.runtime.environments.plan import BuildPlan
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.bridge.pack_deeds import DONE, hint_of
from studio.ui.language import t, tn
from studio.ui.tabs.engines import words
from studio.ui.tabs.engines.model import bytes_of, short_name
from studio.ui.tabs.engines.work_panel import WorkPanel
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.told import told, told_hint
from studio.ui.widgets import basics, facts
from studio.ui.widgets.banner import Banners
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.pages import Pages


class InstallDialog(QDialog):
    """The plan for an engine's pack with a button to go on, and the work once it has begun.

    Made without a manifest it shows the work that goes on already.
    """

    def __init__(self, parent: QWidget, desk: Desk, manifest: Manifest | None, title: str, kinds: list[Device]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Install {engine}", engine=title) if manifest else t("The work on a pack"))
        self._desk = desk
        self._manifest = manifest
        self._pack = title
        self._plan: BuildPlan | None = None
        self._stop: threading.Event | None = None
        self._began = False
        self._banners = Banners()
        self._pages = Pages()
        self._pages.addWidget(self._plan_page(kinds))
        self.work = WorkPanel(desk)
        self._pages.addWidget(self.work)
        self._go = basics.button(t("Install"), self._install, kind="primary", icon_name="download")
        self._cancel = basics.button(t("Cancel the work"), desk.packs.cancel, icon_name="ban")
        self._close = basics.button(t("Close"), self.reject)
        self._said = basics.label("", "secondary", wrap=True)
        foot = basics.row(self._said, self._close, self._cancel, self._go)
        foot.setStretch(0, 1)
        inside = basics.column(self._banners, spacing=12, margin=tokens.MARGIN)
        inside.addWidget(self._pages, 1)
        inside.addLayout(foot)
        self.setLayout(inside)
        self.resize(min(look.px(720), parent.window().width() - 64), min(look.px(600), parent.window().height() - 48))
        desk.packs.changed.connect(self._show_step)
        self._show_step()
        if manifest is not None:
            self._ask_plan()

    # ---- the plan

    def _plan_page(self, kinds: list[Device]) -> QWidget:
        page = QWidget()
        self._heading = basics.label(t("What would be installed is being looked up…"), "heading", wrap=True)
        self._kind = Chooser()
        self._kind.setAccessibleName(t("For which device"))
        for device in kinds:
            self._kind.addItem(f"{short_name(device)} ({words.kind_of(device.kind)})", device.kind)
        caption = basics.label(t("For which device"), "secondary")
        caption.setBuddy(self._kind)
        self._kind.activated.connect(lambda _row: self._ask_plan())
        choice = basics.row(caption, self._kind, None)
        if len(kinds) < 2:
            caption.hide()
            self._kind.hide()
        self._facts = QWidget()
        self._table = _table()
        self._notes = basics.label("", wrap=True)
        inside = basics.column(self._heading, spacing=12)
        inside.addLayout(choice)
        inside.addWidget(self._facts)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._notes)
        self._plan_layout = inside
        page.setLayout(inside)
        return page

    def _ask_plan(self) -> None:
        manifest, kind, studio = self._manifest, self._kind.currentData() or "", self._desk.studio
        if manifest is None:
            return
        self._stop_planning()
        self._plan = None
        self._heading.setText(t("What would be installed is being looked up…"))
        for part in (self._facts, self._table, self._notes):
            part.hide()
        self._banners.drop("plan")
        self._show_step()
        self._stop = stop = self._desk.packs.plan(
            self,
            lambda cancelled: studio.pack_work.plan(manifest, kind, cancelled=cancelled),
            lambda plan: None if stop.is_set() else self._show_plan(plan),
            lambda error: None if stop.is_set() else self._refuse(error),
        )

    def _refuse(self, error: StudioError) -> None:
        self._heading.setText(t("Nothing was planned, and nothing was changed."))
        self._banners.add(Banner(told(error.message), told_hint(error), error.details, key="plan"))

    def _show_plan(self, plan: BuildPlan) -> None:
        self._plan = plan
        self._pack = self._title_of(plan)
        self._heading.setText(t("The pack {pack}", pack=self._pack))
        self._show_facts(plan)
        self._table.setRowCount(len(plan.requirements))
        for row, needed in enumerate(sorted(plan.requirements, key=lambda r: (-r.size, r.name))):
            values = (needed.name, needed.version, words.size_or_dash(needed.size), needed.licence or "–")
            for column, value in enumerate(values):
                item = QTableWidgetItem(value)
                item.setToolTip(value)
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._table.setItem(row, column, item)
        self._table.setAccessibleDescription(
            "; ".join(f"{r.name} {r.version} {r.licence}" for r in plan.requirements[:200])
        )
        self._table.show()
        self._notes.setText("\n".join(t(note) for note in plan.notes))
        self._notes.setVisible(bool(plan.notes))
        self._show_step()
        if self._go.isEnabled():
            self._go.setFocus()

    def _show_facts(self, plan: BuildPlan) -> None:
        registry = self._desk.studio.registry
        served = ", ".join(t(m.title) for m in registry.manifests() if m.id in plan.engines)
        rows = [
            (t("Engines"), served),
            (t("To download"), t("{size}, at most", size=bytes_of(plan.download_bytes))),
            (t("On disk"), t("about {size}", size=bytes_of(plan.disk_bytes))),
            (t("Computes with"), f"{words.kind_of(plan.accelerator)} · torch {plan.torch}"),
            (t("Interpreter"), f"Python {plan.python_version} · {plan.python}"),
            (t("Packages"), tn(len(plan.requirements), "One package", "{count} packages")),
        ]
        self._facts.deleteLater()
        fresh = QWidget()
        fresh.setLayout(facts.table_of([(label, value) for label, value in rows if value]))
        self._plan_layout.replaceWidget(self._facts, fresh)
        self._facts = fresh
        self._facts.show()

    def _title_of(self, plan: BuildPlan) -> str:
        return next((p.title for p in self._desk.studio.packs.packs if p.id == plan.pack), plan.pack)

    # ---- the work

    def _install(self) -> None:
        if self._plan is not None:
            self._banners.drop("plan")
            self._began = True
            self._desk.packs.install(self._plan, self._pack)

    def _show_step(self) -> None:
        packs = self._desk.packs
        busy, last = packs.deed is not None, packs.last
        works = (self._manifest is None or self._began) and (busy or last is not None)
        ended = last if works and not busy else None
        packs.watched = works
        self._pages.setCurrentIndex(1 if works else 0)
        self._go.setVisible(self._manifest is not None and (not works or (ended is not None and ended.state != DONE)))
        self._go.setText(t("Try again") if ended else t("Install"))
        self._go.setAccessibleName(self._go.text())
        self._go.setEnabled(self._plan is not None and not busy)
        self._cancel.setVisible(busy and works)
        if busy:
            follow = t("Another pack is being worked on; this one can follow.")
            said = t("Closed, this window lets the work go on.") if works else follow
        elif ended is not None:
            said = hint_of(ended)
        else:
            said = "" if works else t("Nothing is installed before the click on “Install”.")
        self._said.setText(said)

    # ---- Qt

    def done(self, result: int) -> None:
        """Closed by whatever: a plan on its way ends, a build goes on."""
        self._stop_planning()
        self._desk.packs.watched = False
        super().done(result)

    def _stop_planning(self) -> None:
        if self._stop is not None:
            self._stop.set()
            self._stop = None


def _table() -> QTableWidget:
    made = QTableWidget(0, 4)
    made.setHorizontalHeaderLabels([t("Package"), t("Version"), t("To download"), t("Licence")])
    made.setAccessibleName(t("Packages"))
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setTabKeyNavigation(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(look.px(26))
    made.setMinimumHeight(look.px(96))
    header = made.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, mode in enumerate((QHeaderView.ResizeMode.Stretch, *[QHeaderView.ResizeMode.Interactive] * 3)):
        header.setSectionResizeMode(column, mode)
    for column, width in ((1, 120), (2, 110), (3, 190)):
        made.setColumnWidth(column, look.px(width))
    return made


def working(parent: QWidget, desk: Desk) -> None:
    """Show the work that goes on now."""
    InstallDialog(parent.window(), desk, None, desk.packs.deed.title if desk.packs.deed else "", []).open()

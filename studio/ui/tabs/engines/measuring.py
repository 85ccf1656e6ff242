"""Measuring an engine by size: begin, how far it is, cancel, and the table. The GUI thread; the work has one apart."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.benchmark import CANCELLED, Progress, Report, Row
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.engines import measured
from studio.ui.theme import tokens
from studio.ui.told import told_of
from studio.ui.widgets import basics

_SHARES = 1000  # of the bar
_STEPS = "steps"


class _Relay(QObject):
    """Carries what is told from the thread of the work to this one."""

    progress = Signal(object)
    row = Signal(object)


class Measuring(QWidget):
    """Lives as long as the room: what is measured goes on while other engines are looked at."""

    measured = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: Manifest | None = None
        self._stop = threading.Event()
        self._rows: dict[str, list[Row]] = {}
        self._told: dict[str, str] = {}
        self.at_work = ""  # the engine that is measured
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(basics.label(t("How fast it is"), "heading"))
        said = t("Each usual size is made once, and on the CPU as well. What is learned serves later work.")
        inside.addWidget(basics.label(said, "caption", wrap=True))
        self._begin = basics.button(t("Measure"), self._measure, icon_name="gauge")
        self._cancel = basics.button(t("Cancel measuring"), self._end_it, kind="quiet", icon_name="ban")
        self._bar = QProgressBar()
        self._bar.setRange(0, _SHARES)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(t("How far it is"))
        self._stage = basics.label("", "secondary", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(tokens.HALF)
        for part in (self._begin, self._bar, self._stage):
            inside.addWidget(part)
        inside.addWidget(self._cancel, alignment=Qt.AlignmentFlag.AlignLeft)
        inside.setAlignment(self._begin, Qt.AlignmentFlag.AlignLeft)
        inside.addLayout(self._list)

    def show_engine(self, manifest: Manifest, *, able: bool) -> None:
        """Show what was measured of an engine, and the button where it can be."""
        self._shown = manifest
        self._begin.setAccessibleName(t("Measure {engine}", engine=t(manifest.title)))
        self.setVisible(able)
        self._refresh()

    def _end_it(self) -> None:
        self._stop.set()

    def _measure(self) -> None:
        manifest = self._shown
        if manifest is None or self.at_work:
            return
        studio, engine = self._desk.studio, manifest.id
        self.at_work = engine
        self._rows[engine], self._told[engine] = [], t("Preparing")
        self._bar.setValue(0)
        self._stop = stop = self._desk.operations.stop_for(self)
        relay = _Relay(self._desk)  # outlives this panel: the work may
        relay.progress.connect(self._show_progress)
        relay.row.connect(self._add_row)
        self._refresh()

        def work() -> Report:
            from studio.runtime import memory
            from studio.services import benchmark, benchmark_order
            from studio.services.generation import loaded_by

            try:
                loaded = loaded_by(manifest, studio.readiness.models)
                usual: list[Any] = [value for name, value in manifest.defaults(loaded).items() if name == _STEPS]
                order = benchmark_order.prepared(manifest, studio.settings, steps=usual, loaded=loaded)
                place: Any = (studio.paths, studio.readiness, studio.envelope, memory.read, studio.settings)
                ears = benchmark.Ears(relay.progress.emit, relay.row.emit, stop.is_set)
                return benchmark.Benchmark(benchmark.Tools(*place), order, ears).run()
            finally:
                relay.deleteLater()

        self._desk.operations.apart(self, work, self._end, self._fail)

    def _show_progress(self, now: Progress) -> None:
        self._told[self.at_work] = measured.progress_of(now)
        self._bar.setValue(round(_SHARES * now.fraction))
        if self._shows_work:
            self._stage.setText(self._told[self.at_work])

    def _add_row(self, row: Row) -> None:
        self._rows[self.at_work].append(row)
        if self._shows_work:
            self._put(row)

    def _end(self, report: Report) -> None:
        engine, self.at_work = self.at_work, ""
        self._rows[engine] = list(report.rows)
        cancelled = report.state == CANCELLED
        self._told[engine] = t("Cancelled. What was measured until then is kept.") if cancelled else ""
        self._refresh()
        self.measured.emit()

    def _fail(self, error: StudioError) -> None:
        engine, self.at_work = self.at_work, ""
        self._told[engine] = told_of(error)
        self._refresh()

    @property
    def _shows_work(self) -> bool:
        return self._shown is not None and self._shown.id == self.at_work

    def _refresh(self) -> None:
        engine = self._shown.id if self._shown else ""
        self._begin.setVisible(not self._shows_work)
        self._begin.setEnabled(not self.at_work)
        self._bar.setVisible(self._shows_work)
        self._cancel.setVisible(self._shows_work)
        stage = self._told.get(engine, "")
        self._stage.setText(stage)
        self._stage.setVisible(bool(stage))
        basics.clear(self._list)
        for row in self._rows.get(engine, []):
            self._put(row)

    def _put(self, row: Row) -> None:
        said = t("{what}: {how}", what=measured.what(row.size, row.steps), how=measured.verdict_of(row))
        self._list.addWidget(basics.label(said, wrap=True, tone=measured.tone_of(row)))
        self._list.addWidget(basics.label(measured.figures_of(row), "caption", wrap=True))

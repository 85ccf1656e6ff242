"""The right side of the room: cast, the engine's form, pauses. The GUI thread."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QVBoxLayout, QWidget

from studio.domain.requests import Gaps
from studio.engines.manifest import Manifest
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.dialogue.cast import CastPanel
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.form import Form


class Side(QWidget):
    """Everything with which lines are made."""

    changed = Signal()  # a value of the form
    pauses_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.cast = CastPanel()
        self.form: Form | None = None
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.GROUP)
        inside.addLayout(basics.column(basics.label(t("Cast"), "heading"), self.cast))
        self._place = QVBoxLayout()
        self._place.setSpacing(tokens.GRID)
        inside.addLayout(self._place)
        settings = desk.studio.settings.speech
        kept = desk.memory.get("dialogue.pauses", [settings.turn_gap, settings.sentence_gap])
        turn, sentence = kept if len(kept) == 2 else (settings.turn_gap, settings.sentence_gap)
        self.turn = _seconds(t("Between speakers"), turn)
        self.sentence = _seconds(t("Between sentences"), sentence)
        inside.addLayout(
            basics.column(
                basics.label(t("Pauses"), "heading"),
                _field(t("Between speakers"), self.turn),
                _field(t("Between sentences"), self.sentence),
            )
        )
        for spin in (self.turn, self.sentence):
            spin.valueChanged.connect(self._pauses)
        inside.addStretch(1)

    @property
    def gaps(self) -> Gaps:
        """The silence where the script asks for none."""
        return Gaps(round(self.sentence.value(), 2), round(self.turn.value(), 2))

    @property
    def params(self) -> dict[str, Any]:
        """The values of the engine's form."""
        return self.form.values if self.form else {}

    def show_engine(self, manifest: Manifest | None) -> None:
        """Show the form of an engine."""
        basics.clear(self._place)
        self.form = None
        if manifest is None or not manifest.params:
            return
        self.form = Form(manifest.id, manifest.params, self._desk.memory)
        self.form.changed.connect(self.changed)
        self._place.addWidget(basics.label(t("How it is spoken"), "heading"))
        if model := next((model for model in manifest.models if not model.part_of), None):
            told = t("{model}, revision {revision}", model=model.title, revision=model.revision[:12])
            self._place.addWidget(basics.label(told if model.revision else model.title, "secondary", wrap=True))
        self._place.addWidget(self.form)

    def _pauses(self) -> None:
        self._desk.memory.put("dialogue.pauses", [self.turn.value(), self.sentence.value()])
        self.pauses_changed.emit()


def engine_chooser(manifests: list[Manifest], chosen: str) -> QComboBox:
    """Return the choice of an engine."""
    made = Chooser()
    made.setAccessibleName(t("Engine"))
    made.setToolTip(t("The engine that speaks"))
    made.setMinimumContentsLength(10)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for manifest in manifests:
        made.addItem(manifest.title, manifest.id)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    made.setEnabled(bool(manifests))
    return made


def _seconds(name: str, value: float) -> QDoubleSpinBox:
    made = basics.inset(QDoubleSpinBox())
    made.setRange(0.0, 10.0)
    made.setDecimals(2)
    made.setSingleStep(0.05)
    made.setSuffix(t(" s"))
    made.setValue(float(value))
    made.setAccessibleName(name)
    made.setFixedWidth(look.px(92))
    return made


def _field(title: str, editor: QWidget) -> QWidget:
    made = QWidget()
    line = basics.row(basics.label(title, "secondary", wrap=True), editor)
    line.setStretch(0, 1)
    made.setLayout(line)
    return made

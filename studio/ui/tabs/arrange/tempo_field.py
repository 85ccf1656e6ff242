"""The field of the piece's tempo: none, or one that a style may have. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable

from studio.domain import rules
from studio.ui.language import t
from studio.ui.tabs.arrange.deeds import set_tempo
from studio.ui.tabs.arrange.panel_fields import Spin
from studio.ui.timeline.state import Timeline
from studio.ui.widgets import basics


class TempoField(Spin):
    """Steps go over the numbers that are no tempo; one that is typed is refused in words, and the old one shown."""

    def __init__(self, state: Timeline, *, here: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self._state = state
        self._here = here  # whether the project is open that this shows something of
        basics.inset(self)
        self.setRange(0.0, rules.FASTEST)
        self.setDecimals(1)
        self.setSpecialValueText(t("No tempo"))
        self.setSuffix(" bpm")
        self.setKeyboardTracking(False)
        basics.rename(self, t("Tempo of the piece: with one, the ruler counts bars and beats"))
        self.valueChanged.connect(self._changed)

    def show_tempo(self) -> None:
        """Show the project's tempo."""
        self.blockSignals(True)
        self.setValue(self._state.project.style.bpm)
        self.blockSignals(False)

    def stepBy(self, steps: int) -> None:
        """Go up or down; the first step up from none is the slowest tempo."""
        now, step = self.value(), self.singleStep()
        if 0.0 < now + steps * step < rules.SLOWEST:
            self.setSingleStep(rules.SLOWEST - now if steps > 0 else now)
            steps = 1 if steps > 0 else -1
        super().stepBy(steps)
        self.setSingleStep(step)

    def _changed(self, bpm: float) -> None:
        self.lineEdit().setModified(False)
        if self._here() and not set_tempo(self._state, bpm, merge=self.act):
            self.show_tempo()

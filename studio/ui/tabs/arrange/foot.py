"""Below the lanes: where the playhead is, how long the piece, its tempo, how loud it is.

The GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.errors import StudioError
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.arrange.tempo_field import TempoField
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.timeline.meters import Meters
from studio.ui.timeline.state import Timeline
from studio.ui.timeline.times import clock, samples_of
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout


class Foot(QWidget):
    """One line."""

    def __init__(self, desk: Desk, state: Timeline, actions: Actions) -> None:
        super().__init__()
        self._state = state
        self._desk = desk
        self.clock = QLineEdit()
        self.clock.setFixedWidth(self.clock.fontMetrics().horizontalAdvance("0:00:00.000") + look.px(24))
        self.clock.setAlignment(Qt.AlignmentFlag.AlignRight)
        basics.rename(self.clock, t("Time of the playhead; type another to go there"))
        self.clock.editingFinished.connect(self._go)
        self.length = basics.label("", "secondary")
        self.length.setMinimumWidth(self.length.fontMetrics().horizontalAdvance("/ 0:00:00.000") + tokens.HALF)
        self.tempo = TempoField(state)
        self.tempo.editingFinished.connect(self._tempo_typed)
        self.meters = Meters(desk)
        fit = basics.icon_button("maximize-2", actions.hint("arrange.fit"), actions.get("arrange.fit").trigger)
        fit.setAccessibleName(actions.get("arrange.fit").text())
        fit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        groups = QWidget()
        inside = FlowLayout(groups)
        for group in ((self.clock, self.length), (self.tempo,), (self.meters,), (fit,)):
            part = QWidget()
            part.setLayout(basics.row(*group))
            part.setMinimumHeight(look.px(34))
            inside.addWidget(part)
        whole = basics.row(groups)
        whole.setContentsMargins(tokens.MARGIN, tokens.HALF, tokens.MARGIN, tokens.HALF)
        self.setLayout(whole)
        state.playhead_moved.connect(self._show_time)
        state.selected.connect(self.refresh)
        state.settling.connect(self._settle)
        self.refresh()

    def refresh(self) -> None:
        """Show the project as it is."""
        project = self._state.project
        self.length.setText(f"/ {clock(project.length, project.rate)}")
        if not self.tempo.lineEdit().isModified():  # what is being typed stays
            self.tempo.show_tempo()
        self._show_time()

    def _show_time(self) -> None:
        if not self.clock.hasFocus() or not self.clock.isModified():
            self.clock.setText(clock(self._state.playhead, self._state.project.rate))

    def _go(self) -> None:
        if not self.clock.isModified():
            return
        self.clock.setModified(False)
        try:
            at = samples_of(self.clock.text(), self._state.project.rate)
        except StudioError as e:
            self._desk.notices.tell(e, room="arrange", key="clock")
            self._show_time()
            return
        self._desk.notices.dropped.emit("clock")
        self._state.put_playhead(at)
        self._state.show(self._state.scale.showing(at))
        self._show_time()

    def _tempo_typed(self) -> None:
        self.tempo.lineEdit().setModified(False)

    def _settle(self) -> None:
        """Take over what was typed and not confirmed."""
        self.tempo.interpretText()
        self._go()

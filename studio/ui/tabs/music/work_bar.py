"""What can be done with a take that is there, below its row: a range of it anew, on from its end, all in another way.

The GUI thread. What the engine cannot is shown with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QPushButton, QVBoxLayout, QWidget

from studio.services.song_work import COVER, EXTEND, REPAINT, SHORTEST
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout

_MOST_MORE, _MORE = 600.0, 30.0  # seconds that a song may go on; offered first


class WorkBar(QWidget):
    """`wanted` says what to do: repaint with begin and end, extend with the seconds, or cover."""

    wanted = Signal(str, float, float)
    ranged = Signal(float, float)  # in seconds
    closed = Signal()

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self.begin = _spin(t("Range from, in seconds"), seconds)
        self.end = _spin(t("Range to, in seconds"), seconds)
        self.end.setValue(seconds)
        self.more = _spin(t("Seconds to go on"), _MOST_MORE)
        self.more.setDecimals(0)
        self.more.setMinimum(1.0)
        self.more.setValue(_MORE)
        self._buttons: dict[str, QPushButton] = {
            REPAINT: basics.button(t("Repaint this range"), self._repaint, icon_name="wand-sparkles"),
            EXTEND: basics.button(t("Extend"), self._extend, icon_name="move-horizontal"),
            COVER: basics.button(t("Make a cover"), self._cover, icon_name="copy"),
        }
        self._whys = basics.label("", "caption", wrap=True)
        close = basics.icon_button("x", t("Close"), self.closed.emit)
        place = QWidget()
        flow = FlowLayout(place)
        for group in (
            (basics.label(t("Range from"), "secondary"), self.begin, basics.label(t("to"), "secondary"), self.end,
             self._buttons[REPAINT]),
            (basics.label(t("Go on for"), "secondary"), self.more, basics.label(t("seconds"), "secondary"),
             self._buttons[EXTEND]),
            (self._buttons[COVER], close),
        ):  # fmt: skip
            together = QWidget()
            together.setLayout(basics.row(*group))
            flow.addWidget(together)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(look.px(32), tokens.HALF, 0, tokens.HALF)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(place)
        inside.addWidget(self._whys)
        for spin in (self.begin, self.end):
            spin.valueChanged.connect(self._tell)
        self._reasons: Mapping[str, str] = {}

    def show_range(self, begin: float, end: float) -> None:
        """Show another range, in seconds."""
        for spin, value in ((self.begin, begin), (self.end, end)):
            with QSignalBlocker(spin):
                spin.setValue(value)
        self._show_what_can_be()

    def show_reasons(self, why_not: Callable[[str], str]) -> None:
        """Show what can be done now, and why the rest cannot."""
        self._reasons = {way: why_not(way) for way in self._buttons}
        self._show_what_can_be()

    def _show_what_can_be(self) -> None:
        for way, button in self._buttons.items():
            why = self._reasons.get(way, "")
            enough = way != REPAINT or self.end.value() - self.begin.value() >= SHORTEST
            button.setEnabled(enough and not why)
            button.setToolTip(why)
            button.setAccessibleDescription(why)
        for spin in (self.begin, self.end):
            spin.setEnabled(not self._reasons.get(REPAINT))
        self.more.setEnabled(not self._reasons.get(EXTEND))
        told = list(dict.fromkeys(why for why in self._reasons.values() if why))
        self._whys.setText(" ".join(told))
        self._whys.setVisible(bool(told))

    def _tell(self) -> None:
        self._show_what_can_be()
        self.ranged.emit(self.begin.value(), self.end.value())

    def _repaint(self) -> None:
        self.wanted.emit(REPAINT, self.begin.value(), self.end.value())

    def _extend(self) -> None:
        self.wanted.emit(EXTEND, self.more.value(), 0.0)

    def _cover(self) -> None:
        self.wanted.emit(COVER, 0.0, 0.0)


def _spin(name: str, most: float) -> QDoubleSpinBox:
    spin = basics.inset(QDoubleSpinBox())
    spin.setRange(0.0, most)
    spin.setDecimals(2)
    spin.setSingleStep(0.1)
    spin.setAccessibleName(name)
    spin.setToolTip(name)
    spin.setMinimumWidth(look.px(88))
    return spin

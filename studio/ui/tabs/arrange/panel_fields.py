"""What the panels of the room are made of: numbers, times, texts and choices that make steps. The GUI thread.

A field shows a value without a word, and tells of what somebody changes. A press of the mouse, a number that is typed,
and a burst of steps by one key have a merge key each, so that each is one step.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QDoubleSpinBox, QLineEdit, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline.bursts import Bursts, own_key
from studio.ui.timeline.slider import PressedSlider
from studio.ui.timeline.times import clock, samples_of
from studio.ui.told import told
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.flow_layout import FlowLayout

_STEPS = 400  # of a slider
_FINER_BELOW = 3.0  # the power by which frequencies and times have more room below


class Spin(QDoubleSpinBox):
    """A number that says with which merge key it is changed. The wheel scrolls unless somebody is in the number."""

    def __init__(self) -> None:
        super().__init__()
        self._bursts = Bursts()
        self._step = ""  # the merge key while it is stepped

    @property
    def act(self) -> str:
        """The merge key of the change that is told of: a burst of steps has one, each number that is typed its own."""
        return self._step or own_key()

    def stepBy(self, steps: int) -> None:
        """Go up or down by key, by its arrows or by the wheel."""
        self._step = self._bursts.key("up" if steps > 0 else "down")
        try:
            super().stepBy(steps)
        finally:
            self._step = ""

    def settle(self) -> None:
        """Take over a number that is being typed."""
        line = self.lineEdit()
        if line.isModified():
            self.interpretText()
            line.setModified(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Slider(PressedSlider):
    """A double click sets it to what it is by itself."""

    reset = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.reset.emit()


class NumberField(QWidget):
    """A slider and a number; `changed` tells the value and the key that makes one step of a drag."""

    changed = Signal(float, str)

    def __init__(
        self,
        title: str,
        low: float,
        high: float,
        *,
        neutral: float = 0.0,
        decimals: int = 1,
        suffix: str = "",
        finer_below: bool = False,
        lowest: float | None = None,
        highest: float | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self._title, self._low, self._span = title, low, high - low
        self._neutral, self._power = neutral, _FINER_BELOW if finer_below else 1.0
        self._caption = basics.label(title, "secondary", wrap=True)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keyboard and screen reader use the number
        self.number = basics.inset(Spin())
        self.number.setRange(low if lowest is None else lowest, high if highest is None else highest)
        self.number.setDecimals(decimals)
        self.number.setSingleStep(10.0**-decimals if high - low <= 2 else 0.5 if high - low <= 100 else 1.0)
        self.number.setSuffix(f" {suffix}" if suffix else "")
        self.number.setKeyboardTracking(False)
        self.number.setFixedWidth(look.px(100))
        basics.rename(self.slider, name or title)
        basics.rename(self.number, name or title)
        self._caption.setBuddy(self.number)
        line = basics.row(self.slider, self.number)
        line.setStretch(0, 1)
        inside = basics.column(self._caption, spacing=tokens.HALF)
        inside.addLayout(line)
        self.setLayout(inside)
        self.slider.reset.connect(self._reset)
        self.slider.valueChanged.connect(self._slid)
        self.number.valueChanged.connect(self._typed)

    def show_value(self, value: float, *, mixed: bool = False) -> None:
        """Show a value; `mixed` says that others of what is chosen have another one."""
        self._caption.setText(t("{title}, different ones", title=self._title) if mixed else self._title)
        if self.number.hasFocus() and self.number.lineEdit().isModified():
            return  # somebody is typing
        with QSignalBlocker(self.number):
            self.number.setValue(value)
        self._show_place(value)

    def _show_place(self, value: float) -> None:
        share = min(1.0, max(0.0, (value - self._low) / self._span))
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share ** (1 / self._power) * _STEPS))

    def _slid(self, place: int) -> None:
        value = self._low + self._span * (place / _STEPS) ** self._power
        value = round(value, self.number.decimals())
        with QSignalBlocker(self.number):
            self.number.setValue(value)
        self.changed.emit(value, self.slider.act or own_key())

    def _typed(self, value: float) -> None:
        self._show_place(value)
        self.changed.emit(value, self.number.act)

    def _reset(self) -> None:
        self.number.setValue(self._neutral)


class LineField(QLineEdit):
    """A text of one line; `entered` comes when it is finished and another one, Escape leaves it as it was."""

    entered = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        basics.rename(self, name)
        self._shown = ""
        self.editingFinished.connect(self._finish)

    def show_text(self, text: str) -> None:
        """Show a text, unless somebody is writing another one."""
        same, self._shown = text == self._shown, text
        if not (self.hasFocus() and self.isModified()) and (not same or text != self.text()):
            self._put_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves it as it was."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._put_back()
        else:
            super().keyPressEvent(event)

    def settle(self) -> None:
        """Take over a text that is being typed."""
        self._finish()

    def _put_back(self) -> None:
        basics.set_property(self, "wrong", value=False)
        self.setText(self._shown)
        self.setCursorPosition(0)

    def _finish(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        if self.text() != self._shown:
            self.entered.emit(self.text())


class TimeField(LineField):
    """A time as m:ss.mmm; `timed` tells it in samples. What is no time is marked and stays to be mended."""

    timed = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._name = name
        self._rate = 1
        self.entered.connect(self._read)

    def show_time(self, samples: int, rate: int) -> None:
        """Show a time."""
        self._rate = rate
        self.show_text(clock(samples, rate))

    def _read(self, text: str) -> None:
        try:
            samples = samples_of(text, self._rate)
        except StudioError as e:
            basics.set_property(self, "wrong", value=True)
            self.setToolTip(f"{self._name}\n{t('Write it as 1:05.250 or in seconds.')}")
            self.setAccessibleDescription(told(str(e)))
            return
        basics.set_property(self, "wrong", value=False)
        self.setToolTip(self._name)
        self.timed.emit(samples)


class ChoiceField(Chooser):
    """One of several; `chosen` comes when somebody takes another."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: list[tuple[str, str]]) -> None:
        super().__init__()
        basics.rename(self, name)
        for value, title in choices:
            self.addItem(title, value)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._tell)

    def show_choice(self, value: str) -> None:
        """Show a choice."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel."""
        event.ignore()

    def _tell(self) -> None:
        self.chosen.emit(str(self.currentData()))


class Section(QWidget):
    """A heading that folds what is below it; whether it is open is remembered."""

    folded = Signal()  # or unfolded

    def __init__(self, memory: Memory, key: str, title: str, *, folded: bool = False) -> None:
        super().__init__()
        self._memory, self._key = memory, f"arrange.panel.{key}"
        self._title = title
        self.heading = basics.button(title, self._toggle, kind="fold")
        self.body = QWidget()
        self.inside = QVBoxLayout(self.body)
        self.inside.setContentsMargins(0, 0, 0, tokens.GRID)
        self.inside.setSpacing(tokens.GRID)
        whole = basics.column(spacing=tokens.HALF)
        whole.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self.body)
        self.setLayout(whole)
        self.open = bool(memory.get(self._key, not folded))
        self._show()

    def unfold(self) -> None:
        """Show what is in it."""
        if not self.open:
            self._toggle()

    def _toggle(self) -> None:
        self.open = not self.open
        self._memory.put(self._key, self.open)
        self._show()
        self.folded.emit()

    def _show(self) -> None:
        self.body.setVisible(self.open)
        self.heading.setIcon(icon("chevron-down" if self.open else "chevron-right", "muted"))
        self.heading.setAccessibleDescription(t("unfolded") if self.open else t("folded"))


def forget_below(place: QWidget) -> None:
    """Drop what is being typed into any field of a panel."""
    for line in place.findChildren(QLineEdit):
        line.setModified(False)


def settle_below(place: QWidget) -> None:
    """Take over what is being typed into any field of a panel."""
    for kind in (LineField, Spin):
        for field in place.findChildren(kind):
            field.settle()


def titled(title: str, field: QWidget) -> QBoxLayout:
    """Return a field below its title."""
    caption = basics.label(title, "secondary", wrap=True)
    caption.setBuddy(field)
    return basics.column(caption, field, spacing=tokens.HALF)


def pair(left: QBoxLayout, right: QBoxLayout | None = None) -> QBoxLayout:
    """Return two fields beside one another, equally wide."""
    line = basics.row(spacing=tokens.GRID)
    line.addLayout(left, 1)
    if right is None:
        line.addStretch(1)
    else:
        line.addLayout(right, 1)
    return line


def switch(title: str, act: Callable[[bool], object]) -> QCheckBox:
    """Return a box to tick; `act` is told when somebody does."""
    box = QCheckBox(title)
    box.setAccessibleName(title)
    box.clicked.connect(act)
    return box


def flow(*widgets: QWidget, spacing: int = tokens.GRID) -> QWidget:
    """Return widgets beside one another, and below where there is no room."""
    holder = QWidget()
    inside = FlowLayout(holder, spacing=spacing)
    policy = holder.sizePolicy()
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    for widget in widgets:
        inside.addWidget(widget)
    return holder

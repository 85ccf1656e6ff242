"""The fields of the export's form, each below its name. The GUI thread."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.language import clock
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser

_TYPED = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{0,3})?)")
_UNFINISHED = re.compile(r"[\d:.,]*")


class TimeBox(QDoubleSpinBox):
    """A time on the timeline in seconds, written and typed as 1:05.250."""

    def __init__(self, longest: float, value: float) -> None:
        super().__init__()
        self.setDecimals(3)
        self.setRange(0.0, longest)
        self.setValue(value)
        basics.inset(self)

    def textFromValue(self, value: float) -> str:
        """Write a time as people read it."""
        return clock(value, 3)

    def valueFromText(self, text: str) -> float:
        """Read a time: seconds, with minutes and hours before them if wanted."""
        found = _TYPED.fullmatch(text.strip())
        if not found:
            return self.value()
        hours, minutes, seconds = found.groups(default="0")
        return (int(hours) * 60 + int(minutes)) * 60 + float(seconds.replace(",", "."))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let nothing else be typed."""
        bare = text.strip()
        if _TYPED.fullmatch(bare):
            fits = self.valueFromText(bare) <= self.maximum()
            return (QValidator.State.Acceptable if fits else QValidator.State.Intermediate, text, place)
        state = QValidator.State.Intermediate if _UNFINISHED.fullmatch(bare) else QValidator.State.Invalid
        return (state, text, place)

    def fixup(self, text: str) -> str:
        """What lies behind the end means the end; what is no time leaves what was there."""
        found = _TYPED.fullmatch(text.strip())
        return self.textFromValue(min(self.maximum(), self.valueFromText(text)) if found else self.value())


def combo(choices: list[tuple[str, object]]) -> QComboBox:
    """Return a choice of values by their titles."""
    made = Chooser()
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    for title, value in choices:
        made.addItem(title, value)
    return made


def number(low: float, high: float, value: float, unit: str) -> QDoubleSpinBox:
    """Return a number with its unit."""
    made = basics.inset(QDoubleSpinBox())
    made.setRange(low, high)
    made.setDecimals(1)
    made.setSuffix(unit)
    made.setValue(value)
    return made


def field(title: str, editor: QWidget) -> QVBoxLayout:
    """Return an editor below its name, which it bears for screen readers as well."""
    caption = basics.label(title, "secondary")
    caption.setBuddy(editor)
    editor.setAccessibleName(title)
    return basics.column(caption, editor, spacing=tokens.HALF)


def box(layout: QLayout) -> QWidget:
    """Return a layout as a widget that can be hidden."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made


def scrolling(page: QWidget, *, words: bool = False) -> QScrollArea:
    """Return a page in a place that scrolls up and down; `words` says that it has texts of several lines."""
    if words:  # they tell how high they are at a width; without this they are taken for narrower, and emptiness follows
        page.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(page)
    return made

"""A form made from an engine's parameters: labels, help, ranges, groups, basic and advanced, reset, own presets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QInputDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.engines.params import Param
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser
from studio.ui.widgets.flow_layout import FlowLayout

_LONG_TEXT = 200  # characters; a text that may be longer gets several lines
_STEPS = 200  # of a slider
_WIDEST = 1000  # range of a number that a slider can choose
_LARGEST = 2**31 - 1


class Field(QWidget):
    """A parameter with its label; `changed` comes when somebody changes it."""

    changed = Signal()

    def __init__(self, param: Param) -> None:
        super().__init__()
        self.param = param
        self.title = t(param.title or param.name)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        self.editor = self._made()
        self.editor.setAccessibleName(self.title)
        help_text = t(param.help) if param.help else ""
        if param.min is not None and param.max is not None and param.type in {"int", "float"}:
            help_text = f"{help_text}\n{t('{low} to {high}', low=param.lowest, high=param.max)}".strip()
        self.editor.setToolTip(help_text)
        self.editor.setAccessibleDescription(help_text)
        if param.type != "bool":
            caption = basics.label(self.title, "secondary")
            caption.setToolTip(help_text)
            caption.setBuddy(self.editor)
            inside.addWidget(caption)
        self._slider = self._with_slider(inside) if param.type in {"int", "float"} else inside.addWidget(self.editor)

    @property
    def value(self) -> Any:
        """What is chosen."""
        editor = self.editor
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, (QSpinBox, QDoubleSpinBox)):
            return editor.value()
        return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text()  # pyright: ignore[reportAttributeAccessIssue]

    def set_value(self, value: Any) -> None:
        """Show a value; one that does not fit is left as it was."""
        if self.param.problem(value):
            return
        editor = self.editor
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, (QSpinBox, QDoubleSpinBox)):
            editor.setValue(value)
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(str(value))
        elif isinstance(editor, QLineEdit):
            editor.setText(str(value))

    def _made(self) -> QWidget:
        param = self.param
        if param.type == "bool":
            box = QCheckBox(self.title)
            box.setChecked(bool(param.default))
            box.toggled.connect(self.changed)
            return box
        if param.type == "choice":
            chooser = _Combo()
            for choice in param.choices:
                chooser.addItem(t(choice), choice)
            chooser.setCurrentIndex(max(0, chooser.findData(param.default)))
            chooser.currentIndexChanged.connect(self.changed)
            return chooser
        if param.type in {"int", "float"}:
            return self._number()
        if param.max is None or param.max > _LONG_TEXT:
            text = QPlainTextEdit(str(param.default))
            text.setTabChangesFocus(True)
            text.setFixedHeight(look.px(72))
            text.textChanged.connect(self.changed)
            return text
        line = QLineEdit(str(param.default))
        line.setMaxLength(int(param.max))
        line.textChanged.connect(self.changed)
        return line

    def _number(self) -> QWidget:
        param = self.param
        if param.type == "int":
            whole = basics.inset(_Spin())
            whole.setRange(
                int(-_LARGEST if param.min is None else param.min), int(_LARGEST if param.max is None else param.max)
            )
            whole.setValue(int(param.default))
            whole.valueChanged.connect(self.changed)
            return whole
        number = basics.inset(_DoubleSpin())
        low = -1e9 if param.min is None else float(param.min)
        high = 1e9 if param.max is None else float(param.max)
        number.setRange(low, high)
        number.setDecimals(2 if high - low <= 100 else 1)
        number.setSingleStep(0.05 if high - low <= 5 else 0.5 if high - low <= 100 else 1.0)
        number.setValue(float(param.default))
        number.valueChanged.connect(self.changed)
        return number

    def _with_slider(self, inside: QVBoxLayout) -> None:
        """A slider beside a number with a small range; keyboard and screen reader use the number."""
        param, editor = self.param, self.editor
        assert isinstance(editor, (QSpinBox, QDoubleSpinBox))
        least, most_of_all = param.min, param.max
        if least is None or most_of_all is None or float(most_of_all) - float(least) > _WIDEST:
            inside.addWidget(editor)
            return
        low, span = float(least), float(most_of_all) - float(least)
        slider = _Slider(Qt.Orientation.Horizontal)
        slider.setRange(0, _STEPS if param.type == "float" else min(_STEPS, int(span)) or 1)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.setAccessibleName(self.title)
        most = slider.maximum()

        def from_number(value: float) -> None:
            slider.blockSignals(True)
            slider.setValue(round((value - low) / span * most) if span else 0)
            slider.blockSignals(False)

        def from_slider(place: int) -> None:
            value = low + span * place / most
            if isinstance(editor, QSpinBox):
                editor.setValue(round(value))
            else:
                editor.setValue(value)

        editor.valueChanged.connect(from_number)
        slider.valueChanged.connect(from_slider)
        from_number(float(editor.value()))
        editor.setFixedWidth(look.px(84))
        line = basics.row(slider, editor)
        line.setStretch(0, 1)
        inside.addLayout(line)


class Form(QWidget):
    """The parameters of an engine; those in `without` are shown elsewhere in the room.

    A field that somebody changed stays, and is remembered; the others follow the defaults of the model that is chosen.
    """

    changed = Signal()

    def __init__(self, engine: str, params: Sequence[Param], memory: Memory, *, without: Sequence[str] = ()) -> None:
        super().__init__()
        self._engine = engine
        self._memory = memory
        self.fields: dict[str, Field] = {}
        self._defaults: dict[str, Any] = {param.name: param.default for param in params}
        self._kept: set[str] = set()  # that do not follow the defaults
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        shown = [p for p in params if p.name not in without]
        self._add(inside, [p for p in shown if not p.advanced])
        advanced = [p for p in shown if p.advanced]
        if advanced:
            self._add_advanced(inside, advanced)
        if shown:
            inside.addLayout(self._foot())
        self._seen = self.values
        self._recall()

    @property
    def values(self) -> dict[str, Any]:
        """What is chosen, by name."""
        return {name: field.value for name, field in self.fields.items()}

    @property
    def kept(self) -> frozenset[str]:
        """The fields that do not follow the defaults."""
        return frozenset(self._kept)

    @property
    def defaults(self) -> dict[str, Any]:
        """What the fields show that nobody changed."""
        return dict(self._defaults)

    def set_values(self, values: Mapping[str, Any], *, keep: Iterable[str] = ()) -> None:
        """Show values; those that the engine does not have are passed over.

        One that is the default follows it from then on, unless it is named in `keep`.
        """
        stay = set(keep)
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_value(value)
                self._settle(name, keep=name in stay)
        self._remember()

    def set_defaults(self, defaults: Mapping[str, Any]) -> None:
        """Let the fields that nobody changed show other defaults: another model is chosen."""
        if self._defaults | dict(defaults) != self._defaults:
            self._defaults |= defaults
            self._follow()

    def reset(self) -> None:
        """Show the defaults again."""
        self._kept.clear()
        self._follow()

    def _follow(self) -> None:
        for name, field in self.fields.items():
            if name not in self._kept:
                with QSignalBlocker(field):  # it is no change by somebody
                    field.set_value(self._defaults[name])
        self._seen = self.values
        self._remember()
        self.changed.emit()

    def _add(self, inside: QVBoxLayout, params: Sequence[Param]) -> None:
        for group, members in groupby(params, key=lambda p: p.group):
            if group:
                inside.addSpacing(tokens.GRID)
                inside.addWidget(basics.label(t(group), "heading"))
            for param in members:
                field = Field(param)
                field.changed.connect(self._tell)
                self.fields[param.name] = field
                inside.addWidget(field)

    def _add_advanced(self, inside: QVBoxLayout, params: Sequence[Param]) -> None:
        more = QWidget()
        below = QVBoxLayout(more)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(12)
        self._add(below, params)
        more.setVisible(self._memory.get("form.advanced", False))
        toggle = basics.button(t("Advanced"), kind="quiet", icon_name="sliders-horizontal")
        toggle.setCheckable(True)
        toggle.setChecked(not more.isHidden())

        def show(on: bool) -> None:  # noqa: FBT001 — a slot
            more.setVisible(on)
            self._memory.put("form.advanced", on)

        toggle.toggled.connect(show)
        inside.addWidget(toggle, alignment=Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(more)

    def _foot(self) -> FlowLayout:
        reset = basics.button(
            t("Reset"), self.reset, kind="quiet", icon_name="rotate-ccw", tip=t("The engine's own values")
        )
        presets = basics.button(t("Presets"), kind="quiet", icon_name="bookmark")
        presets.clicked.connect(lambda: self._menu().exec_at(presets))
        foot = FlowLayout()
        foot.addWidget(reset)
        foot.addWidget(presets)
        return foot

    def _menu(self) -> _PresetMenu:
        return _PresetMenu(self)

    def presets(self) -> dict[str, dict[str, Any]]:
        """The user's own presets for this engine."""
        return dict(self._memory.get(f"presets.{self._engine}", {}))

    def save_preset(self, name: str) -> None:
        """Keep the values under a name."""
        self._memory.put(f"presets.{self._engine}", {**self.presets(), name: self.values})

    def remove_preset(self, name: str) -> None:
        """Forget a preset."""
        self._memory.put(f"presets.{self._engine}", {n: v for n, v in self.presets().items() if n != name})

    def _tell(self) -> None:
        now = self.values
        for name in [name for name, value in now.items() if value != self._seen[name]]:
            self._settle(name)
        self._seen = now
        self._remember()
        self.changed.emit()

    def _settle(self, name: str, *, keep: bool = False) -> None:
        if keep or self.fields[name].value != self._defaults[name]:
            self._kept.add(name)
        else:
            self._kept.discard(name)

    def _remember(self) -> None:
        self._memory.put(f"form.{self._engine}", {n: value for n, value in self.values.items() if n in self._kept})

    def _recall(self) -> None:
        before: dict[str, Any] = self._memory.get(f"form.{self._engine}", {})
        whole = before.keys() >= self.fields.keys()  # an earlier studio kept all; what it did not change follows
        known = {name: value for name, value in before.items() if name in self.fields}
        own = [name for name, value in known.items() if not (whole and value == self._defaults[name])]
        self.set_values(known, keep=[name for name in own if not self.fields[name].param.problem(known[name])])


class _PresetMenu(QMenu):
    """The presets of a form: use one, keep the values as one, forget one."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._form = form
        names = sorted(form.presets())
        for name in names:
            self.addAction(name, lambda name=name: form.set_values(form.presets()[name]))
        if not names:
            self.addAction(t("No presets yet")).setEnabled(False)
        self.addSeparator()
        self.addAction(t("Keep these values as a preset…"), self._save)
        if names:
            forget = self.addMenu(t("Forget"))
            for name in names:
                forget.addAction(name, lambda name=name: form.remove_preset(name))

    def exec_at(self, widget: QWidget) -> None:
        """Open below a button, without stopping anything."""
        self.popup(widget.mapToGlobal(widget.rect().bottomLeft()))

    def _save(self) -> None:
        dialog = QInputDialog(self._form)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(t("Keep a preset"))
        dialog.setLabelText(t("Name of the preset"))
        dialog.textValueSelected.connect(lambda name: name.strip() and self._form.save_preset(name.strip()))
        dialog.open()


class _Unscrolled:
    """Numbers in a form that scrolls must not change under the wheel unless somebody is in them."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():  # pyright: ignore[reportAttributeAccessIssue]
            super().wheelEvent(event)  # pyright: ignore[reportAttributeAccessIssue]
        else:
            event.ignore()


class _Spin(_Unscrolled, QSpinBox):
    """A whole number."""


class _DoubleSpin(_Unscrolled, QDoubleSpinBox):
    """A number."""


class _Combo(_Unscrolled, Chooser):
    """A choice."""


class _Slider(_Unscrolled, QSlider):
    """A place between two ends."""

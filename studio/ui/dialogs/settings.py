"""The settings, made from the fields of studio.settings: what is changed holds at once. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field as Spec
from dataclasses import fields
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QLineEdit, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from studio import settings as stored
from studio.engines.params import Param
from studio.ui.bridge.desk import Desk
from studio.ui.language import LANGUAGES, t
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.form import Field

Change = Callable[[str, object], None]

_REOPEN = "settings.reopen"  # where the page was when another language or size of text made a new window
_GROUPS = {
    "window": "Window",
    "speech": "Speaking",
    "engines": "Devices and memory",
    "models": "Models",
    "defaults": "Engine for each task",
    "storage": "Storage",
}
_CHOICES = {
    "system": "As the system",
    "dark": "Dark",
    "light": "Light",
    "": "As the system",
}
_TYPES = {"bool": "bool", "int": "int", "float": "float", "str": "text"}
_LONGEST = 200  # characters of a text


class SettingsDialog(QDialog):
    """A page with a group below the other; `change` stores a value and shows what follows from it."""

    def __init__(self, parent: QWidget, desk: Desk, change: Change) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("Settings"))
        self._desk = desk
        self._change = change
        self._fields: dict[str, Field] = {}
        page = QWidget()
        self._inside = QVBoxLayout(page)
        self._inside.setContentsMargins(tokens.MARGIN, tokens.MARGIN, tokens.MARGIN, tokens.MARGIN)
        self._inside.setSpacing(12)
        for group in _GROUPS:
            self._add_group(group)
        self._inside.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        close = basics.button(t("Close"), self.accept)
        foot = basics.row(basics.label(t("Changes hold at once."), "secondary"), None, close)
        foot.setContentsMargins(tokens.MARGIN, 12, tokens.MARGIN, 12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(basics.rule())
        outer.addLayout(foot)
        self.resize(min(look.px(480), parent.width() - 64), min(look.px(620), parent.height() - 64))
        desk.operations.run(self, lambda: desk.studio.devices, self._show_devices, lambda _error: None)

    def open(self) -> None:
        """Show it, where the page was if another language or size closed it."""
        super().open()
        next(iter(self._fields.values())).editor.setFocus()
        place = self._desk.memory.get(_REOPEN, 0)
        self._desk.memory.put(_REOPEN, -1)
        if place > 0:
            QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(place))

    def _add_group(self, group: str) -> None:
        heading = basics.label(t(_GROUPS[group]), "heading")
        back = basics.button(
            t("Back to the defaults"), lambda: self._reset(group), kind="quiet", icon_name="rotate-ccw"
        )
        back.setAccessibleName(t("Back to the defaults: {group}", group=t(_GROUPS[group])))
        if self._inside.count():
            self._inside.addSpacing(12)
        self._inside.addLayout(basics.row(heading, None, back))
        now = getattr(self._desk.studio.settings, group)
        for spec in fields(now):
            if not spec.metadata.get("hidden"):
                self._add_field(f"{group}.{spec.name}", spec, getattr(now, spec.name))

    def _add_field(self, name: str, spec: Spec[Any], value: Any) -> None:
        made = Field(self._param(spec, value))
        editor = made.editor
        if isinstance(editor, QComboBox):
            for place in range(editor.count()):
                editor.setItemText(place, self._title(spec, editor.itemData(place)))
        elif isinstance(editor, (QSpinBox, QDoubleSpinBox)):
            editor.setKeyboardTracking(False)
        made.set_value(_shown(value, made))
        if isinstance(editor, QLineEdit):
            editor.editingFinished.connect(lambda: self._store_text(name))
        else:
            made.changed.connect(lambda: self._store(name))
        self._fields[name] = made
        block = basics.column(made, spacing=tokens.HALF)
        if not isinstance(editor, QComboBox):  # what there is to choose from explains itself
            help_text = t(str(spec.metadata["help"]))
            block.addWidget(basics.label(help_text[:1].upper() + help_text[1:], "caption", wrap=True))
        self._inside.addLayout(block)

    def _param(self, spec: Spec[Any], value: Any) -> Param:
        about = spec.metadata
        choices = tuple(str(choice) for choice in about.get("choices", ()))
        if "task" in about:
            engines = [m.id for m in self._desk.studio.registry.able(about["task"])]
            choices = (*engines, *([str(value)] if value not in engines else []))
        elif "device" in about:
            choices = ("", *([str(value)] if value else []))
        kind = "choice" if choices else _TYPES[str(spec.type)]
        default: Any = str(spec.default) if choices else spec.default
        if choices and default not in choices:
            choices = (*choices, str(default))
        return Param(
            spec.name,
            kind,
            default,
            str(about["title"]),
            min=None if choices else about.get("min"),
            max=None if choices else about.get("max", _LONGEST if kind == "text" else None),
            choices=choices,
        )

    def _title(self, spec: Spec[Any], choice: str) -> str:
        if "task" in spec.metadata:
            known = {m.id: m.title for m in self._desk.studio.registry.manifests()}
            return known.get(choice, choice)
        if "device" in spec.metadata:
            return choice or t("The best there is")
        if spec.name == "text_size":
            return f"{choice} %"
        return LANGUAGES.get(choice) or t(_CHOICES.get(choice, choice))

    def _show_devices(self, found: Any) -> None:
        editor = self._fields["engines.device"].editor
        if not isinstance(editor, QComboBox):
            return
        chosen = editor.currentData()
        editor.blockSignals(True)
        for device in found:
            place = editor.findData(device.id)
            if place < 0:
                editor.addItem(device.name, device.id)
            else:
                editor.setItemText(place, device.name)
        editor.setCurrentIndex(max(0, editor.findData(chosen)))
        editor.blockSignals(False)

    def done(self, result: int) -> None:
        """Keep what is being written, too."""
        for name, made in self._fields.items():
            if isinstance(made.editor, QLineEdit):
                self._store_text(name)
        super().done(result)

    def _store_text(self, name: str) -> None:
        """When it is written, not with every letter; and not once more when the window goes."""
        group, _, field = name.partition(".")
        if self._fields[name].value.strip() != getattr(getattr(self._desk.studio.settings, group), field):
            self._store(name)

    def _store(self, name: str) -> None:
        self._apply(name, self._fields[name].value)

    def _reset(self, group: str) -> None:
        """One window is enough for several values, so what makes a new one comes last."""
        default = getattr(stored.Settings(), group)
        names = [spec.name for spec in fields(default) if not spec.metadata.get("hidden")]
        for name in sorted(names, key=lambda one: one in {"language", "text_size"}):
            made = self._fields[f"{group}.{name}"]
            made.blockSignals(True)
            made.set_value(_shown(getattr(default, name), made))
            made.blockSignals(False)
            if getattr(getattr(self._desk.studio.settings, group), name) != getattr(default, name):
                self._apply(f"{group}.{name}", getattr(default, name))

    def _apply(self, name: str, value: object) -> None:
        if name in {"window.language", "window.text_size"}:
            self._desk.memory.put(_REOPEN, max(1, self._scroll.verticalScrollBar().value()))
        self._change(name, value)


def _shown(value: Any, made: Field) -> Any:
    return str(value) if made.param.type == "choice" else value

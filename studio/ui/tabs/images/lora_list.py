"""LoRAs for the next picture: several, each with its strength, in an order; remembered, and told where one is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QVBoxLayout, QWidget

from studio.engines.params import Param
from studio.errors import StudioError
from studio.services import lora_shelf
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.tabs.images.model import Lora
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.form import Field

_MOST = 10
_REMEMBERED = "images.loras"


class LoraList(QFrame):
    """Rows of LoRAs; `text` is what the engine is given."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self.setAccessibleName(t("LoRAs"))
        self._desk = desk
        self._here: Collection[str] | None = None  # None: nobody has looked yet
        self._rows: list[_Row] = []
        self._add = basics.button(t("Add…"), self._offer, icon_name="plus")
        self._add.setAccessibleName(t("Add a LoRA"))
        self._none = basics.label(t("Small additions to a model: a style, a person, a thing."), "caption", wrap=True)
        self._place = QVBoxLayout()
        self._place.setSpacing(tokens.GRID)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addLayout(basics.row(basics.label(t("LoRAs"), "heading"), None, self._add))
        inside.addWidget(self._none)
        inside.addLayout(self._place)
        self.set_text(str(desk.memory.get(_REMEMBERED, "")))
        self.look()

    @property
    def loras(self) -> tuple[Lora, ...]:
        """What is chosen, in its order."""
        return tuple(row.lora for row in self._rows)

    @property
    def text(self) -> str:
        """What the engine is given."""
        return model.loras_to_text(self.loras)

    @property
    def missing(self) -> list[str]:
        """Names of which there is no file."""
        here = self._here
        return [] if here is None else [one.name for one in self.loras if one.name not in here]

    def set_text(self, text: str) -> None:
        """Choose what an engine was given."""
        self._show(list(model.loras_in(text)))

    def look(self) -> None:
        """Look which files there are."""
        paths = self._desk.studio.paths
        self._desk.operations.look(self, "loras", lambda: lora_shelf.loras_here(paths), self._have)

    def check(self, done: Callable[[list[str]], None]) -> None:
        """Look once more, and hand over the names of which there is no file."""
        paths = self._desk.studio.paths

        def have(names: frozenset[str]) -> None:
            self._have(names)
            done(self.missing)

        self._desk.operations.run(self, lambda: lora_shelf.loras_here(paths), have)

    def add(self, name: str) -> None:
        """Choose one more."""
        if len(self._rows) < _MOST and name not in {one.name for one in self.loras}:
            self._show([*self.loras, Lora(name)])

    def bring(self, file: Path) -> None:
        """Copy a file to the others, and choose it."""
        desk = self._desk
        paths = desk.studio.paths

        def done(name: str) -> None:
            self.add(name)
            self.look()

        def failed(error: StudioError) -> None:
            desk.notices.tell(error, room="images", key="loras")

        desk.operations.change(self, lambda: lora_shelf.bring(paths, file), done, failed)  # in the order of asking

    def _offer(self) -> None:
        """Offer those that are here, and a file from elsewhere."""
        menu = QMenu(self)
        chosen = {one.name for one in self.loras}
        for name in sorted(self._here or (), key=str.casefold):
            if name not in chosen:
                menu.addAction(name.replace("&", "&&"), lambda name=name: self.add(name))
        menu.addSeparator()
        menu.addAction(t("From a file…"), self._open)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _open(self) -> None:
        dialog = QFileDialog(self.window(), t("Choose LoRAs"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"LoRA (*{lora_shelf.ENDING})")
        dialog.filesSelected.connect(lambda files: [self.bring(Path(file)) for file in files])
        dialog.open()

    def _show(self, loras: list[Lora]) -> None:
        for row in self._rows:
            self._place.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_Row(one, first=n == 0, last=n == len(loras) - 1) for n, one in enumerate(loras)]
        for row in self._rows:
            row.changed.connect(self._tell)
            row.moved.connect(self._move)
            self._place.addWidget(row)
        self._tell()

    def _move(self, name: str, by: int) -> None:
        """Move a row up or down; 0 takes it away."""
        loras = list(self.loras)
        at = next(n for n, one in enumerate(loras) if one.name == name)
        one = loras.pop(at)
        if by:
            loras.insert(max(0, min(len(loras), at + by)), one)
        self._show(loras)
        if by:
            self._rows[loras.index(one)].setFocus()

    def _have(self, names: frozenset[str]) -> None:
        self._here = names
        self._tell()

    def _tell(self) -> None:
        self._none.setVisible(not self._rows)
        self._add.setEnabled(len(self._rows) < _MOST)
        here = self._here
        for row in self._rows:
            row.show_missing(missing=here is not None and row.lora.name not in here)
        self._desk.memory.put(_REMEMBERED, self.text)


class _Row(QWidget):
    """One LoRA: its name, how strong it is, where it stands."""

    changed = Signal()
    moved = Signal(str, int)

    def __init__(self, lora: Lora, *, first: bool, last: bool) -> None:
        super().__init__()
        self._name = lora.name
        most = model.USUAL if abs(lora.strength) <= model.USUAL else model.STRONGEST
        self._field = Field(Param("strength", "float", 1.0, title=lora.name, min=-most, max=most))
        self._field.editor.setAccessibleName(t("Strength of {name}", name=lora.name))
        self._field.set_value(lora.strength)
        self._field.changed.connect(self.changed)
        self._gone = basics.label(t("Its file is not in the folder of LoRAs."), "caption", tone="warn", wrap=True)
        up = basics.icon_button(
            "chevron-up", t("Earlier: {name}", name=lora.name), lambda: self.moved.emit(self._name, -1)
        )
        down = basics.icon_button(
            "chevron-down", t("Later: {name}", name=lora.name), lambda: self.moved.emit(self._name, 1)
        )
        away = basics.icon_button("x", t("Without {name}", name=lora.name), lambda: self.moved.emit(self._name, 0))
        up.setEnabled(not first)
        down.setEnabled(not last)
        self.setFocusProxy(self._field.editor)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._field)
        line = basics.row(self._gone, up, down, away, spacing=0)
        line.setStretch(0, 1)
        inside.addLayout(line)

    @property
    def lora(self) -> Lora:
        """What it says."""
        return Lora(self._name, round(float(self._field.value), 2))

    def show_missing(self, *, missing: bool) -> None:
        """Say whether its file is gone."""
        self._gone.setText(t("Its file is not in the folder of LoRAs.") if missing else "")

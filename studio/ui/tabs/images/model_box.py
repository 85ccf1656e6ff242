"""Which model an engine paints with: one of its own, with whether it is loaded, or a folder or file of the user's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from studio.engines.manifest import Manifest
from studio.services import provenance
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.chooser import Chooser

_FOLDER, _FILE = "\0folder", "\0file"  # what no path is
_MOST_OWN = 8


def own_models(memory: Memory, engine: str) -> list[str]:
    """Return the folders and files of the user's that were chosen for an engine, the last one first."""
    return [str(one) for one in memory.get(f"models.own.{engine}", [])]


def place_of(memory: Memory, engine: Manifest, name: str) -> str:
    """Return where a model of the user's lies, of which a recipe knows the name alone; "" where nobody knows."""
    own = own_models(memory, engine.id)
    return next((path for path in own if provenance.model_id(engine, None, path) == name), "")


class ModelBox(QWidget):
    """`chosen` is what the engine is asked for: an id, a path, or "" for the first that is loaded.

    `changed` comes when the engine would work with another one.
    """

    changed = Signal()

    def __init__(self, desk: Desk, engine: Manifest) -> None:
        super().__init__()
        self._desk = desk
        self._engine = engine
        self._box = Chooser()
        self._box.setAccessibleName(t("Model"))
        self._box.setMinimumContentsLength(10)
        self._box.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        caption = basics.label(t("Model"), "secondary")
        caption.setBuddy(self._box)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(caption)
        inside.addWidget(self._box)
        self._missing: frozenset[str] = frozenset()
        self._first = ""  # that is loaded, as far as it is known by now
        self._last = str(desk.memory.get(self._key, ""))
        self._fill()
        self._box.activated.connect(self._activated)
        self.look()

    @property
    def chosen(self) -> str:
        """What the engine is asked for."""
        return self._last

    @property
    def used(self) -> str:
        """What the engine would work with: an id or a path; "" while nobody knows what is loaded."""
        return self._last or self._first

    @property
    def named(self) -> str:
        """What is chosen, as a recipe would name it."""
        return provenance.model_id(self._engine, self._engine.choice(self._last), self._last)

    def choose(self, model: str) -> bool:
        """Choose a model by its id, its path, or the name of a path; return whether it is known here."""
        memory = self._desk.memory
        if model and self._engine.choice(model) is None and model not in own_models(memory, self._engine.id):
            model = place_of(memory, self._engine, model)
            if not model:
                return False
        self._last = model
        self._desk.memory.put(self._key, model)
        self._fill()
        self.changed.emit()
        return True

    def look(self) -> None:
        """Look which of the models are loaded."""
        models, engine = self._desk.studio.models, self._engine

        def work() -> tuple[frozenset[str], str]:
            missing = frozenset(m.id for m in engine.choices if m.repo and models.place(m) is None)
            first = models.used(engine)
            return missing, first.id if first else ""

        def have(found: tuple[frozenset[str], str]) -> None:
            self._missing, self._first = found
            self._fill()
            self.changed.emit()

        self._desk.operations.look(self, "models", work, have)

    @property
    def _key(self) -> str:
        return f"model.{self._engine.id}"

    def _fill(self) -> None:
        box = self._box
        with QSignalBlocker(box):
            box.clear()
            box.addItem(t("The first that is loaded"), "")
            for one in self._engine.choices:
                title = one.title or one.id
                said = t("{model} (not loaded)", model=title) if one.id in self._missing else title
                box.addItem(said, one.id)
            for path in own_models(self._desk.memory, self._engine.id):
                box.addItem(Path(path).name, path)
                box.setItemData(box.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
            box.insertSeparator(box.count())
            box.addItem(t("A folder of your own…"), _FOLDER)
            box.addItem(t("A file of your own…"), _FILE)
            box.setCurrentIndex(max(0, box.findData(self._last)))

    def _activated(self, at: int) -> None:
        wanted = str(self._box.itemData(at) or "")
        if wanted not in {_FOLDER, _FILE}:
            self.choose(wanted)
            return
        self._box.setCurrentIndex(max(0, self._box.findData(self._last)))
        dialog = QFileDialog(self.window(), t("Choose a model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if wanted == _FOLDER:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(f"{t('Models')} (*.safetensors)")
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, path: str) -> None:
        before = own_models(self._desk.memory, self._engine.id)
        own = [path, *(one for one in before if one != path)][:_MOST_OWN]
        self._desk.memory.put(f"models.own.{self._engine.id}", own)
        self.choose(path)

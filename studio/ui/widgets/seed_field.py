"""The seed of the next piece of work: always a number that is shown, with dice, and a lock that keeps it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QVBoxLayout, QWidget

from studio.domain import seeds
from studio.ui.bridge.memory import Memory
from studio.ui.language import t
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.widgets import basics


class SeedField(QWidget):
    """Without the lock each piece gets a seed of its own; `take` returns the one to use."""

    changed = Signal()

    def __init__(self, memory: Memory, name: str) -> None:
        super().__init__()
        self._memory = memory
        self._name = name
        self._editor = basics.inset(_Spin())
        self._editor.setDecimals(0)
        self._editor.setRange(0, seeds.LARGEST)
        remembered = int(memory.get(f"{name}.seed", -1))
        self._editor.setValue(remembered if seeds.is_one(remembered) else seeds.settle(-1))
        self._editor.setAccessibleName(t("Seed"))
        self._editor.setToolTip(t("The same seed with the same values makes the same result."))
        self._editor.valueChanged.connect(self._remember)
        self._dice = basics.icon_button("dices", t("Another seed"), self.roll)
        self._lock = basics.icon_button("lock-open", t("Keep this seed"), checkable=True)
        self._lock.setChecked(memory.get(f"{name}.locked", False))
        self._lock.toggled.connect(self._show_lock)
        caption = basics.label(t("Seed"), "secondary")
        caption.setBuddy(self._editor)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.HALF)
        inside.addWidget(caption)
        line = basics.row(self._editor, self._dice, self._lock, spacing=tokens.HALF)
        line.setStretch(0, 1)
        inside.addLayout(line)
        self._show_lock(self._lock.isChecked())

    @property
    def value(self) -> int:
        """The seed that is shown."""
        return int(self._editor.value())

    @property
    def locked(self) -> bool:
        """Whether it stays."""
        return self._lock.isChecked()

    def take(self) -> int:
        """Return the seed of the next piece: this one, or a new one where nobody keeps it."""
        if not self.locked:
            self.roll()
        return self.value

    def keep(self, seed: int, *, locked: bool = True) -> None:
        """Show a seed that is to be used as it is, or until the next one is wanted."""
        self._editor.setValue(seed)
        self._lock.setChecked(locked)

    def roll(self) -> None:
        """Draw another seed."""
        self._editor.setValue(seeds.settle(-1))

    def _show_lock(self, on: bool) -> None:  # noqa: FBT001 — a slot
        self._lock.setIcon(icon("lock" if on else "lock-open"))
        basics.rename(
            self._lock, t("Keep this seed") if not on else t("This seed is kept; click for a new one each time")
        )
        self._memory.put(f"{self._name}.locked", on)
        self.changed.emit()

    def _remember(self) -> None:
        self._memory.put(f"{self._name}.seed", self.value)
        self.changed.emit()


class _Spin(QDoubleSpinBox):
    """Whole numbers, of which the other kind holds half as many. The wheel changes them only if somebody is in it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

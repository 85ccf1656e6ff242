"""The entry for a grid: every combination of what stands in braces in the prompt, for several seeds."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFrame, QSpinBox, QVBoxLayout, QWidget

from studio.domain import prompt_grid
from studio.domain.prompt_grid import Grid
from studio.errors import StudioError
from studio.ui.bridge.memory import Memory
from studio.ui.language import t, tn
from studio.ui.theme import tokens
from studio.ui.told import told_of
from studio.ui.widgets import basics

_MOST_SEEDS = 8
_EXAMPLE = "a {red|blue} cat"


class GridBox(QFrame):
    """Off, or on with a number of seeds; says how many pictures that makes."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.setProperty("kind", "raised")
        self._memory = memory
        self._prompt = ""
        self._on = QCheckBox(t("As a grid"))
        self._on.setToolTip(t("A picture for every combination: {example}", example=_EXAMPLE))
        self._seeds = basics.inset(QSpinBox())
        self._seeds.setRange(1, _MOST_SEEDS)
        self._seeds.setValue(int(memory.get("images.grid_seeds", 2)))
        self._seeds.setAccessibleName(t("Seeds of the grid"))
        self._said = basics.label("", "caption", wrap=True)
        self._more = QWidget()
        self._more.setLayout(
            basics.column(basics.label(t("Seeds"), "secondary"), self._seeds, self._said, spacing=tokens.HALF)
        )
        inside = QVBoxLayout(self)
        inside.setContentsMargins(tokens.GRID, tokens.GRID, tokens.GRID, tokens.GRID)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(self._on)
        inside.addWidget(self._more)
        self._more.hide()
        self._on.toggled.connect(self._more.setVisible)
        self._on.toggled.connect(self._tell)
        self._seeds.valueChanged.connect(self._tell)
        self._on.setChecked(memory.get("images.grid", False))

    @property
    def on(self) -> bool:
        """Whether a grid is wanted."""
        return self._on.isChecked()

    def show_prompt(self, prompt: str) -> None:
        """Say what this prompt makes."""
        self._prompt = prompt
        self._tell()

    def grid(self, prompt: str, seed: int) -> Grid:
        """Return what is to be made; raise StudioError where the prompt cannot be read so."""
        return prompt_grid.grid(prompt, prompt_grid.some_seeds(seed, self._seeds.value()))

    def _tell(self) -> None:
        self._memory.put("images.grid", self.on)
        self._memory.put("images.grid_seeds", self._seeds.value())
        if not self.on:
            return
        try:
            found = self.grid(self._prompt, 1)
        except StudioError as e:
            self._said.setText(told_of(e))
            return
        count = len(found.cells)
        said = tn(count, "{count} picture.", "{count} pictures.")
        if not prompt_grid.is_matrix(self._prompt):
            said = f"{said} {t('Words in braces are tried in turn: {example}', example=_EXAMPLE)}"
        self._said.setText(said)

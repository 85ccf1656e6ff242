"""A grid of pictures: what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.domain.prompt_grid import grid
from studio.ui import language
from studio.ui.tabs.images.grid_page import GridCell

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_seeds_are_called_as_the_window_s_language_does(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language._Chosen, "code", "de")
    cell = GridCell(grid("a {red|blue} cat", [7, 9]).cells[3])
    qtbot.addWidget(cell)
    assert cell.accessibleName().startswith("blue · Startwert 9")

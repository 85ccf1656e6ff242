"""The field of the seed shows each seed there is, whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDoubleSpinBox

from studio.domain import seeds
from studio.ui.bridge.memory import Memory
from studio.ui.widgets.seed_field import SeedField
from tests.ui.conftest import type_number

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_the_largest_seed_is_shown_kept_and_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "window.json")
    field = SeedField(memory, "image")
    qtbot.addWidget(field)
    field.show()
    editor = field.findChild(QDoubleSpinBox)
    assert editor
    for seed in (seeds.LARGEST, 2**31, 0):
        field.keep(seed)
        assert (field.value, field.take(), editor.text()) == (seed, seed, str(seed))
    type_number(editor, "4000000001")
    assert field.take() == 4_000_000_001
    again = SeedField(memory, "image")
    qtbot.addWidget(again)
    assert again.take() == 4_000_000_001
    field.keep(0)
    third = SeedField(memory, "image")
    qtbot.addWidget(third)
    assert (third.value, type(third.value)) == (0, int)


@pytest.mark.parametrize("damage", [10**400, 2**32, -1, True, "7", 0.5])
def test_a_memory_that_holds_no_seed_gives_one_that_is_drawn(qtbot: QtBot, tmp_path: Path, damage: object) -> None:
    memory = Memory(tmp_path / "window.json")
    memory.put("image.seed", damage)
    field = SeedField(memory, "image")
    qtbot.addWidget(field)
    assert seeds.is_one(field.value)

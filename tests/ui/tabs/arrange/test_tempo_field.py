"""The tempo of the piece as it is typed and stepped: what is no tempo is refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.tabs.arrange.tempo_field import TempoField
from studio.ui.timeline.state import Timeline
from tests.domain.projects import small
from tests.ui.tabs.arrange.panel_hands import typed
from tests.ui.timeline.desks import desk_over

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture(name="desk")
def _desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    del qtbot
    with desk_over(tmp_path, small()) as desk:
        yield desk


@pytest.fixture(name="field")
def _field(desk: Desk, qtbot: QtBot) -> TempoField:
    field = TempoField(Timeline(desk, desk))
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    assert QTest.qWaitForWindowActive(field)
    return field


def test_a_tempo_that_none_is_is_refused_in_words_and_the_old_one_shown(desk: Desk, field: TempoField) -> None:
    said: list[Banner] = []
    desk.notices.banner.connect(said.append)
    typed(field, "96")
    assert desk.project.value.style.bpm == 96.0
    for number, wrong in enumerate(("1", "29.9", "20")):
        typed(field, wrong)
        assert (desk.project.value.style.bpm, field.value()) == (96.0, 96.0)
        assert len(said) == number + 1
        assert f"cannot be {wrong} beats" in said[-1].message
        assert "between 30 and 300" in said[-1].hint
    for right in ("30", "300", "0"):
        typed(field, right)
        assert desk.project.value.style.bpm == float(right)
    assert field.text() == "No tempo"
    assert len(said) == 3


def test_steps_go_over_what_is_no_tempo(desk: Desk, field: TempoField) -> None:
    said: list[Banner] = []
    desk.notices.banner.connect(said.append)
    field.setFocus()
    found: list[float] = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp):
        QTest.keyClick(field, key)
        assert desk.project.value.style.bpm == field.value()
        found.append(field.value())
    assert found == [30.0, 31.0, 30.0, 0.0, 30.0, 40.0]
    assert said == []

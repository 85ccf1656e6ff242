"""The handles of a recording, by pointer and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.ui.tabs.voices.trim_wave import SHORTEST, TrimWave
from tests.ui.conftest import press

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def wave(qtbot: QtBot) -> TrimWave:
    made = TrimWave()
    qtbot.addWidget(made)
    made.resize(412, 112)
    made.show_sound([(-9000, 9000)] * 100, 20.0)
    made.show_part(5.0, 15.0)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_handle_is_dragged(wave: TrimWave, qtbot: QtBot) -> None:
    handle = wave.start
    with qtbot.waitSignal(wave.chosen) as told:
        middle = handle.rect().center()
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(handle, middle - QPoint(40, 0))
        QTest.mouseMove(handle, handle.mapFromParent(QPoint(46, 50)))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    start, end = told.args or []
    assert start == pytest.approx(2.0, abs=0.3)
    assert end == 15.0


def test_keys_move_a_handle_and_the_part_is_taken_when_they_rest(wave: TrimWave, qtbot: QtBot) -> None:
    wave.end.setFocus()
    told: list[tuple[float, float]] = []
    wave.chosen.connect(lambda start, end: told.append((start, end)))
    for keys in ("Right", "Shift+Right", "Left"):
        press(wave.end, keys)
    assert told == []
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert told == [(5.0, 16.0)]
    assert wave.end.accessibleDescription() == "0:16.0"


def test_the_part_never_becomes_too_short_nor_leaves_the_sound(wave: TrimWave) -> None:
    press(wave.start, "End")
    assert wave.part == (15.0 - SHORTEST, 15.0)
    press(wave.start, "Home")
    press(wave.end, "End")
    assert wave.part == (0.0, 20.0)


def test_what_is_shown_does_not_pull_a_handle_from_under_the_hand(wave: TrimWave) -> None:
    press(wave.start, "Left")
    wave.show_part(1.0, 2.0)
    assert wave.part == (4.9, 15.0)

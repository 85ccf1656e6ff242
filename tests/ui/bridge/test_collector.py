"""Garbage is collected in the GUI thread only."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from studio.ui.bridge.collector import Collector
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class _Knot(QObject):
    """Holds itself, so that only a collector finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_a_widget_is_never_destroyed_by_another_thread(qtbot: QtBot) -> None:
    collector = Collector()
    collector.start()
    try:
        destroyed_in: list[int] = []
        knot = _Knot()
        weakref.finalize(knot, lambda: destroyed_in.append(threading.get_ident()))
        del knot

        def litter() -> None:
            kept = [[number] for number in range(200_000)]
            kept.clear()

        other = threading.Thread(target=litter)
        other.start()
        other.join()
        assert destroyed_in == []
        held = [[number] for number in range(5_000)]  # so much that is new is worth a look
        qtbot.waitUntil(lambda: bool(destroyed_in), timeout=PATIENCE)
        assert destroyed_in == [threading.get_ident()]
        held.clear()
    finally:
        collector.close()
    assert gc.isenabled()


@pytest.mark.parametrize("end", [Collector.start, Collector.close])
def test_what_a_window_begins_with_is_spared_until_it_goes(qtbot: QtBot, end: Callable[[Collector], None]) -> None:
    collector = Collector()
    gone: list[bool] = []
    knot = _Knot()
    weakref.finalize(knot, gone.append, True)
    collector.start()
    try:
        for _ in range(5):
            collector._timer.timeout.emit()
        del knot
        gc.collect()
        assert not gone
        end(collector)
        gc.collect()
        assert gone
    finally:
        collector.close()

"""From the bus of any thread to signals of the window's."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from studio.events import Bus, JobChanged, JobProgress
from studio.ui.bridge.events import Events
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_every_event_of_every_thread_arrives_in_order_in_the_windows(qtbot: QtBot) -> None:
    bus, here, heard = Bus(), threading.get_ident(), []
    events = Events(bus)
    events.happened.connect(lambda event: heard.append((threading.get_ident(), event)))

    def publish(first: int) -> None:
        for number in range(500):
            bus.publish(JobChanged(first + number, "queued"))

    threads = [threading.Thread(target=publish, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(heard) == 2000, timeout=PATIENCE)
    assert {thread for thread, _ in heard} == {here}
    for first in range(0, 4000, 1000):
        assert [e.job for _, e in heard if first <= e.job < first + 1000] == list(range(first, first + 500))
    events.close()


def test_of_a_jobs_progress_only_the_latest_waits(qtbot: QtBot) -> None:
    bus, heard = Bus(), []
    events = Events(bus)
    events.happened.connect(heard.append)
    for number in range(100):
        bus.publish(JobProgress(1, "step", number / 100, None))
    bus.publish(JobProgress(2, "other", 0.5, None))
    qtbot.waitUntil(lambda: len(heard) >= 2, timeout=PATIENCE)
    assert [(e.job, e.fraction) for e in heard] == [(1, 0.99), (2, 0.5)]
    events.close()


def test_after_closing_nothing_comes(qtbot: QtBot) -> None:
    bus, heard = Bus(), []
    events = Events(bus)
    events.happened.connect(heard.append)
    bus.publish(JobChanged(1, "queued"))
    events.close()
    bus.publish(JobChanged(2, "queued"))
    qtbot.wait(1)
    assert heard == []

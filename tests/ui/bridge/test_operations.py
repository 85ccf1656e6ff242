"""Work beside the window."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread

from studio.errors import Bug, StudioError
from studio.ui.bridge.operations import Operations
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def operations(qapp: object) -> Iterator[Operations]:
    del qapp
    made = Operations()
    yield made
    made.close()


def test_what_comes_of_it_arrives_in_the_windows_thread(operations: Operations, qtbot: QtBot) -> None:
    here = threading.get_ident()
    seen: list[tuple[int, int]] = []
    operations.run(operations, threading.get_ident, lambda there: seen.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE)
    assert seen[0][0] != here
    assert seen[0][1] == here
    assert operations.running == 0


def test_what_an_earlier_look_saw_is_not_told_after_what_a_later_one_saw(operations: Operations, qtbot: QtBot) -> None:
    later = threading.Event()
    told: list[str] = []

    def see(what: str) -> None:
        told.append(what)
        later.set()

    def early() -> str:
        assert later.wait(60)
        return "early"

    operations.look(operations, "this", early, see)
    operations.look(operations, "this", lambda: "late", see)
    qtbot.waitUntil(lambda: not operations.running, timeout=PATIENCE)
    assert told == ["late"]
    for what in ("this", "that"):
        operations.look(operations, what, what.upper, see)
    qtbot.waitUntil(lambda: not operations.running, timeout=PATIENCE)
    assert sorted(told) == ["THAT", "THIS", "late"]


def test_two_run_beside_each_other(operations: Operations, qtbot: QtBot) -> None:
    both = threading.Barrier(2, timeout=60)
    met: list[int] = []
    for _ in range(2):
        operations.run(operations, both.wait, met.append)
    qtbot.waitUntil(lambda: len(met) == 2, timeout=PATIENCE)


def test_errors_reach_whoever_asked_or_everybody(operations: Operations, qtbot: QtBot) -> None:
    def refuse() -> None:
        raise StudioError("No.", "Ask again.")

    mine: list[StudioError] = []
    operations.run(operations, refuse, failed=mine.append)
    qtbot.waitUntil(lambda: bool(mine), timeout=PATIENCE)
    assert mine[0].message == "No."
    with qtbot.waitSignal(operations.failed, timeout=PATIENCE) as told:
        operations.run(operations, refuse)
    assert told.args is not None
    assert told.args[0].hint == "Ask again."


def test_a_mistake_of_ours_costs_the_operation_alone(operations: Operations, qtbot: QtBot) -> None:
    found: list[StudioError] = []
    operations.run(operations, lambda: int("none"), failed=found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE)
    assert isinstance(found[0], Bug)
    assert "ValueError" in found[0].message
    after: list[int] = []
    operations.run(operations, lambda: 7, after.append)
    qtbot.waitUntil(lambda: after == [7], timeout=PATIENCE)


def test_nobody_is_told_for_an_owner_that_is_gone(operations: Operations, qtbot: QtBot) -> None:
    owner = QObject()
    gate, told = threading.Event(), []
    operations.run(owner, gate.wait, told.append)
    owner.deleteLater()
    qtbot.waitUntil(lambda: _is_gone(owner), timeout=PATIENCE)
    gate.set()
    qtbot.waitUntil(lambda: operations.running == 0, timeout=PATIENCE)
    assert told == []


def test_closing_waits_for_what_runs_and_drops_what_waits(qapp: object) -> None:
    del qapp
    operations = Operations()
    begun, gate, done = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        gate.wait(60)
        done.append(1)

    for _ in range(5):
        operations.run(operations, work)
    begun.wait(60)
    threads = operations.findChildren(QThread)
    gate.set()
    operations.close()
    assert 1 <= len(done) <= 5
    assert not any(thread.isRunning() for thread in threads)


def _is_gone(owner: QObject) -> bool:
    import shiboken6

    return not shiboken6.isValid(owner)


def test_changes_are_made_in_the_order_of_asking(operations: Operations, qtbot: QtBot) -> None:
    first_may_go = threading.Event()
    made: list[int] = []

    def first() -> None:
        first_may_go.wait(60)
        made.append(0)

    operations.change(operations, first)
    for number in range(1, 20):
        operations.change(operations, lambda number=number: made.append(number))
    operations.run(operations, first_may_go.set)  # other work goes on beside them
    qtbot.waitUntil(lambda: not operations.running, timeout=PATIENCE)
    assert made == list(range(20))


@pytest.mark.parametrize("busy", [0, 2])
def test_changes_are_made_though_the_window_is_closed(qapp: object, busy: int) -> None:
    del qapp
    operations = Operations()
    go = threading.Event()
    made: list[int] = []
    for _ in range(busy):  # no thread is free, so that not even the first is begun
        operations.run(operations, lambda: go.wait(60))
    if busy:
        operations.run(operations, lambda: made.append(-1))
    for number in range(5):
        operations.change(operations, lambda number=number: made.append(number))
    threading.Timer(0.05, go.set).start()
    operations.close()
    assert made == list(range(5)), "what nobody asked to be kept is not begun"


def test_an_owner_that_dies_meanwhile_dies_in_the_windows_thread(operations: Operations, qtbot: QtBot) -> None:
    died_in: list[int] = []
    for _ in range(50):
        owner = QObject()
        weakref.finalize(owner, lambda: died_in.append(threading.get_ident()))
        operations.run(owner, partial(str, owner))
        del owner
    qtbot.waitUntil(lambda: len(died_in) == 50, timeout=PATIENCE)
    assert set(died_in) == {threading.get_ident()}


def test_what_takes_minutes_holds_up_nothing_and_goes_one_after_the_other(operations: Operations, qtbot: QtBot) -> None:
    go, order = threading.Event(), list[str]()

    def long() -> None:
        go.wait(60)
        order.append("first")

    answers: list[int] = []
    operations.apart(operations, long)
    operations.apart(operations, lambda: order.append("second"))
    for number in range(4):
        operations.run(operations, partial(int, number), answers.append)
    qtbot.waitUntil(lambda: sorted(answers) == [0, 1, 2, 3], timeout=PATIENCE)
    assert order == []
    go.set()
    qtbot.waitUntil(lambda: not operations.running, timeout=PATIENCE)
    assert order == ["first", "second"]


def test_at_the_end_what_takes_minutes_is_waited_for_and_no_more_begun(operations: Operations) -> None:
    begun, go, done = threading.Event(), threading.Event(), list[str]()

    def long() -> None:
        begun.set()
        go.wait(60)
        done.append("first")

    operations.apart(operations, long)
    operations.apart(operations, lambda: done.append("second"))
    assert begun.wait(60)
    threading.Timer(0.05, go.set).start()
    operations.close()
    assert done == ["first"]


def test_who_hears_of_something_after_the_end_and_asks_for_more_gets_what_is_to_be_kept(operations: Operations) -> None:
    made: list[str] = []
    begun = threading.Event()

    def told(_outcome: object) -> None:
        operations.run(operations, lambda: made.append("more"))
        operations.change(operations, lambda: made.append("kept"))

    operations.run(operations, begun.set, told)
    assert begun.wait(60)
    operations.close()
    QCoreApplication.processEvents()
    assert made == ["kept"]
    assert not any(thread.isRunning() for thread in operations.findChildren(QThread))

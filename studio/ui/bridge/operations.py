"""Work that would hold up the window, in a small pool of threads; what comes of it arrives in the GUI thread.

Whoever asks names an owner: once that is gone, nobody is told. What takes minutes has a thread apart.
"""

from __future__ import annotations

import queue
import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QThread, Signal

from studio.errors import Bug, StudioError
from studio.ui.language import t

_THREADS = 2

Failed = Callable[[StudioError], None]


@dataclass(frozen=True)
class _Operation:
    """One piece of work and whom it is for."""

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Failed | None
    changes: bool = False  # what a person keeps
    long: bool = False  # takes minutes


_Waiting = queue.SimpleQueue[tuple[int, Callable[[], Any] | None]]  # the number of an operation, and its work


class _Thread(QThread):
    """Runs what lies in the queue; no logic of its own.

    It lets go of the work before it tells of it. The last to hold an operation is the GUI thread: a widget that dies
    with it must not die in another.
    """

    def __init__(self, waiting: _Waiting, over: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = waiting
        self._over = over

    def run(self) -> None:
        """Work until told to end."""
        while True:
            number, work = self._waiting.get()
            if work is None:
                return
            found = _outcome(work)
            del work
            self._over.emit(number, *found)
            del found


class Operations(QObject):
    """The pool. `failed` comes for errors that nobody else deals with."""

    failed = Signal(object)
    _over = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: _Waiting = queue.SimpleQueue()
        self._begun: dict[int, _Operation] = {}
        self._last = 0
        self._looks = 0
        self._over.connect(self._deliver)
        self.running = 0
        self._closed = False
        self._stops: weakref.WeakSet[threading.Event] = weakref.WeakSet()
        self._threads: list[_Thread] = []
        self._long: _Waiting = queue.SimpleQueue()
        self._long_threads: list[_Thread] = []  # one, once there was work for it
        self._changes: deque[_Operation] = deque()  # the first of them is being worked on

    def run(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None] = lambda _outcome: None,
        failed: Failed | None = None,
    ) -> None:
        """Do work in a thread of the pool, then call `done` or `failed` here, as long as the owner lives."""
        self._begin(_Operation(owner, work, done, failed))

    def look(
        self,
        owner: QObject,
        what: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Failed | None = None,
    ) -> None:
        """Do what is done again and again: what an earlier look saw is not told after what a later one saw.

        Work runs beside other work, so the later one may be the first to be over.
        """
        self._looks += 1
        number, name = self._looks, f"look at {what}"

        def newest(found: Any) -> None:
            if number > (owner.property(name) or 0):
                owner.setProperty(name, number)
                done(found)

        self._begin(_Operation(owner, work, newest, failed))

    def apart(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None] = lambda _outcome: None,
        failed: Failed | None = None,
    ) -> None:
        """Do work that takes minutes, one after the other, so that nothing else waits for it.

        `close` waits for what was begun: such work looks at a `stop_for` its owner, and ends soon once that is set.
        """
        self._begin(_Operation(owner, work, done, failed, long=True))

    def stop_for(self, owner: QObject) -> threading.Event:
        """Return what work that takes long looks at: set once nobody waits for it, as its owner or all this goes.

        Whoever asks may set it earlier.
        """
        stop = threading.Event()
        owner.destroyed.connect(lambda: stop.set())  # noqa: PLW0108 — a bound method would not keep it
        self._stops.add(stop)
        return stop

    def change(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None] = lambda _outcome: None,
        failed: Failed | None = None,
    ) -> None:
        """Do work that keeps what a person wants: in the order of asking, and to its end when the window is closed."""
        operation = _Operation(owner, work, done, failed, changes=True)
        self._changes.append(operation)
        if len(self._changes) == 1:
            self._begin(operation)
        else:
            self.running += 1

    def _begin(self, operation: _Operation) -> None:
        if self._closed:  # what was done before may still be told, and ask for more
            if operation.changes:
                _outcome(operation.work)
                self._changes.clear()
            return
        if operation.long and not self._long_threads:
            self._long_threads = self._started(self._long, 1)
        elif not operation.long and not self._threads:
            self._threads = self._started(self._waiting, _THREADS)
        self.running += 1
        self._last += 1
        self._begun[self._last] = operation
        (self._long if operation.long else self._waiting).put((self._last, operation.work))

    def _started(self, waiting: _Waiting, count: int) -> list[_Thread]:
        threads = [_Thread(waiting, self._over, self) for _ in range(count)]
        for thread in threads:
            thread.start(QThread.Priority.LowPriority)
        return threads

    def close(self) -> None:
        """Wait for what is being worked on, and make the changes that wait; nothing else is begun any more."""
        self._closed = True
        for stop in list(self._stops):
            stop.set()
        while not self._waiting.empty():
            operation = self._begun.pop(self._waiting.get()[0])
            if operation.changes:
                self._changes.appendleft(operation)  # it was not begun
        while not self._long.empty():
            self._begun.pop(self._long.get()[0])
        for waiting, threads in ((self._waiting, self._threads), (self._long, self._long_threads)):
            for _ in threads:
                waiting.put((0, None))
        for thread in (*self._threads, *self._long_threads):
            thread.wait()
            thread.deleteLater()
        self._threads, self._long_threads = [], []
        while len(self._changes) > 1:
            self._changes.popleft()
            _outcome(self._changes[0].work)
        self._changes.clear()

    def _deliver(self, number: int, outcome: Any, error: StudioError | None) -> None:
        operation = self._begun.pop(number)
        self.running -= 1
        if operation.changes and self._changes:
            self._changes.popleft()
            if self._changes:
                self.running -= 1  # it was counted when it was asked for
                self._begin(self._changes[0])
        if not shiboken6.isValid(operation.owner):
            return
        if error is None:
            operation.done(outcome)
        elif operation.failed:
            operation.failed(error)
        else:
            self.failed.emit(error)


def _outcome(work: Callable[[], Any]) -> tuple[Any, StudioError | None]:
    try:
        return work(), None
    except StudioError as e:
        return None, e
    except Exception as e:  # noqa: BLE001 — border: a bug of ours costs this operation, not the window
        return None, Bug(f"The studio made a mistake: {type(e).__name__}: {e}", t("Please report it."))

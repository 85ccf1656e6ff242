"""Work that would hold up the window, in a small pool of threads; what comes of it arrives in the GUI thread.

Whoever asks names an owner: once that is gone, nobody is told.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QThread, Signal

from studio.errors import Bug, StudioError

_THREADS = 2

Failed = Callable[[StudioError], None]


@dataclass(frozen=True)
class _Operation:
    """One piece of work and whom it is for."""

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Failed | None


class _Thread(QThread):
    """Runs what lies in the queue; no logic of its own."""

    def __init__(self, waiting: queue.SimpleQueue[_Operation | None], over: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting = waiting
        self._over = over

    def run(self) -> None:
        """Work until told to end."""
        while (operation := self._waiting.get()) is not None:
            try:
                outcome, error = operation.work(), None
            except StudioError as e:
                outcome, error = None, e
            except Exception as e:  # noqa: BLE001 — border: a bug of ours costs this operation, not the window
                outcome, error = None, Bug(f"The studio made a mistake: {type(e).__name__}: {e}", "Please report it.")
            self._over.emit(operation, outcome, error)


class Operations(QObject):
    """The pool. `failed` comes for errors that nobody else deals with."""

    failed = Signal(object)
    _over = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: queue.SimpleQueue[_Operation | None] = queue.SimpleQueue()
        self._over.connect(self._deliver)
        self.running = 0
        self._threads: list[_Thread] = []

    def run(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], None] = lambda _outcome: None,
        failed: Failed | None = None,
    ) -> None:
        """Do work in a thread of the pool, then call `done` or `failed` here, as long as the owner lives."""
        if not self._threads:
            self._threads = [_Thread(self._waiting, self._over, self) for _ in range(_THREADS)]
            for thread in self._threads:
                thread.start(QThread.Priority.LowPriority)
        self.running += 1
        self._waiting.put(_Operation(owner, work, done, failed))

    def close(self) -> None:
        """Wait for what is being worked on; what still waits is not begun."""
        while not self._waiting.empty():
            self._waiting.get()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.wait()
            thread.deleteLater()
        self._threads = []

    def _deliver(self, operation: _Operation, outcome: Any, error: StudioError | None) -> None:
        self.running -= 1
        if not shiboken6.isValid(operation.owner):
            return
        if error is None:
            operation.done(outcome)
        elif operation.failed:
            operation.failed(error)
        else:
            self.failed.emit(error)

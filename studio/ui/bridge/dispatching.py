"""The thread in which jobs run. It hosts services.dispatcher and holds no logic of its own."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread, Signal

from studio.app import Studio
from studio.errors import StudioError

_RETRY = 0.5  # seconds between two tries to become the owner of the data folder
_PAUSE = 5.0  # seconds after which what failed is tried again


class Dispatching(QThread):
    """Owns the data folder as soon as nobody else does, and runs jobs while it does."""

    failed = Signal(object)
    owner = Signal(bool)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._end = threading.Event()

    def run(self) -> None:
        """Take the lock, run the dispatcher, let the lock go. A full disk is no reason to give up: it may be freed."""
        last: tuple[object, ...] = ()  # what was said last
        try:
            while not self._end.is_set():
                try:
                    self._work()
                except StudioError as e:
                    if e.args != last:
                        self.failed.emit(e)
                    last = e.args
                    self._end.wait(_PAUSE)
        finally:
            self._studio.ownership.release()

    def _work(self) -> None:
        while not self._end.is_set() and not self._studio.ownership.try_take():
            self.owner.emit(False)
            self._end.wait(_RETRY)
        if not self._end.is_set():
            self.owner.emit(True)
            self._studio.dispatcher.run(until=self._end.is_set)

    def close(self) -> None:
        """Stop; what is being worked on is stored as interrupted and goes on with a retry."""
        self._end.set()
        if self.isRunning():
            if "dispatcher" in vars(self._studio):
                self._studio.dispatcher.stop()
            self.wait()

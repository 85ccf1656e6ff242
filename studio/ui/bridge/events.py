"""What services tell, as a signal in the GUI thread. Progress is passed on at most ten times a second a job."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from studio.events import Bus, Event, JobProgress


class Events(QObject):
    """Listens to the bus, whichever thread publishes. Close it before the bus goes."""

    happened = Signal(object)
    _waiting = Signal()

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._queue: list[Event] = []
        self._waiting.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._end: Callable[[], None] | None = bus.subscribe(self._take)

    def close(self) -> None:
        """Stop listening."""
        end, self._end = self._end, None
        if end:
            end()

    def _take(self, event: Event) -> None:
        """Any thread. One queued call at a time; of a job's progress only the latest waits."""
        with self._lock:
            first = not self._queue
            if isinstance(event, JobProgress):
                self._queue = [e for e in self._queue if not (isinstance(e, JobProgress) and e.job == event.job)]
            self._queue.append(event)
        if first:
            self._waiting.emit()

    def _pass_on(self) -> None:
        with self._lock:
            events, self._queue = self._queue, []
        if self._end is not None:
            for event in events:
                self.happened.emit(event)

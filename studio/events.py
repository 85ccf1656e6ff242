"""The event bus: services tell what happened, faces listen. Standard library; publish from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class JobChanged:
    """A job's row changed its state."""

    job: int
    state: str


@dataclass(frozen=True)
class JobProgress:
    """A running job got further. `seconds_left` is an estimate from past runs, None when there are none."""

    job: int
    stage: str
    fraction: float | None
    seconds_left: float | None


@dataclass(frozen=True)
class JobPreview:
    """A running job has an unfinished look at its result, as its engine wrote it; the next one takes its place."""

    job: int
    file: str


@dataclass(frozen=True)
class JobNote:
    """Something the user should know about a job."""

    job: int
    level: str
    text: str


@dataclass(frozen=True)
class JobSound:
    """So much of what a running job will bring can be heard: `frames` samples of one channel, in a file that grows.

    Another file than before begins anew: what was made so far did not work out, and is made again.
    """

    job: int
    file: str
    rate: int
    frames: int


@dataclass(frozen=True)
class ProjectChanged:
    """An open project became another; `label` says what was done, undone or redone."""

    folder: str
    label: str


@dataclass(frozen=True)
class ProjectNote:
    """Something the user should know about an open project."""

    folder: str
    text: str


Event = JobChanged | JobProgress | JobPreview | JobNote | JobSound | ProjectChanged | ProjectNote
Listener = Callable[[Event], None]


class Bus:
    """Passes events to all listeners, in the publisher's thread. A listener must be quick and must not raise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Begin to listen; the returned function ends it."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return end

    def publish(self, event: Event) -> None:
        """Tell everyone who listens."""
        listeners: tuple[Any, ...] = self._listeners
        for listener in listeners:
            listener(event)

"""A model at work beside the main thread, which hears of a cancel within a moment: a step may take longer than that."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from studio.worker.context import RunContext

_LOOK = 0.05  # seconds between looks for a cancel
T = TypeVar("T")


class Beside:
    """One thread on which a model computes. The main thread asks, waits and, in the end, settles."""

    def __init__(self, name: str) -> None:
        """Begin it; it sleeps until it is asked."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._under_way: Future[Any] | None = None

    def wait_for(self, context: RunContext, work: Callable[..., T], *given: Any) -> T:
        """Have something done, and leave at once when the job is cancelled; the work itself ends at its next step."""
        future: Future[T] = self._pool.submit(work, *given)
        self._under_way = future
        while not wait([future], _LOOK).done:
            context.check_cancelled()
        self._under_way = None
        return future.result()

    def settle(self) -> None:
        """Wait for a step that is still under way after a cancel."""
        if self._under_way is not None:
            wait([self._under_way])
            self._under_way = None

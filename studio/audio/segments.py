"""Long sounds in segments that several threads work on at once. Functions and values: any thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from studio.audio import loudness
from studio.audio.levels import Numbers, Samples, step_frames

THREADS = 2
# Whole segments of the mixer, which so makes nothing twice, and whole blocks of the limiter.
LENGTH = 1 << 20

Found = TypeVar("Found")


@dataclass(frozen=True)
class Segments:
    """A sound cut into segments of LENGTH frames, save for the last."""

    frames: int

    @property
    def count(self) -> int:
        """How many there are."""
        return -(-self.frames // LENGTH)

    def extent(self, number: int) -> tuple[int, int]:
        """Return where a segment starts, and how many frames it has."""
        start = number * LENGTH
        return start, min(LENGTH, self.frames - start)


@contextmanager
def in_order(work: Callable[[int], Found], count: int) -> Generator[Iterator[Found], None, None]:
    """Give the results of work(0), work(1) … in order, made by THREADS threads that are never far ahead.

    Whatever ends the block, no work goes on after it.
    """
    with ThreadPoolExecutor(THREADS, thread_name_prefix="segments") as pool:
        waiting: deque[Future[Found]] = deque()

        def results() -> Iterator[Found]:
            begun = 0
            while begun < count or waiting:
                while begun < count and len(waiting) <= THREADS:
                    waiting.append(pool.submit(work, begun))
                    begun += 1
                yield waiting.popleft().result()

        try:
            yield results()
        finally:
            for future in waiting:
                future.cancel()


@dataclass(frozen=True)
class Inner:
    """The energies of a segment, save for those that need the end of the segment before.

    `head` and `tail` are what the neighbours need of it: sound that ends, and sound that begins, with a whole step.
    """

    energies: Numbers
    head: Samples
    tail: Samples


def inner_energies(segment: Samples, start: int, rate: int, *, known_all: Numbers | None = None) -> Inner:
    """Return what of a segment's energies can be known without its neighbours. Steps count from the sound's start.

    They are taken from those of the whole sound where these are known.
    """
    step, lead = step_frames(rate), loudness.lead_frames(rate)
    settling = -start % step  # up to the first step that begins in here
    known = 0 if start == 0 else min(len(segment), settling + lead)
    last = max(known, (start + len(segment)) // step * step - start)
    if known_all is None:
        energies = loudness.segment_energies(segment[settling:last], rate, lead=known - settling)
    else:
        energies = known_all[(start + known) // step : (start + last) // step]
    return Inner(energies, segment[:known].copy(), segment[max(0, last - lead) :].copy())


class Energies:
    """Joins the energies of segments that come in order. Belongs to one thread."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._tail: Samples | None = None
        self._found: list[Numbers] = []

    def add(self, inner: Inner) -> None:
        """Take the next segment."""
        if self._tail is not None and len(inner.head):
            seam = np.concatenate([self._tail, inner.head])
            self._found.append(loudness.segment_energies(seam, self._rate, lead=loudness.lead_frames(self._rate)))
        self._found.append(inner.energies)
        self._tail = inner.tail

    @property
    def all(self) -> Numbers:
        """The energies of all segments so far."""
        return np.concatenate(self._found) if self._found else np.zeros(0)

"""The frames between the feeder, who mixes ahead, and the device, which takes them in time. See each method's thread.

Places in the ring are counted from its beginning and never wrap: a place names the same frame for good. What was taken
stays readable for a while, for the meters. The lock is held for copying only, never while somebody mixes.
"""

from __future__ import annotations

import threading

import numpy as np


class Ring:
    """One thread feeds, one takes."""

    def __init__(self, frames: int, channels: int = 2) -> None:
        self._data = np.zeros((frames, channels), np.float32)
        self._lock = threading.Lock()
        self.read = 0  # the next place to be taken
        self.write = 0  # the next place to be fed
        self.end: int | None = 0  # nothing comes after this place; None while more is to come

    @property
    def waiting(self) -> int:
        """How many frames wait to be taken. Any thread."""
        return self.write - self.read

    def put(self, block: np.ndarray) -> None:
        """Add frames; the feeder sees to it that they fit."""
        with self._lock:
            self._copy_in(self.write, block)
            self.write += len(block)

    def take(self, out: np.ndarray) -> int:
        """Fill `out` as far as there are frames, return how many. The device's thread: no waiting, no new memory."""
        with self._lock:
            count = min(len(out), self.write - self.read)
            if count <= 0:
                return 0
            size = len(self._data)
            at = self.read % size
            first = min(count, size - at)
            out[:first] = self._data[at : at + first]
            if first < count:
                out[first:count] = self._data[: count - first]
            self.read += count
        return count

    def clear(self) -> None:
        """Drop what waits. The feeder's thread."""
        with self._lock:
            self.write = self.read
            self.end = self.write

    def finish(self) -> None:
        """Say that nothing more will come. The feeder's thread."""
        with self._lock:
            self.end = self.write

    def splice(self, block: np.ndarray, fade: int, *, at: int | None = None, least: int = 0) -> int | None:
        """Replace what waits, from a place on or (None) from the very next frame, fading over; return the place.

        A block that is meant for a place which has been taken meanwhile loses its beginning. When less than `least`
        of it would be left nothing is done and None returned. The feeder's thread.
        """
        with self._lock:
            begin = self.read if at is None else max(at, self.read)
            block = block if at is None else block[begin - at :]
            if len(block) < least or begin > self.write:
                return None
            over = min(fade, self.write - begin, len(block))
            if over:
                old = self._copy_out(begin, over)
                # In this form equal sounds stay equal to the last bit.
                block = np.concatenate((old + (block[:over] - old) * _ramp(over), block[over:]))
            self._copy_in(begin, block)
            self.write = begin + len(block)
            self.end = None
        return begin

    def past(self, start: int, stop: int) -> np.ndarray:
        """Return frames that were taken not long ago, as far as they are still there. Any thread."""
        with self._lock:
            oldest = max(0, self.write - len(self._data))
            start = min(max(start, oldest), stop)
            return self._copy_out(start, stop - start)

    def _copy_in(self, place: int, block: np.ndarray) -> None:
        size = len(self._data)
        if len(block) > size:
            raise ValueError(f"{len(block)} frames do not fit into a ring of {size}")
        at = place % size
        first = min(len(block), size - at)
        self._data[at : at + first] = block[:first]
        self._data[: len(block) - first] = block[first:]

    def _copy_out(self, place: int, count: int) -> np.ndarray:
        size = len(self._data)
        at = place % size
        first = min(count, size - at)
        return np.concatenate((self._data[at : at + first], self._data[: count - first]))


def _ramp(frames: int) -> np.ndarray:
    return ((np.arange(frames, dtype=np.float32) + 1) / np.float32(frames + 1))[:, None]

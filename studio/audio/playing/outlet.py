"""Where the device takes its frames, and what is known about when they are heard. `pull` runs in the device's thread.

The device's thread only copies: it mixes nothing, and it waits for nobody but for another copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from studio.audio.playing.ring import Ring

_REMEMBERED = 512  # pulls; a second and more, even of a device that asks for little at a time
_MOST_FRAMES = 8192  # in one go through the volume


class Outlet:
    """Passes on what is in the ring while it is open, silence otherwise."""

    def __init__(self, ring: Ring, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self.ring = ring
        self.rate = rate
        self.dropped = 0  # times when there was a gap: a pull found too little, or came too late for the device
        self.pulls = 0
        self.volume = 1.0
        self._now = now
        self._open = False
        self._begin = 0
        self._gain = 1.0
        # Of the last pulls: place of the first frame, number of frames, when it is heard.
        self._pulls: list[tuple[int, int, float]] = [(0, 0, 0.0)] * _REMEMBERED
        self._known = 0
        self._rising = np.arange(1, _MOST_FRAMES + 1, dtype=np.float32)
        self._ramp = np.zeros(_MOST_FRAMES, np.float32)

    @property
    def is_open(self) -> bool:
        """Whether frames are passed on. Any thread."""
        return self._open

    @property
    def drained(self) -> bool:
        """Whether everything that will come was heard. Any thread."""
        return self.ring.end is not None and self.heard() >= self.ring.end

    def ready(self, frames: int) -> bool:
        """Whether so many could be pulled without a gap. Any thread."""
        return not self._open or self.ring.end is not None or self.ring.waiting >= frames

    def open(self) -> None:
        """Begin to pass on what waits. The feeder's thread."""
        self._begin = self.ring.read
        self._known = 0
        self._open = True

    def close(self) -> None:
        """Pass on silence, and drop what waits. The feeder's thread."""
        self._open = False
        self.ring.clear()

    def pull(self, out: np.ndarray, delay: float) -> None:
        """Fill `out`; its first frame will be heard in `delay` seconds."""
        is_open = self._open
        place = self.ring.read
        count = self.ring.take(out) if is_open else 0
        if count < len(out):
            out[count:] = 0.0
            if is_open and self.ring.end != self.ring.read:
                self.dropped += 1
        if is_open:
            known = self._known
            self._pulls[known % _REMEMBERED] = (place, count, self._now() + delay)
            self._known = known + 1
        if self.volume != 1.0 or self._gain != 1.0:
            self._turn(out)
        self.pulls += 1

    def ran_dry(self) -> None:
        """The device says that it had nothing to play. The device's thread."""
        if self._open and self._known:
            self.dropped += 1

    def heard(self) -> int:
        """Return the place that is heard now, by the device's clock. Any thread."""
        now = self._now()
        known = self._known
        for number in range(known - 1, max(-1, known - _REMEMBERED), -1):
            place, count, when = self._pulls[number % _REMEMBERED]
            if when <= now:
                return max(self._begin, place + min(count, int((now - when) * self.rate)))
        return self._begin

    def _turn(self, out: np.ndarray) -> None:
        """Apply the volume; a change goes along a straight line through what is asked for at a time."""
        before, after = self._gain, self.volume
        for start in range(0, len(out), _MOST_FRAMES):
            part = out[start : start + _MOST_FRAMES]
            ramp = self._ramp[: len(part)]
            np.multiply(self._rising[: len(part)], (after - before) / len(part), out=ramp)
            np.add(ramp, before, out=ramp)
            np.multiply(part, ramp[:, None], out=part)
            before = after
        self._gain = after

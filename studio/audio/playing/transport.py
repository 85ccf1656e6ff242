"""Play, pause, seek, scrub, loop: what goes into the ring. One thread, the feeder's; `position` may be read by any.

Fades stand only where the user jumps: a seek, a scrub, a pause, another speed and an edit fade over 5 ms from what was
to come to what comes instead. Playing begins without a fade, and ends and loops without one, so that what is heard is
the mix to the last bit. After an edit, what it did not change stays equal to the last bit, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from studio.audio.playing.outlet import Outlet
from studio.audio.playing.ring import Ring
from studio.audio.playing.source import Block, Mix, Passage, Source, Straight, source_of
from studio.audio.playing.trace import Trace
from studio.worker.failures import UserMistake

FADE = 0.005  # seconds
SLOWEST, FASTEST = 0.5, 2.0
_RING = 4.0  # seconds; what was heard stays in it for the meters
_AHEAD = 1.0  # seconds mixed ahead, where the device does not need more; a mixer makes as much as that at once
_LEADS = (0.1, 0.2, 0.3)  # seconds from now at which an edit is to be heard; the later ones where mixing is slow
_FIRST = 0.3  # seconds mixed before a jump: until they are over the feeder has time for more
_GRAIN = 0.08  # seconds heard around a position that is scrubbed over
_BLOCK = 2048  # frames


class Transport:
    """Feeds one outlet with one project."""

    def __init__(self, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.ring = Ring(int(_RING * rate))
        self.outlet = Outlet(self.ring, rate, now)
        self.ahead = int(_AHEAD * rate)
        self.playing = False
        self._fade = max(1, round(FADE * rate))
        self._trace = Trace(rate)
        self._mix: Mix | None = None
        self._source: Source | None = None
        self._passage = Passage()
        self._speed = 1.0
        self._position = 0

    @property
    def position(self) -> int:
        """The moment of the timeline that is heard now, or where playing would go on."""
        return self._trace.at(self.outlet.heard()) if self.playing else self._position

    def levels(self, start: int, end: int) -> Mapping[str, float]:
        """Return the peak of each track between two places of the ring. Any thread."""
        mix = self._mix
        if mix is None:
            return {}
        first, last = (self._trace.at(place) for place in (start, end))
        if not first <= last <= first + 2 * FASTEST * (end - start):  # it was sent elsewhere in between
            first = last - (end - start)
        return mix.mixer.levels(max(0, first), last)

    def keep_ahead(self, latency: float) -> None:
        """Mix far enough ahead for a device that takes so much at once."""
        self.ahead = int(min(max(_AHEAD, 2 * latency), _RING / 2) * self.rate)

    def load(self, mix: Mix) -> None:
        """Play this from now on; what is being played goes on from where it is."""
        old, self._mix = self._mix, mix
        if self.playing:
            self._reroute()
        if old:
            old.mixer.close()

    def play(self, passage: Passage) -> None:
        """Play from the passage's start."""
        self._passage = passage
        self._go(passage.start)

    def resume(self) -> None:
        """Go on from where it was."""
        if not self.playing:
            self._go(self._position)

    def pause(self) -> None:
        """Fade out and stay."""
        if self.playing:
            place = self.ring.splice(np.zeros((self._fade, 2), np.float32), self._fade) or 0
            self._source = None
            self.ring.finish()
            self._position = self._trace.at(place)
            self.playing = False

    def seek(self, position: int) -> None:
        """Go elsewhere, playing on if it was."""
        if self.playing:
            self._go(position)
        else:
            self._position = position

    def set_speed(self, speed: float) -> None:
        """Play faster or slower at the same pitch."""
        speed = min(max(speed, SLOWEST), FASTEST)
        if speed != self._speed:
            self._speed = speed
            if self.playing:
                self._reroute()

    def scrub(self, position: int) -> None:
        """Let hear a moment around a position, and stay there."""
        mix = self._loaded()
        self._source = None
        self._position = position
        self.playing = False
        start = max(0, position - int(_GRAIN * self.rate) // 2)
        grain = Straight(mix, Passage(start), start).next(int(_GRAIN * self.rate)).frames.copy()
        edge = min(self._fade, len(grain) // 2)
        if edge:
            ramp = np.linspace(0.0, 1.0, edge, dtype=np.float32)[:, None]
            grain[:edge] *= ramp
            grain[-edge:] *= ramp[::-1]
        if not self.outlet.is_open:
            self.ring.clear()
        self.ring.splice(_at_least(grain, self._fade), self._fade)
        self.ring.finish()
        self.outlet.open()

    def feed(self) -> bool:
        """Mix one block ahead; say whether there was anything to do."""
        if self._source is None or self.ring.waiting >= self.ahead:
            return False
        source = self._source
        block = source.next(_BLOCK)
        place = self.ring.write
        self.ring.put(block.frames)
        self._note(place, block, source.speed)
        if len(block.frames) < _BLOCK:
            self._source = None
            self.ring.finish()
        return True

    def settle(self) -> bool:
        """Close the outlet when all was heard; say whether playing came to its end by that."""
        if not (self.outlet.is_open and self.outlet.drained):
            return False
        ended = self.playing
        if ended:
            self._position = self._trace.at(self.ring.write)
            self.playing = False
        self.outlet.close()
        return ended

    def halt(self) -> None:
        """Stop at once, without a fade: there is nothing to be heard through any more."""
        self._position = self.position
        self.playing = False
        self._source = None
        self.outlet.close()

    def close(self) -> None:
        """Let the mixer go."""
        self.halt()
        if self._mix:
            self._mix.mixer.close()
            self._mix = None

    def _loaded(self) -> Mix:
        if self._mix is None:
            raise UserMistake("There is no project to play.", "Open one first.")
        return self._mix

    def _go(self, position: int) -> None:
        mix = self._loaded()
        if self.playing:
            self._replace(position, None)
            return
        self.outlet.close()
        self._trace = Trace(self.rate)
        self._trace.add(self.ring.write, position, self._speed)
        self._source = source_of(mix, self._passage, position, self._speed)
        self.ring.end = None
        while self.feed():
            pass
        self.outlet.open()
        self.playing = True

    def _reroute(self) -> None:
        """Replace what waits by what comes now, from a moment on that is not being taken yet."""
        for lead in _LEADS:
            at = min(self.ring.read + int(lead * self.rate), max(self.ring.read, self.ring.write - self._fade))
            if self._replace(self._trace.at(at), at):
                return
        self._go(self._trace.at(self.ring.read))  # mixing is too slow to meet it exactly

    def _replace(self, position: int, at: int | None) -> bool:
        """Fade over to what comes from a position on; False when the place for it was taken meanwhile."""
        first = int(_FIRST * self.rate)
        source = source_of(self._loaded(), self._passage, position, self._speed)
        block = source.next(first)
        over = len(block.frames) < first
        # What is shorter than what it replaces still needs something to fade to.
        waiting = self.ring.write - (self.ring.read if at is None else at)
        tail = min(self._fade, max(0, waiting))
        place = self.ring.splice(_at_least(block.frames, tail), self._fade, at=at, least=tail if over else first // 3)
        if place is None:
            return False
        begin = place if at is None else at
        self._trace.cut(begin)
        self._trace.add(begin, position, source.speed)
        self._note(begin, block, source.speed)
        self._source = None if over else source
        if over:
            end = begin + len(block.frames)
            self._trace.add(end, self._trace.at(end), 0.0)
            self.ring.finish()
        return True

    def _note(self, place: int, block: Block, speed: float) -> None:
        for turn in block.turns:
            self._trace.add(place + turn.offset, turn.position, speed)


def _at_least(frames: np.ndarray, count: int) -> np.ndarray:
    """Add silence to what is shorter than the fade that leads to it."""
    missing = count - len(frames)
    return np.concatenate((frames, np.zeros((missing, 2), np.float32))) if missing > 0 else frames

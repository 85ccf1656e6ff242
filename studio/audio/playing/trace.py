"""Which place of the ring is which moment of the timeline. Written by the feeder's thread, read by any."""

from __future__ import annotations

from dataclasses import dataclass

_KEPT = 10.0  # seconds of what has been; the longest that a device takes to make heard what it was given
_INEXACT = 8  # samples that a change of speed may be off; what is nearer than this is no turn


@dataclass(frozen=True)
class _Mark:
    place: int
    position: int
    speed: float

    def position_at(self, place: int) -> int:
        return self.position + int((place - self.place) * self.speed)


class Trace:
    """Remembers where the timeline was entered."""

    def __init__(self, rate: int) -> None:
        self._kept = int(_KEPT * rate)
        self._marks: tuple[_Mark, ...] = ()

    def add(self, place: int, position: int, speed: float) -> None:
        """From this place on the timeline goes on from a position, at a speed."""
        last = self._marks[-1] if self._marks else None
        if last and last.speed == speed:
            off = abs(last.position_at(place) - position)
            if off == 0 or (speed != 1.0 and off <= _INEXACT):
                return
        # The one before the first that is kept says where that stretch began.
        old = [number for number, mark in enumerate(self._marks) if mark.place < place - self._kept]
        self._marks = (*self._marks[max(0, len(old) - 1) :], _Mark(place, position, speed))

    def cut(self, place: int) -> None:
        """Forget what was said of a place and all after it."""
        self._marks = tuple(mark for mark in self._marks if mark.place < place)

    def at(self, place: int) -> int:
        """Return the position of a place."""
        marks = self._marks
        found = next((mark for mark in reversed(marks) if mark.place <= place), marks[0] if marks else None)
        return found.position_at(max(place, found.place)) if found else 0

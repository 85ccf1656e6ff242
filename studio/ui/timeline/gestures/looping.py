"""The range that is played around and around. It is no part of the project. Pure; any thread."""

from __future__ import annotations

from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit, Part


class Loop:
    """Drags the loop or one of its ends; where there is none, draws one from the press to the pointer.

    An end that is dragged over the other becomes the other.
    """

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Change the loop")
        self._held = held
        self._hit = hit

    def at(self, place: Place) -> Step:
        """Return the loop that the pointer makes, and the project as it was."""
        held, hit = self._held, self._hit
        by = travelled(hit.at, place)
        if held.loop is None:
            start, _snapped = held.attracted(hit.at, place)
            end, snapped = held.attracted(hit.at + by, place)
            return _step(held, start, end if by else start, snapped)
        start, end = held.loop
        if by == 0:
            return _step(held, start, end, None)
        if hit.part is Part.LOOP:
            by, snapped = held.shifted((start, end), by, place)
            by = max(by, -start)
            return _step(held, start + by, end + by, snapped)
        at_start = hit.part is Part.LOOP_START
        at, snapped = held.attracted((start if at_start else end) + by, place)
        return _step(held, at, end, snapped) if at_start else _step(held, start, at, snapped)


def _step(held: Held, one: int, other: int, snapped: int | None) -> Step:
    return Step(held.project, snapped, loop=(min(one, other), max(one, other)))

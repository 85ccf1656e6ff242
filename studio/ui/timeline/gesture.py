"""What a drag of the mouse does to the project. Pure; any thread.

A gesture begins where the button is pressed, on the project as it stands then; wherever the pointer goes, `at` says
what the project would be, always from that same begin. The widget makes each of these one step with the same merge key,
so that the whole drag is undone at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from studio.domain.project import Project
from studio.ui.timeline.lines import PointAt


@dataclass(frozen=True)
class Place:
    """Where the pointer is: the sample, the track's row (it may lie outside the tracks), and the value of its height.

    `rise` is how many dB, or shares of the pan, the pointer went up since the press. `within` is how many samples
    around a place attract; 0 with snapping off. `free` is held to snap to nothing (Ctrl), `fine` for a tenth (Shift).
    """

    at: int
    row: int
    rise: float = 0.0
    within: int = 0
    free: bool = False
    fine: bool = False


@dataclass(frozen=True)
class Step:
    """What a gesture makes of the project at a place, and which place attracted it (for the line that is drawn).

    The loop is no part of the project: `loop` is None where the gesture is about other things, else what it becomes;
    one that ends where it begins is none. `told` is the value that a drag gives, in words; `points` are those that it
    moves, where they are then.
    """

    project: Project
    snapped: int | None = None
    loop: tuple[int, int] | None = None
    told: str = ""
    points: frozenset[PointAt] | None = None


class Gesture(Protocol):
    """A drag that has begun. `label` is how the step is called in the list of what was done."""

    label: str

    def at(self, place: Place) -> Step:
        """Return what the project is with the pointer there; StudioError where that cannot be."""
        ...

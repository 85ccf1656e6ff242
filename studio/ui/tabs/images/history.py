"""What was done to a picture that is painted on, in one order: strokes and frames. The GUI thread, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from studio.ui.tabs.images.framing import Frame
from studio.ui.tabs.images.mask import Change

_MOST_KEPT = 64_000_000  # bytes of what can be undone


@dataclass(frozen=True)
class Step:
    """What is undone at once: a part of the mask, the frame before and after, or both."""

    change: Change | None = None
    frames: tuple[Frame, Frame] | None = None

    @property
    def size(self) -> int:
        """In bytes."""
        return self.change.size if self.change else 0


class History:
    """Steps that were done, and those that were undone."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step forward again."""
        return bool(self._undone)

    def keep(self, step: Step) -> None:
        """Remember what was done; forget what was undone, and what was done long ago before memory is full."""
        self._undone.clear()
        self._done.append(step)
        kept = 0
        for number, one in enumerate(reversed(self._done)):
            kept += one.size
            if kept > _MOST_KEPT and number:
                del self._done[: len(self._done) - number]
                break

    def back(self) -> Step | None:
        """Return the step that is to be undone."""
        return _moved(self._done, self._undone)

    def forth(self) -> Step | None:
        """Return the step that is to be done again."""
        return _moved(self._undone, self._done)


def _moved(here: list[Step], there: list[Step]) -> Step | None:
    if not here:
        return None
    there.append(here.pop())
    return there[-1]

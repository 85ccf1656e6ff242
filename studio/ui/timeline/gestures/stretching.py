"""Making a clip longer or shorter without cutting anything off. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import find, pace
from studio.domain.rules import LEAST_STRETCH, MOST_STRETCH
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit


class Stretch:
    """Drags the end of a clip, whose sound becomes slower or faster with it."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Stretch a clip")
        self._held = held
        self._hit = hit
        self._clip = find.clip(held.project, hit.id)

    def at(self, place: Place) -> Step:
        """Return the project with the clip's end where the pointer takes it, as far as sound can be stretched."""
        clip, project = self._clip, self._held.project
        by = travelled(self._hit.at, place)
        if by == 0:
            return Step(project)
        end, snapped = self._held.attracted(clip.end + by, place, exclude=[clip.id])
        stretch = clip.stretch * max(1, end - clip.start) / clip.length
        return Step(
            pace.set_stretch(project, clip.id, min(max(stretch, LEAST_STRETCH), MOST_STRETCH)),
            snapped,
        )

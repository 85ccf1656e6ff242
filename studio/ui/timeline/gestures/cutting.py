"""The blade. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import clips, find
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held
from studio.ui.timeline.hits import Hit


class Cut:
    """Splits the pressed clip where the pointer is; the cut goes along with it until the button is let go."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Split clips")
        self._held = held
        self._clip = find.clip(held.project, hit.id)

    def at(self, place: Place) -> Step:
        """Return the project with the clip in two; as it was where the pointer is beside the clip."""
        project, clip = self._held.project, self._clip
        at, snapped = self._held.attracted(place.at, place, exclude=[clip.id])
        if not clip.start < at < clip.end:
            at, snapped = place.at, None
        if not clip.start < at < clip.end:
            return Step(project)
        return Step(clips.split(project, clip.id, at)[0], snapped)

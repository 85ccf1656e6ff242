"""Letting a clip play another part of its media while it stays where it is. Pure; any thread."""

from __future__ import annotations

from studio.domain import samples
from studio.domain.edits import clips, find
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit


class Slip:
    """Drags the sound under a clip: to the right, so that it is heard later."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Slip a clip")
        self._project = held.project
        self._hit = hit
        self._stretch = find.clip(held.project, hit.id).stretch

    def at(self, place: Place) -> Step:
        """Return the project with the sound where the pointer takes it, as far as the media goes."""
        by = samples.unstretched(-travelled(self._hit.at, place), self._stretch)
        return Step(clips.slip(self._project, self._hit.id, by=by) if by else self._project)

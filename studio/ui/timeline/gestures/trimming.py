"""Letting a clip begin earlier or later, or end. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import clips, find, ripple
from studio.domain.project import Clip, Project
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit, Part


class Trim:
    """Drags an edge of a clip, as far as its media goes; with ripple, the later clips of the track follow."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Trim a clip")
        self._held = held
        self._hit = hit
        self._clip = find.clip(held.project, hit.id)
        self._exclude = _following(held.project, self._clip) if held.ways.ripple else [hit.id]

    def at(self, place: Place) -> Step:
        """Return the project with the edge where the pointer takes it; a sample at least is left of the clip."""
        held, clip = self._held, self._clip
        by = travelled(self._hit.at, place)
        at_start = self._hit.part is Part.CLIP_START
        if by == 0:
            return Step(held.project)
        if held.ways.ripple and at_start:
            # The clip stays where it is, so that nothing lines up with the edge that is dragged.
            return Step(ripple.trim_start(held.project, clip.id, min(clip.start + by, clip.end - 1)))
        edge, snapped = held.attracted((clip.start if at_start else clip.end) + by, place, exclude=self._exclude)
        if at_start:
            return Step(clips.trim(held.project, clip.id, start=min(edge, clip.end - 1)), snapped)
        edit = ripple.trim_end if held.ways.ripple else _trim_end
        return Step(edit(held.project, clip.id, max(edge, clip.start + 1)), snapped)


def _trim_end(project: Project, clip_id: str, end: int) -> Project:
    return clips.trim(project, clip_id, end=end)


def _following(project: Project, clip: Clip) -> list[str]:
    return [other.id for other in find.track_of(project, clip.id).clips if other.start >= clip.start]

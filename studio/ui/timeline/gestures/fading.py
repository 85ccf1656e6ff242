"""The fades at the ends of a clip, and crossfades by dragging one over the neighbour. Pure; any thread."""

from __future__ import annotations

from dataclasses import replace

from studio.domain.edits import clips, crossfades, fades, find
from studio.domain.project import Clip, Project
from studio.ui.language import t
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, travelled
from studio.ui.timeline.hits import Hit, Part


class Fading:
    """Drags the inner end of a fade; beyond the clip's edge it becomes a crossfade with the clip that lies there."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self._held = held
        self._hit = hit
        self._in = hit.part is Part.FADE_IN
        self.label = t("Fade a clip in") if self._in else t("Fade a clip out")
        clip = self._clip = find.clip(held.project, hit.id)
        self._handle = clip.start + clip.fade_in.length if self._in else clip.end - clip.fade_out.length

    def at(self, place: Place) -> Step:
        """Return the project with the fade as long as the pointer makes it; fades of a clip do not meet."""
        held, clip = self._held, self._clip
        by = travelled(self._hit.at, place)
        if by == 0:
            return Step(held.project)
        handle, snapped = held.attracted(self._handle + by, place, exclude=[clip.id])
        length = handle - clip.start if self._in else clip.end - handle
        if length < 0:
            crossed = _crossed(held.project, clip, handle)
            if crossed is not None:
                return Step(crossed, snapped)
        if self._in:
            fade = replace(clip.fade_in, length=min(max(length, 0), clip.length - clip.fade_out.length))
            return Step(fades.set_fades(held.project, clip.id, fade_in=fade), snapped)
        fade = replace(clip.fade_out, length=min(max(length, 0), clip.length - clip.fade_in.length))
        return Step(fades.set_fades(held.project, clip.id, fade_out=fade), snapped)


def _crossed(project: Project, clip: Clip, to: int) -> Project | None:
    """Return the project with a clip drawn out over its neighbour up to a moment, and both faded into each other.

    None where no neighbour lies there, or nothing is left of the clip's media to draw out.
    """
    earlier = to < clip.start
    if earlier:
        reached = [other for other in find.track_of(project, clip.id).clips if other.start < to < other.end]
    else:
        reached = [other for other in find.track_of(project, clip.id).clips if clip.start < other.start < to]
    neighbour = max(reached, key=lambda other: other.end) if reached else None
    if neighbour is None:
        return None
    after = clips.trim(project, clip.id, start=to) if earlier else clips.trim(project, clip.id, end=to)
    pair = sorted(find.clips(after, [clip.id, neighbour.id]), key=lambda one: one.start)
    heads, _tails = crossfades.overlaps(pair)
    return fades.crossfade(after, pair[0].id, pair[1].id) if heads else None

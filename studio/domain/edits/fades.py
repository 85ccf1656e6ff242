"""Fades at the ends of clips, and from one clip into the next. Pure; any thread.

Where clips of a track come to overlap, a crossfade is made by itself: see studio.domain.edits.crossfades.
"""

from __future__ import annotations

from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import crossfades, find, parts
from studio.domain.project import CURVES, Clip, Fade, Project
from studio.errors import StudioError


def set_fades(project: Project, clip_id: str, *, fade_in: Fade | None = None, fade_out: Fade | None = None) -> Project:
    """Set the fades of a clip; what is not given stays."""
    spot = parts.unlocked_spot(project, clip_id)
    clip = project.tracks[spot.track].clips[spot.clip]
    changed = replace(
        clip,
        fade_in=clip.fade_in if fade_in is None else _checked(project, fade_in, clip),
        fade_out=clip.fade_out if fade_out is None else _checked(project, fade_out, clip),
    )
    return parts.put_clip(project, spot, changed)


def crossfade(project: Project, first_id: str, second_id: str, *, curve: str = "equal_power") -> Project:
    """Fade one clip into another over the whole of their overlap, whatever fades they had there."""
    spots = find.spots(project, [first_id, second_id])
    parts.check_unlocked(project, spots.values())
    ordered = sorted(find.clips(project, spots), key=lambda clip: clip.start)
    heads, _tails = crossfades.overlaps(ordered)
    if len({spot.track for spot in spots.values()}) != 1 or not heads:
        named = " and ".join(find.named(project, clip) for clip in find.clips(project, spots))
        raise StudioError(f"Clips {named} do not overlap on one track.", "Move one over the end of the other.")
    earlier, later = ordered
    fade = _checked(project, Fade(heads[later.id], curve), later)
    changed = {spots[earlier.id]: replace(earlier, fade_out=fade), spots[later.id]: replace(later, fade_in=fade)}
    return parts.put_clips(project, changed)


def _checked(project: Project, fade: Fade, clip: Clip) -> Fade:
    if fade.curve not in CURVES:
        raise StudioError(f"There is no fade {fade.curve[:40]!r}.", f"The curves are {', '.join(CURVES)}.")
    if not 0 <= fade.length <= clip.length:
        raise StudioError(
            f"A fade of {samples.to_seconds(fade.length, project.rate):.3f} s does not fit into clip "
            f"{find.named(project, clip)}.",
            f"The clip lasts {samples.to_seconds(clip.length, project.rate):.3f} s.",
        )
    return fade if fade.length else Fade()

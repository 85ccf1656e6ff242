"""How fast a clip is played, and how high; neither changes the other. Pure; any thread."""

from __future__ import annotations

from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import find, parts, shapes
from studio.domain.project import Project, playable
from studio.domain.rules import LEAST_STRETCH, MOST_PITCH, MOST_STRETCH
from studio.errors import StudioError


def set_stretch(project: Project, clip_id: str, stretch: float) -> Project:
    """Make a clip last so many times as long as its media; it begins when it did and plays the same part.

    Its automation stays with the sound; its fades stay as long as they are.
    """
    stretch = parts.number(stretch, low=LEAST_STRETCH, high=MOST_STRETCH, what="The stretch")
    spot = parts.unlocked_spot(project, clip_id)
    clip = project.tracks[spot.track].clips[spot.clip]
    if stretch == clip.stretch:
        return project
    whole = playable(find.played_by(project, clip), project.rate, stretch)
    if whole < 1:
        raise StudioError("The media is too short to be played that fast.", "Choose a stretch nearer to 1.")
    end = samples.unstretched(samples.stretched(clip.offset, clip.stretch) + clip.length, clip.stretch)
    offset = min(clip.offset, samples.latest(whole - 1, stretch))
    first = samples.stretched(offset, stretch)
    changed = replace(
        clip,
        offset=offset,
        stretch=stretch,
        length=min(max(samples.stretched(end, stretch) - first, 1), whole - first),
        volume=shapes.stretched(clip.volume, clip.stretch, stretch),
    )
    return parts.rearranged(project, spot, shapes.with_fades_inside(changed))


def set_pitch(project: Project, clip_id: str, semitones: float) -> Project:
    """Play a clip so much higher, or lower; it lasts as long as before."""
    pitch = parts.number(semitones, low=-MOST_PITCH, high=MOST_PITCH, what="The pitch")
    spot = parts.unlocked_spot(project, clip_id)
    return parts.put_clip(project, spot, replace(project.tracks[spot.track].clips[spot.clip], pitch=pitch))

"""Tracks: adding, ordering, copying and removing them, and what holds for all their clips. Pure; any thread.

A locked track can be muted, soloed, unlocked and looked at differently; everything else is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

from studio.domain import rules, samples
from studio.domain.edits import find, parts
from studio.domain.project import LOUDEST_DB, TRACK_KINDS, Clip, Duck, Project, Track
from studio.errors import StudioError

_WHILE_LOCKED = frozenset({"mute", "solo", "locked", "colour", "height"})


class Changes(TypedDict, total=False):
    """What can be set of a track; what is not named stays."""

    name: str
    kind: str
    gain_db: float
    pan: float
    mute: bool
    solo: bool
    duck: Duck | None  # how it goes down while somebody speaks on a speech track
    colour: str
    height: int
    locked: bool


def add_track(project: Project, name: str, *, kind: str = "sound") -> tuple[Project, str]:
    """Add an empty track below the others, and return it."""
    project, new = parts.new_id(project, "t")
    track = Track(new, parts.plain_text(name))
    return set_track(replace(project, tracks=(*project.tracks, track)), new, kind=kind), new


def set_track(project: Project, track_id: str, **changes: Unpack[Changes]) -> Project:
    """Change what is named of a track."""
    row = find.row(project, track_id)
    track = project.tracks[row]
    if not _WHILE_LOCKED.issuperset(changes):
        parts.check_track_unlocked(track)
    changed = replace(track, **changes)
    _check(project, changed)
    changed = replace(changed, name=parts.plain_text(changed.name), colour=parts.plain_text(changed.colour))
    return parts.put_track(project, row, changed)


def move_track(project: Project, track_id: str, row: int) -> Project:
    """Move a track to another place among the tracks, counted from 0; beyond the last is the last."""
    track = find.track(project, track_id)
    others = [other for other in project.tracks if other is not track]
    row = min(max(row, 0), len(others))
    return replace(project, tracks=(*others[:row], track, *others[row:]))


def duplicate_track(project: Project, track_id: str) -> tuple[Project, str]:
    """Copy a track with its clips to the place below it, and return the copy."""
    row = find.row(project, track_id)
    track = project.tracks[row]
    project, new = parts.new_id(project, "t")
    project, effects = parts.with_new_effects(project, track.effects)
    project, names = parts.new_ids(project, "c" * len(track.clips))
    groups = {"": ""}
    copies: list[Clip] = []
    for clip, name in zip(track.clips, names, strict=True):
        if clip.group not in groups:
            project, groups[clip.group] = parts.new_id(project, "g")
        project, of_clip = parts.with_new_effects(project, clip.effects)
        copies.append(replace(clip, id=name, effects=of_clip, group=groups[clip.group]))
    # The new ids may sort in another way than the old ones where clips begin together.
    copies.sort(key=lambda clip: (clip.start, clip.id))
    copy = replace(track, id=new, clips=tuple(copies), effects=effects, locked=False)
    return replace(project, tracks=(*project.tracks[: row + 1], copy, *project.tracks[row + 1 :])), new


def remove_track(project: Project, track_id: str) -> Project:
    """Remove a track with its clips; the media stay in the project."""
    track = find.track(project, track_id)
    parts.check_track_unlocked(track)
    locked = next((clip for clip in track.clips if clip.locked), None)
    if locked is not None:
        raise parts.locked_clip(project, locked)
    return replace(project, tracks=tuple(other for other in project.tracks if other is not track))


def _check(project: Project, track: Track) -> None:
    if track.kind not in TRACK_KINDS:
        raise StudioError(f"There is no kind of track {track.kind[:40]!r}.", f"The kinds are {', '.join(TRACK_KINDS)}.")
    parts.number(track.gain_db, low=rules.QUIETEST_DB, high=LOUDEST_DB, what="The gain")
    parts.number(track.pan, low=-1.0, high=1.0, what="The pan")
    parts.number(track.height, low=0, high=rules.HIGHEST_TRACK, what="The height")
    if track.duck and not rules.is_duck(track.duck, samples.LONGEST_SECONDS * project.rate):
        raise StudioError("A track cannot duck like this.", "The depth is at most 0 dB, the times are not below 0.")

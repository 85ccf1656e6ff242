"""What the edits are made of: new ids, checks, and putting changed clips and tracks back. Pure; any thread.

Nothing is looked through that did not change: an edit of one clip makes one new track around it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from studio.domain import project_json, samples
from studio.domain.edits import crossfades, find
from studio.domain.project import Clip, Effect, Project, Track
from studio.domain.rules import LAST_ID
from studio.errors import StudioError

T = TypeVar("T")

LONGEST_NAME = 1_000
LONGEST_TEXT = 10_000_000
_NO_TEXT = re.compile("[\ud800-\udfff]")


def new_ids(project: Project, letters: str) -> tuple[Project, list[str]]:
    """Return an id that no thing of the project has, for each of the letters."""
    first = project.next_id
    if first + len(letters) > LAST_ID:
        raise StudioError("The project is full: it has used up its ids.", "Begin a new project.")
    return replace(project, next_id=first + len(letters)), [f"{x}{first + i}" for i, x in enumerate(letters)]


def new_id(project: Project, letter: str) -> tuple[Project, str]:
    """Return one such id."""
    project, ids = new_ids(project, letter)
    return project, ids[0]


def with_new_effects(project: Project, effects: tuple[Effect, ...]) -> tuple[Project, tuple[Effect, ...]]:
    """Return copies of effects for another clip or track."""
    if not effects:
        return project, ()
    project, ids = new_ids(project, "e" * len(effects))
    return project, tuple(replace(effect, id=new) for effect, new in zip(effects, ids, strict=True))


def put_track(project: Project, row: int, track: Track) -> Project:
    """Put a changed track in the place of the old one."""
    return replace(project, tracks=(*project.tracks[:row], track, *project.tracks[row + 1 :]))


def put_clip(project: Project, spot: find.Spot, clip: Clip) -> Project:
    """Put a clip that did not move in the place of the old one."""
    track = project.tracks[spot.track]
    clips = (*track.clips[: spot.clip], clip, *track.clips[spot.clip + 1 :])
    return put_track(project, spot.track, replace(track, clips=clips))


def put_clips(project: Project, changed: Mapping[find.Spot, Clip]) -> Project:
    """Put clips that did not move in the places of the old ones."""
    by_row: dict[int, list[Clip]] = {}
    for spot, clip in changed.items():
        clips = by_row.setdefault(spot.track, list(project.tracks[spot.track].clips))
        clips[spot.clip] = clip
    return with_clips(project, by_row)


def with_clips(project: Project, by_row: Mapping[int, Iterable[Clip]]) -> Project:
    """Give tracks other clips, already in order."""
    tracks = list(project.tracks)
    for row, clips in by_row.items():
        tracks[row] = replace(tracks[row], clips=tuple(clips))
    return replace(project, tracks=tuple(tracks))


def arranged(
    project: Project, by_row: Mapping[int, Iterable[Clip]], *, copies: Mapping[str, str] | None = None
) -> Project:
    """Give tracks other clips in any order, and renew the crossfades where clips overlap in another way than before.

    `copies` names the clip that a new one is a copy of, since the copy brought the original's crossfades along.
    """
    last = samples.LONGEST_SECONDS * project.rate
    in_order = {row: _in_order(clips, last) for row, clips in by_row.items()}
    before = [project.tracks[row].clips for row in in_order]
    return with_clips(project, crossfades.renewed(before, in_order, copies=copies or {}, rate=project.rate))


def rearranged(project: Project, spot: find.Spot, clip: Clip) -> Project:
    """Put a clip that begins or ends at another time in the place of the old one, on the same track."""
    clips = list(project.tracks[spot.track].clips)
    clips[spot.clip] = clip
    return arranged(project, {spot.track: clips})


def left_on_tracks(project: Project, gone: Iterable[find.Spot]) -> dict[int, list[Clip]]:
    """Return the clips that are left on each track that loses some."""
    places: dict[int, set[int]] = {}
    for spot in gone:
        places.setdefault(spot.track, set()).add(spot.clip)
    return {
        row: [clip for place, clip in enumerate(project.tracks[row].clips) if place not in lost]
        for row, lost in places.items()
    }


def owner(project: Project, owner_id: str) -> tuple[Track | Clip, Callable[[Any], Project]]:
    """Return the track or the clip that has this id and may be changed, and what puts a changed one in its place."""
    row = next((i for i, track in enumerate(project.tracks) if track.id == owner_id), None)
    if row is not None:
        check_track_unlocked(project.tracks[row])
        return project.tracks[row], lambda changed: put_track(project, row, changed)
    spot = unlocked_spot(project, owner_id)
    return project.tracks[spot.track].clips[spot.clip], lambda changed: put_clip(project, spot, changed)


def at_start(clip: Clip, start: int) -> Clip:
    """Return a clip at another time."""
    # A ripple moves thousands of clips, and this takes a seventh of the time of `replace`.
    moved = object.__new__(Clip)
    vars(moved).update(vars(clip), start=start)
    return moved


def check_unlocked(project: Project, spots: Iterable[find.Spot]) -> None:
    """Refuse to change clips that are locked, or that lie on a locked track."""
    for spot in spots:
        track = project.tracks[spot.track]
        check_track_unlocked(track)
        if track.clips[spot.clip].locked:
            raise locked_clip(project, track.clips[spot.clip])


def locked_clip(project: Project, clip: Clip) -> StudioError:
    """Return the refusal to change a locked clip."""
    return StudioError(f"Clip {find.named(project, clip)} is locked.", "Unlock it first.")


def check_track_unlocked(track: Track) -> None:
    """Refuse to change a locked track."""
    if track.locked:
        raise StudioError(f"Track {track.name or track.id} is locked.", "Unlock it first.")


def unlocked_spot(project: Project, clip_id: str) -> find.Spot:
    """Return where a clip is that may be changed."""
    spot = find.spot(project, clip_id)
    check_unlocked(project, [spot])
    return spot


def number(value: float, *, low: float, high: float, what: str) -> float:
    """Return a number that lies within its range; raise StudioError for any other."""
    if not low <= value <= high or not math.isfinite(value):
        raise StudioError(f"{what} cannot be {value:g}.", f"It lies between {low:g} and {high:g}.")
    return float(value)


def moment(project: Project, at: int) -> int:
    """Return a moment that lies on the timeline; raise StudioError for any other."""
    if type(at) is not int:
        raise StudioError(f"{at!r} is no whole number of samples.", "Convert seconds with studio.domain.samples.")
    if not 0 <= at <= samples.LONGEST_SECONDS * project.rate:
        raise StudioError(
            f"{samples.to_seconds(at, project.rate):g} s lies outside the timeline.",
            f"Times lie between 0 and {samples.LONGEST_SECONDS // 3600} hours.",
        )
    return at


def storable(value: T) -> T:
    """Return a value that can be kept in the project's file; recipes come from files, and may hold anything."""
    try:
        return project_json.read(type(value), project_json.to_dict(value))
    except project_json.Wrong as e:
        raise StudioError(f"This cannot be kept in a project: {e}.", "Leave that out.") from e


def plain_text(text: str, *, most: int = LONGEST_NAME) -> str:
    """Return a text as it can be stored: names of files may hold bytes that are no text."""
    if len(text) > most:
        raise StudioError(f"The text is longer than {most} characters.", "Shorten it.")
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def _in_order(clips: Iterable[Clip], last: int) -> list[Clip]:
    ordered = list(clips)
    before = -1
    sorted_already = True
    for clip in ordered:
        start = clip.start
        if start <= before:
            sorted_already = False
        before = start
        if start + clip.length > last:
            raise StudioError(
                f"A project lasts at most {samples.LONGEST_SECONDS // 3600} hours.", "Keep the clips before that."
            )
    if not sorted_already:
        ordered.sort(key=_place)
    return ordered


def _place(clip: Clip) -> tuple[int, str]:
    return clip.start, clip.id

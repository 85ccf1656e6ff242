"""Finding the things of a project by their ids; StudioError for what there is not. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from studio.domain import samples
from studio.domain.project import (
    Clip,
    Effect,
    Marker,
    Media,
    Project,
    Region,
    Take,
    Track,
    media_called,
    media_of,
    take_called,
)
from studio.errors import StudioError

_LONGEST_TITLE = 40  # characters


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class Spot(NamedTuple):
    """Where a clip is: which track, and which clip of it."""

    track: int
    clip: int


def track(project: Project, track_id: str) -> Track:
    """Return a track."""
    return project.tracks[row(project, track_id)]


def row(project: Project, track_id: str) -> int:
    """Return the place of a track among the tracks."""
    return _index(project.tracks, track_id, "track")


def clip(project: Project, clip_id: str) -> Clip:
    """Return a clip."""
    at = spot(project, clip_id)
    return project.tracks[at.track].clips[at.clip]


def clips(project: Project, clip_ids: Iterable[str]) -> list[Clip]:
    """Return clips, in the order of their ids."""
    return [project.tracks[at.track].clips[at.clip] for at in spots(project, clip_ids).values()]


def track_of(project: Project, clip_id: str) -> Track:
    """Return the track that a clip lies on."""
    return project.tracks[spot(project, clip_id).track]


def spot(project: Project, clip_id: str) -> Spot:
    """Return where a clip is."""
    for index, candidate in enumerate(project.tracks):
        for place, found in enumerate(candidate.clips):
            if found.id == clip_id:
                return Spot(index, place)
    raise _missing("clip", clip_id)


def spots(project: Project, clip_ids: Iterable[str]) -> dict[str, Spot]:
    """Return where clips are, in the order of their ids."""
    wanted = list(dict.fromkeys(clip_ids))
    if len(wanted) == 1:
        return {wanted[0]: spot(project, wanted[0])}
    left = set(wanted)
    found: dict[str, Spot] = {}
    for index, candidate in enumerate(project.tracks):
        if len(found) == len(wanted):
            break
        for place, one in enumerate(candidate.clips):
            if one.id in left:
                found[one.id] = Spot(index, place)
    for clip_id in wanted:
        if clip_id not in found:
            raise _missing("clip", clip_id)
    return {clip_id: found[clip_id] for clip_id in wanted}


def media(project: Project, media_id: str) -> Media:
    """Return media."""
    found = media_called(project, media_id)
    if found is None:
        raise _missing("media", media_id)
    return found


def take(project: Project, take_id: str) -> Take:
    """Return a take."""
    found = take_called(project, take_id)
    if found is None:
        raise _missing("take", take_id)
    return found


def marker(project: Project, marker_id: str) -> Marker:
    """Return a marker or chapter."""
    return project.markers[_index(project.markers, marker_id, "marker")]


def region(project: Project, region_id: str) -> Region:
    """Return a region."""
    return project.regions[_index(project.regions, region_id, "region")]


def played_by(project: Project, found: Clip) -> Media:
    """Return what a clip plays."""
    playing = media_of(project, found)
    if playing is None:
        raise _missing("media", found.take or found.media)
    return playing


def title(project: Project, found: Clip) -> str:
    """Return what people call a clip: its own name, who speaks, or its media."""
    take = take_called(project, found.take) if found.take else None
    playing = media_of(project, found)
    return found.name or (take.speaker if take else "") or (playing.name if playing else "") or found.id


def named(project: Project, found: Clip) -> str:
    """Return what a refusal calls a clip: many clips of a piece have one title, so its begin stands beside it."""
    called = title(project, found)
    short = called if len(called) <= _LONGEST_TITLE else f"{called[: _LONGEST_TITLE - 1]}…"
    return f"{short!r} (at {samples.to_seconds(found.start, project.rate):.3f} s)"


def owner_of_effect(project: Project, effect_id: str) -> tuple[Track | Clip, Effect]:
    """Return an effect, and the track or clip that it is on."""
    for candidate in project.tracks:
        for effect in candidate.effects:
            if effect.id == effect_id:
                return candidate, effect
        for one in candidate.clips:
            for effect in one.effects:
                if effect.id == effect_id:
                    return one, effect
    raise _missing("effect", effect_id)


def _index(things: Sequence[_HasId], wanted: str, what: str) -> int:
    for index, thing in enumerate(things):
        if thing.id == wanted:
            return index
    raise _missing(what, wanted)


def _missing(what: str, wanted: str) -> StudioError:
    return StudioError(
        f"There is no {what} {wanted[:40]!r} in the project.", "`studio project info` lists what there is."
    )

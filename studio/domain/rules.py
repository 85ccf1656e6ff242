"""What holds for every project, whatever was done to it. Pure; any thread.

Edits keep these rules, files are checked against them, and the tests of edits rest on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from studio.domain import effects, samples
from studio.domain.project import (
    CURVES,
    LOUDEST_DB,
    TRACK_KINDS,
    Clip,
    Duck,
    Effect,
    Fade,
    Media,
    Point,
    Project,
    Track,
    playable,
)

LOWEST_RATE, HIGHEST_RATE = 8_000, 384_000
MOST_CHANNELS = 64
LEAST_STRETCH, MOST_STRETCH = 0.25, 4.0
MOST_PITCH = 24.0
QUIETEST_DB = -200.0
LAST_ID = 10**14  # what is told from an id has fewer digits than JSON keeps exactly
_GROUP = re.compile(r"g[0-9]{1,15}")


def problems(project: Project) -> list[str]:
    """Return what is wrong with a project, in words; nothing for a sound one."""
    return list(_problems(project))


def _problems(project: Project) -> Iterator[str]:
    if not LOWEST_RATE <= project.rate <= HIGHEST_RATE:
        yield f"the rate {project.rate} is not between {LOWEST_RATE} and {HIGHEST_RATE}"
        return
    if not 1 <= project.next_id <= LAST_ID:
        yield f"the next id would be {project.next_id}"
    yield from _ids(project)
    media = {m.id: m for m in project.media if m.rate > 0}  # without a rate nothing can be said of a clip of it
    takes = {t.id: t.media for t in project.takes}
    for m in project.media:
        yield from of_media(m)
    yield from (f"take {t.id} plays {t.media}, which there is not" for t in project.takes if t.media not in media)
    if project.cover and not is_inside(project.cover.file):
        yield "the cover lies outside the project"
    if project.style.reference and project.style.reference not in media:
        yield "the style's reference is nothing that there is"
    longest = samples.LONGEST_SECONDS * project.rate
    for track in project.tracks:
        yield from _of_track(track, longest)
        for clip in track.clips:
            yield from _of_clip(clip, media.get(takes.get(clip.take, "") if clip.take else clip.media), project.rate)
    yield from _in_order("markers", [(m.at, m.id) for m in project.markers])
    yield from _in_order("regions", [(r.start, r.id) for r in project.regions])
    yield from (f"region {r.id} ends before it begins" for r in project.regions if r.end < r.start)
    yield from (f"marker {m.id} is at {m.at}" for m in project.markers if not 0 <= m.at <= longest)
    yield from (f"region {r.id} is out of time" for r in project.regions if r.start < 0 or r.end > longest)


def is_inside(file: str) -> bool:
    """Whether a path stays in the project's folder, on every system."""
    parts = file.split("/")
    odd = "\\" in file or ":" in file or "\0" in file
    return bool(file) and not odd and all(part not in {"", ".", ".."} for part in parts) and len(file) < 400


def is_duck(duck: Duck, longest: int) -> bool:
    """Whether a track can duck like this."""
    return QUIETEST_DB <= duck.depth_db <= 0 and 0 <= duck.attack <= longest and 0 <= duck.release <= longest


def _ids(project: Project) -> Iterator[str]:
    seen: set[str] = set()
    things: list[Any] = [*project.media, *project.takes, *project.tracks, *project.markers, *project.regions]
    for track in project.tracks:
        things += track.clips
        things += track.effects
        for clip in track.clips:
            things += clip.effects
            if clip.group and (not _GROUP.fullmatch(clip.group) or int(clip.group[1:]) >= project.next_id):
                yield f"clip {clip.id} is in an impossible group"
    for thing in things:
        if thing.id in seen:
            yield f"two things are called {thing.id}"
        seen.add(thing.id)
        if int(thing.id[1:]) >= project.next_id:
            yield f"{thing.id} is an id of the future"


def of_media(media: Media) -> Iterator[str]:
    """Yield what is wrong with media."""
    if not is_inside(media.file):
        yield f"media {media.id} lies outside the project"
    if not 1 <= media.rate <= 10 * HIGHEST_RATE or not 1 <= media.channels <= MOST_CHANNELS or media.frames < 0:
        yield f"media {media.id} has an impossible form"


def _of_track(track: Track, longest: int) -> Iterator[str]:
    if track.kind not in TRACK_KINDS:
        yield f"track {track.id} is of no known kind"
    yield from _gain(track.id, track.gain_db)
    yield from _pan(track.id, track.pan)
    yield from _in_order(f"clips of {track.id}", [(c.start, c.id) for c in track.clips])
    yield from _points(track.id, track.volume, low=QUIETEST_DB, high=LOUDEST_DB)
    yield from _points(track.id, track.panning, low=-1.0, high=1.0)
    if any(points and points[0].at < 0 for points in (track.volume, track.panning)):
        yield f"an automation of {track.id} begins before the timeline"
    yield from _effects(track.id, track.effects)
    if any(clip.end > longest for clip in track.clips):
        yield f"track {track.id} is longer than a project can be"
    if track.duck and not is_duck(track.duck, longest):
        yield f"track {track.id} ducks in an impossible way"


def _of_clip(clip: Clip, media: Media | None, rate: int) -> Iterator[str]:
    if media is None:
        yield f"clip {clip.id} plays nothing that there is"
        return
    if clip.media and clip.take:
        yield f"clip {clip.id} plays both media and a take"
    if clip.start < 0:
        yield f"clip {clip.id} begins before the timeline"
    if clip.length < 1:
        yield f"clip {clip.id} has no length"
    if not LEAST_STRETCH <= clip.stretch <= MOST_STRETCH or not -MOST_PITCH <= clip.pitch <= MOST_PITCH:
        yield f"clip {clip.id} is stretched or pitched too far"
    elif clip.offset < 0 or samples.stretched(clip.offset, clip.stretch) + clip.length > playable(
        media, rate, clip.stretch
    ):
        yield f"clip {clip.id} plays outside its media"
    yield from _gain(clip.id, clip.gain_db)
    yield from _pan(clip.id, clip.pan)
    for fade in (clip.fade_in, clip.fade_out):
        yield from _fade(clip, fade)
    yield from _points(clip.id, clip.volume, low=QUIETEST_DB, high=LOUDEST_DB)
    yield from _effects(clip.id, clip.effects)


def _fade(clip: Clip, fade: Fade) -> Iterator[str]:
    if not 0 <= fade.length <= clip.length:
        yield f"a fade of clip {clip.id} is longer than the clip"
    if fade.curve not in CURVES:
        yield f"a fade of clip {clip.id} has no known curve"


def _effects(owner: str, chain: tuple[Effect, ...]) -> Iterator[str]:
    for effect in chain:
        yield from (f"{owner}: {problem}" for problem in effects.problems(effect.kind, effect.settings))


def _gain(owner: str, gain: float) -> Iterator[str]:
    if not QUIETEST_DB <= gain <= LOUDEST_DB:
        yield f"the gain of {owner} is out of range"


def _pan(owner: str, pan: float) -> Iterator[str]:
    if not -1.0 <= pan <= 1.0:
        yield f"the pan of {owner} is out of range"


def _points(owner: str, points: tuple[Point, ...], *, low: float, high: float) -> Iterator[str]:
    if any(not low <= p.value <= high for p in points):
        yield f"an automation of {owner} is out of range"
    if any(a.at >= b.at for a, b in pairwise(points)):
        yield f"an automation of {owner} is out of order"


def _in_order(what: str, keys: Sequence[tuple[int, str]]) -> Iterator[str]:
    if any(a > b for a, b in pairwise(keys)):
        yield f"the {what} are out of order"

"""What holds for every project, whatever was done to it. Pure; any thread.

Edits keep these rules, files are checked against them, and the tests of edits rest on them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import compress, count, pairwise
from string import ascii_lowercase
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
    Picture,
    Point,
    Project,
    Take,
    Track,
    media_called,
    media_of,
    playable,
)

LOWEST_RATE, HIGHEST_RATE = 8_000, 384_000
MOST_CHANNELS = 64
LEAST_STRETCH, MOST_STRETCH = 0.25, 4.0
MOST_PITCH = 24.0
QUIETEST_DB = -200.0
LAST_ID = 10**14  # what is told from an id has fewer digits than JSON keeps exactly
MOST_EFFECTS = 100  # of one clip or track
HIGHEST_TRACK = 10_000  # on the screen
SLOWEST, FASTEST = 30.0, 300.0  # beats a minute that a style is given, if any
_FASTEST_READ = 1_000.0  # those that are there already may be others
_FEW_IDS = 1_000
_NO_TRACK = Track("t0", "")
_GROUP = re.compile(r"g[0-9]{1,15}")
_FILE = re.compile(r"media/[0-9a-f]{16,64}\.[a-z0-9]{1,8}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


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
    yield from _of_the_whole(project, media)
    longest = samples.LONGEST_SECONDS * project.rate
    for track in project.tracks:
        yield from _of_track(track, longest)
        yield from _of_clips(track.id, track.clips, project)
        for clip in track.clips:
            yield from _of_clip(clip, media.get(takes.get(clip.take, "") if clip.take else clip.media), project.rate)


def problems_of_change(before: Project, after: Project) -> list[str]:
    """Return the same for what became of a sound project; only what is another thing than before is looked at.

    An edit, and a step of the history, share what they leave alone: so this costs what changed, and little more.
    """
    if before.rate != after.rate:
        return problems(after)
    return list(_problems_of_change(before, after))


def _problems_of_change(before: Project, after: Project) -> Iterator[str]:
    if not 1 <= after.next_id <= LAST_ID:
        yield f"the next id would be {after.next_id}"
    yield from _ids_of_change(before, after)
    yield from _of_the_whole(after, _MediaOf(after))
    longest = samples.LONGEST_SECONDS * after.rate
    for old, track in _pairs(before, after):
        first, last = _changed(old, track.clips)
        yield from _of_track(track, longest)
        yield from _of_clips(track.id, track.clips[max(0, first - 1) : last + 1], after)
        for clip in track.clips[first:last]:
            yield from _of_clip(clip, _sound_of(after, clip), after.rate)
    media, takes = _differing(before.media, after.media), _differing(before.takes, after.takes)
    if media or takes:
        yield from _of_sounds(after, media, takes)


def _of_sounds(after: Project, media: set[str], takes: set[str]) -> Iterator[str]:
    """Yield what is wrong with the media and takes that are others than before, and with what plays them."""
    for m in after.media:
        if m.id in media:
            yield from of_media(m)
    playing = set(takes)
    for t in after.takes:
        if t.id in takes or t.media in media:
            playing.add(t.id)
            if media_called(after, t.media) is None:
                yield f"take {t.id} plays {t.media}, which there is not"
    for clip in (clip for track in after.tracks for clip in track.clips):
        if clip.media in media or clip.take in playing:
            yield from _of_clip(clip, _sound_of(after, clip), after.rate)


def _of_the_whole(project: Project, media: Container[str]) -> Iterator[str]:
    """Yield what is wrong apart from media, takes and tracks."""
    if project.cover:
        yield from of_picture(project.cover)
    if project.style.reference and project.style.reference not in media:
        yield "the style's reference is nothing that there is"
    if not 0 <= project.style.bpm <= _FASTEST_READ:
        yield "the style's tempo is out of range"
    yield from _of_styles(project, media)
    longest = samples.LONGEST_SECONDS * project.rate
    yield from _in_order("markers", [(m.at, m.id) for m in project.markers])
    yield from _in_order("regions", [(r.start, r.id) for r in project.regions])
    yield from (f"region {r.id} ends before it begins" for r in project.regions if r.end < r.start)
    yield from (f"marker {m.id} is at {m.at}" for m in project.markers if not 0 <= m.at <= longest)
    yield from (f"region {r.id} is out of time" for r in project.regions if r.start < 0 or r.end > longest)


def is_tempo(bpm: float) -> bool:
    """Whether a style can be given this tempo; 0 is none."""
    return bpm == 0 or SLOWEST <= bpm <= FASTEST


def _of_styles(project: Project, media: Container[str]) -> Iterator[str]:
    """Yield what is wrong with the styles that are kept."""
    names = [style.name.casefold() for style in project.styles]
    if names != sorted(set(names)) or "" in names:
        yield "the styles are not in the order of their names, or one has none"
    for style in project.styles:
        if style.reference and style.reference not in media:
            yield f"the reference of style {style.name[:40]!r} is nothing that there is"
        if not 0 <= style.bpm <= _FASTEST_READ:
            yield f"the tempo of style {style.name[:40]!r} is out of range"


class _MediaOf(Container[str]):
    """The ids of a project's media, without a table of them."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and media_called(self._project, name) is not None


def _sound_of(project: Project, clip: Clip) -> Media | None:
    found = media_of(project, clip)
    return found if found and found.rate > 0 else None


def _pairs(before: Project, after: Project) -> Iterator[tuple[Sequence[Clip], Track]]:
    """The tracks that are others than before, each with the clips that it had."""
    old = {track.id: track for track in before.tracks}
    for track in after.tracks:
        was = old.get(track.id)
        if was is not track:
            yield was.clips if was else (), track


def _changed(before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
    """Return from where to where a list holds other things than before."""
    shortest = min(len(before), len(after))
    first = next(compress(count(), map(operator.is_not, before, after)), shortest)
    same = next(compress(count(), map(operator.is_not, reversed(before), reversed(after))), shortest)
    return first, len(after) - min(same, shortest - first)


def _differing(before: Sequence[Media] | Sequence[Take], after: Sequence[Media] | Sequence[Take]) -> set[str]:
    """Return the ids of the things that came, went or changed."""
    if before is after:
        return set()
    first, last = _changed(before, after)
    kept = {id(thing) for thing in before} & {id(thing) for thing in after[first:last]}
    last_before = len(before) - (len(after) - last)
    return {thing.id for thing in (*before[first:last_before], *after[first:last]) if id(thing) not in kept}


def is_file(file: str) -> bool:
    """Whether media or a cover may be kept under this path: only under names that the studio gives."""
    return bool(_FILE.fullmatch(file))


def is_inside(file: str) -> bool:
    """Whether a path stays in the project's folder, on every system."""
    parts = file.split("/")
    odd = "\\" in file or ":" in file or "\0" in file
    return bool(file) and not odd and all(part not in {"", ".", ".."} for part in parts) and len(file) < 400


def is_duck(duck: Duck, longest: int) -> bool:
    """Whether a track can duck like this."""
    return QUIETEST_DB <= duck.depth_db <= 0 and 0 <= duck.attack <= longest and 0 <= duck.release <= longest


def _things(project: Project) -> list[Any]:
    """Everything that has an id."""
    things: list[Any] = [*project.media, *project.takes, *project.tracks, *project.markers, *project.regions]
    for track in project.tracks:
        things += track.clips
        things += track.effects
        for clip in track.clips:
            if clip.effects:
                things += clip.effects
    return things


def _ids_of_change(before: Project, after: Project) -> Iterator[str]:
    """Yield what is wrong with the ids; those that no change came near are looked at only when others came."""
    was, now = _touched(before, after)
    names = [thing.id for thing in now]
    new = set(names) - {thing.id for thing in was}
    if len(set(names)) < len(names):
        yield "two things have the same id"
    yield from (f"{name} is an id of the future" for name in names if int(name[1:]) >= after.next_id)
    given_back = range(after.next_id, before.next_id)
    if not new and not given_back:
        return
    every = [thing.id for thing in _things(after)]
    if new and len(set(every)) < len(every):
        yield "two things have the same id"
    if len(given_back) > _FEW_IDS:
        yield from _ids(after)
    elif not {f"{x}{number}" for x in ascii_lowercase for number in given_back}.isdisjoint(every):
        yield "there is an id of the future"
    if given_back:
        yield from _groups((clip for track in after.tracks for clip in track.clips), after.next_id)


def _touched(before: Project, after: Project) -> tuple[list[Any], list[Any]]:
    """Return the things with ids that were before and are now where the two projects differ."""
    was: list[Any] = []
    now: list[Any] = []

    def compare(old: Sequence[Any], new: Sequence[Any]) -> None:
        if old is not new:
            first, last = _changed(old, new)
            was.extend(old[first : last + len(old) - len(new)])
            now.extend(new[first:last])

    for name in ("media", "takes", "tracks", "markers", "regions"):
        compare(getattr(before, name), getattr(after, name))
    old_tracks, new_tracks = ({x.id: x for x in things if isinstance(x, Track)} for things in (was, now))
    for name in (*old_tracks, *(name for name in new_tracks if name not in old_tracks)):
        old, new = old_tracks.get(name, _NO_TRACK), new_tracks.get(name, _NO_TRACK)
        compare(old.clips, new.clips)
        compare(old.effects, new.effects)
    for things in (was, now):
        things += [effect for thing in things if isinstance(thing, Clip) for effect in thing.effects]
    return was, now


def _ids(project: Project) -> Iterator[str]:
    seen: set[str] = set()
    for thing in _things(project):
        if thing.id in seen:
            yield f"two things are called {thing.id}"
        seen.add(thing.id)
        if int(thing.id[1:]) >= project.next_id:
            yield f"{thing.id} is an id of the future"


def of_media(media: Media) -> Iterator[str]:
    """Yield what is wrong with media."""
    if not is_file(media.file):
        yield f"media {media.id} lies outside the project's media"
    if not _DIGEST.fullmatch(media.sha256):
        yield f"media {media.id} has no proper hash"
    if not 1 <= media.rate <= 10 * HIGHEST_RATE or not 1 <= media.channels <= MOST_CHANNELS or media.frames < 0:
        yield f"media {media.id} has an impossible form"


def of_picture(cover: Picture) -> Iterator[str]:
    """Yield what is wrong with the cover."""
    if not is_file(cover.file):
        yield "the cover lies outside the project's media"
    if not _DIGEST.fullmatch(cover.sha256):
        yield "the cover has no proper hash"


def _of_track(track: Track, longest: int) -> Iterator[str]:
    if track.kind not in TRACK_KINDS:
        yield f"track {track.id} is of no known kind"
    yield from _gain(track.id, track.gain_db)
    yield from _pan(track.id, track.pan)
    yield from _points(track.id, track.volume, low=QUIETEST_DB, high=LOUDEST_DB)
    yield from _points(track.id, track.panning, low=-1.0, high=1.0)
    if any(points and points[0].at < 0 for points in (track.volume, track.panning)):
        yield f"an automation of {track.id} begins before the timeline"
    yield from _effects(track.id, track.effects)
    if not 0 <= track.height <= HIGHEST_TRACK:
        yield f"the height of {track.id} is out of range"
    if track.duck and not is_duck(track.duck, longest):
        yield f"track {track.id} ducks in an impossible way"


def _of_clips(track: str, clips: Sequence[Clip], project: Project) -> Iterator[str]:
    yield from _in_order(f"clips of {track}", [(c.start, c.id) for c in clips])
    longest = samples.LONGEST_SECONDS * project.rate
    if any(clip.end > longest for clip in clips):
        yield f"track {track} is longer than a project can be"
    yield from _groups(clips, project.next_id)


def _groups(clips: Iterable[Clip], next_id: int) -> Iterator[str]:
    for clip in clips:
        if clip.group and (not _GROUP.fullmatch(clip.group) or int(clip.group[1:]) >= next_id):
            yield f"clip {clip.id} is in an impossible group"


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


def _effects(owner: str, effects_of: tuple[Effect, ...]) -> Iterator[str]:
    if len(effects_of) > MOST_EFFECTS:
        yield f"{owner} has more effects than {MOST_EFFECTS}"
    for effect in effects_of:
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

"""Clips: adding, moving, cutting, copying and removing them. Pure; any thread.

Clips of a group are moved, copied and removed together. What is locked stays as it is: an edit of it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import find, grouping, parts, shapes
from studio.domain.project import LOUDEST_DB, SILENT_DB, Clip, Fade, Media, Project, media_length, playable
from studio.domain.rules import QUIETEST_DB
from studio.errors import StudioError


def add_clip(
    project: Project,
    track_id: str,
    *,
    start: int,
    media: str = "",
    take: str = "",
    length: int | None = None,
    offset: int = 0,
    name: str = "",
) -> tuple[Project, str]:
    """Put media, or a take, on a track and return the new clip; without a length it plays to the end."""
    row = find.row(project, track_id)
    parts.check_track_unlocked(project.tracks[row])
    if bool(media) == bool(take):
        raise StudioError("A clip plays media or a take.", "Name one of them.")
    lasting = media_length(find.media(project, media or find.take(project, take).media), project.rate)
    length = lasting - offset if length is None else length
    if length < 1 or not 0 <= offset <= lasting - length:
        seconds = samples.to_seconds(lasting, project.rate)
        raise StudioError("There is no such part in the media.", f"It lasts {seconds:.3f} s.")
    parts.moment(project, start)
    project, new = parts.new_id(project, "c")
    clip = Clip(new, start, length, offset, media, take, parts.plain_text(name))
    return parts.arranged(project, {row: [*project.tracks[row].clips, clip]}), new


def move(project: Project, clip_ids: Iterable[str], *, by: int, track: str | None = None) -> Project:
    """Move clips in time, at most back to 0, and the first of them to a track; the others keep their distance to it."""
    spots = grouping.spots(project, clip_ids)
    if not spots:
        return project
    parts.check_unlocked(project, spots.values())
    rows = rows_down(project, spots, track)
    clips = {spot: project.tracks[spot.track].clips[spot.clip] for spot in spots.values()}
    by = max(by, -min(clip.start for clip in clips.values()))
    if by == 0 == rows:
        return project
    by_row = parts.left_on_tracks(project, clips)
    for spot, clip in clips.items():
        row = spot.track + rows
        by_row.setdefault(row, list(project.tracks[row].clips)).append(parts.at_start(clip, clip.start + by))
    return parts.arranged(project, by_row)


def rows_down(project: Project, spots: Mapping[str, find.Spot], track: str | None) -> int:
    """Return by how many rows clips go down whose first comes to a track; refuse rows that are none, or locked."""
    rows = 0 if track is None else find.row(project, track) - next(iter(spots.values())).track
    for row in sorted({spot.track + rows for spot in spots.values()}):
        if not 0 <= row < len(project.tracks):
            raise StudioError("There is no track for every clip of the selection.", "Add a track, or move fewer clips.")
        parts.check_track_unlocked(project.tracks[row])
    return rows


def trim(project: Project, clip_id: str, *, start: int | None = None, end: int | None = None) -> Project:
    """Let a clip begin or end at another moment, as far as its media goes; what plays when stays the same.

    The start of a stretched clip comes to lie on the nearest sample of its media.
    """
    spot = parts.unlocked_spot(project, clip_id)
    old = project.tracks[spot.track].clips[spot.clip]
    clip = trimmed(project, old, start=start, end=end)
    return project if clip == old else parts.rearranged(project, spot, clip)


def trimmed(project: Project, clip: Clip, *, start: int | None = None, end: int | None = None) -> Clip:
    """Return what `trim` makes of a clip, before it is put where the old one was."""
    media = find.played_by(project, clip)
    end_first = end is not None and end > clip.start
    if end is not None and end_first:
        clip = _ending_at(project, clip, end, media)
    if start is not None:
        clip = _starting_at(project, clip, start)
    if end is not None and not end_first:
        clip = _ending_at(project, clip, end, media)
    return clip


def slip(project: Project, clip_id: str, *, by: int) -> Project:
    """Let a clip play its media from so many samples later, as far as it goes; the clip stays where it is."""
    spot = parts.unlocked_spot(project, clip_id)
    clip = project.tracks[spot.track].clips[spot.clip]
    last = playable(find.played_by(project, clip), project.rate, clip.stretch) - clip.length
    offset = min(max(clip.offset + by, 0), samples.latest(last, clip.stretch))
    return parts.put_clip(project, spot, replace(clip, offset=offset))


def split(project: Project, clip_id: str, at: int) -> tuple[Project, str]:
    """Cut a clip in two that sound like the one; the left part keeps the id, the right one is returned.

    A clip that is slowed down is cut at the nearest sample of its media, at most three samples away. A fade that runs
    across the cut ends there.
    """
    spot = parts.unlocked_spot(project, clip_id)
    clip = project.tracks[spot.track].clips[spot.clip]
    left, right = halves(project, clip, at)
    project, new = parts.new_id(project, "c")
    project, effects = parts.with_new_effects(project, clip.effects)
    right = replace(right, id=new, effects=effects)
    clips = list(project.tracks[spot.track].clips)
    clips[spot.clip] = left
    place = next((i for i in range(spot.clip, len(clips)) if (clips[i].start, clips[i].id) > (right.start, new)), None)
    clips.insert(len(clips) if place is None else place, right)
    # The crossfades stay as they are: neither a split nor a join is to be heard.
    return parts.with_clips(project, {spot.track: clips}), new


def halves(project: Project, clip: Clip, at: int) -> tuple[Clip, Clip]:
    """Return the two parts of a clip that is cut; who keeps both gives the right one an id and effects of its own."""
    offset, passed = _cut(clip, at)
    if not clip.start < at < clip.end or not 0 < passed < clip.length:
        runs = (f"{samples.to_seconds(edge, project.rate):.3f} s" for edge in (at, clip.start, clip.end))
        place, start, end = runs
        raise StudioError(
            f"There is nothing to split at {place} in clip {find.title(project, clip)!r}.",
            f"It runs from {start} to {end}.",
        )
    left = replace(clip, length=passed, fade_out=Fade(), volume=shapes.first_part(clip.volume, passed))
    right = replace(
        clip,
        start=clip.start + passed,
        length=clip.length - passed,
        offset=offset,
        fade_in=Fade(),
        volume=shapes.second_part(clip.volume, passed),
    )
    return shapes.with_fades_inside(left), shapes.with_fades_inside(right)


def cut_before(clip: Clip, at: int) -> int:
    """Return the last moment, up to one within a clip, at which it can be cut; its start when there is none."""
    origin = samples.stretched(clip.offset, clip.stretch)
    offset = samples.latest(origin + at - clip.start, clip.stretch)
    return clip.start + max(0, samples.stretched(offset, clip.stretch) - origin)


def join(project: Project, clip_ids: Iterable[str]) -> Project:
    """Make one clip of clips that follow each other in time and in the same media; it keeps the first one's id."""
    spots = find.spots(project, clip_ids)
    parts.check_unlocked(project, spots.values())
    rows = {spot.track for spot in spots.values()}
    if len(spots) < 2 or len(rows) > 1:
        raise StudioError("Only clips of one track can be joined.", "Name two clips or more that follow each other.")
    row = rows.pop()
    ordered = [project.tracks[row].clips[place] for place in sorted(spot.clip for spot in spots.values())]
    whole = ordered[0]
    for clip in ordered[1:]:
        whole = _joined(project, whole, clip)
    gone = {clip.id for clip in ordered[1:]}
    kept = [whole if clip.id == whole.id else clip for clip in project.tracks[row].clips if clip.id not in gone]
    return parts.with_clips(project, {row: kept})


def duplicate(project: Project, clip_ids: Iterable[str], *, by: int | None = None) -> tuple[Project, tuple[str, ...]]:
    """Copy clips to a later time, right behind them unless `by` says how much later; return the copies."""
    spots = grouping.spots(project, clip_ids)
    originals = {spot: project.tracks[spot.track].clips[spot.clip] for spot in spots.values()}
    if not originals:
        return project, ()
    if by is None:
        by = max(c.end for c in originals.values()) - min(c.start for c in originals.values())
    project, copies = copied(project, originals.values(), by=by)
    by_row: dict[int, list[Clip]] = {}
    for spot, copy in zip(originals, copies, strict=True):
        parts.check_track_unlocked(project.tracks[spot.track])
        by_row.setdefault(spot.track, list(project.tracks[spot.track].clips)).append(copy)
    names = tuple(copy.id for copy in copies)
    of = dict(zip(names, (clip.id for clip in originals.values()), strict=True))
    return parts.arranged(project, by_row, copies=of), names


def copied(project: Project, originals: Collection[Clip], *, by: int) -> tuple[Project, list[Clip]]:
    """Return copies of clips for a later time, in the same order, and the project that has given away their ids."""
    project, new = parts.new_ids(project, "c" * len(originals))
    groups: dict[str, str] = {"": ""}
    copies: list[Clip] = []
    for clip, name in zip(originals, new, strict=True):
        if clip.group not in groups:
            project, groups[clip.group] = parts.new_id(project, "g")
        project, effects = parts.with_new_effects(project, clip.effects)
        start = parts.moment(project, clip.start + by)
        copies.append(replace(clip, id=name, start=start, effects=effects, group=groups[clip.group], locked=False))
    return project, copies


def remove(project: Project, clip_ids: Iterable[str]) -> Project:
    """Remove clips; nothing else moves."""
    spots = grouping.spots(project, clip_ids)
    parts.check_unlocked(project, spots.values())
    return parts.arranged(project, parts.left_on_tracks(project, spots.values()))


def set_gain(project: Project, clip_ids: Iterable[str], db: float) -> Project:
    """Set how loud clips are."""
    gain = parts.number(db, low=QUIETEST_DB, high=LOUDEST_DB, what="The gain")
    return _changed(project, clip_ids, lambda clip: replace(clip, gain_db=gain))


def add_gain(project: Project, clip_ids: Iterable[str], db: float) -> Project:
    """Make clips so much louder, or quieter, as far as they can be."""
    span = LOUDEST_DB - QUIETEST_DB
    by = parts.number(db, low=-span, high=span, what="The change of the gain")

    def changed(clip: Clip) -> Clip:
        return replace(clip, gain_db=min(max(round(clip.gain_db + by, 2), SILENT_DB), LOUDEST_DB))

    return _changed(project, clip_ids, changed)


def set_pan(project: Project, clip_ids: Iterable[str], pan: float) -> Project:
    """Set where clips are between left (-1) and right (1)."""
    place = parts.number(pan, low=-1.0, high=1.0, what="The pan")
    return _changed(project, clip_ids, lambda clip: replace(clip, pan=place))


def set_mute(project: Project, clip_ids: Iterable[str], *, on: bool) -> Project:
    """Silence clips, or let them sound again."""
    return _changed(project, clip_ids, lambda clip: replace(clip, mute=on))


def rename(project: Project, clip_id: str, name: str) -> Project:
    """Give a clip a name of its own; without one it is called like its media."""
    plain = parts.plain_text(name)
    return _changed(project, [clip_id], lambda clip: replace(clip, name=plain))


def set_locked(project: Project, clip_ids: Iterable[str], *, on: bool) -> Project:
    """Protect clips from every edit, or end that."""
    spots = find.spots(project, clip_ids)
    for spot in spots.values():
        parts.check_track_unlocked(project.tracks[spot.track])
    return _put(project, spots.values(), lambda clip: replace(clip, locked=on))


def _changed(project: Project, clip_ids: Iterable[str], change: Callable[[Clip], Clip]) -> Project:
    spots = find.spots(project, clip_ids)
    parts.check_unlocked(project, spots.values())
    return _put(project, spots.values(), change)


def _put(project: Project, spots: Iterable[find.Spot], change: Callable[[Clip], Clip]) -> Project:
    return parts.put_clips(project, {spot: change(project.tracks[spot.track].clips[spot.clip]) for spot in spots})


def _cut(clip: Clip, at: int) -> tuple[int, int]:
    """Return the sample of the media to cut a clip at, and how much of the clip lies before it."""
    origin = samples.stretched(clip.offset, clip.stretch)
    offset = samples.unstretched(origin + at - clip.start, clip.stretch)
    return offset, samples.stretched(offset, clip.stretch) - origin


def _starting_at(project: Project, clip: Clip, start: int) -> Clip:
    if start >= clip.end:
        raise _nothing_left(project, clip)
    earliest = max(0, clip.start - samples.stretched(clip.offset, clip.stretch))
    offset, passed = _cut(clip, max(start, earliest))
    while clip.start + passed < earliest or passed >= clip.length:
        offset += 1 if passed < 0 else -1
        passed = samples.stretched(offset, clip.stretch) - samples.stretched(clip.offset, clip.stretch)
    trimmed = replace(
        clip,
        start=clip.start + passed,
        length=clip.length - passed,
        offset=offset,
        volume=shapes.shifted(clip.volume, -passed),
    )
    return shapes.with_fades_inside(trimmed)


def _ending_at(project: Project, clip: Clip, end: int, media: Media) -> Clip:
    if end <= clip.start:
        raise _nothing_left(project, clip)
    most = playable(media, project.rate, clip.stretch) - samples.stretched(clip.offset, clip.stretch)
    return shapes.with_fades_inside(replace(clip, length=min(end - clip.start, most)))


def _nothing_left(project: Project, clip: Clip) -> StudioError:
    return StudioError(f"Nothing would be left of clip {find.named(project, clip)}.", "Remove the clip instead.")


def _joined(project: Project, left: Clip, right: Clip) -> Clip:
    follows = left.end == right.start and (left.media, left.take) == (right.media, right.take)
    plays_on = samples.stretched(left.offset, left.stretch) + left.length
    if not follows or plays_on != samples.stretched(right.offset, right.stretch):
        raise StudioError(
            f"Clip {find.named(project, right)} does not go on where clip {find.named(project, left)} ends.",
            "Only pieces of the same media can be joined.",
        )
    if _sound(left) != _sound(right):
        raise StudioError(
            f"Clips {find.named(project, left)} and {find.named(project, right)} differ in their settings.",
            "Give both the same gain, pan and effects.",
        )
    return replace(
        left,
        length=left.length + right.length,
        fade_out=right.fade_out,
        volume=shapes.joined(left.volume, right.volume, left.length),
    )


def _sound(clip: Clip) -> object:
    effects = [(effect.kind, effect.settings, effect.on) for effect in clip.effects]
    return clip.gain_db, clip.pan, clip.mute, clip.stretch, clip.pitch, effects

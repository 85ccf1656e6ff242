"""Edits that move what comes later: closing a gap, making room. Pure; any thread.

What follows is the later clips of the tracks concerned, with the tracks' automation, and every marker, chapter and
region; `everywhere` lets the other tracks follow, too. A clip that has begun before stays where it is, but where a clip
is split to make room, what plays after the cut makes room too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate

from studio.domain import samples
from studio.domain.edits import clips, crossfades, find, grouping, marks, parts, shapes
from studio.domain.project import Clip, Project, Region, media_length
from studio.errors import StudioError


def remove(project: Project, clip_ids: Iterable[str], *, everywhere: bool = False) -> Project:
    """Remove clips and close the gaps: the time is cut out in which nothing else plays on their tracks."""
    spots = grouping.spots(project, clip_ids)
    if not spots:
        return project
    parts.check_unlocked(project, spots.values())
    gone = [project.tracks[spot.track].clips[spot.clip] for spot in spots.values()]
    left = parts.left_on_tracks(project, spots.values())
    gaps = _without([(clip.start, clip.end) for clip in gone], [clip for others in left.values() for clip in others])
    rows = range(len(project.tracks)) if everywhere else left
    return _without_time(project, gaps, {row: left.get(row, project.tracks[row].clips) for row in rows})


def cut_out(
    project: Project, spans: Iterable[tuple[int, int]], rows: Iterable[int], *, free: Collection[int] | None = None
) -> Project:
    """Cut time out of tracks, as far as no clip of them plays there; with `free` only no clip of those tracks."""
    wanted = [(start, end) for start, end in spans if start < end]
    if not wanted:
        return project
    kept = {row: project.tracks[row].clips for row in rows}
    playing = kept if free is None else free
    gaps = _without(wanted, [clip for row in playing for clip in project.tracks[row].clips])
    return _without_time(project, gaps, kept)


def resized(project: Project, at: int, by: int, rows: Collection[int]) -> Project:
    """Let everything that begins at a moment or after it come so much later, or earlier; nothing is split."""
    if by > 0:
        return _with_room(project, rows, at, by, later=())
    return _without_time(project, [(at + by, at)], {row: project.tracks[row].clips for row in rows}) if by else project


def insert_time(project: Project, at: int, length: int, *, tracks: Collection[str] | None = None) -> Project:
    """Put silence into tracks, or into all of them; clips that play across that moment are split."""
    if length < 1:
        raise StudioError("There is no time to put in.", "Give a length above 0.")
    parts.moment(project, at)
    parts.moment(project, length)
    rows = range(len(project.tracks)) if tracks is None else [find.row(project, track) for track in tracks]
    later: set[str] = set()
    for row in rows:
        project, pieces = _split_across(project, row, at)
        later |= pieces
    return _with_room(project, rows, at, length, later=later)


def insert_clip(
    project: Project,
    track_id: str,
    *,
    at: int,
    media: str = "",
    take: str = "",
    offset: int = 0,
    length: int | None = None,
    name: str = "",
    everywhere: bool = False,
) -> tuple[Project, str]:
    """Put a clip on a track and move later ones by its length; a clip that plays across that moment is split."""
    row = find.row(project, track_id)
    parts.check_track_unlocked(project.tracks[row])
    parts.moment(project, at)
    if length is None:
        playing = media or find.take(project, take).media
        length = media_length(find.media(project, playing), project.rate) - offset
    if length < 1:
        raise StudioError("There is no such part in the media.", "Begin earlier in it.")
    project, later = _split_across(project, row, at)
    project = _with_room(project, range(len(project.tracks)) if everywhere else [row], at, length, later=later)
    return clips.add_clip(project, track_id, start=at, media=media, take=take, offset=offset, length=length, name=name)


def move(project: Project, clip_ids: Iterable[str], *, by: int, track: str | None = None) -> Project:
    """Move clips as `clips.move` does; the gap that they leave is closed, and what is later makes room where they come.

    Nothing is split: where the first of them would begin within another clip, they come before or behind that one,
    whichever is nearer. Marks above them, and the lines of a track that they stay on, go along.
    """
    spots = grouping.spots(project, clip_ids)
    if not spots:
        return project
    parts.check_unlocked(project, spots.values())
    rows = clips.rows_down(project, spots, track)
    chosen = [(spot.track, project.tracks[spot.track].clips[spot.clip]) for spot in spots.values()]
    first, last = min(clip.start for _, clip in chosen), max(clip.end for _, clip in chosen)
    if max(by, -first) == 0 == rows:
        return project
    left = parts.left_on_tracks(project, spots.values())
    cut = _Cut(_without([(c.start, c.end) for _, c in chosen], [c for others in left.values() for c in others]))
    targets = {
        row: left[row] if row in left else list(project.tracks[row].clips) for row in {r + rows for r, _ in chosen}
    }
    closed = [
        [parts.at_start(clip, cut.moved(clip.start)) for clip in others] if row in left else others
        for row, others in targets.items()
    ]
    at = _free(max(0, first + by), closed)
    taken = _Taken(cut, _Room(at, last - first), at - first)
    by_row: dict[int, list[Clip]] = {}
    for row, others in (left | targets).items():
        loses, gets = row in left, row in targets
        by_row[row] = _moved(project, row, others, partial(taken.begins, loses=loses, gets=gets))
        line = taken.line if not rows else partial(taken.line_of_others, loses=loses, gets=gets)
        project = _lines_changed(project, [row], line)
    for row, clip in chosen:
        by_row[row + rows].append(parts.at_start(clip, clip.start - first + at))
    return parts.arranged(_marks_moved(project, taken.moved, spans=taken.span), by_row)


def duplicate(
    project: Project, clip_ids: Iterable[str], *, by: int | None = None, track: str | None = None
) -> tuple[Project, tuple[str, ...]]:
    """Copy clips as `clips.duplicate` does, the first of them to a track, and let what is later make room.

    Nothing is split: copies that would begin within a clip come before or behind it, whichever is nearer.
    """
    spots = grouping.spots(project, clip_ids)
    if not spots:
        return project, ()
    rows = clips.rows_down(project, spots, track)
    originals = [project.tracks[spot.track].clips[spot.clip] for spot in spots.values()]
    first = min(clip.start for clip in originals)
    length = max(clip.end for clip in originals) - first
    targets = {spot.track + rows for spot in spots.values()}
    wanted = max(0, first + (length if by is None else by))
    at = _free(parts.moment(project, wanted), [project.tracks[row].clips for row in targets])
    room = _Room(at, length)
    by_row = {row: _moved(project, row, project.tracks[row].clips, room.moved) for row in targets}
    for spot in spots.values():  # the crossfades of the originals are not to come along
        by_row.setdefault(spot.track, list(project.tracks[spot.track].clips))
    project, copies = clips.copied(project, originals, by=at - first)
    for spot, copy in zip(spots.values(), copies, strict=True):
        by_row[spot.track + rows].append(copy)
    project = _lines_changed(_marks_moved(project, room.moved), targets, room.line)
    names = tuple(copy.id for copy in copies)
    return parts.arranged(project, by_row, copies=dict(zip(names, spots, strict=True))), names


def trim_end(project: Project, clip_id: str, end: int) -> Project:
    """Let a clip end at another moment, and what comes later follow; a clip that it fades into stays as near."""
    spot = parts.unlocked_spot(project, clip_id)
    old = project.tracks[spot.track].clips[spot.clip]
    new = clips.trimmed(project, old, end=end)
    _heads, tails = crossfades.overlaps(project.tracks[spot.track].clips)
    anchor = old.end - tails.get(clip_id, 0)
    return _with_trimmed(project, spot, new, (anchor, anchor + new.length - old.length))


def trim_start(project: Project, clip_id: str, start: int) -> Project:
    """Let a clip play its media from where it did at another moment; it begins when it did, and what is later follows.

    So a clip at the very begin of the timeline can be drawn out, too: `start` may lie before it.
    """
    spot = parts.unlocked_spot(project, clip_id)
    old = project.tracks[spot.track].clips[spot.clip]
    ahead = samples.stretched(old.offset, old.stretch)  # so much of the media lies before the clip
    new = clips.trimmed(project, parts.at_start(old, old.start + ahead), start=max(old.start, start + ahead))
    heads, _tails = crossfades.overlaps(project.tracks[spot.track].clips)
    anchor = old.start + heads.get(clip_id, 0)
    longer = new.length - old.length
    change = (anchor, anchor + longer) if longer > 0 else (anchor - longer, anchor)
    return _with_trimmed(project, spot, parts.at_start(new, old.start), change)


def _with_trimmed(project: Project, spot: find.Spot, clip: Clip, between: tuple[int, int]) -> Project:
    """Put a trimmed clip in the place of the old one, and move what is later from the one moment to the other."""
    track = project.tracks[spot.track]
    since, to = between
    if since == to:
        return project
    others = [other for place, other in enumerate(track.clips) if place != spot.clip]
    gone = [] if to > since else _without([(max(to, clip.start), since)], others)
    change = _Room(since, to - since) if to > since else _Cut(gone)
    by_row = {spot.track: [clip, *_moved(project, spot.track, others, change.moved)]}
    project = _marks_moved(project, change.moved)
    project = _lines_changed(project, by_row, change.line)
    return parts.arranged(project, by_row)


def _without_time(project: Project, gaps: list[tuple[int, int]], left: Mapping[int, Iterable[Clip]]) -> Project:
    """Return the project with stretches of time cut out, where tracks have these clips left."""
    cut = _Cut(gaps)
    by_row = {row: _moved(project, row, kept, cut.moved) for row, kept in left.items()}
    project = _marks_moved(project, cut.moved)
    project = _lines_changed(project, by_row, cut.line)
    return parts.arranged(project, by_row)


def _free(wanted: int, rows: Iterable[Sequence[Clip]]) -> int:
    """Return the moment nearest to one at which no clip of some rows goes on, but into the one that it fades into."""
    playing: list[tuple[int, int]] = []
    for clips_of_row in rows:
        _heads, tails = crossfades.overlaps(clips_of_row)
        playing += [(clip.start, clip.end - tails.get(clip.id, 0)) for clip in clips_of_row]
    since = until = -1
    for start, end in sorted(playing):
        if start >= until:
            if start >= wanted:
                break
            since = start
        until = max(until, end)
    if not since < wanted < until:
        return wanted
    return since if wanted - since < until - wanted else until


class _Room:
    """Time that is put in at a moment."""

    def __init__(self, at: int, length: int) -> None:
        self._at = at
        self._length = length

    def moved(self, at: int) -> int:
        """Return where a moment comes to lie."""
        return at + self._length if at >= self._at else at

    def line(self, points: shapes.Points) -> shapes.Points:
        """Return what becomes of the automation of a track."""
        return shapes.with_room(points, self._at, self._length)


class _Cut:
    """Time that is cut out, as stretches in order that do not touch."""

    def __init__(self, gaps: list[tuple[int, int]]) -> None:
        self.gaps = gaps
        self._starts = [start for start, _ in gaps]
        self._before = [0, *accumulate(end - start for start, end in gaps)]  # what is cut out before each

    def moved(self, at: int) -> int:
        """Return where a moment comes to lie."""
        place = bisect_left(self._starts, at)
        if not place:
            return at
        start, end = self.gaps[place - 1]
        return at - self._before[place - 1] - (min(at, end) - start)

    def line(self, points: shapes.Points) -> shapes.Points:
        """Return what becomes of the automation of a track."""
        for start, end in reversed(self.gaps):
            points = shapes.without(points, start, end)
        return points


class _Taken:
    """Time that is taken out with what is moved, and put in where that comes."""

    def __init__(self, cut: _Cut, room: _Room, by: int) -> None:
        self._cut = cut
        self._room = room
        self._by = by

    def begins(self, at: int, *, loses: bool = True, gets: bool = True) -> int:
        """Return where what stays comes to begin, on a track that loses time, or gets some, or both."""
        at = self._cut.moved(at) if loses else at
        return self._room.moved(at) if gets else at

    def moved(self, at: int) -> int:
        """Return where a mark comes to lie; one above what is moved goes along."""
        along = any(start <= at < end for start, end in self._cut.gaps)
        return at + self._by if along else self.begins(at)

    def span(self, since: int, until: int) -> tuple[int, int]:
        """Return where a region comes to lie; one that lies wholly above what is moved goes along."""
        if any(start <= since < end and until <= end for start, end in self._cut.gaps):
            return since + self._by, until + self._by
        return self.begins(since), self.begins(until)

    def line_of_others(self, points: shapes.Points, *, loses: bool = True, gets: bool = True) -> shapes.Points:
        """Return what becomes of the automation of a track, without what was drawn above the clips that go."""
        points = self._cut.line(points) if loses else points
        return self._room.line(points) if gets else points

    def line(self, points: shapes.Points) -> shapes.Points:
        """Return what becomes of the automation of a track; what was drawn above the clips goes along."""
        found = self.line_of_others(points)
        for start, end in self._cut.gaps:
            if any(start <= point.at < end for point in points):
                found = shapes.with_part(found, start + self._by, shapes.shifted(points, -start), end - start)
        return found


def _without(wanted: list[tuple[int, int]], others: Iterable[Clip]) -> list[tuple[int, int]]:
    """Return the stretches of time that are wanted and in which no other clip plays."""
    first, last = min(start for start, _ in wanted), max(end for _, end in wanted)
    changes = [(start, 0, 1) for start, _ in wanted] + [(end, 0, -1) for _, end in wanted]
    for clip in others:
        if clip.start < last and clip.end > first:
            changes += [(clip.start, 1, 1), (clip.end, 1, -1)]
    playing = [0, 0]
    found: list[tuple[int, int]] = []
    since = 0
    for at, which, by in sorted(changes):
        if playing[0] and not playing[1] and at > since:
            if found and found[-1][1] == since:
                found[-1] = found[-1][0], at
            else:
                found.append((since, at))
        playing[which] += by
        since = at
    return found


def _split_across(project: Project, row: int, at: int) -> tuple[Project, set[str]]:
    """Split what plays across a moment; return what is to come after it.

    A clip that is slowed down can be cut only where a sample of its media begins, up to three samples before. One that
    begins after the last such place comes later as a whole.
    """
    later: set[str] = set()
    for clip in [clip for clip in project.tracks[row].clips if clip.start < at < clip.end]:
        cut = clips.cut_before(clip, at)
        piece = clip.id
        if cut > clip.start:
            project, piece = clips.split(project, clip.id, cut)
        later.add(piece)
    return project, later


def _with_room(project: Project, rows: Collection[int], at: int, length: int, *, later: Collection[str]) -> Project:
    room = _Room(at, length)

    by_row = {row: _moved(project, row, project.tracks[row].clips, room.moved, to=(at + length, later)) for row in rows}
    project = _marks_moved(project, room.moved)
    project = _lines_changed(project, by_row, room.line)
    return parts.arranged(project, by_row)


def _moved(
    project: Project,
    row: int,
    left: Iterable[Clip],
    moved: Callable[[int], int],
    *,
    to: tuple[int, Collection[str]] = (0, ()),
) -> list[Clip]:
    """Return the clips of a track where they come to lie; those named in `to` come to one moment."""
    track, found = project.tracks[row], list[Clip]()
    moment, named = to
    for clip in left:
        start = moment if clip.id in named else moved(clip.start)
        if start == clip.start:
            found.append(clip)
            continue
        if track.locked or clip.locked:
            parts.check_track_unlocked(track)
            raise parts.locked_clip(project, clip)
        found.append(parts.at_start(clip, start))
    return found


def _marks_moved(
    project: Project, moved: Callable[[int], int], *, spans: Callable[[int, int], tuple[int, int]] | None = None
) -> Project:
    last = samples.LONGEST_SECONDS * project.rate
    markers = [replace(m, at=min(moved(m.at), last)) for m in project.markers]
    regions: list[Region] = []
    for region in project.regions:
        start, end = spans(region.start, region.end) if spans else (moved(region.start), moved(region.end))
        regions.append(replace(region, start=min(start, last), end=min(end, last)))
    return marks.with_marks(project, markers, regions)


def _lines_changed(project: Project, rows: Iterable[int], change: Callable[[shapes.Points], shapes.Points]) -> Project:
    tracks = list(project.tracks)
    for row in rows:
        track = tracks[row]
        if not track.locked and (track.volume or track.panning):
            tracks[row] = replace(track, volume=change(track.volume), panning=change(track.panning))
    return replace(project, tracks=tuple(tracks))

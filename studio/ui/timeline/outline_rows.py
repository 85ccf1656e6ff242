"""The rows of the outline, and what their cells say and take: marks, tracks, lines of automation, clips, points.

Pure; any thread, but for the language of the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from studio.domain.edits import automation, clips, fades, find, marks, ripple, tracks
from studio.domain.project import Clip, Marker, Point, Project, Region, Track, take_called
from studio.errors import StudioError
from studio.ui.language import t, tn
from studio.ui.timeline import lines
from studio.ui.timeline.heads import kind_title
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import Line, PointAt, gain_text
from studio.ui.timeline.times import clock, samples_of

NAME, START, LENGTH, GAIN, FADE_IN, FADE_OUT, WORDS, STATE = range(8)
COLUMNS = 8


@dataclass(frozen=True)
class Numbered:
    """A point of a line: which one, and where it is on the timeline."""

    line: Line
    index: int
    point: Point
    at: int

    @property
    def key(self) -> PointAt:
        """What tells it from others."""
        return PointAt(*self.line, self.point.at)


@dataclass(frozen=True)
class Row:
    """A row: a mark, or a track, or below that one of its lines or clips, or a point of those."""

    track: Track | None = None
    clip: Clip | None = None
    mark: Marker | Region | None = None
    line: Line | None = None
    point: Numbered | None = None

    @property
    def id(self) -> str:
        """What tells it from others."""
        if self.point is not None:
            return f"{self.point.line.owner} {self.point.line.what} {self.point.index}"
        if self.line is not None:
            return " ".join(self.line)
        found = self.mark or self.clip or self.track
        return found.id if found else ""

    @property
    def depth(self) -> int:
        """How far it stands in."""
        if self.mark is not None or (self.clip is None and self.line is None and self.point is None):
            return 0
        return 2 if self.point is not None else 1

    @property
    def is_track(self) -> bool:
        """Whether it is a track itself."""
        return self.track is not None and self.depth == 0

    @property
    def is_clip(self) -> bool:
        """Whether it is a clip itself."""
        return self.clip is not None and self.point is None

    @property
    def start(self) -> int | None:
        """Where on the timeline it begins."""
        if self.point is not None:
            return self.point.at
        if self.mark is not None:
            return self.mark.start if isinstance(self.mark, Region) else self.mark.at
        return self.clip.start if self.clip else None

    @property
    def locked(self) -> bool:
        """Whether it cannot be changed."""
        return bool((self.track and self.track.locked) or (self.clip and self.clip.locked))


def rows_of(project: Project, shown: Mapping[str, tuple[str, ...]]) -> list[Row]:
    """Return all rows. A line of a track has one where it has points, or a lane."""
    ordered = sorted((*project.markers, *project.regions), key=_begin)
    rows = [Row(mark=mark) for mark in ordered]
    for track in project.tracks:
        rows.append(Row(track))
        for what in lines.KINDS:
            if lines.points_of(track, what) or what in shown.get(track.id, ()):
                line = Line(track.id, what)
                rows.append(Row(track, line=line))
                rows += [Row(track, point=point) for point in _points(line, track)]
        for clip in track.clips:
            rows.append(Row(track, clip))
            if clip.volume:
                heard = (one for one in _points(Line(clip.id), clip) if clip.start <= one.at <= clip.end)
                rows += [Row(track, clip, point=point) for point in heard]
    return rows


def _begin(mark: Marker | Region) -> int:
    return mark.start if isinstance(mark, Region) else mark.at


def _points(line: Line, owner: Track | Clip) -> Iterator[Numbered]:
    since = lines.begin_of(owner)
    for index, point in enumerate(lines.points_of(owner, line.what)):
        yield Numbered(line, index, point, since + point.at)


# -------------------------------------------------------------------------------------------------------------- saying


def clip_name(project: Project, clip: Clip) -> str:
    """Return what a clip is called: by its own name, who speaks, or its media; its words stand beside it."""
    return find.title(project, clip)


def mark_title(mark: Marker | Region) -> str:
    """Return what kind of mark it is."""
    if isinstance(mark, Region):
        return t("Region")
    return t("Chapter") if mark.chapter else t("Marker")


def cell(project: Project, row: Row, column: int) -> str:
    """Return what stands in a cell."""
    start = row.start
    if column == START:
        return clock(start, project.rate) if start is not None else ""
    if row.point is not None:
        return _of_point(row.point, column)
    if row.mark is not None:
        return _of_mark(project, row.mark, column)
    if row.line is not None:
        count = len(lines.points_of(lines.owner_of(project, row.line), row.line.what))
        return {NAME: lines.title(row.line.what), STATE: tn(count, "{count} point", "{count} points")}.get(column, "")
    if row.clip is not None:
        return _of_clip(project, row.clip, column)
    assert row.track is not None
    return {NAME: row.track.name, GAIN: gain_text(row.track.gain_db), STATE: state_text(row.track)}.get(column, "")


def _of_point(point: Numbered, column: int) -> str:
    if column == GAIN:
        return lines.value_text(point.point.value, point.line.what)
    return t("Point {number}", number=point.index + 1) if column == NAME else ""


def _of_mark(project: Project, mark: Marker | Region, column: int) -> str:
    if column == LENGTH and isinstance(mark, Region):
        return clock(mark.end - mark.start, project.rate)
    return {NAME: mark.name, STATE: mark_title(mark)}.get(column, "")


def _of_clip(project: Project, clip: Clip, column: int) -> str:
    times = {LENGTH: clip.length, FADE_IN: clip.fade_in.length, FADE_OUT: clip.fade_out.length}
    if column in times:
        return clock(times[column], project.rate)
    if column == NAME:
        return clip_name(project, clip)
    if column == GAIN:
        return gain_text(clip.gain_db)
    take = take_called(project, clip.take) if clip.take else None
    return state_text(clip) if column == STATE else take.text if take else ""


def state_text(thing: Track | Clip) -> str:
    """Return what else is to be known of a track or clip, in words."""
    said = [t("muted")] if thing.mute else []
    if isinstance(thing, Track):
        said += [t("solo")] if thing.solo else []
        said += [t("ducked")] if thing.duck else []
    elif thing.group:
        said.append(t("grouped"))
    return ", ".join([*said, t("locked")] if thing.locked else said)


def spoken(project: Project, row: Row) -> str:
    """Return what a screen reader says of a row at its first cell."""
    name, rate = cell(project, row, NAME), project.rate
    start = clock(row.start or 0, rate)
    if row.point is not None:
        value = lines.value_text(row.point.point.value, row.point.line.what)
        line = t("{line} of {owner}", line=lines.title(row.point.line.what), owner=_owner(project, row))
        return t("{point}, {line}, at {start}: {value}", point=name, line=line, start=start, value=value)
    if isinstance(row.mark, Region):
        end = clock(row.mark.end, rate)
        return t("Region {name}, from {start} to {end}", name=name, start=start, end=end)
    if row.mark is not None:
        return t("{kind} {name}, at {start}", kind=mark_title(row.mark), name=name, start=start)
    if row.line is not None:
        return t("{line} of {owner}", line=name, owner=_owner(project, row)) + f", {cell(project, row, STATE)}"
    assert row.track is not None
    if row.clip is not None:
        return t("Clip {name} on {track}, from {start}", name=name, track=row.track.name, start=start)
    count = tn(len(row.track.clips), "{count} clip", "{count} clips")
    return t("{kind} track {name}, {count}", kind=kind_title(row.track.kind), name=name, count=count)


def _owner(project: Project, row: Row) -> str:
    if row.clip is not None:
        return clip_name(project, row.clip)
    return row.track.name if row.track else ""


def hit_of(project: Project, row: Row, playhead: int) -> Hit:
    """Return what a row is where menus ask for a place of the timeline."""
    start = row.start
    if row.mark is not None:
        return Hit(Part.REGION if isinstance(row.mark, Region) else Part.MARKER, start or 0, id=row.mark.id)
    assert row.track is not None
    number, track, clip = find.row(project, row.track.id), row.track.id, row.clip.id if row.clip else ""
    if row.point is not None:
        line = row.point.line.what
        return Hit(Part.POINT, row.point.at, number, track, clip, row.point.index, row.point.point.value, line)
    if row.line is not None:
        return Hit(Part.LINE, playhead, number, track, line=row.line.what)
    return Hit(Part.CLIP if row.clip else Part.LANE, playhead if start is None else start, number, track, clip)


# ------------------------------------------------------------------------------------------------------------ changing


def editable(row: Row, column: int) -> bool:
    """Whether something else can be typed into a cell."""
    if row.locked or row.line is not None:
        return False
    if row.point is not None:
        return column in {START, GAIN}
    if row.mark is not None:
        return column in {NAME, START} or (column == LENGTH and isinstance(row.mark, Region))
    return column in {NAME, GAIN} or (row.clip is not None and NAME < column < WORDS)


def label_of(row: Row, column: int) -> str:
    """Return what the step is called that an edit of a cell makes."""
    if row.point is not None:
        return t("Move a point") if column == START else t("Change a point")
    if row.mark is not None and column != NAME:
        if isinstance(row.mark, Region):
            return t("Move a region") if column == START else t("Change a region")
        return t("Move a chapter") if row.mark.chapter else t("Move a marker")
    return {
        NAME: t("Rename"), START: t("Move"), LENGTH: t("Trim"), GAIN: t("Change the gain"),
        FADE_IN: t("Change a fade"), FADE_OUT: t("Change a fade"),
    }[column]  # fmt: skip


def edited(project: Project, row: Row, column: int, text: str, *, follow: bool = False) -> Project:
    """Return the project with another value in a cell; raise StudioError where that cannot be.

    With ripple (`follow`) what is later goes along with a clip that is moved or gets another length.
    """
    if row.point is not None:
        return _point_edited(project, row.point, moved_to(project, row.point, column, text))
    if row.mark is not None:
        return _mark_edited(project, row.mark, column, text)
    if row.clip is not None:
        return _clip_edited(project, row.clip, column, text, follow=follow)
    assert row.track is not None
    if column == NAME:
        return tracks.set_track(project, row.track.id, name=text.strip() or row.track.name)
    return tracks.set_track(project, row.track.id, gain_db=lines.value_of(text, lines.VOLUME))


def moved_to(project: Project, found: Numbered, column: int, text: str) -> Point:
    """Return what becomes of a point when something is typed into its row."""
    if column == GAIN:
        return replace(found.point, value=lines.value_of(text, found.line.what))
    at = samples_of(text, project.rate) - (found.at - found.point.at)
    owner = lines.owner_of(project, found.line)
    first, last = lines.span_of(project, owner)
    if not first <= at <= last:
        raise StudioError(t("A point lies outside the clip."), t("Type a time at which the clip plays."))
    if at != found.point.at and any(point.at == at for point in lines.points_of(owner, found.line.what)):
        raise StudioError(t("There is a point of the line at that time already."), t("Type another time."))
    return replace(found.point, at=at)


def _point_edited(project: Project, found: Numbered, new: Point) -> Project:
    owner, what = found.line
    points = lines.points_of(lines.owner_of(project, found.line), what)
    changed = [new if point.at == found.point.at else point for point in points]
    return automation.set_points(project, owner, changed, what=what)


def _mark_edited(project: Project, mark: Marker | Region, column: int, text: str) -> Project:
    if column == NAME:
        rename = marks.rename_region if isinstance(mark, Region) else marks.rename_marker
        return rename(project, mark.id, text.strip())
    at = samples_of(text, project.rate)
    if isinstance(mark, Marker):
        return marks.move_marker(project, mark.id, at)
    if column == START:
        return marks.move_region(project, mark.id, at)
    return marks.set_region(project, mark.id, end=mark.start + at)


def _clip_edited(project: Project, clip: Clip, column: int, text: str, *, follow: bool) -> Project:
    if column == NAME:
        return clips.rename(project, clip.id, text.strip())
    if column == GAIN:
        return clips.set_gain(project, [clip.id], lines.value_of(text, lines.VOLUME))
    at = samples_of(text, project.rate)
    move = ripple.move if follow else clips.move
    trim_end = ripple.trim_end if follow else _trim_end
    edits: Mapping[int, Callable[[], Project]] = {
        START: lambda: move(project, [clip.id], by=at - clip.start),
        LENGTH: lambda: trim_end(project, clip.id, clip.start + at),
        FADE_IN: lambda: fades.set_fades(project, clip.id, fade_in=replace(clip.fade_in, length=at)),
        FADE_OUT: lambda: fades.set_fades(project, clip.id, fade_out=replace(clip.fade_out, length=at)),
    }
    return edits[column]()


def _trim_end(project: Project, clip_id: str, end: int) -> Project:
    return clips.trim(project, clip_id, end=end)

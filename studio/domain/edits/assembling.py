"""The script as clips: the chosen take of each line in order, with pauses as the lines end, and sections as chapters.

Done again, it moves and renews what lies there already: a clip that still plays its line keeps its gain, fades and
effects, and one that was cut up stays so as long as its take is the chosen one. Pure; any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.domain import dialogue, samples, script_lines
from studio.domain.dialogue import Line, Pause, Respell, Section, Text
from studio.domain.edits import lines, marks, parts, pieces, shapes, tracks
from studio.domain.project import Clip, Marker, Project, Take, Track, media_called, playable
from studio.errors import StudioError

_CLOSING = " \"'“”‘’«»‹›)]}「」』\uff09"  # noqa: RUF001 — may stand after the mark that ends a line
_ELLIPSES = ("…", "...", "..")


@dataclass(frozen=True)
class Gaps:
    """Seconds of silence after a line by the mark at its end; the last two are added, or are the least there is."""

    full_stop: float = 0.25
    question: float = 0.3
    exclamation: float = 0.25
    ellipsis: float = 0.5
    dash: float = 0.1
    comma: float = 0.15
    none: float = 0.2
    turn: float = 0.2  # more, where somebody else goes on
    chapter: float = 1.0  # at least, before a section


@dataclass(frozen=True)
class _Spoken:
    """A line that has a take, and the silence before it, in samples."""

    id: str
    take: Take
    speaker: str
    gap: int
    place: int  # among the script's lines


@dataclass(frozen=True)
class _Old:
    """The clip, or the pieces of it, that plays a line now."""

    row: int
    clips: tuple[Clip, ...]

    @property
    def start(self) -> int:
        return self.clips[0].start


def assemble(project: Project, *, per_speaker: bool = False, chapters: bool = True, gaps: Gaps = Gaps()) -> Project:
    """Put the chosen takes of the script's lines on one track, or on one for each speaker.

    They begin where they did before, else after what lies on those tracks. Then what repeats a line on a track for
    speech, or plays one that is gone from the script, goes unless it is locked; other clips stay where they are.
    """
    spoken = _spoken(project, gaps)
    if not spoken:
        raise StudioError("No line of the script has a take yet.", "Generate the lines first.")
    old, repeated = _old(project, {one.id for one in spoken})
    project, rows = _rows(project, spoken, old, per_speaker=per_speaker)
    moved = {clip.id for one in old.values() for clip in one.clips} | {clip.id for clip in repeated}
    by_row = {
        row: [clip for clip in project.tracks[row].clips if clip.id not in moved]
        for row in {*rows, *_rows_of(project, moved)}
    }
    at = min((one.start for one in old.values()), default=None)
    if at is None:
        at = max((clip.end for row in rows for clip in by_row[row]), default=0)
    project, ids = parts.new_ids(project, "c" * sum(one.id not in old for one in spoken))
    fresh = iter(ids)
    starts: dict[str, int] = {}
    for number, (one, row) in enumerate(zip(spoken, rows, strict=True)):
        at += one.gap if number else 0
        there = old.get(one.id)
        made = _moved(project, there, one.take, at) if there else [_fresh(project, one.take, next(fresh), at)]
        _check_locked(project, there, row, made)
        starts[one.id] = at
        by_row[row] += made
        at = max(clip.end for clip in made)
    project = _without_emptied(parts.arranged(project, by_row), _rows_of(project, moved))
    if not chapters:
        return project
    return _with_chapters(project, spoken, {name: one.start for name, one in old.items()}, starts)


def without_takes(project: Project) -> tuple[str, ...]:
    """Return the lines of the script that have words and no take."""
    made = lines.chosen(project)
    return tuple(name for line, name in _numbered(project) if name not in made and _has_words(line))


def pause_after(line: Line, gaps: Gaps) -> float:
    """Return the seconds of silence that the end of a line asks for."""
    said = [item.text for item in line.items if isinstance(item, Text | Respell)]
    text = next((bare for one in reversed(said) if (bare := one.rstrip(_CLOSING))), "")
    if text.endswith(_ELLIPSES):
        return gaps.ellipsis
    return getattr(gaps, _MARKS.get(text[-1:], "none"))


_MARKS = {
    **dict.fromkeys(".。．।॥۔", "full_stop"),  # noqa: RUF001
    **dict.fromkeys("?？؟", "question"),  # noqa: RUF001
    **dict.fromkeys("!！", "exclamation"),  # noqa: RUF001
    **dict.fromkeys("—–-", "dash"),
    **dict.fromkeys(",;:、，；：،؛", "comma"),  # noqa: RUF001
}


def _numbered(project: Project) -> list[tuple[Line, str]]:
    return list(zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False))


def _has_words(line: Line) -> bool:
    return any(isinstance(item, Text | Respell) and dialogue.speakable(item.text) for item in line.items)


def _spoken(project: Project, gaps: Gaps) -> list[_Spoken]:
    chosen = lines.chosen(project)
    begins = {section.at for section in script_lines.parsed(project.script).sections}
    found: list[_Spoken] = []
    before: Line | None = None
    asked = 0.0  # seconds of pauses that stand on lines of their own
    chapter = False
    for place, (line, name) in enumerate(_numbered(project)):
        chapter = chapter or place in begins
        take = chosen.get(name)
        if take is None:
            asked += 0.0 if _has_words(line) else _pauses(line)
            continue
        gap = pause_after(before, gaps) if before else 0.0
        gap += gaps.turn if before and before.speaker != line.speaker else 0.0
        gap = max(gap, gaps.chapter if chapter else 0.0) + asked
        found.append(_Spoken(name, take, line.speaker or "", samples.from_seconds(gap, project.rate), place))
        before, asked, chapter = line, 0.0, False
    return found


def _pauses(line: Line) -> float:
    return sum(item.milliseconds for item in line.items if isinstance(item, Pause)) / 1000


def _old(project: Project, wanted: set[str]) -> tuple[dict[str, _Old], list[Clip]]:
    """Return what plays the wanted lines on speech tracks, the first of each, and what is to go: repetitions of those,
    and lines that are gone from the script. What is locked never goes.
    """
    line_of = {take.id: take.line for take in project.takes}
    found: dict[str, _Old] = {}
    others: list[Sequence[Clip]] = []
    for row, track in enumerate(project.tracks):
        if track.kind != "speech":
            continue
        for block in pieces.blocks([clip for clip in track.clips if line_of.get(clip.take)]):
            line = line_of[block[0].take]
            known = found.get(line)
            if line not in wanted or (known and known.start <= block[0].start):
                others.append(block)
                continue
            if known:
                others.append(known.clips)
            found[line] = _Old(row, tuple(block))
    locked = {clip.id for track in project.tracks for clip in track.clips if track.locked or clip.locked}
    return found, [clip for block in others for clip in block if clip.id not in locked] if found else []


def _rows(
    project: Project, spoken: Sequence[_Spoken], old: dict[str, _Old], *, per_speaker: bool
) -> tuple[Project, list[int]]:
    """Return the track of each line, made where there is none: told by its name, or by the lines that it holds."""
    speakers = [one.speaker if per_speaker else "" for one in spoken]
    holds: dict[int, set[str]] = {}
    for one, speaker in zip(spoken, speakers, strict=True):
        if one.id in old:
            holds.setdefault(old[one.id].row, set()).add(speaker)
    rows: dict[str, int] = {}
    for speaker in dict.fromkeys(speakers):
        name = speaker or lines.TRACK
        named = [n for n, track in enumerate(project.tracks) if track.kind == "speech" and track.name == name]
        alone = [row for row, held in holds.items() if held == {speaker}]
        alone = alone if per_speaker or len(alone) == 1 else []
        if not named and not alone:
            project, _ = tracks.add_track(project, name, kind="speech")
        rows[speaker] = (named or alone or [len(project.tracks) - 1])[0]
    return project, [rows[speaker] for speaker in speakers]


def _rows_of(project: Project, names: set[str]) -> set[int]:
    return {row for row, track in enumerate(project.tracks) if any(clip.id in names for clip in track.clips)}


def _fresh(project: Project, take: Take, name: str, at: int) -> Clip:
    return _whole(project, Clip(name, at, 1), take)


def _whole(project: Project, clip: Clip, take: Take) -> Clip:
    """Return a clip that plays all of a take."""
    media = media_called(project, take.media)
    if media is None:
        raise StudioError(f"The sound of take {take.id} is gone.", "Make the line again.")
    length = max(1, playable(media, project.rate, clip.stretch))
    return shapes.with_fades_inside(replace(clip, media="", take=take.id, offset=0, length=length))


def _moved(project: Project, old: _Old, take: Take, at: int) -> list[Clip]:
    """Return what plays a line, at another time, and with another take where that is chosen now."""
    first, last = old.clips[0], old.clips[-1]
    if first.take == take.id:
        return [parts.at_start(clip, clip.start + at - first.start) for clip in old.clips]
    return [_whole(project, replace(first, start=at, fade_out=last.fade_out), take)]


def _check_locked(project: Project, old: _Old | None, row: int, made: Sequence[Clip]) -> None:
    """Refuse to put anything on a locked track, and to change locked clips."""
    if old and old.row == row and tuple(made) == old.clips:
        return
    parts.check_track_unlocked(project.tracks[row])
    if old:
        parts.check_track_unlocked(project.tracks[old.row])
        locked = next((clip for clip in old.clips if clip.locked), None)
        if locked:
            raise parts.locked_clip(project, locked)


def _without_emptied(project: Project, rows: set[int]) -> Project:
    """Take away the tracks that lost all their clips, unless somebody has set anything of them."""
    kept = [
        track
        for row, track in enumerate(project.tracks)
        if row not in rows or track.clips or track != Track(track.id, track.name, track.kind)
    ]
    return project if len(kept) == len(project.tracks) else replace(project, tracks=tuple(kept))


def _with_chapters(project: Project, spoken: Sequence[_Spoken], before: dict[str, int], now: dict[str, int]) -> Project:
    """Let a chapter begin with the first line of each section; the one that began there before moves along."""
    sections = script_lines.parsed(project.script).sections
    left = [marker for marker in project.markers if marker.chapter]
    changed: dict[str, Marker] = {}
    added: list[tuple[int, str]] = []
    for number, section in enumerate(sections):
        line = _first_of(spoken, section, sections[number + 1].at if number + 1 < len(sections) else None)
        if line is None:
            continue
        known = next((m for m in left if m.at == before.get(line)), None)
        known = next((m for m in left if m.name == section.title), None) if known is None else known
        if known is None:
            added.append((now[line], section.title))
        else:
            left.remove(known)
            changed[known.id] = replace(known, at=now[line], name=parts.plain_text(section.title))
    project = marks.with_marks(project, [changed.get(m.id, m) for m in project.markers], project.regions)
    for at, title in added:
        project, _ = marks.add_marker(project, at, title, chapter=True)
    return project


def _first_of(spoken: Sequence[_Spoken], section: Section, end: int | None) -> str | None:
    places = (one for one in spoken if one.place >= section.at and (end is None or one.place < end))
    return next((one.id for one in places), None)

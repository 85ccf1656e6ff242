"""The takes of a script's lines: which one is a line's own, and all of them in order as clips. Pure; any thread.

Of the takes of a line the last one in `Project.takes` is the chosen one. A new take is added at the end and so is
chosen; whoever wants another moves it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from studio.domain import samples
from studio.domain.edits import find, parts, tracks
from studio.domain.project import Clip, Project, Take, Track, media_called, media_length
from studio.errors import StudioError

TRACK = "Dialogue"


def takes_by_line(project: Project) -> dict[str, list[Take]]:
    """Return the takes of each line, the chosen one last."""
    found: dict[str, list[Take]] = {}
    for take in project.takes:
        if take.line:
            found.setdefault(take.line, []).append(take)
    return found


def chosen(project: Project) -> dict[str, Take]:
    """Return the chosen take of each line that has one."""
    return {take.line: take for take in project.takes if take.line}


def choose(project: Project, take_id: str) -> Project:
    """Let a take be its line's own; clips that play another one go on with that."""
    take = find.take(project, take_id)
    if not take.line or chosen(project)[take.line] is take:
        return project
    return replace(project, takes=(*(one for one in project.takes if one is not take), take))


def sequence(
    project: Project, takes: Sequence[Take], gaps: Sequence[float], *, at: int = 0
) -> tuple[Project, list[Clip]]:
    """Return clips of takes one after the other, and the project that has given away their ids.

    `gaps`: the seconds of silence before each; that before the first does not count.
    """
    project, ids = parts.new_ids(project, "c" * len(takes))
    clips: list[Clip] = []
    for number, (take, clip_id) in enumerate(zip(takes, ids, strict=True)):
        media = media_called(project, take.media)
        if media is None:
            raise StudioError(f"The sound of take {take.id} is gone.", "Make the line again.")
        if number:
            at += samples.from_seconds(gaps[number], project.rate)
        clips.append(Clip(clip_id, at, max(1, media_length(media, project.rate)), take=take.id))
        at = clips[-1].end
    return project, clips


def alone(project: Project, takes: Sequence[Take], gaps: Sequence[float]) -> Project:
    """Return a project in which these takes are all there is, to be listened to or written as subtitles."""
    project, clips = sequence(project, takes, gaps)
    project, track = parts.new_id(project, "t")
    return replace(project, tracks=(Track(track, TRACK, "speech", tuple(clips)),), markers=(), regions=())


def send(project: Project, takes: Sequence[Take], gaps: Sequence[float]) -> tuple[Project, str]:
    """Put takes in order on the track for the dialogue, and return that track.

    Clips of the same lines that lie there make room, and the new ones begin where the first of those did; else they
    follow what is there.
    """
    track = next((t.id for t in project.tracks if t.kind == "speech" and t.name == TRACK), "")
    if not track:
        project, track = tracks.add_track(project, TRACK, kind="speech")
    row = find.row(project, track)
    there = project.tracks[row]
    parts.check_track_unlocked(there)
    lines = {take.line for take in takes}
    line_of = {take.id: take.line for take in project.takes}
    old = [clip for clip in there.clips if clip.take and line_of.get(clip.take, "") in lines]
    locked = next((clip for clip in old if clip.locked), None)
    if locked:
        raise parts.locked_clip(project, locked)
    left = [clip for clip in there.clips if clip not in old]
    start = old[0].start if old else max((clip.end for clip in left), default=0)
    project, clips = sequence(project, takes, gaps, at=start)
    return parts.arranged(project, {row: [*left, *clips]}), track


def gaps_between(speakers: Iterable[str], *, turn: float, same: float) -> list[float]:
    """Return the silence before each of some lines: another one where somebody else speaks than where one goes on."""
    found: list[float] = []
    before: str | None = None
    for speaker in speakers:
        found.append(same if speaker == before else turn)
        before = speaker
    return found

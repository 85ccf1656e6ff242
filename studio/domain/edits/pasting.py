"""Clips as a text for the clipboard, and back into a project with new ids. Pure; any thread.

The text may come from anywhere: it is read as strictly as a project's file. What a clip plays is found again by its
hash, so that clips can go from one project to another that has the same sound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from studio.domain import project_json, rules
from studio.domain.edits import crossfades, find, parts, ripple
from studio.domain.project import Clip, Fade, Media, Project, media_called, take_called
from studio.errors import StudioError

MIME = "application/x-angen-clips"
_KIND = "angen-clips-1"
_LONGEST = 20_000_000  # characters
_MOST = 20_000  # clips


@dataclass(frozen=True)
class Copied:
    """A clip, the track it lay on, and the hash of what it plays."""

    clip: Clip
    track: str
    sha256: str


@dataclass(frozen=True)
class Copies:
    """What lies on the clipboard."""

    kind: str
    rate: int
    clips: tuple[Copied, ...]

    @property
    def start(self) -> int:
        """Where the first of them began."""
        return min(copied.clip.start for copied in self.clips)

    @property
    def length(self) -> int:
        """How long they last together."""
        return max(copied.clip.end for copied in self.clips) - self.start


def copied(project: Project, clip_ids: Iterable[str]) -> str:
    """Return clips as a text; the crossfades that their neighbours made stay behind."""
    spots = find.spots(project, clip_ids)
    if not spots:
        raise StudioError("There is nothing to copy.", "Choose a clip first.")
    overlaps = {row: crossfades.overlaps(project.tracks[row].clips) for row in {s.track for s in spots.values()}}
    found: list[Copied] = []
    for spot in sorted(spots.values()):
        track = project.tracks[spot.track]
        clip = track.clips[spot.clip]
        heads, tails = overlaps[spot.track]
        bare = replace(
            clip,
            fade_in=_set_by_hand(clip.fade_in, heads.get(clip.id, 0)),
            fade_out=_set_by_hand(clip.fade_out, tails.get(clip.id, 0)),
        )
        found.append(Copied(bare, track.id, find.played_by(project, clip).sha256))
    return json.dumps(project_json.to_dict(Copies(_KIND, project.rate, tuple(found))), ensure_ascii=False)


def read(text: str) -> Copies:
    """Read such a text; raise StudioError for any other."""
    if len(text) > _LONGEST:
        raise _strange("it is too long")
    try:
        data = json.loads(text, parse_constant=_no_number)
        copies: Copies = project_json.read(Copies, data)
        unknown = project_json.unknown_fields(Copies, data)
    except (ValueError, RecursionError, project_json.Wrong) as e:
        raise _strange(str(e)[:200]) from e
    if unknown:
        raise _strange(f"it says something of {unknown[0][:40]!a}")
    if copies.kind != _KIND or not 1 <= len(copies.clips) <= _MOST:
        raise _strange("it is of another kind")
    return copies


def paste(project: Project, copies: Copies, at: int, *, track: str) -> tuple[Project, tuple[str, ...]]:
    """Put clips on their tracks, the first of them at a moment; return the new ones.

    Where their track is not there or locked, they go to `track`.
    """
    parts.moment(project, at)
    before = project
    by_row: dict[int, list[Clip]] = {}
    groups = {"": ""}
    names: list[str] = []
    sounds = {media.sha256: media for media in reversed(project.media)}
    for one, row in zip(copies.clips, _rows(project, copies, track), strict=True):
        clip = one.clip
        if clip.group not in groups:
            project, groups[clip.group] = parts.new_id(project, "g")
        project, name = parts.new_id(project, "c")
        project, effects = parts.with_new_effects(project, clip.effects)
        media, take = _played(project, one, sounds)
        new = replace(
            clip,
            id=name,
            name=parts.plain_text(clip.name),
            start=clip.start - copies.start + at,
            media=media,
            take=take,
            effects=effects,
            group=groups[clip.group],
            locked=False,
        )
        by_row.setdefault(row, list(project.tracks[row].clips)).append(new)
        names.append(name)
    project = parts.arranged(project, by_row)
    problem = next(iter(rules.problems_of_change(before, project)), "")
    if problem:
        raise _strange(problem)
    return project, tuple(names)


def paste_insert(project: Project, copies: Copies, at: int, *, track: str) -> tuple[Project, tuple[str, ...]]:
    """The same, after what is later on those tracks has moved by the length of what comes."""
    rows = sorted(set(_rows(project, copies, track)))
    tracks = [project.tracks[row].id for row in rows]
    if copies.length < 1:
        raise _strange("its clips have no length")
    return paste(ripple.insert_time(project, at, copies.length, tracks=tracks), copies, at, track=track)


def _rows(project: Project, copies: Copies, track: str) -> list[int]:
    if copies.rate != project.rate:
        raise StudioError(
            f"The copied clips come from a project of {copies.rate} Hz; this one has {project.rate} Hz.",
            "Bring their sounds in from the library instead.",
        )
    there = {one.id: row for row, one in enumerate(project.tracks) if not one.locked}
    return [there[one.track] if one.track in there else _chosen(project, track) for one in copies.clips]


def _chosen(project: Project, track: str) -> int:
    if not track:
        raise StudioError("There is no track to paste the clips on.", "Choose a track that is not locked.")
    row = find.row(project, track)
    parts.check_track_unlocked(project.tracks[row])
    return row


def _played(project: Project, one: Copied, sounds: Mapping[str, Media]) -> tuple[str, str]:
    """Return the media, or the take, that sounds like the copied clip did."""
    if one.clip.take:
        take = take_called(project, one.clip.take)
        if take and find.media(project, take.media).sha256 == one.sha256:
            return "", take.id
    media = media_called(project, one.clip.media)
    if media is None or media.sha256 != one.sha256:
        media = sounds.get(one.sha256)
    if media is None:
        raise StudioError("This project does not have what the copied clips play.", "Bring those sounds in first.")
    if one.clip.take:
        again = next((take.id for take in project.takes if take.media == media.id), "")
        if again:
            return "", again
    return media.id, ""


def _set_by_hand(fade: Fade, overlap: int) -> Fade:
    return Fade() if overlap and fade == crossfades.made(overlap) else fade


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _strange(why: str) -> StudioError:
    return StudioError("What lies on the clipboard cannot be pasted here.", "Copy the clips again.", why)

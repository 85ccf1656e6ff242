"""Clips as live recipes: other takes of what they play, other words, and what comes of making them again. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import Any

from studio.domain import dialogue, samples, script_lines
from studio.domain.dialogue import Line
from studio.domain.edits import find, parts, pieces, ripple, takes, whole
from studio.domain.project import Clip, Media, Project, Take, media_of, playable, take_called
from studio.errors import StudioError

_NOT_WHAT = frozenset({"seed", "seeds", "rungs", "device", "precision", "engine_version", "model", "revision"})


class Follow(StrEnum):
    """What goes along when a clip comes to last longer or shorter."""

    KEEP = ""  # nothing
    TRACK = "track"  # what comes later on its track
    ALL = "all"  # what comes later anywhere


def other_takes(project: Project, clip_id: str) -> tuple[Take, ...]:
    """Return the takes that a clip might play instead, the newest first: of its line, or made as its sound was."""
    now = take_called(project, find.clip(project, clip_id).take)
    if now is None:
        return ()
    if now.line:
        found = [take for take in project.takes if take.line == now.line and take is not now]
    else:
        like = {media.id for media in alternatives(project, clip_id)}
        found = [take for take in project.takes if take.media in like]
    return tuple(reversed(found))


def alternatives(project: Project, clip_id: str) -> tuple[Media, ...]:
    """Return the other media that were made as a clip's was, but for the seed, or of it, the newest first."""
    now = media_of(project, find.clip(project, clip_id))
    if now is None or not now.recipe:
        return ()
    wanted = _what(now.recipe)
    family = _family(project, now)
    return tuple(
        m
        for m in reversed(project.media)
        if m is not now and m.recipe and (_what(m.recipe) == wanted or m.sha256 in family)
    )


def _family(project: Project, media: Media) -> set[str]:
    """Return the hashes of the sounds that one was made of step by step, and of those made of any of them."""
    if not any(m.source for m in project.media):
        return set()
    found = {media.sha256}
    while True:
        more = {m.source for m in project.media if m.source and m.sha256 in found}
        more |= {m.sha256 for m in project.media if m.source in found}
        if more <= found:
            return found
        found |= more


def replace_source(
    project: Project, clip_id: str, *, media: str = "", take: str = "", follow: Follow = Follow.KEEP
) -> Project:
    """Let a clip play other media, or another take, where it is; one that was cut up becomes one clip again.

    It lasts as long as what it plays, unless it was trimmed and says the same words. By choice what comes later follows
    its new end.
    """
    spot = parts.unlocked_spot(project, clip_id)
    row = project.tracks[spot.track].clips
    block = [row[place] for place in pieces.around(row, spot.clip)]
    parts.check_unlocked(project, find.spots(project, [clip.id for clip in block]).values())
    old_end = block[-1].end
    pivot = min((c.start for c in row if c.start > block[-1].start and c not in block), default=old_end)
    pivot = min(pivot, old_end)
    project = _one(project, spot.track, block, clip_id) if len(block) > 1 else project
    project = takes.set_source(project, clip_id, media=media, take=take)
    by = find.clip(project, clip_id).end - old_end
    if follow is Follow.KEEP or not by:
        return project
    rows = range(len(project.tracks)) if follow is Follow.ALL else [spot.track]
    return ripple.resized(project, pivot, max(by, find.clip(project, clip_id).start + 1 - pivot), rows)


def worked_on(project: Project, clip_id: str, media: str, *, follow: Follow = Follow.KEEP) -> Project:
    """Let a clip play what was made of its own sound: the same place of it, and on where it played to its end.

    Unlike another take it is the same sound for the most part: what was trimmed, cut and faded stays so.
    """
    spot = parts.unlocked_spot(project, clip_id)
    row = project.tracks[spot.track].clips
    old, now = row[spot.clip], find.played_by(project, row[spot.clip])
    begin = samples.stretched(old.offset, old.stretch)
    ended = begin + old.length >= playable(now, project.rate, old.stretch)
    project = takes.set_source(project, clip_id, media=media)
    longer = playable(find.media(project, media), project.rate, old.stretch) - begin
    if ended and longer > old.length:
        place = parts.unlocked_spot(project, clip_id)
        clip = project.tracks[place.track].clips[place.clip]
        project = parts.rearranged(project, place, replace(clip, offset=old.offset, length=longer))
    by = find.clip(project, clip_id).end - old.end
    if follow is Follow.KEEP or by <= 0:
        return project
    pivot = min((c.start for c in row if c.start > old.start), default=old.end)
    rows = range(len(project.tracks)) if follow is Follow.ALL else [spot.track]
    return ripple.resized(project, max(old.start + 1, min(pivot, old.end)), by, rows)


def plays_like(project: Project, clip_id: str, sha256: str) -> bool:
    """Whether a clip plays a file that was known by its hash, or what was made as that was, but for the seed."""
    now = media_of(project, find.clip(project, clip_id))
    if now is None or now.sha256 == sha256:
        return now is not None
    then = next((media for media in project.media if media.sha256 == sha256), None)
    if then is None or not then.recipe or not now.recipe:
        return False
    return _what(then.recipe) == _what(now.recipe)


def words_of(project: Project, clip_id: str) -> str:
    """Return what is said in a clip as one edits it: its line as it stands in the script, else the take's words."""
    take = take_called(project, find.clip(project, clip_id).take)
    if take is None:
        return ""
    line = line_of(project, take.line)
    return take.text if line is None else _body(line)


def with_words(project: Project, clip_id: str, text: str) -> Project:
    """Return the project with other words in the line of the script that a clip speaks; as it was without a line."""
    take = take_called(project, find.clip(project, clip_id).take)
    line = line_of(project, take.line) if take else None
    if line is None or take is None:
        return project
    offset = next(islice((at for at, _ in dialogue.source_lines(project.script)), line.number - 1, None))
    first = offset + line.column - 1
    script = project.script[:first] + said_by(line, text) + project.script[first + len(line.raw) :]
    changed = whole.set_script(project, script)
    if len(changed.script_lines.split()) != len(project.script_lines.split()) or line_of(changed, take.line) is None:
        raise StudioError("This would be more than one line.", "Write one line, without names in brackets.")
    return changed


def said_by(line: Line, text: str) -> str:
    """Return other words as a line of the script has them: with the name where the line has it."""
    words = " ".join(text.split())
    if not words:
        raise StudioError("The text is empty.", "Write something to say.")
    tag = line.raw[: len(line.raw) - len(_body(line))]
    return tag + words


def line_of(project: Project, line_id: str) -> Line | None:
    """Return a line of the script by its id."""
    found = zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False)
    return next((line for line, name in found if name == line_id), None)


def _body(line: Line) -> str:
    """Return the source of a line without the name before it."""
    if not line.tagged:
        return line.raw
    return line.raw[line.raw.index("]") + 1 :].removeprefix(":").lstrip()


def _what(recipe: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in recipe.items() if name not in _NOT_WHAT}


def _one(project: Project, row: int, block: list[Clip], clip_id: str) -> Project:
    """Return the project with one clip in the place of its pieces, which plays all of its media."""
    first, last = block[0], block[-1]
    media = find.played_by(project, first)
    joined = replace(
        first,
        id=clip_id,
        offset=0,
        length=playable(media, project.rate, first.stretch),
        fade_out=last.fade_out,
    )
    gone = {clip.id for clip in block}
    return parts.arranged(project, {row: [*(c for c in project.tracks[row].clips if c.id not in gone), joined]})

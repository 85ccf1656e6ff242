"""Media and takes: what a project can play, and what a clip plays of it. Pure; any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.domain import rules, samples
from studio.domain.edits import find, parts, shapes
from studio.domain.project import Clip, Media, Project, Take, playable
from studio.errors import StudioError


def add_media(project: Project, media: Media) -> tuple[Project, str]:
    """Add media; whatever id it has, it gets a new one, which is returned."""
    project, new = parts.new_id(project, "m")
    return replace(project, media=(*project.media, _checked(replace(media, id=new)))), new


def replace_media(project: Project, media_id: str, media: Media) -> Project:
    """Let everything that plays one media play another file, under the same id; clips end where the new one does."""
    new = _checked(replace(media, id=find.media(project, media_id).id))
    project = replace(project, media=tuple(new if m.id == media_id else m for m in project.media))
    playing = {media_id} | {take.id for take in project.takes if take.media == media_id}
    by_row: dict[int, list[Clip]] = {}
    for row, track in enumerate(project.tracks):
        for place, clip in enumerate(track.clips):
            if (clip.take or clip.media) in playing:
                held = _held(project, clip, new)
                if held != clip:
                    parts.check_unlocked(project, [find.Spot(row, place)])
                    by_row.setdefault(row, list(track.clips))[place] = held
    return parts.arranged(project, by_row)


def set_media_notes(project: Project, media_id: str, *, name: str | None = None, licence: str | None = None) -> Project:
    """Change what is known of media: what it is called, under which licence it may be used."""
    old = find.media(project, media_id)
    new = replace(
        old,
        name=old.name if name is None else parts.plain_text(name),
        licence=old.licence if licence is None else parts.plain_text(licence),
    )
    return replace(project, media=tuple(new if m.id == media_id else m for m in project.media))


def add_take(
    project: Project,
    media_id: str,
    *,
    speaker: str = "",
    text: str = "",
    line: str = "",
    quality: dict[str, Any] | None = None,
) -> tuple[Project, str]:
    """Add a rendition of a spoken line, and return it."""
    find.media(project, media_id)
    project, new = parts.new_id(project, "k")
    take = Take(
        new,
        media_id,
        parts.plain_text(speaker),
        parts.plain_text(text, most=parts.LONGEST_TEXT),
        parts.plain_text(line),
        quality,
    )
    return replace(project, takes=(*project.takes, parts.storable(take))), new


def remove_take(project: Project, take_id: str) -> Project:
    """Remove a take that no clip plays; its media stays."""
    find.take(project, take_id)
    users = [clip for track in project.tracks for clip in track.clips if clip.take == take_id]
    if users:
        raise StudioError(f"Clip {find.named(project, users[0])} plays take {take_id}.", "Let it play another first.")
    return replace(project, takes=tuple(take for take in project.takes if take.id != take_id))


def set_source(project: Project, clip_id: str, *, media: str = "", take: str = "") -> Project:
    """Let a clip play other media, or a take; it begins when it did, and plays all of it unless it was trimmed.

    A take with other words is played whole all the same: where the old words were cut says nothing of the new ones.
    """
    if bool(media) == bool(take):
        raise StudioError("A clip plays media or a take.", "Name one of them.")
    spot = parts.unlocked_spot(project, clip_id)
    clip = project.tracks[spot.track].clips[spot.clip]
    new = find.media(project, media or find.take(project, take).media)
    untrimmed = clip.offset == 0 and clip.length == playable(find.played_by(project, clip), project.rate, clip.stretch)
    reworded = _reworded(project, clip.take, take)
    clip = replace(clip, media=media, take=take)
    if untrimmed or reworded:
        clip = replace(clip, offset=0, length=playable(new, project.rate, clip.stretch))
    return parts.rearranged(project, spot, _held(project, clip, new))


def _reworded(project: Project, old: str, new: str) -> bool:
    """Whether other words are said in a take; where the words of one are not known, nobody can tell."""
    before, after = (find.take(project, one).text.split() if one else [] for one in (old, new))
    return bool(before and after) and before != after


def _held(project: Project, clip: Clip, media: Media) -> Clip:
    """Return a clip that plays inside its media."""
    lasting = playable(media, project.rate, clip.stretch)
    if lasting < 1:
        called = find.named(project, clip)
        raise StudioError(f"{media.name or media.id} is too short for clip {called}.", "Choose other media.")
    offset = clip.offset if samples.stretched(clip.offset, clip.stretch) < lasting else 0
    length = max(1, min(clip.length, lasting - samples.stretched(offset, clip.stretch)))
    return shapes.with_fades_inside(replace(clip, offset=offset, length=length))


def _checked(media: Media) -> Media:
    found = [*rules.of_media(media)]
    if found:
        raise StudioError(f"This cannot be taken into the project: {found[0]}.", "Convert the file first.")
    return parts.storable(replace(media, name=parts.plain_text(media.name), licence=parts.plain_text(media.licence)))

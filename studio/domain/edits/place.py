"""Putting media where it belongs on the timeline. Pure; any thread."""

from __future__ import annotations

from typing import Any

from studio.domain import dialogue
from studio.domain.edits import clips, find, takes
from studio.domain.project import Project


def media(project: Project, media_id: str, *, track: str, at: int | None = None) -> tuple[Project, str]:
    """Add a clip of media, at a moment or after the track's last clip; return it.

    What was spoken comes in as a take, so that subtitles know its words.
    """
    found = find.media(project, media_id)
    start = end_of(project, track) if at is None else at
    words = spoken_words(found.recipe)
    if not words:
        return clips.add_clip(project, track, media=media_id, start=start)
    known = next((t.id for t in project.takes if t.media == media_id), "")
    if not known:
        speaker, text = words
        project, known = takes.add_take(project, media_id, speaker=speaker, text=text)
    return clips.add_clip(project, track, take=known, start=start)


def take(project: Project, take_id: str, *, track: str, at: int | None = None) -> tuple[Project, str]:
    """Add a clip of a take, at a moment or after the track's last clip; return it."""
    return clips.add_clip(project, track, take=take_id, start=end_of(project, track) if at is None else at)


def end_of(project: Project, track: str) -> int:
    """Return where the last clip of a track ends."""
    return max((clip.end for clip in find.track(project, track).clips), default=0)


def spoken_words(recipe: dict[str, Any] | None) -> tuple[str, str] | None:
    """Return who speaks and what, as far as a recipe tells."""
    recipe = recipe or {}
    script = recipe.get("script")
    if recipe.get("task") not in {"speech", "clone"} or not isinstance(script, str):
        return None
    pieces, _dropped = dialogue.units(dialogue.parse(script), supported=frozenset())
    speakers = {piece.speaker or "" for piece in pieces}
    return (speakers.pop() if len(speakers) == 1 else "", " ".join(piece.text for piece in pieces)) if pieces else None

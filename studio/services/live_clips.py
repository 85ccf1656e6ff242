"""Clips as live recipes: the wishes that make what they play again, in another voice, with other words, longer.

Each names its project and clip, so that what comes of it lands there by itself, whenever the project is open. Pure; any
thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain import seeds
from studio.domain.edits import find, live
from studio.domain.edits.live import Follow
from studio.domain.project import Project, media_of, take_called
from studio.domain.recipe import Recipe
from studio.domain.requests import COVER
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import again as recipe_again
from studio.services.generation import Wish
from studio.services.tasks.speech import is_reference

EXTEND = "extend"  # the parameter of an engine that makes a piece longer: by how many seconds
_SPEECH = frozenset({"speech", "clone"})
MOST_VARIATIONS = 16


def kind_of(project: Project, clip_id: str) -> str:
    """Return what a clip can be made again as: "speech", "music", or "" for a file from outside."""
    found = _recipe_of(project, clip_id)
    if found is None:
        return ""
    return "speech" if found.task in _SPEECH else found.task if found.task == "music" else ""


def again(project: Project, folder: Path, clip_id: str, *, follow: Follow = Follow.KEEP) -> Wish:
    """Wish for the same with another seed."""
    found = _recipe(project, clip_id)
    return _landing(project, folder, clip_id, recipe_again.wish_of(found, other_seed=True), follow)


def other_voice(
    project: Project,
    folder: Path,
    clip_id: str,
    voice: str,
    *,
    engine: str = "",
    language: str = "",
    follow: Follow = Follow.KEEP,
) -> Wish:
    """Wish for the same words in another voice; another engine speaks with its own settings."""
    found = _spoken(project, clip_id)
    speakers = set(found.cast)
    speaker = _speaker(project, clip_id, speakers)
    voices = {**found.cast, speaker: voice}
    used = {name for name in voices.values() if is_reference(name)}
    wish = recipe_again.wish_of(found)
    wish = replace(
        wish,
        task="speech",
        engine=engine or found.engine,
        voices=voices,
        languages={**_but(wish.languages, speaker), **({speaker: language} if language else {})},
        kept=_only(wish.kept, used),
        transcripts=_only(wish.transcripts, used),
        rights=_only(wish.rights, used),
        params=dict(found.params) if engine in ("", found.engine) else {},
    )
    return _landing(project, folder, clip_id, wish, follow)


def other_words(project: Project, folder: Path, clip_id: str, text: str, *, follow: Follow = Follow.KEEP) -> Wish:
    """Wish for other words, said as those before; `live.with_words` writes them into the script as well."""
    found = _spoken(project, clip_id)
    speaker = _speaker(project, clip_id, set(found.cast))
    words = " ".join(text.split())
    if not words:
        raise StudioError("The text is empty.", "Write something to say.")
    script = f"[{speaker}] {words}" if speaker else words
    wish = replace(recipe_again.wish_of(found), script=script, voices=_only(found.cast, {speaker}), seeds={})
    wish = replace(wish, languages=_only(wish.languages, {speaker}))
    return _landing(project, folder, clip_id, wish, follow)


def variations(project: Project, folder: Path, clip_id: str, count: int) -> list[Wish]:
    """Wish for the same with so many other seeds; they come beside what the clip plays, which goes on with that."""
    if not 1 <= count <= MOST_VARIATIONS:
        raise StudioError(f"{count} variations cannot be made.", f"Choose 1 to {MOST_VARIATIONS}.")
    first = seeds.settle(-1)
    wish = replace(again(project, folder, clip_id), clip="", clip_plays="")
    return [replace(wish, seed=seeds.of_take(first, number)) for number in range(count)]


def can_extend(manifest: Manifest) -> bool:
    """Whether an engine can make a piece longer."""
    return any(param.name == EXTEND for param in manifest.params)


def extend(
    project: Project, folder: Path, clip_id: str, seconds: float, manifest: Manifest, *, follow: Follow = Follow.KEEP
) -> Wish:
    """Wish for a piece that goes on for so many seconds more."""
    found = _recipe(project, clip_id)
    if found.engine != manifest.id or not can_extend(manifest):
        raise StudioError(f"The engine {found.engine} cannot make a piece longer.", "Make a longer one with it.")
    wish = recipe_again.wish_of(found)
    return _landing(project, folder, clip_id, replace(wish, params={**found.params, EXTEND: seconds}), follow)


def picture_again(project: Project, folder: Path) -> Wish:
    """Wish for the cover with another seed."""
    found = recipes.from_dict(project.cover.recipe) if project.cover else None
    if found is None or found.task != "image":
        raise StudioError("The cover was not made by the studio.", "Make a picture in the room for pictures.")
    wish = replace(recipe_again.wish_of(found, other_seed=True), project=str(folder), clip=COVER)
    return replace(wish, params={**wish.params, "count": 1} if "count" in wish.params else wish.params)


def _landing(project: Project, folder: Path, clip_id: str, wish: Wish, follow: Follow) -> Wish:
    take = take_called(project, find.clip(project, clip_id).take)
    line = take.line if take and live.line_of(project, take.line) else ""
    media = media_of(project, find.clip(project, clip_id))
    plays = media.sha256 if media else ""
    return replace(wish, project=str(folder), line=line, clip=clip_id, clip_plays=plays, follow=follow.value)


def _recipe_of(project: Project, clip_id: str) -> Recipe | None:
    media = media_of(project, find.clip(project, clip_id))
    stored = media.recipe if media else None
    if not stored:
        return None
    try:
        return recipe_again.understood(stored, Path(media.name if media else ""))
    except StudioError:
        return None


def _recipe(project: Project, clip_id: str) -> Recipe:
    found = _recipe_of(project, clip_id)
    if found is None or not kind_of(project, clip_id):
        raise StudioError(f"What clip {clip_id} plays was not made by the studio.", "It cannot be made again.")
    return found


def _spoken(project: Project, clip_id: str) -> Recipe:
    found = _recipe(project, clip_id)
    if found.task not in _SPEECH:
        raise StudioError(f"Nobody speaks in clip {clip_id}.", "Choose a clip with speech.")
    return found


def _speaker(project: Project, clip_id: str, speakers: set[str]) -> str:
    """Return whose words a clip holds; it is one speaker's, or nothing can be changed about one of them."""
    take = take_called(project, find.clip(project, clip_id).take)
    if take and take.speaker in speakers:
        return take.speaker
    if len(speakers) != 1:
        raise StudioError(f"Several people speak in clip {clip_id}.", "Change it in the dialogue, and make it again.")
    return next(iter(speakers))


def _only(table: Mapping[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in table.items() if name in names}


def _but(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != name}

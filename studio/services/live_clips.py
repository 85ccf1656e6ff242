"""Clips as live recipes: the wishes that make what they play again, in another voice, with other words, longer.

Each names its project and clip, so that what comes of it lands there by itself, whenever the project is open. Pure; any
thread.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.domain import recipe as recipes
from studio.domain import samples, script_lines, seeds
from studio.domain.edits import find
from studio.domain.edits.live import Follow
from studio.domain.project import (
    Clip,
    Media,
    Project,
    Style,
    licence_of,
    media_called,
    media_of,
    playable,
    take_called,
)
from studio.domain.recipe import Recipe
from studio.domain.requests import COVER
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.protocol.recordings import is_reference
from studio.services import again as recipe_again
from studio.services import song_work, styling
from studio.services.generation import Wish, check_models
from studio.services.song_work import LENGTH, Song
from studio.services.styling import Fitted
from studio.store import project_media

_SPEECH = frozenset({"speech", "clone"})
MOST_VARIATIONS = 16


def kind_of(project: Project, clip_id: str) -> str:
    """Return what a clip can be made again as: "speech", "music", or "" for a file from outside."""
    return kind_of_clip(project, find.clip(project, clip_id))


def kind_of_clip(project: Project, clip: Clip) -> str:
    """Return the same of a clip that is at hand: to look for each of thousands would take long."""
    found = _recipe_of(project, clip)
    if found is None:
        return ""
    return "speech" if found.task in _SPEECH else found.task if found.task == "music" else ""


def again(project: Project, folder: Path, clip_id: str, *, follow: Follow = Follow.KEEP) -> Wish:
    """Wish for the same with another seed."""
    return again_all(project, folder, [find.clip(project, clip_id)], follow=follow)[0]


def again_all(project: Project, folder: Path, clips: Iterable[Clip], *, follow: Follow = Follow.KEEP) -> list[Wish]:
    """Wish for the same of many clips, as one act; each is looked at once, and the script as well."""
    lines = _lines(project)
    wishes = ((clip, recipe_again.wish_of(_recipe(project, clip), other_seed=True)) for clip in clips)
    return _one_act([_landing(project, folder, clip, wish, follow, lines) for clip, wish in wishes])


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
    clip = find.clip(project, clip_id)
    found = _spoken(project, clip)
    speakers = set(found.cast)
    speaker = _speaker(project, clip, speakers)
    voices = {**found.cast, speaker: voice}
    used = {name for name in voices.values() if is_reference(name)}
    stays = engine in ("", found.engine)  # else model and settings are those of another engine
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
        params=dict(found.params) if stays else {},
        model=found.model if stays else "",
        model_bound=stays,
    )
    return _landing(project, folder, clip, wish, follow, _lines(project))


def other_words(project: Project, folder: Path, clip_id: str, text: str, *, follow: Follow = Follow.KEEP) -> Wish:
    """Wish for other words, said as those before; `live.with_words` writes them into the script as well."""
    clip = find.clip(project, clip_id)
    found = _spoken(project, clip)
    speaker = _speaker(project, clip, set(found.cast))
    words = " ".join(text.split())
    if not words:
        raise StudioError("The text is empty.", "Write something to say.")
    script = f"[{speaker}] {words}" if speaker else words
    wish = replace(recipe_again.wish_of(found), script=script, voices=_only(found.cast, {speaker}), seeds={})
    wish = replace(wish, languages=_only(wish.languages, {speaker}))
    return _landing(project, folder, clip, wish, follow, _lines(project))


def variations(project: Project, folder: Path, clip_id: str, count: int) -> list[Wish]:
    """Wish for the same with so many other seeds; they come beside what the clip plays, which goes on with that."""
    if not 1 <= count <= MOST_VARIATIONS:
        raise StudioError(f"{count} variations cannot be made.", f"Choose 1 to {MOST_VARIATIONS}.")
    first = seeds.settle(-1)
    wish = replace(again(project, folder, clip_id), clip="", clip_plays="")
    return _one_act([replace(wish, seed=seeds.of_take(first, number)) for number in range(count)])


def longer_by(project: Project, clip_id: str, manifest: Manifest) -> float:
    """Return by how many seconds an engine can make the piece longer that a clip plays; 0 where it cannot."""
    clip = find.clip(project, clip_id)
    found = _recipe_of(project, clip)
    most = next((param.max for param in manifest.params if param.name == LENGTH), None)
    if found is None or found.task != "music" or found.engine != manifest.id or most is None:
        return 0.0
    return max(0.0, float(most) - _lasting(find.played_by(project, clip), found))


def longer(
    project: Project, folder: Path, clip_id: str, seconds: float, manifest: Manifest, *, follow: Follow = Follow.KEEP
) -> Wish:
    """Wish for the piece that a clip plays to be made again, so many seconds longer, with the same seed."""
    clip = find.clip(project, clip_id)
    found = _recipe(project, clip)
    if not 0 < seconds <= longer_by(project, clip_id, manifest):
        raise StudioError(
            f"The engine {found.engine} cannot make this piece {seconds:g} s longer.", "Put another one behind it."
        )
    lasting = _lasting(find.played_by(project, clip), found)
    wish = replace(recipe_again.wish_of(found), params={**found.params, LENGTH: lasting + seconds})
    return _landing(project, folder, clip, wish, follow, _lines(project))


def extend(
    project: Project, folder: Path, clip_id: str, seconds: float, manifest: Manifest, *, follow: Follow = Follow.KEEP
) -> Wish:
    """Wish for the song that a clip plays to go on for so many seconds; what there is of it stays."""
    clip, song = _song(project, folder, clip_id)
    played = samples.stretched(clip.offset, clip.stretch) + clip.length
    if played < playable(find.played_by(project, clip), project.rate, clip.stretch):
        raise StudioError(
            f"Clip {find.named(project, clip)} ends before its sound does.", "Drag its end to that of the sound first."
        )
    wish = song_work.on(recipe_again.wish_of(_recipe(project, clip), other_seed=True), song, seconds, manifest)
    return _landing(project, folder, clip, wish, follow, _lines(project))


def repaint(project: Project, folder: Path, clip_id: str, span: tuple[int, int]) -> Wish:
    """Wish for a part of the song that a clip plays to be made anew; `span` is on the timeline."""
    clip, song = _song(project, folder, clip_id)
    begin, end = max(span[0], clip.start), min(span[1], clip.end)
    if begin >= end:
        raise StudioError(
            f"Clip {find.named(project, clip)} is not in the range that is marked.", "Mark a range within the clip."
        )
    first = samples.stretched(clip.offset, clip.stretch)
    within = [samples.unstretched(first + at - clip.start, clip.stretch) / project.rate for at in (begin, end)]
    wish = song_work.anew(recipe_again.wish_of(_recipe(project, clip), other_seed=True), song, *within)
    return _landing(project, folder, clip, wish, Follow.KEEP, _lines(project))


def in_style(
    project: Project, folder: Path, clips: Iterable[Clip], style: Style, manifests: Mapping[str, Manifest], *,
    follow: Follow = Follow.KEEP,
) -> tuple[list[Wish], dict[str, Fitted]]:  # fmt: skip
    """Wish for songs that clips play in a style, each by its own engine, as one act; and what it is for each, by title.

    Each gets a seed of its own that follows from the style's, so that the same clips come out the same again.
    """
    wishes: list[Wish] = []
    told: dict[str, Fitted] = {}
    media = media_called(project, style.reference) if style.reference else None
    lines, seed = _lines(project), seeds.settle(style.seed)
    songs = [clip for clip in clips if kind_of_clip(project, clip) == "music"]
    for number, clip in enumerate(sorted(songs, key=lambda one: (one.start, one.id))):
        found = _recipe(project, clip)
        engine = manifests.get(found.engine)
        if engine is None:
            raise StudioError(f"The engine {found.engine[:40]} is not here.", "Choose clips of other engines.")
        fits = styling.fitted(style, engine)
        told[engine.title] = fits
        wish = recipe_again.wish_of(found, other_seed=True)
        wish = replace(wish, params={**wish.params, **fits.params}, seed=seeds.of_take(seed, number))
        wish = song_work.from_nothing(wish, engine, _lasting(find.played_by(project, clip), found))
        wish = song_work.sounds_like_none(wish)
        if media and fits.reference:
            wish = song_work.sounds_like(wish, project_media.path_of(folder, media.file), licence_of(media))
        wishes.append(_landing(project, folder, clip, wish, follow, lines))
    if not wishes:
        raise StudioError("None of the clips plays music that the studio made.", "Choose clips with music.")
    check_models(manifests, wishes)
    return _one_act(wishes), told


def picture_again(project: Project, folder: Path) -> Wish:
    """Wish for the cover with another seed."""
    found = recipes.from_dict(project.cover.recipe) if project.cover else None
    if found is None or found.task != "image":
        raise StudioError("The cover was not made by the studio.", "Make a picture in the room for pictures.")
    wish = replace(recipe_again.wish_of(found, other_seed=True), project=str(folder), clip=COVER)
    return replace(wish, params={**wish.params, "count": 1} if "count" in wish.params else wish.params)


def _one_act(wishes: list[Wish]) -> list[Wish]:
    """Return wishes for what somebody wants at once: it is one step of undo, however many clips it changes."""
    act = uuid.uuid4().hex if len(wishes) > 1 else ""
    return [replace(wish, act=act) for wish in wishes]


def _landing(project: Project, folder: Path, clip: Clip, wish: Wish, follow: Follow, lines: Collection[str]) -> Wish:
    take = take_called(project, clip.take)
    line = take.line if take and take.line in lines else ""
    media = media_of(project, clip)
    plays = media.sha256 if media else ""
    return replace(wish, project=str(folder), line=line, clip=clip.id, clip_plays=plays, follow=follow.value)


def _song(project: Project, folder: Path, clip_id: str) -> tuple[Clip, Song]:
    """Return a clip, and the sound that it plays, as a song to work on."""
    clip = find.clip(project, clip_id)
    if kind_of_clip(project, clip) != "music":
        raise StudioError(
            f"What clip {find.named(project, clip)} plays is no music that the studio made.", "Choose one that is."
        )
    media = find.played_by(project, clip)
    file = project_media.path_of(folder, media.file)
    return clip, Song(file, media.frames / media.rate, licence_of(media))


def _lines(project: Project) -> frozenset[str]:
    """Return the lines that are in the script."""
    found = zip(script_lines.lines_of(project.script), project.script_lines.split(), strict=False)
    return frozenset(name for _line, name in found)


def _lasting(media: Media, found: Recipe) -> float:
    """Return how many seconds were asked for; without a word of that, how many came."""
    asked = None if song_work.SOURCE in found.files else found.params.get(LENGTH)
    if isinstance(asked, int | float) and not isinstance(asked, bool) and asked > 0:
        return float(asked)
    return media.frames / media.rate


def _recipe_of(project: Project, clip: Clip) -> Recipe | None:
    media = media_of(project, clip)
    stored = media.recipe if media else None
    if not stored:
        return None
    try:
        return recipe_again.understood(stored, Path(media.name if media else ""))
    except StudioError:
        return None


def _recipe(project: Project, clip: Clip) -> Recipe:
    found = _recipe_of(project, clip)
    if found is None or not kind_of_clip(project, clip):
        called = find.named(project, clip)
        raise StudioError(f"What clip {called} plays was not made by the studio.", "It cannot be made again.")
    return found


def _spoken(project: Project, clip: Clip) -> Recipe:
    found = _recipe(project, clip)
    if found.task not in _SPEECH:
        raise StudioError(f"Nobody speaks in clip {find.named(project, clip)}.", "Choose a clip with speech.")
    return found


def _speaker(project: Project, clip: Clip, speakers: set[str]) -> str:
    """Return whose words a clip holds; it is one speaker's, or nothing can be changed about one of them."""
    take = take_called(project, clip.take)
    if take and take.speaker in speakers:
        return take.speaker
    if len(speakers) != 1:
        called = find.named(project, clip)
        raise StudioError(f"Several people speak in clip {called}.", "Change it in the dialogue, and make it again.")
    return next(iter(speakers))


def _only(table: Mapping[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in table.items() if name in names}


def _but(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != name}

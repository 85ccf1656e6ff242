"""`studio music`."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.commands.recipe import stored_in
from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.domain.edits import styles
from studio.domain.project import licence_of, media_called
from studio.domain.requests import Target
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import generation, song_work, styling
from studio.services.generation import MODEL, Wish
from studio.services.library import Media, check_file, deliver_file
from studio.services.song_work import Song
from studio.services.styles import Kept
from studio.services.tasks.music import REFERENCE
from studio.store import atomic


@dataclass(frozen=True)
class _Extras:
    """What is wanted besides the piece, and where."""

    stems: Path | None
    midi: Path | None
    force: bool


def run(args: Namespace, out: Output) -> int:
    """Make a piece of music of exactly the length asked for."""
    if args.duration is None and not args.source:
        raise StudioError("It is not said how long the piece is to be.", "Name the seconds: --duration 60.")
    target = target_of(args, "music")
    extras = _extras(args)
    lyrics = read_script(Path(args.lyrics)) if args.lyrics else None
    studio = open_studio(args, out)
    try:
        wish = _wish(studio, args, out, target, lyrics)
        data = make(studio, wish, args, out)
        if data is not None:
            _deliver_extras(studio, data, extras)
    finally:
        studio.close()
    if data is not None:
        made = data["outputs"][0]
        told = [f"{made['path']}: {made['seconds']:.2f} s", *_told(made), f"seed {made['recipe']['seed']}"]
        out.result(data, ", ".join(told))
    return 0


def _wish(studio: Studio, args: Namespace, out: Output, target: Target, lyrics: str | None) -> Wish:
    """Return what is asked for; what is done with a song begins with how that was made."""
    recipe = _recipe(studio, Path(args.source)) if args.source else {}
    # What comes with the piece is asked for only where it is wanted: another engine may not have it.
    named = {
        "style": args.style or None, "duration": args.duration, "bpm": args.bpm, "key": args.key,
        "stems": True if args.stems else None, "midi": True if args.midi else None,
    }  # fmt: skip
    engine = studio.generation.engine_for(Wish(task="music", engine=args.engine or _maker(studio, args, recipe)))
    files = {REFERENCE: Path(args.reference)} if args.reference else {}
    kept = _style_called(studio, args.style, args.project) if args.style else None
    if kept:
        named, files = _in_style(engine, kept, out, named, files)
    params = params_of(args, **named)
    wish = wish_of(args, "music", script=lyrics or "", params=params, target=target, engine=engine.id)
    if args.source:
        song = Song(Path(args.source), 0.0)
        before = _kept(studio, song_work.begun(recipe, song.file, engine), out)
        made = song_work.as_named(before, song, engine, params)
        wish = replace(
            made, seed=wish.seed, target=target, device=wish.device, allow_cpu=wish.allow_cpu,
            script=made.script if lyrics is None else lyrics,
        )  # fmt: skip
        check_model(engine, wish)
    if REFERENCE in files:
        terms = kept.terms if kept and files[REFERENCE] == kept.reference else ""
        wish = song_work.sounds_like(wish, files[REFERENCE], terms)
    if kept and args.seed < 0:
        wish = replace(wish, seed=kept.style.seed)
    return song_work.described(wish, engine, styled=kept is not None)


def check_model(engine: Manifest, wish: Wish) -> None:
    """Raise StudioError, with the option to add, where a song was made with a model that the engine does not bring."""
    try:
        if wish.model_bound and MODEL not in wish.params:
            generation.check_model(engine, wish.model)
    except StudioError as e:
        raise StudioError(e.message, "Say where it lies: --set model=DIR.") from e


def _recipe(studio: Studio, song: Path) -> dict[str, Any]:
    """Return how a song was made; nothing where it does not say. What is no song is said when it is taken in."""
    try:
        return stored_in(studio, song)
    except StudioError:
        return {}


def _maker(studio: Studio, args: Namespace, recipe: Mapping[str, Any]) -> str:
    """Return the engine that made a song, where it can do with it what is asked for."""
    way = str(params_of(args).get(song_work.MODE, ""))
    able = (one.id for one in studio.registry.able("music") if way in song_work.WAYS and song_work.able(one, way))
    return next((name for name in able if name == recipe.get("engine")), "")


def _kept(studio: Studio, before: Wish, out: Output) -> Wish:
    """Leave out the piece that a song sounds like, where it is no longer kept."""
    name = before.kept.get(REFERENCE, "")
    if not name or studio.inputs.path(name).is_file():
        return before
    out.tell("note: The piece that the song sounds like is no longer kept; --reference FILE names it.")
    return song_work.sounds_like_none(before)


def _style_called(studio: Studio, name: str, project: str) -> Kept | None:
    """Return the style that is kept under a name, first in the project; None for words that are no name of one."""
    if project:
        with studio.projects.open(Path(project), writing=False) as opened:
            style = styles.named(opened.project, name)
            if style:
                media = media_called(opened.project, style.reference) if style.reference else None
                terms = licence_of(media) if media else ""
                return Kept(style, opened.file_of(media) if media else None, terms)
    return studio.styles.find(name)


def _in_style(
    engine: Manifest, kept: Kept, out: Output, named: dict[str, Any], files: dict[str, Path]
) -> tuple[dict[str, Any], dict[str, Path]]:
    """Return what a style is for the engine, except for what was said besides it."""
    fits = styling.fitted(kept.style, engine, reference=kept.reference is not None)
    out.tell(f"note: In the style that is kept as {kept.style.name}.")
    for sentence in fits.told(engine.title):
        out.tell(f"note: {sentence}")
    given = {name: value for name, value in named.items() if value is not None and name != "style"}
    if fits.reference and kept.reference and REFERENCE not in files:
        files = {**files, REFERENCE: kept.reference}
    return {**fits.params, **given}, files


def _told(made: dict[str, Any]) -> list[str]:
    tempo = [f"{made['tempo']:.4g} bpm"] if isinstance(made.get("tempo"), (int, float)) else []
    return tempo + [str(made[name]) for name in ("key", "metre") if name in made]


def _extras(args: Namespace) -> _Extras:
    """Check the places for stems and MIDI before anything is made."""
    stems = Path(args.stems).absolute() if args.stems else None
    midi = check_file(Path(args.midi), force=args.force) if args.midi else None
    if (stems or midi) and args.detach:
        raise StudioError("--stems and --midi need a job that is waited for.", "Leave out --detach.")
    if midi and midi.suffix.lower() not in {".mid", ".midi"}:
        raise StudioError(f"{midi.name} does not end like a MIDI file.", "Name a .mid file.")
    if stems and stems.exists():
        if not stems.is_dir():
            raise StudioError(f"{stems} is a file.", "Name a folder for --stems.")
        if not args.force and any(stems.iterdir()):
            raise StudioError(f"The folder {stems} is not empty.", "Choose another one, or add --force.")
    elif stems and not stems.parent.is_dir():
        raise StudioError(f"The folder {stems.parent} does not exist.", "Make it first, or choose another place.")
    return _Extras(stems, midi, args.force)


def _deliver_extras(studio: Studio, data: dict[str, Any], extras: _Extras) -> None:
    """Copy stems and MIDI from the library to where they are wanted, and say so in the outputs."""
    number = 0
    for one, shown in zip(studio.library.of_job(data["job"]), data["outputs"], strict=True):
        place: Path | None = None
        if one.facts.get("role") == "stem" and extras.stems:
            number += 1
            place = _stem(one, extras.stems, number)
        elif one.facts.get("role") == "midi":
            place = extras.midi
        if place:
            deliver_file(one, Target(str(place), place.suffix.lstrip("."), extras.force))
            shown["path"] = str(place)


def _stem(one: Media, folder: Path, number: int) -> Path:
    """Name a stem's file: names come from an engine, so nothing but letters and digits is left of them."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as e:
        raise atomic.explain(e, f"The folder {folder} could not be made") from e
    name = re.sub(r"[^a-z0-9]+", "-", str(one.facts.get("name", "")).lower()).strip("-")[:60]
    return folder / f"{number:02}-{name or 'stem'}{one.file.suffix}"

"""`studio songs`: whether a song sings its words, and a line of it sung again."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.commands.music import check_model
from studio.cli.commands.recipe import stored_in
from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of
from studio.cli.output import Output, table
from studio.cli.shell_words import typed
from studio.cli.waiting import finish
from studio.domain import sung_words
from studio.domain.requests import Target
from studio.domain.sung_words import SungLine
from studio.errors import StudioError
from studio.services import song_work, sung_check
from studio.services.tasks.work import Wish
from studio.worker.context import sha256_of


def run(args: Namespace, out: Output) -> int:
    """Listen to a song, and say what became of its lines; or have one of them sung again."""
    studio = open_studio(args, out)
    try:
        return {"check": _check, "again": _again}[args.verb](studio, args, out)
    finally:
        studio.close()


def _check(studio: Studio, args: Namespace, out: Output) -> int:
    song = Path(args.song)
    recipe = _recipe(studio, song, needed=not args.lyrics)
    lines, _ = _heard(studio, song, recipe, args, out)
    can = sung_check.can_sing_again(studio.registry, recipe)
    counts = {name: sum(line.verdict == name for line in lines) for name in sung_words.VERDICTS}
    data: dict[str, Any] = {
        "song": str(song), "engine": recipe.get("engine"), **counts, "can_sing_again": can,
        "lines": [line.to_dict() | {"sentence": line.sentence} for line in lines],
    }  # fmt: skip
    rows = [[str(x.number), x.verdict, f"{x.start:.1f}–{x.end:.1f}", x.text, _shown(x)] for x in lines]
    told = f"{counts[sung_words.SUNG]} of {len(lines)} lines were heard as they are written."
    bad = next((line for line in lines if line.verdict != sung_words.SUNG), None)
    if bad and can:
        words = f" --lyrics {typed(args.lyrics)}" if args.lyrics else ""
        words += f" --language {typed(args.language)}" if args.lyrics and args.language else ""
        told += f"\nSing one again: studio songs again {typed(song)} --line {bad.number}{words} -o OUT"
    out.result(data, f"{table(rows, ['line', '', 'seconds', 'written', 'heard'])}\n{told}")
    return 0


def _again(studio: Studio, args: Namespace, out: Output) -> int:
    song, target = Path(args.song), target_of(args, "music")
    recipe = _recipe(studio, song, needed=True)
    if not sung_check.can_sing_again(studio.registry, recipe):
        raise StudioError(
            f"The engine {recipe.get('engine') or 'of this song'} cannot make a part of a song anew.",
            _by_another(studio, song),
        )
    lines, seconds = ((), 0.0) if args.lyrics or args.language else sung_check.known(studio.database, sha256_of(song))
    if not lines:
        lines, seconds = _heard(studio, song, recipe, args, out)
    line = next((line for line in lines if line.number == args.line), None)
    if line is None:
        numbers = ", ".join(str(line.number) for line in lines)
        raise StudioError(f"Line {args.line} of the lyrics is none that is sung.", f"There are: {numbers}.")
    wish = sung_check.sing_again(recipe, song, line, seconds)
    params = dict(wish.params)
    start, end = params[song_work.FROM], params[song_work.TO]
    out.tell(f"line {line.number} is sung again from {start} to {end} s: {line.text}")
    wish = _with(wish, args, target)
    check_model(studio.generation.engine_for(wish), wish)
    data = make(studio, wish, args, out)
    if data is not None:
        made = data["outputs"][0]
        out.result(data, f"{made['path']}: {made['seconds']:.2f} s, seed {made['recipe']['seed']}")
    return 0


def _by_another(studio: Studio, song: Path) -> str:
    """Say how an engine that can makes a part of a song anew."""
    can = [one.id for one in studio.registry.able("music") if song_work.able(one, song_work.REPAINT)]
    if not can:
        return "`studio engines list --all` shows the engines."
    part = f"--set mode=repaint --set {song_work.FROM}=A --set {song_work.TO}=B"
    return f"From second A to B does it: `studio music --engine {can[0]} --source {typed(song)} {part} -o OUT`."


def _with(wish: Wish, args: Namespace, target: Target) -> Wish:
    return replace(
        wish, seed=args.seed, target=target, device=args.device or "", allow_cpu=not args.no_cpu,
        engine=args.engine or wish.engine, params={**wish.params, **params_of(args)},
        script=read_script(Path(args.lyrics)) if args.lyrics else wish.script,
    )  # fmt: skip


def _recipe(studio: Studio, song: Path, *, needed: bool) -> dict[str, Any]:
    """Return how the song was made; nothing where it does not say, and need not."""
    try:
        return stored_in(studio, song)
    except StudioError:
        if needed or not song.is_file():
            raise
        return {}


def _heard(
    studio: Studio, song: Path, recipe: dict[str, Any], args: Namespace, out: Output
) -> tuple[tuple[SungLine, ...], float]:
    """Return what became of each line, and how long the song is."""
    lyrics = read_script(Path(args.lyrics)) if args.lyrics else str(recipe.get("script", ""))
    if args.lyrics and not lyrics.strip():
        raise StudioError(f"{Path(args.lyrics).name} has no words.", "Write those that are sung into it.")
    if not lyrics.strip():
        raise StudioError(f"{song.name} does not say which words it sings.", "Name them: --lyrics FILE.")
    wish = sung_check.listening(song, recipe, language=args.language, device=args.device or "")
    job = studio.generation.ask(wish)
    finish(studio, job, out)
    written = studio.library.of_job(job)[0]
    lines = sung_check.judged(written, lyrics)
    if not args.lyrics:
        sung_check.keep(studio.database, sha256_of(song), lines)
    return lines, float(written.facts.get("seconds", 0.0))


def _shown(line: SungLine) -> str:
    return "" if line.verdict == sung_words.SUNG else line.heard

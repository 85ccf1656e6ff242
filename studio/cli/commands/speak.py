"""`studio speak`."""

from __future__ import annotations

import base64
import sys
from argparse import Namespace
from pathlib import Path

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.making import make, pair, params_of, summary, wish_of
from studio.cli.output import Output
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services import scripts, subtitles
from studio.services.library import check_target
from studio.store import atomic

DRAFT = "hibari"


def run(args: Namespace, out: Output) -> int:
    """Speak a text."""
    script = _script(args, out)
    target = _target(args)
    shown = _subtitles_target(args)
    engine = _engine(args)
    studio = open_studio(args, out)
    try:
        wish = wish_of(
            args,
            "speech",
            engine=engine,
            script=script,
            voices=dict(pair(v, "--voice", "S1=NAME", alone=True) for v in args.voices),
            languages=dict(pair(v, "--language", "S1=CODE", alone=True) for v in args.languages),
            pronunciations=dict(pair(v, "--say", "WORD=SPELLING") for v in args.pronunciations),
            params=params_of(args),
            format="mp3" if args.format == "mp3" else "",
            target=target,
            listened=args.play,
        )
        data = make(studio, wish, args, out)
        if data is None:
            return 0
        if shown:
            _write_subtitles(studio, int(data["job"]), shown)
            data["subtitles"] = str(shown)
        if target is None:
            _elsewhere(args, studio.library.of_job(data["job"])[0].file.read_bytes())
            data["outputs"][0]["path"] = args.output
    finally:
        studio.close()
    out.result(data, "" if args.output == "-" else summary(data["outputs"][0]))
    return 0


def _engine(args: Namespace) -> str:
    if args.draft and args.engine:
        raise StudioError("--draft chooses an engine, and so does --engine.", "Leave out one of them.")
    return DRAFT if args.draft else args.engine


def _subtitles_target(args: Namespace) -> Path | None:
    if not args.subtitles:
        return None
    if args.detach:
        raise StudioError("--subtitles needs a job that is waited for.", "Leave out --detach, or --subtitles.")
    return subtitles.check_target(Path(args.subtitles), force=args.force)


def _write_subtitles(studio: Studio, job: int, target: Path) -> None:
    request = studio.jobs.get(job).request
    facts = studio.library.of_job(job)[0].facts
    text = subtitles.of_speech(request, studio.registry.manifest(request.engine), facts, target.suffix[1:].lower())
    try:
        atomic.write_bytes(target, text.encode())
    except OSError as e:
        raise atomic.explain(e, f"{target} could not be written") from e


def _script(args: Namespace, out: Output) -> str:
    if (args.text is None) == (args.script is None):
        raise StudioError("Give either a text or --script FILE.", 'For example: studio speak "Hello." -o hello.wav')
    if args.text is not None:
        return str(args.text)
    found = scripts.read_script(Path(args.script))
    for note in found.notes:
        out.tell(f"note: {note}")
    return found.text


def read_script(path: Path) -> str:
    """Read a script file from the user."""
    return scripts.read_script(path).text


def _target(args: Namespace) -> Target | None:
    """Return where the library's copy goes, None when it goes out another way."""
    if args.output == "-":
        if args.json:
            raise StudioError("-o - and --json both want stdout.", "Name a file with -o.")
        if args.detach:
            raise StudioError("-o - needs a job that is waited for.", "Leave out --detach, or name a file with -o.")
        return None
    path = Path(args.output)
    if args.format == "base64":
        if args.detach:
            raise StudioError("--format base64 needs a job that is waited for.", "Leave out --detach.")
        check_target(Path(f"{path}.wav") if path.name else path, force=args.force)
        if path.exists() and not args.force:
            raise StudioError(f"{path} exists.", "Choose another name, or add --force to replace it.")
        return None
    if args.format and path.suffix.lower() != f".{args.format}":
        raise StudioError(
            f"--format {args.format} and the ending of {path.name} disagree.", f"Name a .{args.format} file."
        )
    target = check_target(path, force=args.force)
    return Target(target.path, target.format, target.force, detached=args.detach)


def _elsewhere(args: Namespace, sound: bytes) -> None:
    data = base64.b64encode(sound) + b"\n" if args.format == "base64" else sound
    if args.output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        atomic.write_bytes(Path(args.output).absolute(), data)
    except OSError as e:
        raise atomic.explain(e, f"{args.output} could not be written") from e

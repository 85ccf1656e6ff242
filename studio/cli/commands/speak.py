"""`studio speak`."""

from __future__ import annotations

import base64
import sys
from argparse import Namespace
from pathlib import Path

from studio.cli.main import open_studio
from studio.cli.making import make, pair, params_of, wish_of
from studio.cli.output import Output
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services import scripts
from studio.services.library import check_target
from studio.store import atomic


def run(args: Namespace, out: Output) -> int:
    """Speak a text."""
    script = _script(args, out)
    target = _target(args)
    studio = open_studio(args, out)
    try:
        wish = wish_of(
            args,
            "speech",
            script=script,
            voices=dict(pair(v, "--voice", "S1=NAME", alone=True) for v in args.voices),
            languages=dict(pair(v, "--language", "S1=CODE", alone=True) for v in args.languages),
            pronunciations=dict(pair(v, "--say", "WORD=SPELLING") for v in args.pronunciations),
            params=params_of(args),
            format="mp3" if args.format == "mp3" else "",
            target=target,
        )
        data = make(studio, wish, args, out)
        if data is None:
            return 0
        if target is None:
            _elsewhere(args, studio.library.of_job(data["job"])[0].file.read_bytes())
            data["outputs"][0]["path"] = args.output
    finally:
        studio.close()
    made = data["outputs"][0]
    out.result(
        data, "" if args.output == "-" else f"{made['path']}: {made['seconds']:.2f} s, seed {made['recipe']['seed']}"
    )
    return 0


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

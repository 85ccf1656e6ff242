"""`studio speak`."""

from __future__ import annotations

import base64
import sys
from argparse import Namespace
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.waiting import failure_of, finish
from studio.domain import jobs as states
from studio.domain import script_text
from studio.domain.edits import place
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import check_target
from studio.store import atomic

_MOST_BYTES = 16_000_000


def run(args: Namespace, out: Output) -> int:
    """Speak a text."""
    script = _script(args)
    target = _target(args)
    wish = Wish(
        script=script,
        engine=args.engine,
        voices=dict(_pair(v, "--voice", "S1=NAME", alone=True) for v in args.voices),
        params=dict(_pair(p, "--set", "NAME=VALUE") for p in args.params),
        seed=args.seed,
        device=args.device or "",
        allow_cpu=not args.no_cpu,
        format="mp3" if args.format == "mp3" else "",
        target=target,
    )
    studio = open_studio(args, out)
    try:
        if args.detach:
            return _queue(studio, wish, args, out)
        # The project is opened first: who cannot have the take should know before it is made.
        with studio.projects.open(Path(args.project)) if args.project else nullcontext() as project:
            job = studio.generation.speak(wish)
            data = finish(studio, job, out)
            made = studio.library.of_job(job)[0]
            if target is None:
                _elsewhere(args, made.file.read_bytes())
                data["outputs"][0]["path"] = args.output
            if project:
                speaker, text = place.spoken_words(made.recipe) or ("", "")
                data["take"] = project.take_from_library(made.file, recipe=made.recipe, speaker=speaker, text=text)
                project.save()
    finally:
        studio.close()
    for note in data["notes"]:
        out.tell(f"{note['level']}: {note['text']}" + (f" (line {note['line']})" if "line" in note else ""))
    made = data["outputs"][0]
    out.result(
        data, "" if args.output == "-" else f"{made['path']}: {made['seconds']:.2f} s, seed {made['recipe']['seed']}"
    )
    return 0


def _queue(studio: Studio, wish: Wish, args: Namespace, out: Output) -> int:
    if args.project:
        raise StudioError("--project needs a job that is waited for.", "Leave out --detach, or --project.")
    found = studio.jobs.get(studio.generation.speak(wish))
    if found.state == states.BLOCKED:
        raise failure_of(found)
    queued: dict[str, Any] = {
        "job": found.id,
        "state": found.state,
        "outputs": [],
        "notes": list(found.notes),
        "timing": {},
    }
    out.result(queued, f"Job {found.id} is {found.state}.")
    return 0


def _script(args: Namespace) -> str:
    if (args.text is None) == (args.script is None):
        raise StudioError("Give either a text or --script FILE.", 'For example: studio speak "Hello." -o hello.wav')
    if args.text is not None:
        return str(args.text)
    return read_script(Path(args.script))


def read_script(path: Path) -> str:
    """Read a script file from the user."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise StudioError(f"{path} is over {_MOST_BYTES:,} bytes.", "Split it into chapters, a job each.")
        return script_text.decode(path.read_bytes(), name=path.name)
    except FileNotFoundError as e:
        raise StudioError(f"The script {path} does not exist.", "Check the name.") from e
    except OSError as e:
        raise StudioError(f"The script {path} cannot be read: {e.strerror}.", "Check the name and its rights.") from e


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


def _pair(text: str, option: str, form: str, *, alone: bool = False) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals and alone:
        return "", name.strip()
    if not equals or not name.strip():
        raise StudioError(f"{option} {text!r} is not of the form {form}.", f"Write {option} {form}.")
    return name.strip(), value

"""`studio lyrics`: words for a song, a line anew, rhymes. The main thread, in which the job's events come."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.errors import StudioError
from studio.events import Event, JobPreview

_LOOKED_AT = 20  # jobs
_MOST = 1_000_000  # bytes of a text that is shown while it is written


def run(args: Namespace, out: Output) -> int:
    """Write words for a song, or work on some that are there."""
    params = _params(args)
    target = target_of(args, "lyrics") if args.output else None
    if target is None and args.detach:
        raise StudioError("Without -o nobody would read the words.", "Leave out --detach, or name a file with -o.")
    studio = open_studio(args, out)
    try:
        with _shown(studio, args, out) as lines:
            data = make(studio, wish_of(args, "lyrics", params=params, target=target), args, out)
        text = studio.library.of_job(data["job"])[0].file.read_text(encoding="utf-8") if data else ""
    finally:
        studio.close()
    if data is not None:
        left = lines.rest(text) if lines else text.rstrip("\n")
        if target and lines:
            out.tell(left)
        out.result(data | {"text": text}, _told(data) if target else left)
    return 0


def _told(data: dict[str, Any]) -> str:
    made = data["outputs"][0]
    lines = f"{made['lines']} lines, " if "lines" in made else ""
    return f"{made['path']}: {lines}seed {made['recipe']['seed']}"


def _params(args: Namespace) -> dict[str, object]:
    """Return what is asked for, having seen that it belongs together."""
    mode, given = _work(args)
    named = {"theme": args.theme, "structure": args.structure, "mode": mode, "given": given, "line": args.line}
    params = params_of(args, **named)
    if args.line is not None and not args.rewrite:
        raise StudioError("--line says which line is written anew.", "Name the text with --rewrite FILE.")
    if "theme" not in params and params.get("mode", "song") == "song":
        raise StudioError("It is not said what the song is about.", 'Say it: --theme "a lighthouse by the sea".')
    return params


def _work(args: Namespace) -> tuple[str | None, str | None]:
    if args.going_on:
        return "continue", read_script(Path(args.going_on))
    if args.rewrite:
        return "rewrite", read_script(Path(args.rewrite))
    return ("rhyme", args.rhyme) if args.rhyme else (None, None)


@contextmanager
def _shown(studio: Studio, args: Namespace, out: Output) -> Generator[_Lines | None, None, None]:
    """Show each line as soon as it is written, as long as the block lasts: to people only."""
    watched = (sys.stderr,) if args.output else (sys.stderr, sys.stdout)
    if args.json or args.quiet or not all(stream.isatty() for stream in watched):
        yield None
        return
    lines = _Lines(studio, out)
    end = studio.bus.subscribe(lines.hear)
    try:
        yield lines
    finally:
        end()


class _Lines:
    """What was shown of a text that is being written; the line that is not finished waits."""

    def __init__(self, studio: Studio, out: Output) -> None:
        self._studio = studio
        self._out = out
        self._told = 0  # lines

    def rest(self, text: str) -> str:
        """Return what of the finished text was not shown yet."""
        return "\n".join(text.rstrip("\n").split("\n")[self._told :])

    def hear(self, event: Event) -> None:
        """Take what services tell. Never raises: a text that cannot be read now comes whole in the end."""
        if not isinstance(event, JobPreview) or not self._ours(event.job):
            return
        try:
            with Path(event.file).open("rb") as file:
                lines = file.read(_MOST).decode("utf-8", errors="replace").split("\n")[:-1]
        except OSError:
            return
        for line in lines[self._told : -1]:
            self._out.tell(line)
        self._told = max(self._told, len(lines) - 1)

    def _ours(self, job: int) -> bool:
        """Whether this is the job of this command, not one that came first: the newest for lyrics."""
        newest = max((row.id for row in self._studio.jobs.newest(_LOOKED_AT) if row.task == "lyrics"), default=0)
        return job == newest

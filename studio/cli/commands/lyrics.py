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
from studio.cli.main import CommandError, open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.domain.jobs import QUEUED
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.events import Event, JobChanged, JobPreview
from studio.services import lyricists
from studio.services.tasks.work import Wish

_MODE = "mode"
_CANNOT = {"continue": "go on with a text", "rewrite": "write a line anew", "rhyme": "find rhymes"}
_MOST = 1_000_000  # bytes of a text that is shown while it is written


def run(args: Namespace, out: Output) -> int:
    """Write words for a song, or work on some that are there."""
    params = _params(args)
    target = target_of(args, "lyrics") if args.output else None
    if target is None and args.detach:
        raise StudioError("Without -o nobody would read the words.", "Leave out --detach, or name a file with -o.")
    studio = open_studio(args, out)
    try:
        wish = wish_of(args, "lyrics", params=params, target=target, engine=_engine(studio, args, params))
        data, lines = _written(studio, wish, args, out)
        text = studio.library.of_job(data["job"])[0].file.read_text(encoding="utf-8") if data else ""
    finally:
        studio.close()
    if data is not None:
        left = lines.rest(text)
        if target and lines.live:
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
    named = {"theme": args.theme, "structure": args.structure, _MODE: mode, "given": given, "line": args.line}
    params = params_of(args, **named)
    if args.line is not None and args.rewrite is None:
        raise StudioError("--line says which line is written anew.", "Name the text with --rewrite FILE.")
    if args.rewrite is not None and given is not None:
        _check_line(args, given, params)
    if "theme" not in params and params.get(_MODE, "song") == "song":
        raise StudioError("It is not said what the song is about.", 'Say it: --theme "a lighthouse by the sea".')
    return params


def _work(args: Namespace) -> tuple[str | None, str | None]:
    if args.going_on is not None:
        return "continue", _text(args.going_on)
    if args.rewrite is not None:
        return "rewrite", _text(args.rewrite)
    if args.rhyme is not None and not args.rhyme.strip():
        raise StudioError("There is no word to rhyme with.", "Name one: --rhyme light.")
    return ("rhyme", args.rhyme) if args.rhyme is not None else (None, None)


def _text(name: str) -> str:
    text = read_script(Path(name))
    if not text.strip():
        raise StudioError(f"{Path(name).name} has no words to work on.", "Write some into it, or name another file.")
    return text


def _check_line(args: Namespace, text: str, params: dict[str, object]) -> None:
    """Raise StudioError where no line of the text is meant, as an editor counts them."""
    lines = text.rstrip().split("\n")
    name, count = Path(args.rewrite).name, len(lines)
    if "line" not in params and sum(bool(line.strip()) for line in lines) > 1:
        raise StudioError("It is not said which line is written anew.", f"Name it: --line N, from 1 to {count}.")
    if args.line is not None and not 1 <= args.line <= count:
        raise StudioError(f"{name} has no line {args.line}.", f"It has {count}, counted from 1: --line N.")


def _engine(studio: Studio, args: Namespace, params: dict[str, object]) -> str:
    """Return who writes, as in the window: a model that is ready before the sketch; raise where it cannot do that."""
    engine = args.engine
    if not engine:
        engine = lyricists.preferred(studio.settings, lyricists.ready(studio.registry, studio.readiness))
    chosen = studio.generation.engine_for(Wish(task="lyrics", engine=engine))
    mode = str(params.get(_MODE, ""))
    if mode in _CANNOT and mode not in _modes(chosen):
        others = [able.id for able in studio.registry.able("lyrics") if mode in _modes(able)]
        raise StudioError(
            f"The engine {chosen.title} cannot {_CANNOT[mode]}.",
            f"Add --engine {' or '.join(others)}." if others else "`studio engines list --all` shows the engines.",
        )
    return chosen.id


def _modes(engine: Manifest) -> tuple[str, ...]:
    return next((param.choices for param in engine.params if param.name == _MODE), ())


def _written(studio: Studio, wish: Wish, args: Namespace, out: Output) -> tuple[dict[str, Any] | None, _Lines]:
    """Have it written; where that ends too soon, give what was written until then to whoever waits for it."""
    with _shown(studio, args, out) as lines:
        try:
            return make(studio, wish, args, out), lines
        except CommandError as e:
            if lines.so_far and args.json:
                e.data["text"] = lines.so_far
            elif lines.so_far:
                out.result({}, lines.rest(lines.so_far))
            raise


@contextmanager
def _shown(studio: Studio, args: Namespace, out: Output) -> Generator[_Lines, None, None]:
    """Keep each line as soon as it is written, as long as the block lasts, and show it: to people only."""
    watched = (sys.stderr,) if args.output else (sys.stderr, sys.stdout)
    live = not args.json and not args.quiet and all(stream.isatty() for stream in watched)
    lines = _Lines(out, live=live)
    end = studio.bus.subscribe(lines.hear)
    try:
        yield lines
    finally:
        end()


class _Lines:
    """What there is of a text that is being written; the line that is not finished waits.

    The first job that is asked for in this process is that of the command; others may run in it that came first.
    """

    def __init__(self, out: Output, *, live: bool) -> None:
        self.live = live
        self._out = out
        self._job = 0
        self._lines: list[str] = []  # that are finished
        self._told = 0  # of them

    @property
    def so_far(self) -> str:
        """What was finished until now."""
        return "\n".join(self._lines)

    def rest(self, text: str) -> str:
        """Return what of the finished text was not shown yet."""
        return "\n".join(text.rstrip("\n").split("\n")[self._told :])

    def hear(self, event: Event) -> None:
        """Take what services tell. Never raises: a text that cannot be read now comes whole in the end."""
        if isinstance(event, JobChanged) and event.state == QUEUED:
            self._job = self._job or event.job
        if not isinstance(event, JobPreview) or event.job != self._job:
            return
        try:
            with Path(event.file).open("rb") as file:
                lines = file.read(_MOST).decode("utf-8", errors="replace").split("\n")[:-1]
        except OSError:
            return
        self._lines = lines[:-1]
        if self.live:
            for line in self._lines[self._told :]:
                self._out.tell(line)
            self._told = max(self._told, len(self._lines))

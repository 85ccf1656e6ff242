"""Runs one command: parse, call, turn whatever happens into an exit code. The main thread."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any

from studio.cli.output import Output
from studio.cli.parser import build
from studio.errors import Cancelled, StudioError

_BUG = 70
_BROKEN_PIPE = 141


class CommandError(StudioError):
    """A StudioError of a command that knows its job: the object on stdout then names it."""

    def __init__(self, error: StudioError, exit_code: int, data: dict[str, Any]) -> None:
        super().__init__(error.message, error.hint, error.details, log=error.log)
        self.exit_code = exit_code
        self.data = data


Window = Callable[[str | None], int]
"""Shows the window over a data folder; the faces do not know each other, so whoever starts both says how."""


def run(argv: list[str], *, window: Window | None = None) -> int:
    """Run a command, or the window where none is given; return the exit code."""
    out = Output(as_json="--json" in argv, quiet="--quiet" in argv)
    try:
        return _run(argv, out, window)
    except StudioError as e:
        data: dict[str, Any] = e.data if isinstance(e, CommandError) else {"job": None, "state": None, "notes": []}
        out.error(e, data)
        return e.exit_code
    except KeyboardInterrupt:  # outside the waiting, where Ctrl+C means a job
        out.error(
            Cancelled("Stopped.", "`studio jobs list` shows what was queued."),
            {"job": None, "state": None, "notes": []},
        )
        return Cancelled.exit_code
    except BrokenPipeError:  # the reader of our output left; nothing is wrong with us
        sys.stdout = None  # type: ignore[assignment]  # else Python complains once more at exit
        return _BROKEN_PIPE
    except Exception as e:  # noqa: BLE001 — border: the last one
        return _bug(e, argv, out)


def _run(argv: list[str], out: Output, window: Window | None) -> int:
    for word in argv:
        if any("\ud800" <= character <= "\udfff" for character in word):
            raise StudioError(f"{ascii(word)[1:-1]} is not UTF-8 text.", "Use names and texts in UTF-8.")
    args = build().parse_args(argv)
    defaults = {"data_dir": None, "device": None, "json": False, "quiet": False}
    vars(args).update({name: value for name, value in defaults.items() if name not in args})
    if not args.command:
        if window is None:
            raise StudioError("No command was given.", "`studio --help` shows the commands.")
        return window(args.data_dir)
    command = import_module(f"studio.cli.commands.{args.command}")
    result: int = command.run(args, out)
    return result


def open_studio(args: Namespace, out: Output) -> Any:
    """Open the data folder that the options name, and pass on what it has to tell."""
    from studio.app import Studio
    from studio.paths import data_root

    studio = Studio(data_root(args.data_dir))
    for sentence in studio.told:
        out.tell(f"note: {sentence}")
    return studio


def _bug(error: Exception, argv: list[str], out: Output) -> int:
    import tempfile
    import time
    import traceback

    text = "".join(traceback.format_exception(error))
    name = f"angen-bug-{time.strftime('%Y%m%d-%H%M%S')}-"
    try:
        descriptor, path = tempfile.mkstemp(prefix=name, suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"command: {' '.join(argv[:2])}\nPython {sys.version}\n\n{text}")
    except OSError:
        path = "could not be written"
    told = StudioError(
        f"The studio made a mistake: {type(error).__name__}: {error}", f"Please report it with the file {path}.", text
    )
    out.error(told, {"job": None, "state": None, "notes": []})
    return _BUG

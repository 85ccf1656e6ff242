"""What a command says: results on stdout, everything else on stderr. The main thread."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import Any

from studio.errors import StudioError

_BAR = 24
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # all but tab and new line


class Output:
    """Prints for people, or one JSON object for programs."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json = as_json
        self._quiet = quiet
        self._bar_shown = False
        self._said = ""
        self._terminal = sys.stderr is not None and sys.stderr.isatty()

    def result(self, data: dict[str, Any], text: str = "") -> None:
        """Print the command's result: the object, or the text for people."""
        self._end_bar()
        if self.as_json:
            _write(sys.stdout, _json(data))
        elif text:
            _write(sys.stdout, _shown(text) + "\n")

    def tell(self, text: str) -> None:
        """Say something beside the result."""
        self._end_bar()
        _say(_shown(text) + "\n")

    def error(self, error: StudioError, data: dict[str, Any]) -> None:
        """Say what went wrong and what to do; with --json as an object too."""
        self._end_bar()
        _say(f"error: {_one_line(error.message)}\nhint: {_one_line(error.hint) or 'see --help'}\n")
        if error.log and error.exit_code == 3:
            _say(f"log: {error.log}\n")
        if self.as_json:
            shown = {"message": error.message, "hint": error.hint, "details": error.details, "log": error.log}
            _write(sys.stdout, _json({"error": shown, **data}))

    def progress(self, stage: str, fraction: float | None, seconds_left: float | None) -> None:
        """Show how far a job is: a bar on a terminal, a line now and then elsewhere."""
        if self._quiet:
            return
        left = f", {_duration(seconds_left)} left" if seconds_left and fraction != 1.0 else ""
        share = f" {100 * fraction:3.0f} %" if fraction is not None else ""
        if self._terminal:
            filled = round(_BAR * (fraction or 0.0))
            _say(f"\r{stage} [{'#' * filled}{'.' * (_BAR - filled)}]{share}{left}\x1b[K")
            self._bar_shown = True
            return
        said = f"{stage}{f' {int(10 * fraction) * 10} %' if fraction is not None else ''}"
        if said != self._said:
            self._said = said
            _say(f"{said}{left}\n")

    def _end_bar(self) -> None:
        if self._bar_shown:
            self._bar_shown = False
            _say("\r\x1b[K")


def table(rows: list[list[str]], headings: list[str]) -> str:
    """Lay out rows under headings."""
    everything = [headings, *rows]
    widths = [max(len(row[i]) for row in everything) for i in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in everything
    )


def _json(data: dict[str, Any]) -> str:
    import json  # `--help` does without

    return json.dumps(data, ensure_ascii=False) + "\n"


def _say(text: str) -> None:
    with suppress(OSError):  # nobody listens, or the log's disk is full: no reason to lose the work
        _write(sys.stderr, text)


def _write(stream: Any, text: str) -> None:
    if stream is None:  # pythonw has none
        return
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii"))
    stream.flush()


def _one_line(text: str) -> str:
    return " ".join(_shown(text).split())


def _shown(text: str) -> str:
    """Return what a terminal may be given: names and words from files of others could move its cursor."""
    return _CONTROLS.sub(" ", text)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02} s"

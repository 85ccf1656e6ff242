"""`studio lint`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.shell_words import typed
from studio.domain import dialogue, lint
from studio.domain.imports import plain
from studio.domain.imports.value import Imported
from studio.errors import StudioError
from studio.services import scripts
from studio.store import atomic


def run(args: Namespace, out: Output) -> int:
    """Judge a script, or mend it in place. What was imported from another form is judged as the dialogue it became."""
    path = Path(args.script)
    found = scripts.read_script(path)
    if args.fix:
        _check_writable(path, found)
    for note in found.notes:
        out.tell(f"note: {note}")
    text = found.text
    supported = _supported(args, out) if args.engine else frozenset(dialogue.NONVERBALS)
    if args.fix:
        fixed = lint.fix(text, supported=supported)
        if fixed != text or found.form == plain.PLAIN:
            try:
                atomic.write_bytes(path.absolute(), fixed.encode())
            except OSError as e:
                raise atomic.explain(e, f"{path} could not be written") from e
            out.tell(f"{path} was mended.")
        text = fixed
    problems = lint.lint(text, supported=supported)
    lines = [f"{path}:{p.line}:{p.column}: {p.level}: {p.text} [{p.rule}]" for p in problems]
    out.result({"problems": [asdict(p) for p in problems]}, "\n".join(lines) or "No problems.")
    return StudioError.exit_code if any(p.level == "error" for p in problems) else 0


def _check_writable(path: Path, found: Imported) -> None:
    """Refuse to write a dialogue over a file of another form, which would lose what a dialogue cannot hold."""
    if found.form not in (plain.SCRIPT, plain.PLAIN):
        raise StudioError(
            f"{path} is {found.form}; only plain scripts can be mended in place.",
            f"`studio lint {typed(path)}` without --fix shows the problems; mend them in the file itself, "
            "or save its dialogue as a .txt file.",
        )


def _supported(args: Namespace, out: Output) -> frozenset[str]:
    studio = open_studio(args, out)
    try:
        return frozenset(studio.registry.manifest(args.engine).nonverbals)
    finally:
        studio.close()

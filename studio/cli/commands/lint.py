"""`studio lint`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.domain import dialogue, lint
from studio.errors import StudioError
from studio.store import atomic


def run(args: Namespace, out: Output) -> int:
    """Judge a script, or mend it in place."""
    path = Path(args.script)
    text = read_script(path)
    supported = _supported(args, out) if args.engine else frozenset(dialogue.NONVERBALS)
    if args.fix:
        fixed = lint.fix(text, supported=supported)
        if fixed != text:
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


def _supported(args: Namespace, out: Output) -> frozenset[str]:
    studio = open_studio(args, out)
    try:
        return frozenset(studio.registry.manifest(args.engine).nonverbals)
    finally:
        studio.close()

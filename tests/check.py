"""The one command for people and CI: `python -m tests.check [--fast|--soak] [--fix] [-k EXPRESSION]`.

Format, lint, types, imports and tests, with the tools of the interpreter that runs this. The first four run beside one
another, in the fast run beside the tests as well; the tests' closing line is the last one printed. Exit code 0 only if
all went well.

The fast run checks the types of what differs from the last commit: those of all files take longer than its tests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
PLAIN, FAST, SOAK = "not soak", "not soak and not slow", ""
WINDOW = "tests/ui"
_RULES = "pyproject.toml"
_TYPED = ("studio/*.py", "tests/*.py", _RULES)  # to git, a star is anything, folders as well


@dataclass(frozen=True)
class Step:
    """One tool and what it is called here."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a step went."""

    step: Step
    ok: bool
    seconds: float
    output: str

    def tell(self) -> str:
        """One line when all is well, else the tool's own words below it."""
        line = f"{self.step.name:<8} {'ok' if self.ok else 'FAILED':<8} {self.seconds:5.1f} s"
        return line if self.ok else f"{line}\n{self.output.rstrip()}"


def _beside_python(tool: str) -> str:
    # Not resolved: in a virtual environment the interpreter is a link, and the tools lie beside the link.
    return str(Path(sys.executable).parent / (f"{tool}.exe" if sys.platform == "win32" else tool))


def changed(root: Path = ROOT) -> list[str] | None:
    """The Python files that differ from the last commit; None where all may be concerned, or nobody knows."""
    edited = ("diff", "--name-only", "--relative", "--no-renames", "HEAD")
    new = ("ls-files", "--others", "--exclude-standard")
    found: set[str] = set()
    for words in (edited, new):
        try:
            done = subprocess.run(("git", *words, "-z", "--", *_TYPED), cwd=root, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        found.update(filter(None, os.fsdecode(done.stdout).split("\0")))
    if _RULES in found or not all((root / name).exists() for name in found):  # whoever imports what is gone is wrong
        return None
    return sorted(found)


def linters(*, fix: bool, typed: list[str] | None = None) -> list[Step]:
    """The steps that read the code, none of which needs another's result. Types of all files, or of some."""
    ruff = (sys.executable, "-m", "ruff")
    steps = [Step("imports", (_beside_python("lint-imports"), "--no-logo"))]
    if typed is None or typed:
        types = Step("types", (_beside_python("basedpyright"), "--pythonpath", sys.executable, *(typed or ())))
        steps.insert(0, types)
    if fix:
        return steps
    return [*steps, Step("lint", (*ruff, "check", ".")), Step("format", (*ruff, "format", "--check", "."))]


def fixers() -> list[Step]:
    """The steps that change the code, in this order: what the first one rewrites, the second one lays out."""
    ruff = (sys.executable, "-m", "ruff")
    return [Step("lint", (*ruff, "check", "--fix", ".")), Step("format", (*ruff, "format", "."))]


def tests(selection: str, *, expression: str) -> list[Step]:
    """The tests, of which the markers and an expression select some: those that bear company, then the others.

    Those of the window collect garbage again and again. In processes that had run all others before, with a gigabyte to
    look through each time, they took four times as long; so they have processes of their own.
    """
    if selection == SOAK:  # some of it listens to what is played for minutes
        return [_tests(selection, expression, "--hypothesis-profile", "soak")]
    if expression:
        return [_tests(selection, expression)]
    together, beside = f"{selection} and not alone", ("-n", "auto", "--dist", "loadfile")
    if selection == FAST:
        return [_tests(together, "", *beside)]
    window = _tests(together, "", *beside, WINDOW)
    return [_tests(together, "", *beside, f"--ignore={WINDOW}"), window, _tests(f"{selection} and alone", "")]


def _tests(selection: str, expression: str, *more: str) -> Step:
    chosen = ("-k", expression) if expression else ()
    return Step("tests", (sys.executable, "-m", "pytest", "-m", selection, *more, *chosen))


def run(step: Step) -> Outcome:
    """Runs one step to its end and keeps what it said."""
    # Without a terminal some tools fold their lines to 80 columns, in the middle of module names.
    environment = os.environ | {"COLUMNS": "200", "PYTHONUTF8": "1"}
    start = monotonic()
    try:
        done = subprocess.run(
            step.argv,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except FileNotFoundError:
        hint = f"{step.argv[0]} is missing. `launch_wsl.sh test` and `launch.ps1 test` install the development tools."
        return Outcome(step, ok=False, seconds=monotonic() - start, output=hint)
    output = done.stdout.decode(errors="replace")
    return Outcome(step, ok=done.returncode == 0, seconds=monotonic() - start, output=output)


def _tell(outcome: Outcome) -> bool:
    print(outcome.tell(), flush=True)
    return outcome.ok


def main(arguments: list[str] | None = None) -> int:
    """Runs the steps; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description="format, lint, types, imports, tests")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--fast", dest="selection", action="store_const", const=FAST, help="without slow tests")
    amount.add_argument("--soak", dest="selection", action="store_const", const=SOAK, help="everything, full counts")
    parser.set_defaults(selection=PLAIN)
    parser.add_argument("--fix", action="store_true", help="let the formatter and the linter change the code first")
    parser.add_argument("-k", dest="expression", default="", help="only tests that match, as pytest understands it")
    chosen = parser.parse_args(arguments)
    good = [_tell(run(step)) for step in fixers()] if chosen.fix else []
    last = tests(chosen.selection, expression=chosen.expression)
    with ThreadPoolExecutor(max(3, os.cpu_count() or 2)) as pool:
        tested = pool.submit(run, last[0]) if chosen.selection == FAST else None
        typed = changed() if chosen.selection == FAST else None
        running = [pool.submit(run, step) for step in linters(fix=chosen.fix, typed=typed)]
        good += [_tell(future.result()) for future in as_completed(running)]
        if not all(good):
            print("not everything above is well; the tests run all the same", flush=True)
        if tested:
            print(tested.result().output.rstrip(), flush=True)
    if tested:
        good.append(tested.result().ok)
    else:
        good += [subprocess.run(step.argv, cwd=ROOT, check=False).returncode == 0 for step in last]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Looks up what could not be known beforehand: torch and its libraries from an index of their own. Any thread.

The pack's packages keep their versions and hashes; what uv adds to them is written down with the hashes found now, and
used again for every later build.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from studio.engines.pack import Flavour, Pack, PackError, Pin, parse_lock
from studio.errors import StudioError
from studio.runtime.environments import commands, failures, uv
from studio.runtime.environments.indexes import Sources
from studio.runtime.environments.interpreters import Interpreter

_CONFLICT = re.compile(r"No solution found|unsatisfiable|conflict", re.IGNORECASE)
_FETCHED = re.compile(r"Failed to fetch|error sending request|status (client|server) error|timed? ?out|decoding")


@dataclass(frozen=True)
class Question:
    """What is looked up: a flavour's torch, together with packages that are fixed."""

    pack: Pack
    flavour: Flavour
    fixed: tuple[Pin, ...]
    gfx: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        """What is asked for of torch."""
        return tuple(w.replace("{gfx}", self.gfx) for w in self.flavour.wanted)


@dataclass(frozen=True)
class Means:
    """With what it is looked up."""

    sources: Sources
    cache: Path
    ears: commands.Ears


def name_of(wanted: str) -> str:
    """Return the package's name of something asked for."""
    return canonicalize_name(re.split(r"[\[=]", wanted, maxsplit=1)[0])


def resolve(question: Question, python: Interpreter, means: Means) -> tuple[Pin, ...]:
    """Ask the indexes; return all packages with hashes. Raise StudioError when they cannot be had together."""
    program = uv.find()
    if program is None:
        raise StudioError(
            f"The packages for {question.flavour.title} cannot be looked up: uv is missing.",
            "Set the studio up anew with its launcher.",
        )
    with tempfile.TemporaryDirectory(prefix="angen-plan-") as folder:
        asked, left_out, config, out = (Path(folder) / n for n in ("all.in", "left_out.in", "uv.toml", "lock.txt"))
        lines = [*question.wanted, *(f"{p.name}=={p.version}" for p in question.fixed)]
        asked.write_text("\n".join(lines) + "\n", "utf-8")
        left_out.write_text("\n".join(question.pack.left_out) + "\n", "utf-8")
        config.write_text(means.sources.uv_config(), "utf-8")
        argv = [
            str(program), "pip", "compile", str(asked), "--excludes", str(left_out), "--config-file", str(config),
            "--python", str(python.file), "--no-python-downloads", "--cache-dir", str(means.cache / "uv"),
            "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
            "--color", "never", "--output-file", str(out),
        ]  # fmt: skip
        said: list[str] = []

        def told(line: str) -> None:
            said.append(line)
            means.ears.told(line)

        ears = commands.Ears(told, means.ears.tick, means.ears.cancelled)
        if commands.run(argv, uv.variables(os.environ), ears) != 0:
            raise _failed(question, said)
        return _answer(question, out.read_text("utf-8"))


def _answer(question: Question, text: str) -> tuple[Pin, ...]:
    try:
        pins = parse_lock(text, "what was looked up")
    except PackError as e:
        raise StudioError(
            f"The packages for {question.flavour.title} cannot be pinned: {e}.",
            "The index of packages gave something else than versions: look at the mirror in the settings.",
        ) from e
    fixed = {p.name: p for p in question.fixed}
    # Our hashes and not those of today: an index in between could have other files under the same names.
    return tuple(sorted((fixed.get(p.name, replace(p, marker="")) for p in pins), key=lambda p: p.name))


def _failed(question: Question, said: list[str]) -> StudioError:
    words = "\n".join(said)
    if _CONFLICT.search(words) and not _FETCHED.search(words):
        because = re.search(r"(?:cause|╰─▶|hint)\W*\s(Because .*?)(?:\n\n|\Z)", words, re.DOTALL)
        reason = " ".join(because[1].split()) if because else ""
        return StudioError(
            f"The pack {question.pack.id} was not planned: its packages do not go together with "
            f"{' '.join(question.wanted)}. {reason[:300]}".rstrip(),
            "Nothing was installed. If you changed the pack's files or use a mirror, look there; else report it.",
            words,
        )
    return failures.explain(said, installer="uv", log="")

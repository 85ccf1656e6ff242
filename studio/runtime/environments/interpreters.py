"""Pythons that an environment can stand on: those of this machine, and as a last resort one that uv brings. Any thread.

Each is asked what it is before it counts: start scripts of version managers, Windows' shop window and half-removed
installations all look like a Python from outside.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from studio.engines.pack import Pack, Target
from studio.errors import StudioError
from studio.runtime.environments import commands, failures, uv
from studio.runtime.hosts.base import Completed
from studio.runtime.hosts.local import LocalHost

_ASKED = """
import json, platform, sys, sysconfig
print(json.dumps({
    "file": getattr(sys, "_base_executable", None) or sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "final": sys.version_info[3] == "final",
    "machine": platform.machine(),
    "bits": sys.maxsize.bit_length() + 1,
    "kind": sys.implementation.name,
    "free": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))
"""
_PATIENCE = 30.0  # seconds for one of them to answer
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "arm64", "aarch64": "aarch64"}

Run = Callable[[Sequence[str]], Completed]


def system_name(platform_name: str = sys.platform) -> str:
    """Return the system as packs call it."""
    return {"win32": "windows", "darwin": "macos"}.get(platform_name, "linux")


@dataclass(frozen=True)
class Interpreter:
    """A Python that answered."""

    file: Path
    version: str  # "3.11.7"
    machine: str = "x86_64"
    system: str = field(default_factory=system_name)

    @property
    def minor(self) -> str:
        """The version without its last number."""
        return ".".join(self.version.split(".")[:2])

    def target(self) -> Target:
        """Return what packages need to know of it."""
        return Target(self.system, self.version, self.machine)


def ask(file: Path, run: Run | None = None) -> Interpreter | None:
    """Start a Python and let it tell what it is; None when it is none that can be used."""
    try:
        done = (run or _run)([str(file), "-I", "-S", "-c", _ASKED])
        lines = done.output.strip().splitlines()
        told: Any = json.loads(lines[-1]) if done.code == 0 and lines else None
    except (OSError, subprocess.SubprocessError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    data = cast("dict[str, Any]", told)
    if data.get("kind") != "cpython" or data.get("bits") != 64 or data.get("free") or not data.get("final"):
        return None
    machine = str(data.get("machine", "")).lower()
    return Interpreter(Path(str(data["file"])), str(data["version"]), _MACHINES.get(machine, machine))


def find(pack: Pack, *, pythons: Path, run: Run | None = None) -> Interpreter | None:
    """Find the best Python here for a pack: the studio's own where it suits, then in the order the pack names."""
    wanted = pack.python
    own = ask(Path(sys.executable), run)
    if own and own.minor in wanted:
        return own
    for version in wanted:
        for file in _named(version, pythons):
            found = ask(file, run)
            if found and found.minor == version:
                return found
    return _listed(wanted, run)


def check(pack: Pack, interpreter: Interpreter) -> None:
    """Raise StudioError unless a pack can be built with a Python."""
    if interpreter.minor not in pack.python:
        reason = pack.python_reason or f"only with {' or '.join(pack.python)}"
        raise StudioError(
            f"The pack {pack.id} cannot be built with Python {interpreter.minor}: {reason}.",
            f"Choose Python {pack.python[-1]}; the studio brings it along when it finds none here.",
        )
    wanted = "arm64" if interpreter.system == "macos" else "x86_64"
    if interpreter.machine != wanted:
        raise StudioError(
            f"There are no packages of the pack {pack.id} for this kind of processor ({interpreter.machine}).",
            f"They exist for {wanted} under {interpreter.system.capitalize()}.",
        )


def provide(pack: Pack, *, pythons: Path, ears: commands.Ears) -> Interpreter:
    """Find a Python for a pack, or have uv bring one into the folder of ours; raise StudioError when that fails."""
    found = find(pack, pythons=pythons)
    if found:
        return found
    program, version = uv.find(), pack.python[0]
    why = f"The pack {pack.id} needs Python {' or '.join(pack.python)}, and there is none here."
    if program is None:
        raise StudioError(why, f"Install Python {version}, then try again.")
    said: list[str] = []

    def told(line: str) -> None:
        said.append(line)
        ears.told(line)

    options = ["--no-config", "--no-bin", "--install-dir", str(pythons), "--color", "never"]
    argv = [str(program), "python", "install", version, *options]
    code = commands.run(argv, uv.variables(os.environ), commands.Ears(told, ears.tick, ears.cancelled))
    brought = next(filter(None, (ask(file) for file in _named(version, pythons))), None)
    if code != 0 or brought is None or brought.minor != version:
        problem = failures.explain(said, installer="uv", log="")
        raise StudioError(f"{why} {problem.message}", f"Install Python {version}, then try again.", problem.details)
    return brought


def _named(version: str, pythons: Path) -> Iterator[Path]:
    """Yield files that should be a Python of a version: ours first, then those of the search path."""
    name = "python.exe" if sys.platform == "win32" else f"bin/python{version}"
    with suppress(OSError):
        yield from sorted(pythons.glob(f"cpython-{version}*/{name}"), reverse=True)
    if found := shutil.which(f"python{version}"):
        yield Path(found)


def _listed(wanted: Sequence[str], run: Run | None) -> Interpreter | None:
    """Ask uv, which knows the registry of Windows and the places of version managers."""
    program = uv.find()
    if program is None:
        return None
    options = ["--only-installed", "--no-config", "--offline", "--output-format", "json", "--quiet"]
    try:
        done = (run or _run)([str(program), "python", "list", *options])
        listed: Any = json.loads(done.output[done.output.index("[") :])
        files = [Path(str(item["path"])) for item in listed if item.get("path")]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError):
        return None
    found = [python for python in (ask(file, run) for file in files) if python]
    return next((python for version in wanted for python in found if python.minor == version), None)


def _run(argv: Sequence[str]) -> Completed:
    return LocalHost(Path()).run(argv, seconds=_PATIENCE)

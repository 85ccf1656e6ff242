"""pip as the installer where uv is not to be had: the same lock, slower, and nothing shared on disk. Any thread."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from studio.runtime.environments import uv
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.uv_installer import Files
from studio.runtime.hosts.local import LocalHost

_OLDEST = (22, 3)  # the first that installs into another environment
_RAW_PROGRESS = (24, 1)
_KEPT = frozenset({"PIP_CERT", "PIP_PROXY", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES"})


@dataclass(frozen=True)
class Pip:
    """pip of an interpreter; its commands are lists."""

    python: Path  # that has pip
    version: tuple[int, int]
    cache: Path
    name: str = "pip"
    works_offline: bool = False  # its cache holds answers of servers, which it asks again

    def venv(self, python: Path, environment: Path) -> list[str]:
        """Make an empty environment without pip in it."""
        return [str(python), "-I", "-m", "venv", "--without-pip", str(environment)]

    def install(self, plan: BuildPlan, files: Files, *, offline: bool, anew: tuple[str, ...] = ()) -> list[str]:
        """Install what the lock names. It is for new environments: nothing is taken out."""
        del offline
        bar = "raw" if self.version >= _RAW_PROGRESS else "off"
        return [
            *self._pip(), "--python", str(files.python), "install", "--no-deps", "--no-input", "--no-compile",
            "--progress-bar", bar,
            *(["--require-hashes"] if plan.hashed else []),
            *(["--force-reinstall"] if anew else []),
            *plan.sources.pip_flags(),
            "-r", str(files.lock),
        ]  # fmt: skip

    def forget(self, names: tuple[str, ...]) -> list[str]:
        """Remove what was loaded; pip does not know files by their packages."""
        del names
        return [*self._pip(), "cache", "purge"]

    def clear(self, said: list[str]) -> None:
        """Nothing is left."""

    def variables(self) -> dict[str, str]:
        """Return the environment variables for it; no settings of the user's but those about the line."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**uv.variables(os.environ), **kept, "PIP_CONFIG_FILE": os.devnull}

    def config(self, plan: BuildPlan) -> str:
        """Nothing: pip is told by flags."""
        del plan
        return ""

    def _pip(self) -> list[str]:
        options = ["--disable-pip-version-check", "--cache-dir", str(self.cache / "pip")]
        return [str(self.python), "-I", "-m", "pip", *options]


def find(python: Path, cache: Path) -> Pip | None:
    """Return a pip that is new enough, of the interpreter wanted or of the studio's own."""
    for file in (python, Path(sys.executable)):
        try:
            argv = [str(file), "-I", "-m", "pip", "--version"]
            said = LocalHost(cache).run(argv, seconds=60).output
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found := re.match(r"pip (\d+)\.(\d+)", said):
            version = (int(found[1]), int(found[2]))
            if version >= _OLDEST:
                return Pip(file, version, cache)
    return None

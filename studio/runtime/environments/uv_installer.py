"""uv as the installer: what it is told. Any thread; nothing runs here."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from studio.runtime.environments import uv
from studio.runtime.environments.plan import BuildPlan

_BUILT = re.compile(r"\s*Built ([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)")


@dataclass(frozen=True)
class Files:
    """What an install reads, and where it goes."""

    python: Path  # the environment's
    lock: Path
    config: Path


@dataclass(frozen=True)
class Uv:
    """uv at a place; its commands are lists."""

    file: Path
    cache: Path
    name: str = "uv"
    works_offline: bool = True

    def venv(self, python: Path, environment: Path) -> list[str]:
        """Make an empty environment that may be moved, without pip in it."""
        options = ["--no-config", "--no-project", "--relocatable", "--python", str(python)]
        return [*self._uv("venv"), *options, str(environment)]

    def install(self, plan: BuildPlan, files: Files, *, offline: bool, anew: tuple[str, ...] = ()) -> list[str]:
        """Make an environment hold just what the lock names; `anew` names packages to put in again."""
        return [
            *self._uv("pip", "sync"), "--config-file", str(files.config), "--python", str(files.python),
            *(["--require-hashes"] if plan.hashed else []),
            *(["--offline"] if offline else []),
            *(part for name in anew for part in ("--reinstall-package", name)),
            str(files.lock),
        ]  # fmt: skip

    def forget(self, names: tuple[str, ...]) -> list[str]:
        """Remove packages from the cache, where a file was damaged."""
        return [*self._uv("cache", "clean"), "--no-config", *names]

    def clear(self, said: list[str]) -> None:
        """Remove what is left of packages that had to be built: their sources, several times over; not the result.

        Should another build have the same package in hand at this moment, that one fails and can be run again.
        """
        for line in said:
            if built := _BUILT.fullmatch(line):
                for depth in ("*", "*/*"):
                    for left in (self.cache / "uv").glob(f"sdists-v*/{depth}/{built[1]}/{built[2]}/*/src"):
                        shutil.rmtree(left, ignore_errors=True)

    def variables(self) -> dict[str, str]:
        """Return the environment variables for it."""
        return uv.variables(os.environ)

    def config(self, plan: BuildPlan) -> str:
        """Return the text of the settings that a plan asks for."""
        return plan.sources.uv_config()

    def _uv(self, *command: str) -> list[str]:
        options = ["--color", "never", "--no-python-downloads", "--cache-dir", str(self.cache / "uv")]
        return [str(self.file), *command, *options]

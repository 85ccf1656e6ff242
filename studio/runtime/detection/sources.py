"""The only ways by which detection learns of a machine; a test gives others. Any thread."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.runtime.hosts.base import Completed
from studio.runtime.hosts.local import LocalHost

_PATIENCE = 10.0  # seconds; nvidia-smi wakes a sleeping card first
_MOST = 1_000_000  # characters of a file

Run = Callable[[Sequence[str]], Completed | None]


def _nothing(_argv: Sequence[str]) -> Completed | None:
    return None


def _no_adapters() -> list[Mapping[str, Any]]:
    return []


def _readable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK)


@dataclass(frozen=True)
class Sources:
    """A machine's files from `root` on, its registry, its commands."""

    system: str  # as sys.platform says it
    processor: str = "x86_64"
    root: Path = field(default_factory=lambda: Path("/"))
    run: Run = _nothing  # None where there is no such command, or it does not come back
    adapters: Callable[[], Sequence[Mapping[str, Any]]] = _no_adapters  # the registry's display adapters
    may_use: Callable[[Path], bool] = _readable

    def text(self, place: str) -> str:
        """Return what stands in a file, nothing when it cannot be read."""
        try:
            with (self.root / place).open(encoding="utf-8", errors="replace") as file:
                return file.read(_MOST).strip()
        except (OSError, ValueError):
            return ""

    def number(self, place: str) -> int:
        """Return the number in a file, decimal or with 0x; 0 when there is none."""
        return number(self.text(place))

    def folders(self, place: str) -> list[Path]:
        """Return what lies in a folder, in order; nothing when there is no such folder."""
        try:
            return sorted((self.root / place).iterdir())
        except OSError:
            return []

    def exists(self, place: str) -> bool:
        """Whether there is such a file."""
        try:
            return (self.root / place).exists()
        except OSError:
            return False

    def opens(self, place: str) -> bool:
        """Whether a file may be read and written."""
        return self.may_use(self.root / place)

    def link(self, place: str) -> str:
        """Return the name that a link leads to."""
        try:
            return (self.root / place).readlink().name
        except OSError:
            return ""


def number(text: str) -> int:
    """Read a number, decimal or with 0x; 0 when it is none."""
    try:
        return int(text, 0) if text.lower().startswith("0x") else int(text)
    except ValueError:
        return 0


def this_machine() -> Sources:
    """Return the ways to learn of the machine we run on."""
    if sys.platform == "win32":
        from studio.runtime.detection.registry import display_adapters

        return Sources(sys.platform, platform.machine(), run=_run, adapters=display_adapters)
    return Sources(sys.platform, platform.machine(), run=_run)


def _run(argv: Sequence[str]) -> Completed | None:
    try:
        return LocalHost(Path()).run(argv, seconds=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return None

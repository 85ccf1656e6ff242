"""The install guard: an engine never installs anything at run time. Set up before the runner is imported; any thread.

Three nets: an audit hook refuses package installers in this process and as direct children; variables take the network
from those that get through another way (the studio sets them); the packages' records are compared after each job.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, cast

_INSTALLER = re.compile(r"(^|[\\/])(pip[\d.]*|uv|uvx|pipx|conda|mamba|micromamba|poetry|easy_install)(\.exe)?$", re.I)
_CHANGES = frozenset({"install", "uninstall", "sync", "add", "remove", "download", "update", "upgrade", "easy_install"})
_STARTS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"})


class InstallRefused(PermissionError):
    """An engine tried to install a package."""


class InstallGuard:
    """Refuses installs and remembers that it did."""

    def __init__(self) -> None:
        self._refused: list[str] = []
        self._records = _records()

    def arm(self) -> None:
        """From here on installs raise. There is no way back, by design of audit hooks."""
        sys.addaudithook(self._hook)

    def report(self) -> list[str]:
        """Return a sentence for each thing that happened since the last report."""
        found = [f"an install was refused: {what}" for what in self._refused]
        self._refused = []
        now = _records()
        changed = sorted({name for name, _ in now.items() ^ self._records.items()})
        self._records = now
        if changed:
            names = ", ".join(Path(name).parent.name for name in changed)
            found.append(f"installed packages were changed while the engine ran: {names}")
        return found

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "import":
            if args and str(args[0]).startswith(("pip._internal.cli", "pip._internal.commands")):
                self._refuse(f"import of {args[0]}")
        elif event in _STARTS:
            words = _words(args)
            if is_install(words):
                self._refuse(" ".join(words)[:200])

    def _refuse(self, what: str) -> None:
        self._refused.append(what)
        raise InstallRefused(f"the studio installs packages, engines do not: {what}")


def is_install(words: list[str]) -> bool:
    """Whether a command line changes installed packages."""
    for position, word in enumerate(words):
        module = position > 0 and words[position - 1] == "-m" and word in {"pip", "uv", "ensurepip", "pipx", "conda"}
        if module or _INSTALLER.search(word):
            rest = words[position + 1 :]
            return word == "ensurepip" or word.endswith("easy_install") or any(r in _CHANGES for r in rest)
    return False


def _words(args: tuple[Any, ...]) -> list[str]:
    found: list[str] = []
    for arg in args[:3]:
        items = cast("list[Any]", arg if isinstance(arg, (list, tuple)) else [arg])
        # An argument may be a whole shell line, so each is cut into words.
        found.extend(w for item in items if isinstance(item, (str, bytes, os.PathLike)) for w in _text(item).split())
    return found


def _text(item: Any) -> str:
    return os.fsdecode(item)


def _records() -> dict[str, tuple[int, int]]:
    """What is installed: each package's record with its size and time."""
    found: dict[str, tuple[int, int]] = {}
    for folder in {p for p in sys.path if p.endswith(("site-packages", "dist-packages"))}:
        for record in Path(folder).glob("*.dist-info/RECORD"):
            status = record.stat()
            found[str(record)] = (status.st_size, status.st_mtime_ns)
    return found

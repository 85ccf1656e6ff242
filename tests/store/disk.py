"""Watches what is made durable, and when: the syncs and renames of the process, by the names of the files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def record_disk(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the list that grows with each sync and rename: ("sync", name) or ("rename", new name)."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the names of open files are known on Linux")
    steps: list[tuple[str, str]] = []
    sync, rename = os.fsync, os.replace

    def syncing(descriptor: int) -> None:
        sync(descriptor)
        steps.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink().name))

    def renaming(source: Path, target: Path) -> Path:
        rename(source, target)
        steps.append(("rename", Path(target).name))
        return Path(target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", renaming)
    return steps

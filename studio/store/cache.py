"""Keeps a folder of things that can be made again within its size. The owner's thread, between jobs."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from studio.store import atomic

_ABANDONED = 24 * 3600.0  # seconds without a write


def prune(folder: Path, *, most_bytes: int, needed: Collection[str] = ()) -> int:
    """Remove the files that were used longest ago until the rest fits; return how many went.

    Those whose names are `needed` stay.

    What another process is about to finish is no part of it; what one left unfinished long ago goes as well.
    """
    files: list[tuple[float, int, Path]] = []
    for path, status in _files(folder):
        if not path.name.endswith(atomic.UNFINISHED):
            files.append((status.st_mtime, status.st_size, path))
        elif time.time() - status.st_mtime > _ABANDONED:
            with suppress(OSError):
                path.unlink()
    excess = sum(size for _, size, _ in files) - most_bytes
    gone = 0
    for _, size, path in sorted(files):
        if excess <= 0:
            break
        if path.name in needed:
            continue
        with suppress(OSError):
            path.unlink()
            excess -= size
            gone += 1
    return gone


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                yield path, path.stat()

"""Scratch folders that last as long as their user lives: whoever clears up passes over those in use. Any process.

scratch/sound-1a2b3c        the folder
scratch/sound-1a2b3c.lock   held by who uses it; freed by the kernel when that process dies
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.store import atomic
from studio.store.lock import FileLock

_GUARD = ".lock"


@contextmanager
def held(place: Path) -> Generator[None, None, None]:
    """Keep a folder or file of a new name from being swept while the block lasts. Making and removing it is yours."""
    file = _guard_of(place)
    guard = FileLock(file)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        while not (guard.try_acquire() and file.exists()):  # a sweep may come between making the file and locking it
            guard.release()
    except OSError as e:
        raise atomic.explain(e, "The scratch folder cannot be used") from e
    try:
        yield
    finally:
        _end(guard, file)


def sweep(root: Path) -> None:
    """Remove what lies in a scratch folder, but for what a living process holds."""
    found = {item.with_name(item.name.removesuffix(_GUARD)) for item in root.iterdir()}
    for place in found:
        file = _guard_of(place)
        guard = FileLock(file)
        with suppress(OSError):
            if guard.try_acquire():
                if place.is_dir() and not place.is_symlink():
                    shutil.rmtree(place, ignore_errors=True)
                else:
                    place.unlink(missing_ok=True)
                _end(guard, file)


def _guard_of(place: Path) -> Path:
    return place.with_name(place.name + _GUARD)


def _end(guard: FileLock, file: Path) -> None:
    """Remove the guard while it is held, so that nobody else's goes; where open files cannot be removed, after that."""
    if sys.platform == "win32":
        guard.release()
    with suppress(OSError):
        file.unlink(missing_ok=True)
    guard.release()

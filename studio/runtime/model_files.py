"""What lies in a model's folder, by sizes and times, so that other weights behind the same name are noticed.

Links are followed: a folder of Hugging Face's cache holds nothing else. No file is opened. Any thread.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from studio.errors import StudioError

MOST = 10_000  # files and folders; a model has some dozens
LEFT_OUT = frozenset({"__pycache__", ".git", ".venv"})
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})  # gone meanwhile, or a link to nothing


def digest(model: str) -> str:
    """Return a name for a model folder as it is now, or for a single file of weights.

    Raise StudioError for what is not there, cannot be read, or is far more than a model.
    """
    found = hashlib.sha256()
    for place, status in sorted(_files(Path(model)), key=lambda one: one[0]):
        found.update(os.fsencode(place) + f"\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return found.hexdigest()


def _files(model: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each regular file; pipes, sockets and devices hold no weights, nor do links that lead nowhere."""
    if _status(model) is None:
        raise StudioError(f"The model folder {_shown(model)} does not exist.", "Say where the model lies now.")
    counted = 0
    waiting: list[tuple[str, Path, frozenset[tuple[int, int]]]] = [("model", model, frozenset())]
    while waiting:
        place, path, above = waiting.pop()
        status = _status(path)
        if status is None:
            continue
        if stat.S_ISREG(status.st_mode):
            yield place, status
        itself = (status.st_dev, status.st_ino)
        if not stat.S_ISDIR(status.st_mode) or itself in above:  # a link back to where it lies in goes round for ever
            continue
        names = _names(path, MOST - counted)
        counted += len(names)
        if counted > MOST:
            raise StudioError(
                f"The model folder {_shown(model)} holds more than {MOST:,} files and folders.",
                "Name the folder of one model.",
            )
        waiting += [(f"{place}/{name}", path / name, above | {itself}) for name in names if name not in LEFT_OUT]


def _status(path: Path) -> os.stat_result | None:
    """Return what is known of a file or folder, or of what a link leads to; nothing where nothing is there."""
    try:
        return path.stat()
    except OSError as e:
        if e.errno in _NOT_THERE:
            return None
        raise _unreadable(path, e) from e


def _names(folder: Path, most: int) -> list[str]:
    """Return what lies in a folder, or one more than `most` where that is more; nothing of one that has gone."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, most + 1)]
    except OSError as e:
        if e.errno in _NOT_THERE:
            return []
        raise _unreadable(folder, e) from e


def _unreadable(path: Path, why: OSError) -> StudioError:
    said = why.strerror or type(why).__name__
    return StudioError(
        f"The model cannot be read at {_shown(path)}: {said}.",
        "Allow yourself to read it, or name another folder.",
    )


def _shown(path: Path) -> str:
    """Return a path as words: names may be bytes that are no text."""
    return os.fsencode(path).decode("utf-8", "replace")

"""Files that appear whole or not at all. Any thread."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.errors import StudioError
from studio.store.lock import FileLock

UNFINISHED = ".part"
_UNFINISHED_NAME = re.compile(rf"\.(.+)\.[0-9a-f]{{8}}{re.escape(UNFINISHED)}", re.DOTALL)
_SCANNER_PATIENCE = 2.0  # seconds; virus scanners hold fresh files open on Windows


@contextmanager
def written(target: Path, *, replace: bool = True, guarded: bool = False) -> Generator[Path, None, None]:
    """Give a path beside `target` to write to; when the block ends well it becomes `target`, synced.

    Without `replace` an existing target raises FileExistsError, also when it appeared meanwhile. `guarded` is for
    folders of the user's, where `remove_abandoned` must tell a write in progress from what a killed process left.
    """
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}{UNFINISHED}")
    guard = FileLock(unfinished)
    if guarded and sys.platform != "win32":  # there an open file cannot be removed anyway, nor renamed
        guard.try_acquire()
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        if replace:
            move(unfinished, target)
        else:
            _move_new(unfinished, target)
        sync_folder(target.parent)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        guard.release()


def remove_abandoned(*targets: Path) -> None:
    """Remove what killed processes left of files that were written `guarded`, also by one process for another."""
    names: dict[Path, set[str]] = {}
    for target in targets:
        names.setdefault(target.parent, set()).add(target.name)
    for folder, wanted in names.items():
        with suppress(OSError):
            for found in folder.iterdir():
                if not wanted.isdisjoint(_written_for(found.name)):
                    _remove_if_free(found)


def _written_for(name: str) -> Generator[str, None, None]:
    """Yield what an unfinished file is to become, and what that is to become if it is itself unfinished."""
    while unfinished := _UNFINISHED_NAME.fullmatch(name):
        name = unfinished[1]
        yield name


def _remove_if_free(leftover: Path) -> None:
    guard = FileLock(leftover)
    if guard.try_acquire():
        if sys.platform == "win32":  # what is open cannot be removed there; who writes has it open
            guard.release()
        with suppress(OSError):
            leftover.unlink()
        guard.release()


def write_bytes(target: Path, data: bytes) -> None:
    """Replace a file's content atomically."""
    with written(target) as unfinished:
        unfinished.write_bytes(data)


def move(source: Path, target: Path) -> None:
    """Rename over whatever is there; on Windows try again for a while."""
    deadline = time.monotonic() + _SCANNER_PATIENCE
    while True:
        try:
            source.replace(target)
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def aside(path: Path) -> Path:
    """Return a free name beside a damaged file, for it to be kept under."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return path.with_name(f"{path.stem}.damaged-{stamp}-{uuid.uuid4().hex[:4]}{path.suffix}")


def sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move_new(source: Path, target: Path) -> None:
    try:
        os.link(source, target)  # fails when the target exists, in one step
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        move(source, target)


def explain(error: OSError, what: str) -> StudioError:
    """Turn a failed write into words for the user."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StudioError(f"{what}: the disk is full.", "Free some space and try again.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StudioError(f"{what}: the place is read-only.", "Choose a folder you can write to.")
    return StudioError(f"{what}: {error.strerror or error}.", "Choose another place, or mend this one.", repr(error))

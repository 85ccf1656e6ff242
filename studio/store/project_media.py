"""The sounds and the cover of a project: copied in, named by content, found again without following links. Any thread.

What comes in is hashed while it is copied and checked as that copy, so that what was checked is what is kept.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from studio.domain import rules
from studio.errors import StudioError
from studio.store import atomic, plain_file
from studio.store.project_folder import MEDIA, own_folder

_BLOCK = 1 << 20
_SHORT = 16  # digits of the hash that are a file's name


@dataclass(frozen=True)
class Incoming:
    """A file that has been copied into the project and has no name yet."""

    path: Path
    sha256: str
    size: int


@contextmanager
def incoming(folder: Path, source: Path, *, most: int = 0) -> Generator[Incoming, None, None]:
    """Copy a file, of at most so many bytes, into the project; unless it is kept, it goes with the block."""
    unfinished = own_folder(folder, MEDIA) / f".incoming.{uuid.uuid4().hex[:8]}{atomic.UNFINISHED}"
    try:
        yield _copy(source, unfinished, most)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def keep(folder: Path, came: Incoming, ending: str) -> str:
    """Give what came its name by content; return that, relative to the project."""
    name = f"{came.sha256[:_SHORT]}.{ending}"
    there = folder / MEDIA / name
    if os.path.lexists(there) and digest_of(there) not in {came.sha256, ""}:
        name = f"{came.sha256}.{ending}"  # the short name is another's, who must stay as he is
    restore(folder, came, f"{MEDIA}/{name}")
    return f"{MEDIA}/{name}"


def restore(folder: Path, came: Incoming, file: str) -> None:
    """Put what came in the place of a file of the project."""
    target = path_of(folder, file)
    if target.is_dir() and not target.is_symlink():
        raise StudioError(f"A folder lies where {file} belongs.", "Move it out of the project.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.move(came.path, target)
        atomic.sync_folder(target.parent)
    except OSError as e:
        raise atomic.explain(e, "The file could not be stored in the project") from e


def path_of(folder: Path, file: str) -> Path:
    """Return where a file of the project lies; raise StudioError for one that leads out of it."""
    try:
        path, home = (folder / file).resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError) as e:  # a loop of links is one or the other, by the version of Python
        raise StudioError(f"{file[:80]!r} is no file of the project.", "Relink it.") from e
    if not rules.is_file(file) or not path.is_relative_to(home):
        raise StudioError(f"{file[:80]!r} leads out of the project.", "Put the file itself in the place of the link.")
    return folder / file


def is_there(folder: Path, file: str) -> bool:
    """Whether a file of the project is a plain one that can be read."""
    try:
        with plain_file.opened(path_of(folder, file)):
            return True
    except (StudioError, OSError):
        return False


def digest_of(file: Path) -> str:
    """Hash a plain file; empty when it is none or cannot be read."""
    digest = hashlib.sha256()
    try:
        with plain_file.opened(file) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except (StudioError, OSError):
        return ""
    return digest.hexdigest()


def _copy(source: Path, target: Path, most: int) -> Incoming:
    shown = plain_file.name_of(source)
    digest = hashlib.sha256()
    try:
        with plain_file.opened(source) as stream:
            room = shutil.disk_usage(target.parent).free
            size = os.fstat(stream.fileno()).st_size
            if size > most > 0:
                raise StudioError(f"{shown} is larger than {most // 1_000_000} MB.", "Choose a smaller one.")
            if size > room:
                raise StudioError("The disk is full: there is no room for the file.", "Free some space and try again.")
            with target.open("xb") as out:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
                size = out.tell()
    except OSError as e:
        raise atomic.explain(e, f"{shown} could not be copied into the project") from e
    if size == 0:
        raise StudioError(f"{shown} is empty.", "Choose another one.")
    return Incoming(target, digest.hexdigest(), size)

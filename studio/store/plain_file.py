"""Opening files of the user's that may be anything: what is no plain file is refused in plain words. Any thread."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studio.errors import StudioError
from studio.store import atomic

_BLOCK = 1 << 20
_SAID = {
    errno.ENOENT: ("{} is not there.", "Look for it, or name another one."),
    errno.ENOTDIR: ("{} is not there.", "Look for it, or name another one."),
    errno.ELOOP: ("{} is a link that leads to itself.", "Name the file itself."),
    errno.ENAMETOOLONG: ("{} has a name that is too long for the system.", "Give it a shorter one."),
    errno.EACCES: ("{} may not be read.", "Change its permissions, or name another one."),
    errno.ENXIO: ("{} is no plain file.", "Name a file."),
}


def is_file(path: Path | str) -> bool:
    """Whether a plain file is there; no for a place into which nobody can look, where Path.is_file raises."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path | str) -> bool:
    """Likewise, whether a folder is."""
    return os.path.isdir(path)  # noqa: PTH112


@contextmanager
def opened(file: Path) -> Generator[BinaryIO, None, None]:
    """Open a plain file to read; raise StudioError for a folder, a pipe, a loop of links, and what is not there."""
    shown = name_of(file)
    try:
        # Without waiting: opening a pipe would hang until somebody writes to it.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as e:  # a zero in the name
        raise StudioError(f"{shown} is no name a file can have.", "Name another one.") from e
    except OSError as e:
        if is_folder(file):
            raise _a_folder(shown) from e
        raise explain(e, shown) from e
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise _a_folder(shown) if stat.S_ISDIR(mode) else StudioError(f"{shown} is no plain file.", "Name a file.")
    with open(descriptor, "rb") as stream:  # noqa: PTH123 — it is a descriptor
        yield stream


def read_plain(file: Path, *, most: int) -> bytes:
    """Return the content of a plain file that may not be larger than `most`."""
    with opened(file) as stream:
        try:
            blocks: list[bytes] = []  # a read of `most` bytes at once would ask for as much memory
            room = most
            while room >= 0 and (block := stream.read(_BLOCK)):
                blocks.append(block)
                room -= len(block)
        except OSError as e:
            raise explain(e, name_of(file)) from e
    if room < 0:
        raise StudioError(f"{name_of(file)} is larger than any file of its kind can be.", "Name another one.")
    return b"".join(blocks)


def explain(error: OSError, shown: str) -> StudioError:
    """Turn what the system says of a file into words."""
    said, hint = _SAID.get(error.errno or 0, ("", ""))
    if said:
        return StudioError(said.format(shown), hint)
    return atomic.explain(error, f"{shown} cannot be read")


def _a_folder(shown: str) -> StudioError:
    return StudioError(f"{shown} is a folder.", "Name a file.")


def name_of(file: Path) -> str:
    """Return a path for people: one that can be printed, and not too long."""
    text = str(file).encode(errors="replace").decode(errors="replace").replace("\0", "?")
    return text if len(text) <= 200 else f"{text[:100]}…{text[-90:]}"

"""A whole project as one zip, and back. What comes back may come from anywhere. Any thread.

Nothing in the zip says where or when it was made: the same project gives the same bytes.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import shutil
import stat
import sys
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from studio.domain import rules
from studio.domain.history import History
from studio.domain.project import Project
from studio.errors import StudioError
from studio.store import atomic, plain_file, project_file, project_folder, project_media
from studio.store.project_file import Deltas
from studio.store.project_folder import HISTORY, PROJECT_FILE

_BLOCK = 1 << 20
_MOST_FILES = 100_000
_MOST_GROWTH = 20  # how many times larger than the zip the files may be; sounds are stored as they are
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name


def collect(folder: Path, history: History, revision: int, target: Path, *, replace: bool) -> list[str]:
    """Write a project with the sounds that it, or an undo, needs; return what could not come along."""
    atomic.remove_abandoned(target)
    history, told = _readable(history)
    files, lost = _files(folder, history)
    project = project_file.to_bytes(history.now, revision)
    steps = project_file.history_to_bytes(history, revision, project, Deltas())
    try:
        with (
            atomic.written(target, replace=replace, guarded=True) as unfinished,
            zipfile.ZipFile(unfinished, "w") as out,
        ):
            out.writestr(_entry(PROJECT_FILE, zipfile.ZIP_DEFLATED), project)
            out.writestr(_entry(f"{HISTORY}/{revision}.json", zipfile.ZIP_DEFLATED), steps)
            for file in sorted(files):
                _put(out, folder, file, *files[file])
    except FileExistsError as e:
        raise StudioError(f"{target} is there already.", "Name another file.") from e
    except OSError as e:
        raise atomic.explain(e, f"{target} could not be written") from e
    return [*told, *lost]


def expand(source: Path, folder: Path) -> None:
    """Unpack a collected project into a folder that is new or empty; it appears whole or not at all."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudioError(f"{folder} holds something already.", "Name a folder that is new or empty.")
    _remove_abandoned(folder)
    aside = folder.with_name(f".{folder.name[:40]}.{uuid.uuid4().hex[:8]}{atomic.UNFINISHED}")
    held = None
    try:
        with plain_file.opened(source) as stream:
            aside.mkdir(parents=True)
            held = project_folder.lock(aside)
            _unpack(stream, aside)
            project_folder.read(aside)
            if sys.platform == "win32":  # a folder with an open file in it cannot be renamed there
                held.release()
            _take_place(aside, folder)
    except _BROKEN as e:
        shown = plain_file.name_of(source)
        raise StudioError(f"{shown} is no collected project: it cannot be read.", "Choose another file.", str(e)) from e
    except OSError as e:
        raise atomic.explain(e, f"The project could not be unpacked into {folder}") from e
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if held:
            held.release()


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed processes left that were unpacking into this folder: those whose lock is free."""
    name = re.compile(rf"\.{re.escape(folder.name[:40])}\.[0-9a-f]{{8}}{re.escape(atomic.UNFINISHED)}")
    with suppress(OSError):
        for found in folder.parent.iterdir():
            if name.fullmatch(found.name) and found.is_dir() and not found.is_symlink():
                with suppress(StudioError):
                    held = project_folder.lock(found)
                    shutil.rmtree(found, ignore_errors=True)
                    held.release()


# What the zip reader raises for files that are none, are damaged, encrypted, or packed in ways it does not know.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
    LookupError, OverflowError,
)  # fmt: skip


def _readable(history: History) -> tuple[History, list[str]]:
    try:
        return history.all_read(), []
    except StudioError as e:
        return history.without_unread(), [f"{e.message} {e.hint}"]


def _files(folder: Path, history: History) -> tuple[_Named, list[str]]:
    """Name what the project's moments play; refuse when what it plays now is missing."""
    now = _named(history.now)
    gone = sorted(name for file, (name, _) in now.items() if not project_media.is_there(folder, file))
    if gone:
        raise StudioError(f"The file of {gone[0]} is missing.", "Relink it, or remove it from the project.")
    before: _Named = {}
    for moment in history.moments:
        assert isinstance(moment, Project)
        before |= _named(moment)
    earlier = {file: about for file, about in before.items() if file not in now}
    lost = {file: about for file, about in earlier.items() if not _is_as_it_was(folder, file, about[1])}
    told = [
        f"The file of {name}, which an undo would need, is missing or not what it was; it was left out."
        for name in sorted(name for name, _ in lost.values())
    ]
    return now | {file: about for file, about in earlier.items() if file not in lost}, told


_Named = dict[str, tuple[str, str]]  # files, each with a name for people and its hash


def _named(project: Project) -> _Named:
    """The files of a project."""
    cover = {project.cover.file: ("the cover", project.cover.sha256)} if project.cover else {}
    return {media.file: (media.name, media.sha256) for media in project.media} | cover


def _is_as_it_was(folder: Path, file: str, digest: str) -> bool:
    return project_media.is_there(folder, file) and project_media.digest_of(folder / file) == digest


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _BEGINNING)
    entry.compress_type = method
    entry.create_system = 3  # the same on every system
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _put(out: zipfile.ZipFile, folder: Path, file: str, name: str, wanted: str) -> None:
    digest = hashlib.sha256()
    with (
        plain_file.opened(project_media.path_of(folder, file)) as stream,
        out.open(_entry(file, zipfile.ZIP_STORED), "w", force_zip64=True) as member,
    ):
        while block := stream.read(_BLOCK):
            digest.update(block)
            member.write(block)
    if digest.hexdigest() != wanted:
        raise StudioError(f"The file of {name} is not what it was.", "Relink it, or remove it from the project.")


def _unpack(stream: IO[bytes], folder: Path) -> None:
    stream.seek(0, 2)
    room = stream.tell() * _MOST_GROWTH + project_file.MOST_BYTES
    stream.seek(0)
    with zipfile.ZipFile(stream) as packed:
        for entry in _entries(packed):
            target = folder / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(entry) as member, target.open("xb") as out:
                while block := member.read(_BLOCK):
                    room -= len(block)
                    if room < 0:
                        raise StudioError("The zip unpacks to far more than a project.", "Choose another file.")
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())


def _entries(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files of a zip, each of which may stand in a project's folder."""
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    if len(entries) > _MOST_FILES:
        raise StudioError("The zip holds more files than a project can.", "Choose another file.")
    seen: set[str] = set()
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        odd = kind not in {0, stat.S_IFREG} or not rules.is_inside(entry.filename) or entry.filename[0] == "."
        if odd or entry.filename.casefold() in seen:
            raise StudioError(f"The zip holds {entry.filename[:80]!r}, which no project does.", "Choose another file.")
        seen.add(entry.filename.casefold())
        yield entry


def _take_place(aside: Path, folder: Path) -> None:
    for place in (aside, *(found for found in aside.rglob("*") if found.is_dir())):
        atomic.sync_folder(place)
    with suppress(FileNotFoundError):
        folder.rmdir()
    atomic.move(aside, folder)
    atomic.sync_folder(folder.parent)

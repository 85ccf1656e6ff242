"""A project's folder: `project.json`, `history/`, `autosave/` and the lock of the one who may write. Any thread.

    project.json            the project, with a revision that grows with each write
    history/REVISION.json   what was done to it; written first, and older ones removed last
    media/                  its sound files, by content (see studio.store.project_media)
    autosave/               the first two again, while there is something unsaved
    .lock                   held by whoever may write

Whenever a process dies, one whole pair of files is there. No link leads out of the folder.
"""

from __future__ import annotations

import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.domain.history import History, begun_with
from studio.errors import StudioError
from studio.store import atomic, plain_file, project_file
from studio.store.lock import FileLock
from studio.store.project_file import Content, Deltas

PROJECT_FILE = "project.json"
HISTORY = "history"
AUTOSAVE = "autosave"
MEDIA = "media"
_UNFINISHED = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(atomic.UNFINISHED)}")
_READS = 5  # a reader whose files are replaced while it reads tries again


@dataclass(frozen=True)
class Opened:
    """What a folder held."""

    history: History
    revision: int  # the highest there is; the next write gets a higher one
    base: int  # of the project that was saved
    newer: int  # the schema, when it is of a later version of the studio; else 0
    told: tuple[str, ...]


def lock(folder: Path) -> FileLock:
    """Take the lock of who may write; raise StudioError when somebody has it."""
    found = FileLock(folder / ".lock")
    try:
        if found.try_acquire():
            return found
    except OSError as e:
        raise atomic.explain(e, f"The project {folder.name} cannot be changed") from e
    raise StudioError(
        f"The project {folder.name} is open in another window or command.", "Close it there, or wait until it is done."
    )


def is_free(folder: Path) -> bool:
    """Whether a project may be made here: nothing is there, or only what a process left that died making one."""
    try:
        left = {HISTORY, ".lock"}
        return not folder.exists() or all(p.name in left or _is_unfinished(p) for p in folder.iterdir())
    except OSError as e:
        raise atomic.explain(e, f"A project cannot be made in {folder}") from e


def check(folder: Path) -> None:
    """Raise StudioError where no project is."""
    try:
        there = (folder / PROJECT_FILE).lstat()
    except (OSError, ValueError) as e:
        hint = _autosave_hint(folder) or "Name the folder that holds its project.json."
        raise StudioError(f"There is no project in {plain_file.name_of(folder)}.", hint) from e
    if not stat.S_ISREG(there.st_mode):
        raise StudioError(f"{folder / PROJECT_FILE} is no plain file.", "Name the folder of a project.")


def read(folder: Path) -> Opened:
    """Read a project as it was saved; raise StudioError for a damaged one, which stays as it is."""
    try:
        content, history, told = _read_pair(folder)
    except StudioError as e:
        raise StudioError(e.message, _autosave_hint(folder) or e.hint, e.details) from e
    return Opened(history, content.revision, content.revision, content.newer, (*content.told, *told))


def recover(folder: Path, saved: Opened) -> Opened:
    """Take over an autosave that goes on from what was saved, and set a bad one aside; only with the lock held."""
    _sweep(folder)
    file = folder / AUTOSAVE / PROJECT_FILE
    try:
        if not file.exists():
            return saved
        when = time.localtime(file.stat().st_mtime)
        content, history, told = _read_pair(folder / AUTOSAVE)
    except (StudioError, OSError) as e:
        return _set_aside(file, saved, f"The autosave could not be used ({getattr(e, 'message', e)})")
    if content.revision <= saved.revision:  # what was autosaved has been saved
        remove_autosave(folder)
        return saved
    if content.newer or content.base != saved.revision:
        return _set_aside(file, saved, "The autosave belongs to another state of the project")
    shown = time.strftime("%H:%M:%S" if when[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M:%S", when)
    said = f"The studio ended without saving; the work up to {shown} was recovered."
    return Opened(history, content.revision, saved.revision, 0, (*saved.told, said, *content.told, *told))


def write(folder: Path, history: History, revision: int, deltas: Deltas) -> None:
    """Save a project. When this raises, what was there before still stands."""
    _write_pair(folder, history, revision, deltas, base=0)
    remove_autosave(folder)


def write_autosave(folder: Path, history: History, revision: int, deltas: Deltas, *, base: int) -> None:
    """Store what is not saved yet beside what is."""
    _write_pair(own_folder(folder, AUTOSAVE), history, revision, deltas, base=base)


def remove_autosave(folder: Path) -> None:
    """Remove the autosave; what cannot be removed now is told to be old by its revision later."""
    with suppress(OSError):
        (folder / AUTOSAVE / PROJECT_FILE).unlink(missing_ok=True)  # first: without it the history means nothing
        for file in _history_files(folder / AUTOSAVE):
            file.unlink(missing_ok=True)


def own_folder(folder: Path, name: str) -> Path:
    """Return a folder of the project's, made if need be; raise StudioError where a link leads elsewhere."""
    found = folder / name
    try:
        found.mkdir(exist_ok=True)
        if found.is_symlink():
            raise StudioError(f"{found} leads elsewhere.", "Put a folder in the place of the link.")
    except OSError as e:
        raise atomic.explain(e, f"{found} cannot be used") from e
    return found


def _autosave_hint(folder: Path) -> str:
    """Return what to do about a project that is damaged or gone, where an autosave of it is sound."""
    try:
        _read_pair(folder / AUTOSAVE)
    except StudioError:
        return ""
    return f"A sound autosave is {folder / AUTOSAVE / PROJECT_FILE}; put it in the place of the project's file."


def _read_pair(folder: Path) -> tuple[Content, History, tuple[str, ...]]:
    content = _read_content(folder)
    if content.newer:
        return content, begun_with(content.project), ()
    for _ in range(_READS):
        raw = _read_history(folder, content.revision)
        if raw is None and (latest := _read_content(folder)).revision != content.revision:
            content = latest
            continue
        history, lost = project_file.history_or_new(raw, content)
        return content, history, (lost,) if lost else ()
    return content, begun_with(content.project), ()


def _read_content(folder: Path) -> Content:
    return project_file.from_bytes(plain_file.read_plain(folder / PROJECT_FILE, most=project_file.MOST_BYTES))


def _read_history(folder: Path, revision: int) -> bytes | None:
    file = folder / HISTORY / f"{revision}.json"
    try:
        return plain_file.read_plain(file, most=project_file.MOST_BYTES)
    except StudioError:
        return None


def _write_pair(folder: Path, history: History, revision: int, deltas: Deltas, *, base: int) -> None:
    project = project_file.to_bytes(history.now, revision, base=base)
    steps = project_file.history_to_bytes(history, revision, project, deltas)
    mine = own_folder(folder, HISTORY) / f"{revision}.json"
    try:
        atomic.write_bytes(mine, steps)
        atomic.write_bytes(folder / PROJECT_FILE, project)
    except OSError as e:
        with suppress(OSError):
            if (folder / PROJECT_FILE).read_bytes() != project:
                mine.unlink(missing_ok=True)
        raise atomic.explain(e, "The project could not be saved") from e
    with suppress(OSError):
        for other in _history_files(folder):
            if other != mine:
                other.unlink(missing_ok=True)


def _history_files(folder: Path) -> list[Path]:
    place = folder / HISTORY
    return [] if place.is_symlink() else [p for p in place.glob("*.json") if p.stem.isdecimal()]


def _set_aside(file: Path, saved: Opened, said: str) -> Opened:
    aside = atomic.aside(file)
    try:
        file.replace(aside)
    except OSError:
        aside = file
    return Opened(
        saved.history, saved.revision, saved.base, saved.newer, (*saved.told, f"{said}; it was set aside as {aside}.")
    )


def _sweep(folder: Path) -> None:
    """Remove what processes left unfinished that died; nobody else writes while the lock is held."""
    for place in (folder, folder / HISTORY, folder / MEDIA, folder / AUTOSAVE, folder / AUTOSAVE / HISTORY):
        with suppress(OSError):
            for found in () if place.is_symlink() else place.iterdir():
                if _is_unfinished(found):
                    found.unlink(missing_ok=True)


def _is_unfinished(file: Path) -> bool:
    return bool(_UNFINISHED.fullmatch(file.name)) and stat.S_ISREG(file.lstat().st_mode)

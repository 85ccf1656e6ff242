"""A project's folder: `project.json`, `history/`, `autosave/` and the lock of the one who may write. Any thread.

    project.json            the project, with a revision that grows with each write
    history/REVISION.json   what was done to it; written first, and older ones removed last
    media/                  its sound files, by content (see studio.store.project_media)
    autosave/               the first two again, while there is something unsaved
    .lock                   held by whoever may write

Whenever a process dies, one whole pair of files is there. No link leads out of the folder.
"""

from __future__ import annotations

import json
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, replace
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
_LOCK = ".lock"
OWN = frozenset({PROJECT_FILE, HISTORY, AUTOSAVE, MEDIA, _LOCK})  # what nobody else may write in a project's folder
_UNFINISHED = re.compile(rf"\.(.+)\.[0-9a-f]{{8}}{re.escape(atomic.UNFINISHED)}")
_READS = 5  # a reader whose files are replaced while it reads tries again


@dataclass(frozen=True)
class Opened:
    """What a folder held."""

    history: History
    revision: int  # the highest there is; the next write gets a higher one
    base: int  # of the project that was saved
    digest: str  # of the project's file
    newer: int  # the schema, when it is of a later version of the studio; else 0
    told: tuple[str, ...]
    damage: tuple[str, ...] = ()  # what of it was lost


@dataclass
class Base:
    """What the project's file held when one last read or wrote it: what one may save over, and autosave beside."""

    digest: str = ""  # empty for no file


def lock(folder: Path) -> FileLock:
    """Take the lock of who may write; raise StudioError when somebody has it."""
    found = FileLock(folder / _LOCK)
    try:
        if found.try_acquire():
            return found
    except OSError as e:
        raise atomic.explain(e, f"The project {folder.name} cannot be changed") from e
    raise StudioError(
        f"The project {folder.name} is open in another window or command.", "Close it there, or wait until it is done."
    )


def is_free(folder: Path) -> bool:
    """Whether a project may be made here: nothing is there, or only what a process left that died making one.

    Such a process took the lock first. A folder of the user's with a history of its own is none of ours.
    """
    try:
        there = {p.name: p for p in folder.iterdir()} if folder.exists() else {}
        ours = [_is_unfinished(p) for name, p in there.items() if name not in {HISTORY, _LOCK}]
        if HISTORY in there:
            ours.append(_is_first_history(there[HISTORY]))
        return not there or (_LOCK in there and all(ours))
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
        content, history, lost = _read_pair(folder)
    except StudioError as e:
        raise StudioError(e.message, _autosave_hint(folder) or e.hint, e.details) from e
    told = (*content.told, *lost)
    return Opened(history, content.revision, content.revision, content.digest, content.newer, told, lost)


def unsaved(folder: Path, saved: Opened) -> str:
    """Return what one who only reads is told of an autosave that goes on from what was saved; empty without one."""
    try:
        content = _read_content(folder / AUTOSAVE)
        when = (folder / AUTOSAVE / PROJECT_FILE).stat().st_mtime
    except (StudioError, OSError):
        return ""
    if content.newer or content.revision <= saved.revision or content.base != saved.digest:
        return ""
    return f"There is unsaved work of {_shown(when)}; open it for writing to take it over."


def recover(folder: Path, saved: Opened) -> Opened:
    """Take over an autosave that goes on from what was saved, and set a bad one aside; only with the lock held."""
    _sweep(folder)
    file = folder / AUTOSAVE / PROJECT_FILE
    try:
        if not file.exists():
            return saved
        when = file.stat().st_mtime
        content, history, told = _read_pair(folder / AUTOSAVE)
    except (StudioError, OSError) as e:
        return _set_aside(file, saved, f"The autosave could not be used ({getattr(e, 'message', e)})")
    if content.revision <= saved.revision:  # what was autosaved has been saved
        remove_autosave(folder)
        return saved
    if content.newer or content.base != saved.digest:
        return _set_aside(file, saved, "The autosave belongs to another state of the project")
    said = f"The studio ended without saving; the work up to {_shown(when)} was recovered."
    told = (*saved.told, said, *content.told, *told)
    return Opened(history, content.revision, saved.revision, saved.digest, 0, told, saved.damage)


def write(folder: Path, history: History, revision: int, deltas: Deltas, base: Base) -> None:
    """Save a project. When this raises, what was there before still stands; so it does when somebody else wrote it.

    Only where the disk fails after the new file took its place is that one there; `base` says which.
    """
    if _digest_there(folder) not in {base.digest, ""}:
        raise StudioError(
            "The project was changed by somebody else meanwhile; it was not saved over that.",
            "Collect it into a zip to keep your work, then open the project again.",
        )
    project = project_file.to_bytes(history.now, revision)
    digest = project_file.digest_of(project)
    try:
        _write_pair(folder, project, project_file.history_to_bytes(history, revision, project, deltas), revision)
    finally:
        if _digest_there(folder) == digest:
            base.digest = digest
    remove_autosave(folder)


def write_autosave(folder: Path, history: History, revision: int, deltas: Deltas, base: Base) -> None:
    """Store what is not saved yet beside what is."""
    project = project_file.to_bytes(history.now, revision, base=base.digest)
    steps = project_file.history_to_bytes(history, revision, project, deltas)
    _write_pair(own_folder(folder, AUTOSAVE), project, steps, revision)


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


def _digest_there(folder: Path) -> str:
    """Return the digest of the project's file; empty when there is none."""
    file = folder / PROJECT_FILE
    try:
        return project_file.digest_of(plain_file.read_plain(file, most=project_file.MOST_BYTES))
    except StudioError:
        return "unreadable" if file.exists() else ""


def _write_pair(folder: Path, project: bytes, steps: bytes, revision: int) -> None:
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
    return replace(saved, told=(*saved.told, f"{said}; it was set aside as {aside}."))


def _shown(when: float) -> str:
    then = time.localtime(when)
    return time.strftime("%H:%M:%S" if then[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M:%S", then)


def _sweep(folder: Path) -> None:
    """Remove what processes left unfinished that died; an export into the folder may be in progress, and stays."""
    for place in (folder, folder / HISTORY, folder / MEDIA, folder / AUTOSAVE, folder / AUTOSAVE / HISTORY):
        with suppress(OSError):
            left = [found for found in (() if place.is_symlink() else place.iterdir()) if _is_unfinished(found)]
            names = [match[1] for found in left if (match := _UNFINISHED.fullmatch(found.name))]
            atomic.remove_abandoned(*(place / name for name in names))


def _is_first_history(place: Path) -> bool:
    """Whether a folder holds nothing, or what is written just before a new project's file."""
    if place.is_symlink() or not place.is_dir():
        return False
    for found in place.iterdir():
        if not _is_unfinished(found) and (found.name != "1.json" or not _is_history(found)):
            return False
    return True


def _is_history(file: Path) -> bool:
    try:
        data = json.loads(plain_file.read_plain(file, most=1_000_000))
    except (StudioError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and {"schema", "of", "deltas"} <= data.keys()


def _is_unfinished(file: Path) -> bool:
    return bool(_UNFINISHED.fullmatch(file.name)) and stat.S_ISREG(file.lstat().st_mode)

"""The folders in which models lie: the layout that the tools of the model hub share. Any thread.

A model's folder holds its files by content (`blobs/`) and, for each commit, under their names (`snapshots/COMMIT/`),
as links where the system has them. What the studio loads or finds there, other programs find, and the other way round.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from studio.store import atomic, plain_file

COMMIT = re.compile(r"[0-9a-f]{40}")
UNFINISHED = ".studio.incomplete"
_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MARKER = ".angen-models"  # in a folder of the user's: without it, its disk is not there
_BLOCK = 1 << 20
_MOST_NAME = 300
_MOST_BYTES = 20_000_000  # of a record


@dataclass(frozen=True)
class HubFile:
    """A file of a model. The digest is SHA-256 of its content (64 signs), or git's own hash of it (40)."""

    name: str
    bytes: int
    digest: str


@dataclass(frozen=True)
class Record:
    """What belongs to a model, by content: made before the first byte is loaded, so that it stays the same."""

    repo: str
    revision: str  # that was asked for
    commit: str  # what it was then
    cache: str  # the folder it is loaded into
    patterns: tuple[str, ...]
    files: tuple[HubFile, ...]

    @property
    def snapshot(self) -> Path:
        """The folder with the files under their names."""
        return snapshot(Path(self.cache), self.repo, self.commit)


def standard(environment: Mapping[str, str]) -> Path:
    """Return the folder that all tools use when nobody names another."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return _expanded(environment[name])
    home = environment.get("HF_HOME") or f"{environment.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
    return _expanded(home) / "hub"


def _expanded(text: str) -> Path:
    path = Path(os.path.expandvars(text))
    with suppress(RuntimeError):  # there is no home
        path = path.expanduser()
    return Path(os.path.abspath(path))  # noqa: PTH100 — resolve() would follow links into places not asked for


def repo_folder(cache: Path, repo: str) -> Path:
    """Return a model's folder."""
    return cache / f"models--{repo.replace('/', '--')}"


def snapshot(cache: Path, repo: str, commit: str) -> Path:
    """Return the folder with the files of a commit."""
    return repo_folder(cache, repo) / "snapshots" / commit


def blob(cache: Path, repo: str, digest: str) -> Path:
    """Return the place of a content."""
    return repo_folder(cache, repo) / "blobs" / digest


def unfinished(cache: Path, repo: str, digest: str) -> Path:
    """Return where a content grows while it is loaded; the same each time, so that a later try goes on."""
    return repo_folder(cache, repo) / "blobs" / f"{digest}{UNFINISHED}"


def is_safe(name: str) -> bool:
    """Whether a name from outside stays below the folder it is put into, on every system."""
    parts = name.split("/")
    plain = name.isprintable() and len(name) <= _MOST_NAME and not set(name) & set('\\:*?"<>|')
    return plain and all(part.strip(" .") for part in parts)


def place(content: Path, target: Path) -> None:
    """Put a whole content under its name: as a link, or, where there are none, the file itself."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        target.unlink()
    try:
        target.symlink_to(os.path.relpath(content, target.parent))
    except OSError:
        atomic.move(content, target)
    atomic.sync_folder(target.parent)


def digest_of(path: Path, like: HubFile, step: Callable[[int], None]) -> str:
    """Hash a file the way `like` was; `step` is told the bytes of each block and may raise to stop."""
    found = hashlib.sha256() if len(like.digest) == 64 else hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        if len(like.digest) == 40:
            found.update(f"blob {os.fstat(file.fileno()).st_size}\0".encode())
        while block := file.read(_BLOCK):
            found.update(block)
            step(len(block))
    return found.hexdigest()


def is_there(folder: Path, file: HubFile) -> bool:
    """Whether a file of the right size lies under its name."""
    try:
        return (folder / file.name).stat().st_size == file.bytes
    except OSError:
        return False


def loaded(cache: Path, repo: str) -> int:
    """Return the bytes of a model's folder that are there, unfinished ones too."""
    with suppress(OSError), os.scandir(repo_folder(cache, repo) / "blobs") as entries:
        return sum(e.stat(follow_symlinks=False).st_size for e in entries)
    return 0


def mark(cache: Path) -> None:
    """Leave the sign by which a folder of the user's is known again."""
    (cache / _MARKER).touch()


def unmark(cache: Path) -> None:
    """Remove the sign: nothing of ours is there any more."""
    (cache / _MARKER).unlink(missing_ok=True)


def is_marked(cache: Path) -> bool:
    """Whether the sign is there."""
    return plain_file.is_file(cache / _MARKER)


def commits(cache: Path, repo: str) -> list[str]:
    """Return the commits of which anything is there: the one that `main` was first, then the latest loaded."""
    folder = repo_folder(cache, repo)
    main = ""
    with suppress(OSError, ValueError):
        main = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    found: list[tuple[bool, float, str]] = []
    with suppress(OSError), os.scandir(folder / "snapshots") as entries:
        found = [(e.name == main, e.stat().st_mtime, e.name) for e in entries if COMMIT.fullmatch(e.name)]
    return [name for *_, name in sorted(found, reverse=True)]


def names_in(folder: Path) -> Iterator[str]:
    """Yield the names of all whole files of a snapshot."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def forget(cache: Path, repo: str, commit: str, names: Iterable[str]) -> int:
    """Remove files of a commit, and contents that nothing else is linked to; return the bytes that became free."""
    folder = repo_folder(cache, repo)
    at = folder / "snapshots" / commit
    before = _size(folder)
    for name in names:
        (at / name).unlink(missing_ok=True)
    kept = {os.path.realpath(p) for p in (folder / "snapshots").rglob("*") if p.is_symlink()}
    with suppress(FileNotFoundError):
        for content in (folder / "blobs").iterdir():
            if os.path.realpath(content) not in kept:
                content.unlink(missing_ok=True)
    _prune(folder / "snapshots")
    if not (folder / "snapshots").exists():
        for rest in (folder / "refs", folder / ".no_exist", folder / "blobs"):
            _remove_tree(rest)
        with suppress(OSError):
            folder.rmdir()
    return before - _size(folder)


def _size(folder: Path) -> int:
    return sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def _prune(folder: Path) -> None:
    """Remove a folder and those below it as far as they are empty."""
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        with suppress(OSError):
            path.rmdir()
    with suppress(OSError):
        folder.rmdir()


def _remove_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
    _prune(folder)


def write_record(file: Path, record: Record) -> None:
    """Keep a record."""
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(file, json.dumps(asdict(record), indent=1).encode())


def read_record(file: Path) -> Record | None:
    """Return a record; None where there is none, or one that cannot be used."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            return None
        data: Any = json.loads(file.read_bytes())
        files = tuple(HubFile(str(f["name"]), int(f["bytes"]), str(f["digest"])) for f in data["files"])
        texts = [data[name] for name in ("repo", "revision", "commit", "cache")]
        record = Record(*texts, patterns=tuple(map(str, data["patterns"])), files=files)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    sound = all(isinstance(text, str) for text in cast("list[object]", texts)) and COMMIT.fullmatch(record.commit)
    return record if sound and is_safe(record.repo) and files and all(map(is_sound, files)) else None


def is_sound(file: HubFile) -> bool:
    """Whether what was said of a file from outside can be used."""
    return is_safe(file.name) and file.bytes >= 0 and bool(_DIGEST.fullmatch(file.digest))

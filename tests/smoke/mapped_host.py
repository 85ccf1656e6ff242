"""A second host for tests: a folder that is its whole file tree, under names that lead nowhere on the studio's side.

Its names are relative to that folder, which only its processes work in; and they refuse to open what is the studio's.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from studio.runtime.hosts.base import Completed
from studio.runtime.hosts.local import LocalChild, LocalHost
from studio.store import atomic

_HOME = "home"
_GUARD = """
import os, sys
_FORBIDDEN = {forbidden!r}
_EVENTS = {{"open", "os.listdir", "os.scandir", "os.rename", "os.remove", "os.mkdir", "os.link", "os.chmod"}}

def _refuse(event, args):
    if event in _EVENTS:
        for name in args[:2]:
            if isinstance(name, (str, bytes, os.PathLike)):
                path = os.path.abspath(os.fsdecode(name))
                if any(path == place or path.startswith(place + os.sep) for place in _FORBIDDEN):
                    raise PermissionError(f"{{path}} is not on this host")

sys.addaudithook(_refuse)
"""


class MappedHost:
    """Runs processes in `tree`. Nothing under `foreign` can be opened there, and no name of it should ever arrive."""

    id = "mapped"

    def __init__(self, tree: Path, *, foreign: Sequence[Path]) -> None:
        self.tree = tree
        self.told: list[bytes] = []  # everything that the studio said to a process: arguments, variables, frames
        self.starts = 0
        (tree / _HOME).mkdir(parents=True)
        (tree / "put").mkdir()
        (tree / "site").mkdir()
        guard = _GUARD.format(forbidden=[str(p) for p in foreign])
        (tree / "site" / "sitecustomize.py").write_text(guard, encoding="utf-8")

    @property
    def home(self) -> str:
        """Where processes may write, as this host names it."""
        return _HOME

    def start(self, argv: Sequence[str], env: Mapping[str, str], *, urgent: bool = False) -> LocalChild:
        """Start a process in this host's tree."""
        del urgent
        self.starts += 1
        self.told.append("\0".join([*argv, *env.values()]).encode())
        entered = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(self.tree), *argv]
        child = LocalChild(entered, {**env, "PYTHONPATH": str(self.tree / "site")})
        child.stdin = cast("IO[bytes]", _Overheard(child.stdin, self.told))
        return child

    def run(self, argv: Sequence[str], *, seconds: float) -> Completed:
        """Run a short command in this host's tree."""
        entered = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(self.tree), *argv]
        return LocalHost(self.tree).run(entered, seconds=seconds)

    def put(self, path: Path) -> str:
        """Copy a file or folder here under a name made from its content."""
        name = f"put/{_digest(path)}{path.suffix}"
        if not (self.tree / name).exists():
            aside = self.tree / f"put/{uuid.uuid4().hex}"
            if path.is_dir():
                shutil.copytree(path, aside)
            else:
                shutil.copyfile(path, aside)
            aside.rename(self.tree / name)
        return name

    def get(self, path: str, target: Path) -> None:
        """Copy a file from here."""
        assert not Path(path).is_absolute(), f"{path} is no name of this host"
        with atomic.written(target) as unfinished:
            shutil.copyfile(self.tree / path, unfinished)

    def remove(self, path: str) -> None:
        """Delete a file or a folder here."""
        assert Path(path).parts[0] == _HOME
        found = self.tree / path
        if found.is_dir():
            shutil.rmtree(found, ignore_errors=True)
        else:
            found.unlink(missing_ok=True)


class _Overheard(io.RawIOBase):
    """The way to a process, with a second ear."""

    def __init__(self, stream: IO[bytes], told: list[bytes]) -> None:
        self._stream = stream
        self._told = told

    def write(self, data: object, /) -> int:
        frame = bytes(cast("bytes", data))
        self._told.append(frame)
        return self._stream.write(frame)

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()

    def close(self) -> None:
        self._stream.close()
        super().close()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_files(path)):
        digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield "", path
    else:
        yield from ((str(p.relative_to(path)), p) for p in path.rglob("*") if p.is_file())

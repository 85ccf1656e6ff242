"""How much room there is, and how much environments take when files that several share count once. Any thread."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError

MARGIN = 200_000_000  # bytes that stay free: a full disk hurts every other program, too


@dataclass(frozen=True)
class Sizes:
    """Bytes on disk. An installer links files from its cache into environments, so one file may lie in many places."""

    own: Mapping[str, int]  # in this environment and in no other
    shared: int  # in two environments or more
    cached: int  # in the cache only: what a build anew would take from there

    @property
    def whole(self) -> int:
        """All of it."""
        return sum(self.own.values()) + self.shared + self.cached


def measure(environments: Mapping[str, Path], cache: Path) -> Sizes:
    """Measure environments and the cache; each file once."""
    owners: dict[tuple[int, int], set[str]] = {}
    bytes_of: dict[tuple[int, int], int] = {}
    for name, folder in [*environments.items(), ("", cache)]:
        for status in _files(folder):
            key = (status.st_dev, status.st_ino)
            bytes_of[key] = status.st_size
            owners.setdefault(key, set()).add(name)
    own = dict.fromkeys(environments, 0)
    shared = cached = 0
    for key, names in owners.items():
        in_environments = names - {""}
        if len(in_environments) > 1:
            shared += bytes_of[key]
        elif in_environments:
            own[in_environments.pop()] += bytes_of[key]
        else:
            cached += bytes_of[key]
    return Sizes(own, shared, cached)


def folder_size(folder: Path) -> int:
    """Return the bytes of all files below a folder; 0 where there is none."""
    return sum(status.st_size for status in _files(folder))


def need_room(places: Iterable[Path], wanted: int) -> None:
    """Raise StudioError where a disk lacks room for `wanted` bytes below each of these places on it."""
    asked: dict[int, tuple[Path, int]] = {}
    for place in places:
        there = _nearest(place)
        device = there.stat().st_dev
        before = asked.get(device, (there, 0))[1]
        # On one disk files are linked, so they are there once; on two they are copied.
        asked[device] = (there, max(before, wanted))
    for there, needed in asked.values():
        free = shutil.disk_usage(there).free
        if free < needed + MARGIN:
            raise StudioError(
                f"There is not enough room on the disk of {there}: {_megabytes(needed + MARGIN)} are needed, "
                f"{_megabytes(free)} are free.",
                "Free some space, or choose a data folder on another disk with --data-dir.",
            )


def _nearest(place: Path) -> Path:
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


def _megabytes(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def _files(folder: Path) -> Iterator[os.stat_result]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it may go while we look
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(Path(entry.path))
                elif not entry.is_symlink():
                    # On Windows an entry does not know which file it is.
                    yield Path(entry.path).stat() if sys.platform == "win32" else entry.stat(follow_symlinks=False)

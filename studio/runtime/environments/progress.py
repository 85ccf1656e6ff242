"""How far a build is, from the installer's words and from what grows in its cache. One thread, that of the build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.runtime.environments import disk

# Where each stage begins and ends on the whole way.
STAGES = {
    "prepare": (0.0, 0.02),
    "download": (0.02, 0.75),
    "install": (0.75, 0.80),
    "check": (0.80, 0.85),
    "smoke": (0.85, 0.99),
    "finish": (0.99, 1.0),
}
_UNITS = {"B": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000}
_ANNOUNCED = re.compile(r"^\s*Downloading (\S+) \(([\d.]+) ?([KMG]?i?B)\)", re.IGNORECASE)
_DOWNLOADED = re.compile(r"^\s*Downloaded (\S+)")
_RAW = re.compile(r"^Progress (\d+) of (\d+)")


@dataclass(frozen=True)
class BuildProgress:
    """Where a build is. `line` is what the installer said just now, for a console."""

    stage: str
    fraction: float  # of the whole build; never falls
    done: int = 0  # bytes loaded
    total: int = 0  # bytes to load, 0 where nobody knows
    line: str = ""


class Milestones:
    """Turns lines and bytes into progress that never falls."""

    def __init__(self, *, download: int, unpacked: int) -> None:
        self._planned = download
        self._unpacked = unpacked
        self._announced: dict[str, int] = {}
        self._loaded: set[str] = set()
        self._raw = (0, 0)  # bytes of pip's whole files, and of the one on its way
        self._stage = "prepare"
        self._share = 0.0
        self._highest = 0.0

    def stage(self, name: str) -> BuildProgress:
        """Go on to a stage."""
        self._stage, self._share = name, 0.0
        return self._now("")

    def line(self, text: str) -> BuildProgress:
        """Take in what the installer said."""
        if found := _RAW.match(text):
            done, size = int(found[1]), int(found[2])
            self._raw = (self._raw[0] + size, 0) if done >= size else (self._raw[0], done)
        elif found := _ANNOUNCED.match(text):
            self._announced[found[1]] = int(float(found[2]) * _UNITS[found[3].upper()])
        elif found := _DOWNLOADED.match(text):
            self._loaded.add(found[1])
        elif text.startswith(("Prepared ", "Installing collected")) and self._stage == "download":
            self._stage, self._share = "install", 0.0
        if self._stage == "download" and self._total:
            loaded = sum(self._announced.get(name, 0) for name in self._loaded) + sum(self._raw)
            self._raise_to(loaded / self._total)
        return self._now("" if _RAW.match(text) else text.rstrip())

    def grown(self, number: int) -> BuildProgress:
        """Take in how many bytes there are in the cache that were not there before; they are unpacked already."""
        if self._stage == "download" and self._unpacked:
            self._raise_to(number / self._unpacked)
        return self._now("")

    @property
    def _total(self) -> int:
        return max(self._planned, sum(self._announced.values()))

    def _raise_to(self, share: float) -> None:
        self._share = max(self._share, min(share, 1.0))

    def _now(self, line: str) -> BuildProgress:
        begin, end = STAGES[self._stage]
        through = STAGES["download"][1] <= begin
        done = self._total if through else int(self._total * self._share) if self._stage == "download" else 0
        self._highest = max(self._highest, begin + (end - begin) * self._share)
        return BuildProgress(self._stage, self._highest, done, self._total, line)


class Growth:
    """Measures what came into uv's cache since it was made. What has its final name there is measured once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._before = {path for path, _ in self._entries()}
        self._final: dict[Path, int] = {}

    def bytes(self) -> int:
        """Return how many bytes are new."""
        total = 0
        for path, final in self._entries():
            if path in self._before:
                continue
            if not final:
                total += disk.folder_size(path)
            elif path not in self._final:
                self._final[path] = disk.folder_size(path)
        return total + sum(self._final.values())

    def _entries(self) -> Iterator[tuple[Path, bool]]:
        """Yield folders of unpacked packages: those renamed to their place, and those that still grow."""
        for bucket in _children(self._cache):
            if bucket.name.startswith(".tmp"):
                yield bucket, False
                continue
            for item in _children(bucket):
                if item.name.startswith(".tmp"):
                    yield item, False
                elif bucket.name.startswith("archive-"):
                    yield item, True


def _children(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(folder.iterdir())
    return []

"""How much disk the studio's own environment takes, and how much of it is for development only. Any thread."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_LOCKS = Path(__file__).parents[2] / "installers" / "locks"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


@dataclass(frozen=True)
class Size:
    """Bytes on disk."""

    folder: Path
    whole: int
    development: int

    @property
    def own(self) -> int:
        """What a user's installation takes."""
        return self.whole - self.development


def measure() -> Size | None:
    """Measure the environment that runs this; None where the studio shares one with others."""
    folder = Path(sys.prefix)
    if sys.prefix == sys.base_prefix:
        return None
    return Size(folder, sum(_sizes(folder)), sum(map(_size_of, _development())))


def _sizes(folder: Path) -> Iterator[int]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path))
            elif not entry.is_symlink():
                with suppress(OSError):
                    yield entry.stat(follow_symlinks=False).st_size


def _development() -> set[str]:
    """The packages that only the tests need."""
    names = [set[str](), set[str]()]
    for found, lock in zip(names, ("dev.txt", "app.txt"), strict=True):
        with suppress(OSError):
            found.update(_PIN.findall((_LOCKS / lock).read_text(encoding="utf-8")))
    return names[0] - names[1]


def _size_of(package: str) -> int:
    try:
        files = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError:
        return 0
    places = [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]
    compiled = [c for p in places if p.suffix == ".py" for c in (p.parent / "__pycache__").glob(f"{p.stem}.*.pyc")]
    total = 0
    for place in [*places, *compiled]:
        with suppress(OSError):
            total += place.stat().st_size
    return total

"""Small pictures of pictures, made once in the picture process and kept by content. Any thread."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from studio.paths import DataPaths
from studio.services.pictures import PictureHost
from studio.store import atomic


def thumbnail(paths: DataPaths, pictures: PictureHost, file: Path, sha256: str, size: int) -> Path:
    """Return a PNG that fits into a square of `size` pixels; raise StudioError for what is no picture."""
    target = paths.thumbnails / f"{sha256}-{size}.png"
    with suppress(OSError):
        os.utime(target)  # what is looked at is the last to leave the cache
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with pictures.task("thumbnail", {"file": str(file), "size": size}) as done, atomic.written(target) as unfinished:
        shutil.copyfile(done.file, unfinished)
    return target

"""The cover of a project: a picture, copied in and named by content, never decoded here. The caller's thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.domain.project import Picture
from studio.errors import StudioError
from studio.store import plain_file, project_media

LARGEST = 16_000_000  # bytes; what the files of an export can carry, which holds for the kinds as well


def take_in(folder: Path, file: Path, *, licence: str = "", recipe: dict[str, Any] | None = None) -> Picture:
    """Copy a picture into a project's folder and return it; raise StudioError for what is none."""
    with project_media.incoming(folder, file, most=LARGEST) as came:
        with came.path.open("rb") as stream:
            ending = _ending(stream.read(16))
        if not ending:
            raise StudioError(
                f"{plain_file.name_of(file)} is no picture that a cover can be.",
                "Choose a PNG or JPEG picture; sound files carry no others.",
            )
        return Picture(project_media.keep(folder, came, ending), came.sha256, recipe, licence)


def _ending(start: bytes) -> str:
    """Return the ending for what a file begins with; empty for no picture."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "jpg" if start.startswith(b"\xff\xd8\xff") else ""

"""Scripts from files of the user's, in every form that can be read. Any thread."""

from __future__ import annotations

from pathlib import Path

from studio.domain.imports import any_form
from studio.domain.imports.value import Imported
from studio.errors import StudioError
from studio.store import plain_file


def read_script(path: Path) -> Imported:
    """Return the script that a file holds. Raise StudioError for what is too large, unreadable or of another kind."""
    most = any_form.largest(path.name)
    with plain_file.opened(path) as stream:
        size = stream.seek(0, 2)
    if size > most:
        raise StudioError(f"{plain_file.name_of(path)} is over {most:,} bytes.", "Split it into chapters, a job each.")
    return any_form.read(plain_file.read_plain(path, most=most), name=path.name)

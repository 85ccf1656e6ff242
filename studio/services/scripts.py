"""Scripts from files of the user's, in every form that can be read. Any thread."""

from __future__ import annotations

from pathlib import Path

from studio.domain.imports import any_form
from studio.domain.imports.value import Imported
from studio.errors import StudioError
from studio.store import atomic, plain_file


def read_script(path: Path) -> Imported:
    """Return the script that a file holds. Raise StudioError for what is too large, unreadable or of another kind."""
    most = any_form.largest(path.name)
    with plain_file.opened(path) as stream:
        size = stream.seek(0, 2)
    if size > most:
        raise StudioError(f"{plain_file.name_of(path)} is over {most:,} bytes.", "Split it into chapters, a job each.")
    return any_form.read(plain_file.read_plain(path, most=most), name=path.name)


def write_script(path: Path, script: str) -> Path:
    """Write a script into a file of the user's; without an ending it gets one. Raise StudioError where it cannot be."""
    target = path if path.suffix else path.with_name(f"{path.name}.txt")
    text = script if script.endswith("\n") else f"{script}\n"
    try:
        atomic.write_bytes(target, text.encode())
    except OSError as e:
        raise atomic.explain(e, f"{target.name} could not be written") from e
    return target

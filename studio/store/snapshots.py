"""Projects as they were when somebody asked for an export: files named after their content. Any process.

Each queued export names one. Who removes those that no row names any more spares the young ones, since a row is written
after its snapshot.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio.domain import project_json
from studio.domain.project import Project
from studio.errors import StudioError
from studio.store import atomic

_YOUNG = 3600.0  # seconds
_NAME = "*.json"


def keep(folder: Path, project: Project) -> str:
    """Store a project; return the name by which `read` finds it."""
    data = json.dumps(project_json.to_dict(project), ensure_ascii=False, sort_keys=True).encode()
    name = hashlib.sha256(data).hexdigest()
    file = path(folder, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file.is_file():
            os.utime(file)  # it is young again
        else:
            atomic.write_bytes(file, data)
    except OSError as e:
        raise atomic.explain(e, "The export could not be queued") from e
    return name


def path(folder: Path, name: str) -> Path:
    """Return where a snapshot lies."""
    return folder / f"{name}.json"


def read(folder: Path, name: str) -> Project:
    """Return a stored project; raise StudioError when it is gone or damaged."""
    hint = "Export the project anew."
    try:
        raw = path(folder, name).read_bytes()
    except OSError as e:
        raise StudioError("The project as it was when the export was asked for is gone.", hint, repr(e)) from e
    if hashlib.sha256(raw).hexdigest() != name:
        raise StudioError("The project as it was when the export was asked for is damaged.", hint)
    data: Any = json.loads(raw)
    return project_json.from_dict(data)


def remove_unnamed(folder: Path, named: set[str]) -> None:
    """Remove the snapshots that are not young and that nobody names."""
    limit = time.time() - _YOUNG
    for file in folder.glob(_NAME):
        with suppress(OSError):
            if file.stem not in named and file.stat().st_mtime < limit:
                file.unlink()

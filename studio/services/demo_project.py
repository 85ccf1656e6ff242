"""The demo project that comes with the studio. Any thread."""

from __future__ import annotations

from pathlib import Path

from studio.paths import RESOURCES
from studio.services.projects import ENDING, Projects

ARCHIVE = RESOURCES / "demo" / f"demo{ENDING}.zip"
_NAME = f"Demo{ENDING}"


def unpacked(projects: Projects, parent: Path) -> Path:
    """Return the demo's folder in a folder of projects; what the user made of it is left as it is."""
    folder = parent / _NAME
    if not (folder / "project.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        projects.expand(ARCHIVE, folder)
    return folder

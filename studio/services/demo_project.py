"""The demo project that comes with the studio, and the sample that the first page plays. Any thread."""

from __future__ import annotations

from pathlib import Path

from studio.paths import RESOURCES, DataPaths
from studio.services import listening
from studio.services.listening import Single
from studio.services.projects import ENDING, Projects
from studio.services.sound import SoundHost

ARCHIVE = RESOURCES / "demo" / f"demo{ENDING}.zip"
SAMPLE = RESOURCES / "demo" / "sample.ogg"
_NAME = f"Demo{ENDING}"


def unpacked(projects: Projects, parent: Path) -> Path:
    """Return the demo's folder in a folder of projects; what the user made of it is left as it is."""
    folder = parent / _NAME
    if not (folder / "project.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        projects.expand(ARCHIVE, folder)
    return folder


def sample(paths: DataPaths, sound: SoundHost) -> tuple[Single, tuple[tuple[int, int], ...]]:
    """Return the sample to play, and its outline."""
    single = listening.single(paths, sound, SAMPLE)
    return single, listening.outline(paths, sound, single.file, single.media.sha256, 240)

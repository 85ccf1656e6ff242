"""What a build would install, as a value: shown before anything happens, and kept beside what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.runtime.environments.indexes import Sources


@dataclass(frozen=True)
class Requirement:
    """A package of a plan."""

    name: str  # normalised: "huggingface-hub"
    version: str
    size: int = 0  # bytes to download, 0 where nobody announced it
    licence: str = ""
    source: str = ""  # planning.PUBLIC, planning.LINKS, or the id of an index


@dataclass(frozen=True)
class BuildPlan:
    """All that a builder needs to know. Left out is left out: nothing beyond the lock is to be installed."""

    pack: str
    accelerator: str
    flavour: str
    python: Path  # the interpreter's file
    python_version: str  # "3.11.7"
    torch: str  # what the installed torch's description must show, to the letter: "2.13.0+cpu"
    requirements: tuple[Requirement, ...]
    download_bytes: int
    disk_bytes: int  # unpacked
    lock_text: str  # a requirements file; only what this system and Python need
    lock_sha: str  # of lock_text
    hashed: bool  # every line has hashes, so install with --require-hashes; else none has
    sources: Sources
    forbidden: tuple[str, ...] = ()  # names (with *) that must not be installed: another torch's libraries
    gfx: str = ""
    engines: tuple[str, ...] = ()  # served by it; filled by services
    notes: tuple[str, ...] = ()  # to be shown before it is built

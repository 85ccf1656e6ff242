"""The kit: the few files an engine process is started from, in a folder named by their content. Any thread.

An engine's environment need not hold the studio, and an engine never sees more of the studio than this.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import studio
from studio.engines.manifest import Manifest
from studio.paths import RESOURCES
from studio.runtime import model_files
from studio.store import atomic

_STUDIO = Path(studio.__file__).parent
_COMMON = ("__init__.py", "errors.py", "protocol", "worker", "engines/__init__.py", "engines/shared")
BOOT = "boot.py"
SMOKE_RUNNER = "studio/worker/smoke_runner.py"  # its place in every kit


def build(manifest: Manifest, kits: Path) -> Path:
    """Return the engine's kit, made if it is not there yet."""
    files = dict(_files(manifest))
    digest = hashlib.sha256()
    for place, source in sorted(files.items()):
        digest.update(place.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    kit = kits / f"{manifest.id}-{digest.hexdigest()[:16]}"
    if not kit.is_dir():
        _copy(files, kit)
    return kit


def digest(folder: Path, model: str) -> str:
    """Return a name for an engine's code and a model folder, as they are now."""
    found = hashlib.sha256()
    for place, source in sorted([*_tree(folder, "engine"), *_tree(_STUDIO / "engines" / "shared", "shared")]):
        found.update(place.encode() + b"\0" + hashlib.sha256(source.read_bytes()).digest())
    found.update(model_files.digest(model).encode() if model else b"")
    return found.hexdigest()


def runner_place(manifest: Manifest) -> str:
    """Return the runner's place in a kit."""
    return f"studio/engines/{manifest.id}/runner.py"


def _files(manifest: Manifest) -> Iterator[tuple[str, Path]]:
    yield BOOT, _STUDIO / "worker" / "boot.py"
    for name in _COMMON:
        yield from _tree(_STUDIO / name, f"studio/{name}")
    yield from _tree(manifest.folder, f"studio/engines/{manifest.id}")
    for name in manifest.resources:
        yield from _tree(RESOURCES / name, f"resources/{name}")


def _tree(source: Path, place: str) -> Iterator[tuple[str, Path]]:
    """Yield the files to copy. A link could bring in what is not the engine's; pipes and sockets hold nothing."""
    if source.is_file():
        yield place, source
        return
    for item in sorted(source.iterdir()):
        if item.name in model_files.LEFT_OUT or item.is_symlink():
            continue
        if item.is_file() or item.is_dir():
            yield from _tree(item, f"{place}/{item.name}")


def _copy(files: dict[str, Path], kit: Path) -> None:
    aside = kit.with_name(f".{kit.name}.{uuid.uuid4().hex[:8]}{atomic.UNFINISHED}")
    try:
        for place, source in files.items():
            target = aside / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        try:
            atomic.move(aside, kit)
        except OSError:
            if not kit.is_dir():  # else another process was first, with the same content
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)

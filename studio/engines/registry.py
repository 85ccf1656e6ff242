"""All engines there are: ours, those of installed packages, and folders in the data directory. Any thread; read once.

Descriptions are read and checked as data. No code of an engine runs here, so a bad one can only be listed as broken.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from studio.engines.manifest import Manifest, ManifestError, read_manifest
from studio.errors import StudioError

ENTRY_POINTS = "studio.engines"
_HERE = Path(__file__).parent
_NOT_ENGINES = frozenset({"shared", "packs", "licences", "__pycache__"})


@dataclass(frozen=True)
class Entry:
    """An engine that was found. Without a manifest it is broken, and `error` says why."""

    id: str
    folder: Path
    builtin: bool
    manifest: Manifest | None = None
    error: str = ""


class Registry:
    """The engines by id, in the order found: ours first, so that no plug-in takes one of our names."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            if entry.id not in self._entries:
                self._entries[entry.id] = entry
            else:
                name = f"{entry.id} ({entry.folder})"
                self._entries[name] = Entry(name, entry.folder, entry.builtin, None, f"the id {entry.id!r} is taken")

    def entries(self) -> tuple[Entry, ...]:
        """Return every engine, the broken ones too."""
        return tuple(self._entries.values())

    def manifests(self) -> tuple[Manifest, ...]:
        """Return the engines that can be used as far as their description goes."""
        return tuple(e.manifest for e in self._entries.values() if e.manifest)

    def able(self, task: str = "") -> tuple[Manifest, ...]:
        """Return the engines for users that can do jobs, of one task or any; what they need may still be missing."""
        return tuple(
            m for m in self.manifests() if m.has_runner and not m.hidden and (task in m.tasks or not task)
        )  # fmt: skip

    def manifest(self, engine: str) -> Manifest:
        """Return an engine's description; raise StudioError for an unknown or broken one."""
        entry = self._entries.get(engine)
        if entry is None:
            near = difflib.get_close_matches(engine, self._entries, 1)
            raise StudioError(
                f"There is no engine {engine!r}.",
                (f"Did you mean {near[0]}? " if near else "") + "`studio engines list` shows all.",
            )
        if entry.manifest is None:
            raise StudioError(f"The engine {engine} cannot be used: {entry.error}.", f"Look into {entry.folder}.")
        return entry.manifest


def find_engines(data_engines: Path) -> Registry:
    """Look in all places for engines."""
    return Registry([*_ours(), *_packaged(), *_in_folder(data_engines)])


def _ours() -> Iterator[Entry]:
    for folder in sorted(_HERE.iterdir()):
        if folder.name not in _NOT_ENGINES and (folder / "engine.toml").is_file():
            yield _entry(folder, builtin=True)


def _packaged() -> Iterator[Entry]:
    for point in sorted(metadata.entry_points(group=ENTRY_POINTS)):
        if point.dist is None:
            continue
        # Located, never imported: an engine's code has no business in this process.
        folder = Path(str(point.dist.locate_file(point.value.replace(".", "/"))))
        yield _entry(folder, builtin=False)


def _in_folder(data_engines: Path) -> Iterator[Entry]:
    try:
        found = sorted(p for p in data_engines.iterdir() if p.is_dir() and not p.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as e:  # the others are there all the same
        yield Entry(data_engines.name, data_engines, False, None, f"the folder cannot be read: {e.strerror}")
        return
    for folder in found:
        yield _entry(folder, builtin=False)


def _entry(folder: Path, *, builtin: bool) -> Entry:
    try:
        manifest = read_manifest(folder)
    except ManifestError as e:
        return Entry(folder.name, folder, builtin, None, str(e))
    return Entry(manifest.id, folder, builtin, manifest)

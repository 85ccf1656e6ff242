"""Where models lie and whether they are whole: looked up without the network and without reading them. Any thread."""

from __future__ import annotations

import fnmatch
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from studio.engines.manifest import Model
from studio.runtime import hub_cache
from studio.runtime.hub_cache import Record

READY, PARTIAL, MISSING, UNREACHABLE = "ready", "partial", "missing", "unreachable"
_WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.onnx", "*.gguf")
_DESCRIPTION = ".json"
_MOST_INDEX = 50_000_000  # bytes; the list of a model's pieces


@dataclass(frozen=True)
class Found:
    """A model as it is on disk."""

    state: str
    cache: Path | None = None  # the folder in which its folder lies
    commit: str = ""
    record: Record | None = None  # there when the studio began to load it

    def folder(self, repo: str) -> Path | None:
        """Return the folder with the files under their names."""
        return hub_cache.snapshot(self.cache, repo, self.commit) if self.cache and self.commit else None


class Shelf:
    """Looks into the user's folder, the one of the record, and the one that all programs share, in this order."""

    def __init__(self, records: Path, standard: Path, chosen: Path | None) -> None:
        self._records = records
        self.standard = standard
        self.chosen = chosen

    def record_file(self, model: Model) -> Path:
        """Return where the record of a model is kept."""
        return self._records / f"{model.id.replace('/', '_')}.json"

    def record(self, model: Model) -> Record | None:
        """Return what is known of a model's files, as long as the description still means the same."""
        found = hub_cache.read_record(self.record_file(model))
        same = found and (found.repo, found.revision, found.patterns) == (model.repo, model.revision, model.files)
        return found if same else None

    def look(self, model: Model) -> Found:
        """Say how a model is."""
        record = self.record(model)
        seen = [self._known(record, c) if record else self._strange(model, c) for c in self._caches(record)]
        for state in (READY, PARTIAL):
            for found in seen:
                if found.state == state:
                    return found
        if record and not self.is_reachable(Path(record.cache)):
            return Found(UNREACHABLE, Path(record.cache), record.commit, record)
        return Found(MISSING)

    def is_reachable(self, cache: Path) -> bool:
        """Whether a folder of models is there. The place of a removed disk may be an empty folder."""
        return cache == self.standard or hub_cache.is_marked(cache)

    def was_used(self, cache: Path) -> bool:
        """Whether a model was loaded into this folder."""
        records = [hub_cache.read_record(file) for file in self._records.glob("*.json")]
        return any(r and Path(r.cache) == cache for r in records)

    def _caches(self, record: Record | None) -> list[Path]:
        found = [self.chosen, Path(record.cache) if record else None, self.standard]
        return list(dict.fromkeys(c for c in found if c))

    def _known(self, record: Record, cache: Path) -> Found:
        at = hub_cache.snapshot(cache, record.repo, record.commit)
        there = [hub_cache.is_there(at, file) for file in record.files]
        if all(there):
            return Found(READY, cache, record.commit, record)
        begun = any(there) or hub_cache.loaded(cache, record.repo)
        return Found(PARTIAL, cache, record.commit, record) if begun else Found(MISSING)

    def _strange(self, model: Model, cache: Path) -> Found:
        """What another program loaded: nobody told us its files, so their names have to do."""
        pinned = hub_cache.COMMIT.fullmatch(model.revision)
        begun = ""
        for commit in hub_cache.commits(cache, model.repo):
            if pinned and commit != model.revision:
                continue
            at = hub_cache.snapshot(cache, model.repo, commit)
            with suppress(OSError):
                names = wanted(model, list(hub_cache.names_in(at)))
                if _looks_whole(model, at, names):
                    return Found(READY, cache, commit)
                begun = begun or (commit if names else "")
        return Found(PARTIAL, cache, begun) if begun else Found(MISSING)


def wanted(model: Model, names: list[str]) -> list[str]:
    """Return those of a hub's files that the engine loads."""
    return [n for n in names if not model.files or any(fnmatch.fnmatchcase(n, pattern) for pattern in model.files)]


def _looks_whole(model: Model, at: Path, names: list[str]) -> bool:
    for pattern in model.files:
        if not fnmatch.filter(names, pattern):
            return False
    described = model.files and all(pattern.endswith(_DESCRIPTION) for pattern in model.files)  # and no more is wanted
    if not described and not any(fnmatch.fnmatchcase(name, weights) for name in names for weights in _WEIGHTS):
        return False
    return all(_pieces_there(at, name) for name in names if name.endswith(".index.json"))


def _pieces_there(at: Path, index: str) -> bool:
    """Whether all pieces lie beside the list of them."""
    try:
        file = at / index
        if file.stat().st_size > _MOST_INDEX:
            return False
        data: Any = json.loads(file.read_bytes())
        pieces = set(cast("dict[str, Any]", data["weight_map"]).values())
        return all((at / PurePosixPath(index).parent / str(piece)).is_file() for piece in pieces)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False

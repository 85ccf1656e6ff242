"""How something was made, as a value that is equal for two equal runs. Pure; any thread.

No time, job number, path or host name: those live in the database.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

SCHEMA = 1


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what a result is."""

    task: str
    engine: str
    engine_version: str
    model: str
    revision: str
    params: dict[str, Any]
    seed: int
    device: str
    precision: str
    licence: str
    script: str = ""
    cast: dict[str, str] = field(default_factory=dict[str, str])
    gaps: dict[str, float] = field(default_factory=dict[str, float])
    rungs: tuple[str, ...] = ()
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that is stored and embedded."""
        return asdict(self) | {"rungs": list(self.rungs)}

    def to_json(self) -> str:
        """Return the one canonical text, so that equal recipes are equal bytes."""
        return canonical(self.to_dict())


def from_dict(data: object) -> Recipe | None:
    """Read a recipe from a file that may come from anywhere; None when it is none."""
    if not isinstance(data, dict):
        return None
    table = cast("dict[str, Any]", data)
    wanted: dict[str, type[Any]] = {
        "task": str, "engine": str, "engine_version": str, "model": str, "revision": str, "params": dict, "seed": int,
        "device": str, "precision": str, "licence": str, "script": str, "cast": dict, "gaps": dict,
        "rungs": list, "schema": int,
    }  # fmt: skip
    values = {f.name: table[f.name] for f in fields(Recipe) if f.name in table}
    if any(not isinstance(value, wanted[name]) for name, value in values.items()):
        return None
    try:
        return Recipe(**cast("dict[str, Any]", {**values, "rungs": tuple(values.get("rungs", ()))}))
    except TypeError:
        return None


def canonical(data: object) -> str:
    """Return JSON with one spelling."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_of(data: object) -> str:
    """Return a name for data by its content."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()

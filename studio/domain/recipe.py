"""How something was made, as a value that is equal for two equal runs. Pure; any thread.

No time, job number, path or host name: those live in the database.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

from studio.domain import seeds

SCHEMA = 1
_MOST_TEXT = 20_000  # characters of anything but a script
_MOST_SCRIPT = 1_000_000
_MOST_ENTRIES = 1_000
_LONGEST_GAP = 60.0  # seconds
_LEFT_OUT_WHEN_EMPTY = frozenset({"languages", "seeds", "pronunciations", "files", "transcripts", "rights", "loras"})
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INPUT_NAME = re.compile(r"[0-9a-f]{64}\.(wav|png)")


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
    languages: dict[str, str] = field(default_factory=dict[str, str])
    seeds: dict[str, int] = field(default_factory=dict[str, int])
    pronunciations: dict[str, str] = field(default_factory=dict[str, str])
    files: dict[str, str] = field(default_factory=dict[str, str])  # role → name of the input, which is its hash
    transcripts: dict[str, str] = field(default_factory=dict[str, str])
    rights: dict[str, str] = field(default_factory=dict[str, str])  # role → under which terms that file may be used
    loras: dict[str, str] = field(default_factory=dict[str, str])  # name → SHA-256 of the file that was used
    gaps: dict[str, float] = field(default_factory=dict[str, float])
    rungs: tuple[str, ...] = ()
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that is stored and embedded."""
        found = asdict(self) | {"rungs": list(self.rungs)}
        return {name: value for name, value in found.items() if value or name not in _LEFT_OUT_WHEN_EMPTY}

    def to_json(self) -> str:
        """Return the one canonical text, so that equal recipes are equal bytes."""
        return canonical(self.to_dict())


def from_dict(data: object) -> Recipe | None:
    """Read a recipe from a file that may come from anywhere; None when it is none."""
    if not isinstance(data, dict):
        return None
    table = cast("dict[str, Any]", data)
    values = {f.name: table[f.name] for f in fields(Recipe) if f.name in table}
    if not all(_CHECKS.get(name, _is_text)(value) for name, value in values.items()):
        return None
    try:
        return Recipe(**cast("dict[str, Any]", {**values, "rungs": tuple(values.get("rungs", ()))}))
    except TypeError:
        return None


def params_in(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a recipe from anywhere; none where it has something else in their place."""
    found = recipe.get("params")
    return dict(cast("dict[str, Any]", found)) if isinstance(found, dict) else {}


def seed_in(recipe: Mapping[str, Any], default: int = 0) -> int:
    """Return the seed of a recipe from anywhere, the default where it has none that could be one."""
    found = recipe.get("seed")
    return found if isinstance(found, int) and _is_number(found, 0, seeds.LARGEST) else default


def parsed(text: str | bytes) -> dict[str, Any] | None:
    """Return the JSON object that a text from outside spells; None for what is none, or cannot be written again."""
    try:
        found: object = json.loads(text, parse_constant=_finite, parse_float=_finite)
        canonical(found).encode()
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def canonical(data: object) -> str:
    """Return JSON with one spelling."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_of(data: object) -> str:
    """Return a name for data by its content."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _finite(number: str) -> float:
    """Read a number; JSON knows neither NaN nor infinity, and 1e999 is one."""
    found = float(number)
    if not math.isfinite(found):
        raise ValueError(f"{number} is no number")
    return found


def is_input_name(value: object) -> bool:
    """Whether this names an input as the studio does: by its hash, so that no recipe chooses a path."""
    return isinstance(value, str) and _INPUT_NAME.fullmatch(value) is not None


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _is_text(value: object, longest: int = _MOST_TEXT) -> bool:
    return isinstance(value, str) and len(value) <= longest and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_table(value: object, fits: Callable[[object], bool]) -> bool:
    if not isinstance(value, dict) or len(cast("dict[Any, Any]", value)) > _MOST_ENTRIES:
        return False
    return all(_is_text(name) and fits(of_name) for name, of_name in cast("dict[object, object]", value).items())


def _is_param(value: object) -> bool:
    return isinstance(value, bool) or _is_text(value) or _is_number(value, -(2.0**63), 2.0**63)


def _is_list_of_texts(value: object) -> bool:
    found = cast("list[object]", value) if isinstance(value, list) else None
    return found is not None and len(found) <= _MOST_ENTRIES and all(map(_is_text, found))


# What is not named is a short text.
_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "params": lambda value: _is_table(value, _is_param),
    "seed": lambda value: isinstance(value, int) and _is_number(value, 0, seeds.LARGEST),
    "script": lambda value: _is_text(value, _MOST_SCRIPT),
    "cast": lambda value: _is_table(value, _is_text),
    "languages": lambda value: _is_table(value, _is_text),
    "seeds": lambda value: _is_table(value, lambda seed: isinstance(seed, int) and _is_number(seed, 0, seeds.LARGEST)),
    "pronunciations": lambda value: _is_table(value, _is_text),
    "files": lambda value: _is_table(value, is_input_name),
    "rights": lambda value: _is_table(value, _is_text),
    "transcripts": lambda value: _is_table(value, _is_text),
    "loras": lambda value: _is_table(value, lambda found: isinstance(found, str) and bool(_SHA256.fullmatch(found))),
    "gaps": lambda value: _is_table(value, lambda seconds: _is_number(seconds, 0.0, _LONGEST_GAP)),
    "rungs": _is_list_of_texts,
    "schema": lambda value: isinstance(value, int) and _is_number(value, 1, 1_000_000),
}

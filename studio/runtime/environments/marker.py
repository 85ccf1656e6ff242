"""What is kept beside an environment: the marker, written last, and the plan it was built from. Any thread.

Both are read with suspicion: a file that was edited, cut or made by another version counts as none.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from studio.runtime.environments.plan import BuildPlan
from studio.store import atomic

_MOST = 20_000_000  # bytes; a plan holds its lock
_GENERATION = re.compile(r"[0-9a-f]{8}")
T = TypeVar("T")


@dataclass(frozen=True)
class Marker:
    """Says that an environment is whole and was proven, and in which folder it lies."""

    pack: str
    folder: str  # the name only: data folders get moved
    accelerator: str
    flavour: str
    gfx: str
    python_version: str
    base: str  # the interpreter that the environment stands on
    torch: str  # as installed, with its build; nothing where there is none
    lock_sha: str
    packages: int
    installer: str
    built: str  # when, in UTC
    smoke: dict[str, Any] = field(default_factory=dict[str, Any])


class NoUse(Exception):
    """A file is there and cannot be what it should be; the text says why."""


def write(file: Path, value: Marker | BuildPlan) -> None:
    """Write a marker or a plan, whole or not at all."""
    text = json.dumps(dataclasses.asdict(value), indent=1, sort_keys=True, default=str)
    atomic.write_bytes(file, text.encode())


def read_marker(file: Path) -> Marker | None:
    """Read a marker; None where there is none, NoUse where it cannot be one."""
    found = _read(file, Marker)
    if found and not _GENERATION.fullmatch(found.folder):
        raise NoUse(f"it names a folder {found.folder[:40]!r}")
    return found


def read_plan(file: Path) -> BuildPlan | None:
    """Read a plan; None where there is none, NoUse where it cannot be one."""
    return _read(file, BuildPlan)


def _read(file: Path, kind: type[T]) -> T | None:
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST)
        return cast("T", _value(json.loads(data), kind))
    except FileNotFoundError:
        return None
    except OSError as e:
        raise NoUse(str(e.strerror)) from e
    except (ValueError, TypeError, KeyError, RecursionError) as e:
        raise NoUse(f"{type(e).__name__}: {e}") from e


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    """Return what the fields of a dataclass are to be; reading that from the source costs more than all the rest."""
    return typing.get_type_hints(kind)


def _value(data: Any, kind: Any) -> Any:
    """Make what a dataclass's annotation asks for from what JSON holds; raise TypeError or KeyError."""
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return cast("Any", kind)(**{f.name: _value(data[f.name], hints[f.name]) for f in dataclasses.fields(kind)})
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if not isinstance(data, list):
            raise TypeError(f"{data!r} is no list")
        items = cast("list[Any]", data)
        kinds = [inside[0]] * len(items) if inside[-1] is Ellipsis else list(inside)
        return tuple(_value(item, each) for item, each in zip(items, kinds, strict=True))
    if origin in {typing.Union, types.UnionType}:
        return None if data is None else _value(data, inside[0])
    if origin is dict:
        kind = dict
    if kind is float and type(data) is int:
        return float(data)
    if kind is Path:
        return Path(_value(data, str))
    if type(data) is not kind:
        raise TypeError(f"{str(data)[:40]!r} is not of type {kind.__name__}")
    return data

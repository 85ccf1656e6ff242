"""The project as a JSON object, and back with every check. Pure; any thread.

What equals its default is left out. What comes back may come from anywhere: `from_dict` raises StudioError for whatever
is no project, and returns only values that keep the rules of studio.domain.rules.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, cast

from studio.domain import rules
from studio.domain.project import Project
from studio.errors import StudioError

_MOST = 1_000_000  # things in one list
_LONGEST_TEXT = 20_000_000
_LARGEST = 2**53  # what every JSON reader keeps exactly
_DEEPEST = 20  # a recipe in a recipe in a … ; a list counts as one
_ID = re.compile(r"[a-z](?:0|[1-9][0-9]{0,14})")  # no thing has two names


class _Wrong(Exception):
    """The data are no project; the text says where."""


def to_dict(value: Any) -> dict[str, Any]:
    """Return the JSON object of a project, or of any value it is made of."""
    found: dict[str, Any] = {}
    kind = cast("type[Any]", type(value))
    for name, default, simple in _plan(kind):
        item = getattr(value, name)
        if item is default or item == default:
            continue
        found[name] = item if simple else plain(item)
    return found


def plain(item: Any) -> Any:
    """Return a field's value as JSON has it."""
    if isinstance(item, tuple):
        return [to_dict(x) if is_dataclass(x) else x for x in cast("tuple[Any, ...]", item)]
    return to_dict(item) if is_dataclass(item) else item


def from_dict(data: object) -> Project:
    """Read a project; raise StudioError that says what is wrong and where."""
    try:
        project = read(Project, data)
    except _Wrong as e:
        raise StudioError(f"The project's file is damaged: {e}.", "Open an autosave or a backup of it.") from e
    problems = rules.problems(project)
    if problems:
        raise StudioError(f"The project's file is damaged: {problems[0]}.", "Open an autosave or a backup of it.")
    return project


def read(kind: Any, data: object, where: str = "") -> Any:
    """Read one value of a project; for those that read parts of it, and raise what `from_dict` catches."""
    return _reader(kind)(data, where)


Wrong = _Wrong


def unknown_fields(kind: type[Any], data: dict[str, Any]) -> list[str]:
    """Name the fields of data from which `read` made a value that it passed over."""
    known, inner = _inner(kind)
    found = [name for name in data if name not in known]
    for name, child in inner:
        value = data.get(name)
        for item in cast("list[Any]", value) if isinstance(value, list) else [value] if value else []:
            found += unknown_fields(child, item)
    return found


@cache
def _inner(kind: type[Any]) -> tuple[frozenset[str], tuple[tuple[str, type[Any]], ...]]:
    """The names of the fields, and the kinds of those that are or hold values with fields of their own."""
    found: list[tuple[str, type[Any]]] = []
    for name, hint in typing.get_type_hints(kind).items():
        candidates = [hint, *typing.get_args(hint)]
        found += [(name, cast("type[Any]", c)) for c in candidates if isinstance(c, type) and is_dataclass(c)]
    return frozenset(f.name for f in fields(kind)), tuple(found)


@cache
def _plan(kind: type[Any]) -> tuple[tuple[str, Any, bool], ...]:
    """Name, default and plainness of each field; looked up once a kind, since a project has many clips."""
    hints = typing.get_type_hints(kind)
    return tuple((f.name, _default(f), hints[f.name] in {int, float, str, bool}) for f in fields(kind))


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


@cache
def _reader(kind: Any) -> Callable[[object, str], Any]:
    """Return the function that checks and makes a value of a type."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    if isinstance(kind, types.UnionType):  # X | None
        inner = _reader(next(a for a in kind.__args__ if a is not types.NoneType))
        return lambda data, where: None if data is None else inner(data, where)
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _list_reader(_reader(kind.__args__[0]))
    if origin is dict:
        return _numbers if kind.__args__[1] is float else _object
    return _class_reader(kind)


def _list_reader(item: Callable[[object, str], Any]) -> Callable[[object, str], Any]:
    def read_list(data: object, where: str) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise _Wrong(f"{where} is no list")
        found = cast("list[object]", data)
        if len(found) > _MOST:
            raise _Wrong(f"{where} holds more than {_MOST} things")
        return tuple(item(x, where) for x in found)

    return read_list


def _class_reader(kind: type[Any]) -> Callable[[object, str], Any]:
    hints = typing.get_type_hints(kind)
    readers = {f.name: _reader(hints[f.name]) for f in fields(kind)}
    needed = [f.name for f in fields(kind) if _default(f) is MISSING]
    title = kind.__name__.lower()

    def read_class(data: object, where: str) -> Any:
        if not isinstance(data, dict):
            raise _Wrong(f"{where or 'it'} is no {title}")
        given = cast("dict[str, object]", data)
        own_id = given.get("id")
        label = f"{title} {own_id}" if isinstance(own_id, str) and _ID.fullmatch(own_id) else title
        found = {name: readers[name](x, f"{name} of {label}") for name, x in given.items() if name in readers}
        missing = [name for name in needed if name not in found]
        if missing:
            raise _Wrong(f"{label} has no {missing[0]}")
        if "id" in found and not _ID.fullmatch(found["id"]):
            raise _Wrong(f"{_shown(found['id'])} is no id")
        return kind(**found)

    return read_class


def _int(data: object, where: str) -> int:
    if type(data) is not int or not -_LARGEST < data < _LARGEST:
        raise _Wrong(f"{where} is no whole number")
    return data


def _float(data: object, where: str) -> float:
    try:
        if type(data) in {int, float} and math.isfinite(number := float(cast("float", data))):
            return number
    except OverflowError:  # a whole number that no float can hold
        pass
    raise _Wrong(f"{where} is no number")


def _str(data: object, where: str) -> str:
    if not isinstance(data, str) or len(data) > _LONGEST_TEXT:
        raise _Wrong(f"{where} is no text")
    if not data.isascii() and any("\ud800" <= c <= "\udfff" for c in data):
        raise _Wrong(f"{where} is no text that can be stored")
    return data


def _bool(data: object, where: str) -> bool:
    if not isinstance(data, bool):
        raise _Wrong(f"{where} is neither true nor false")
    return data


def _object(data: object, where: str) -> dict[str, Any]:
    """Check an object of free form: nothing in it may be what cannot be written again."""
    if not isinstance(data, dict):
        raise _Wrong(f"{where} is no object")
    _check_json(cast("dict[str, object]", data), where, _DEEPEST)
    return cast("dict[str, Any]", data)


def _check_json(data: object, where: str, depth: int) -> None:
    if depth == 0:
        raise _Wrong(f"{where} is nested too deep")
    if data is None or isinstance(data, bool):
        return
    if isinstance(data, str):
        _str(data, where)
    elif isinstance(data, int):
        _int(data, where)
    elif isinstance(data, dict):
        for name, item in cast("dict[object, object]", data).items():
            _str(name, where)
            _check_json(item, where, depth - 1)
    elif isinstance(data, list):
        for item in cast("list[object]", data):
            _check_json(item, where, depth - 1)
    else:
        _float(data, where)


def _numbers(data: object, where: str) -> dict[str, float]:
    if not isinstance(data, dict):
        raise _Wrong(f"{where} is no object")
    given = cast("dict[str, object]", data)
    return {_str(name, where): _float(value, f"{_shown(name)} in {where}") for name, value in given.items()}


def _shown(text: str) -> str:
    return ascii(text[:40])


_SCALARS: dict[Any, Callable[[object, str], Any]] = {int: _int, float: _float, str: _str, bool: _bool}

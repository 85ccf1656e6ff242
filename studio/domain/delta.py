"""How one value differs from another, as a JSON object, and the way back. Pure; any thread.

`apply(before, diff(before, after)) == after` for every pair of projects. What did not change is told by identity first,
because an edit shares it: so a difference costs what changed, and little more. A delta may come from anywhere.

A text is given whole, or, where it is long, as what stands in place of a part of it: {"at", "cut", "text"}. A list of
things with ids is {"at", "cut", "items"}: of the things cut out, an item brings one back as it was (its id) or changed
({"id", "set": delta}), or is another ({"new": …}). Anything else is given whole.
"""

from __future__ import annotations

import operator
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import compress, count
from typing import Any, cast

from studio.domain import project_json
from studio.errors import StudioError

_LONG_TEXT = 200  # characters; below, naming a part is longer than the whole

Change = Callable[[Any, Any], object]  # of the values before and after to what a delta says
Return = Callable[[Any, object, str], Any]  # of the value before and what a delta says to the value after


def diff(before: Any, after: Any) -> dict[str, Any]:
    """Return how a value differs from another of its kind."""
    found: dict[str, Any] = {}
    for name, change, _ in _plan(cast("type[Any]", type(after))):
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            found[name] = change(old, new)
    return found


def apply(before: Any, delta: object) -> Any:
    """Return the value that differs so from another; raise StudioError for what fits not."""
    try:
        return _apply(before, delta, "")
    except project_json.Wrong as e:
        raise StudioError(f"A step of the history is damaged: {e}.", "It and the steps behind it are lost.") from e


def _apply(before: Any, delta: object, where: str) -> Any:
    ways = {name: back for name, _, back in _plan(cast("type[Any]", type(before)))}
    changes: dict[str, Any] = {}
    for name, said in _table(delta, where).items():
        if name not in ways:
            raise project_json.Wrong(f"{where or 'it'} has no {name[:40]}")
        changes[name] = ways[name](getattr(before, name), said, f"{name} of {where}" if where else name)
    return replace(before, **changes) if changes else before


@cache
def _plan(kind: type[Any]) -> tuple[tuple[str, Change, Return], ...]:
    """Name and ways of each field that can change; what has another id is another thing."""
    hints = typing.get_type_hints(kind)
    return tuple((f.name, *_ways(hints[f.name])) for f in fields(kind) if f.name != "id")


def _ways(hint: Any) -> tuple[Change, Return]:
    if hint is str:
        return _text_change, _text_back
    item = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
    if is_dataclass(item) and any(f.name == "id" for f in fields(item)):
        return _list_change, lambda before, said, where: _list_back(before, said, where, cast("type[Any]", item))
    return _whole_change, lambda _before, said, where: project_json.read(hint, said, where)


def _whole_change(_before: Any, after: Any) -> object:
    return project_json.plain(after)


def _text_change(before: str, after: str) -> object:
    if min(len(before), len(after)) < _LONG_TEXT:
        return after
    same = _same_start(before, after)
    rest = min(len(before), len(after)) - same
    tail = _same_start(before[len(before) - rest :][::-1], after[len(after) - rest :][::-1])
    return {"at": same, "cut": len(before) - same - tail, "text": after[same : len(after) - tail]}


def _same_start(a: str, b: str) -> int:
    """Return how many characters two texts begin with in common; by halving, since comparing slices is quick."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _text_back(before: str, said: object, where: str) -> str:
    if isinstance(said, str):
        return project_json.read(str, said, where)
    table = _table(said, where)
    at, cut = _place(table, len(before), where)
    text = project_json.read(str, table.get("text"), where)
    return project_json.read(str, before[:at] + text + before[at + cut :], where)


def _list_change(before: Sequence[Any], after: Sequence[Any]) -> object:
    shortest = min(len(before), len(after))
    start = next(compress(count(), map(operator.is_not, before, after)), shortest)
    differs_back = compress(count(), map(operator.is_not, reversed(before), reversed(after)))
    end = min(next(differs_back, shortest), shortest - start)
    cut = {x.id: x for x in before[start : len(before) - end]}
    items = [_item(cut, x) for x in after[start : len(after) - end]]
    return {"at": start, "cut": len(before) - start - end, "items": items}


def _item(cut: Mapping[str, Any], after: Any) -> object:
    before = cut.get(after.id)
    if before is None:
        return {"new": project_json.to_dict(after)}
    delta = {} if before is after else diff(before, after)
    return {"id": after.id, "set": delta} if delta else after.id


def _list_back(before: Sequence[Any], said: object, where: str, kind: type[Any]) -> tuple[Any, ...]:
    table = _table(said, where)
    at, cut = _place(table, len(before), where)
    items = table.get("items")
    if not isinstance(items, list):
        raise project_json.Wrong(f"{where} is no list")
    cut_out = {x.id: x for x in before[at : at + cut]}
    found = [_item_back(cut_out, item, where, kind) for item in cast("list[object]", items)]
    return (*before[:at], *found, *before[at + cut :])


def _item_back(cut_out: Mapping[str, Any], said: object, where: str, kind: type[Any]) -> Any:
    if isinstance(said, str):
        return _cut_out(cut_out, said, where)
    table = _table(said, where)
    if "new" in table:
        return project_json.read(kind, table["new"], where)
    name = table.get("id")
    return _apply(_cut_out(cut_out, name, where), table.get("set"), str(name))


def _cut_out(cut_out: Mapping[str, Any], name: object, where: str) -> Any:
    if not isinstance(name, str) or name not in cut_out:
        raise project_json.Wrong(f"{where} names {str(name)[:40]!r}, which there is not")
    return cut_out[name]


def _place(table: Mapping[str, object], length: int, where: str) -> tuple[int, int]:
    at, cut = (project_json.read(int, table.get(name), where) for name in ("at", "cut"))
    if at < 0 or cut < 0 or at + cut > length:
        raise project_json.Wrong(f"{where} is changed beyond its end")
    return at, cut


def _table(data: object, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise project_json.Wrong(f"what is said of {where or 'it'} is no object")
    return cast("dict[str, Any]", data)

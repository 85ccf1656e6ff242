"""What stands in a project's files: `project.json` and its history, as bytes and back. Any thread.

Both are written by this version or may come from anywhere. A history names the very bytes of the project that it
belongs to: two files cannot be renamed at once, but one that does not fit can be told.

A field that is added raises the schema. So a field that this version does not know, in a file of its own schema, is
nobody's: it is read over, told, and gone with the next save. A newer schema is read as far as it goes, never written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import studio
from studio.domain import delta, project_json
from studio.domain.history import MOST_STEPS, History, Unread, begun_with, plain_label
from studio.domain.project import Project
from studio.errors import StudioError

MOST_BYTES = 500_000_000  # of a file; a project of 10,000 clips has three million, and recipes of what it was made of
_MOST_HISTORY = 16_000_000  # characters of deltas that are kept; the steps farthest from the present go first
_LARGEST = 2**53
_HINT = "Open an autosave or a backup of it."

# Each turns the object of one schema into that of the next; the first one starts from schema 1.
UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()


@dataclass(frozen=True)
class Content:
    """What a `project.json` says."""

    project: Project
    revision: int
    base: str  # of an autosave: the digest of the project's file that it goes on from
    newer: int  # the schema, when it is of a later version of the studio; else 0
    digest: str
    told: tuple[str, ...]


class Deltas:
    """The steps of a history as text, each made once. One thread at a time."""

    def __init__(self) -> None:
        self._texts: dict[tuple[int, int], tuple[object, object, str]] = {}

    def of(self, history: History) -> tuple[list[str], list[str]]:
        """Return the deltas back from the present and on from it, nearest first, as many as may be kept."""
        old, self._texts = self._texts, {}
        room = _MOST_HISTORY
        sides: list[list[str]] = []
        for step, last in ((-1, 0), (1, len(history.labels))):
            side: list[str] = []
            for index in range(history.at, last, step):
                side.append(self._text(history.moments[index], history.moments[index + step], old))
                room -= len(side[-1])
                if room < 0:
                    side.pop()
                    break
            sides.append(side)
        return sides[0], sides[1]

    def _text(self, start: object, end: object, old: dict[tuple[int, int], tuple[object, object, str]]) -> str:
        key = (id(start), id(end))
        # The moments are kept beside the text, so that no other thing can get their address.
        known = old.get(key) or (start, end, _dump(end.delta if isinstance(end, Unread) else delta.diff(start, end)))
        self._texts[key] = known
        return known[2]


def to_bytes(project: Project, revision: int, *, base: str = "") -> bytes:
    """Return the content of a `project.json`; raise StudioError for a project that could not be opened again."""
    data = project_json.to_dict(project)
    try:
        project_json.from_dict(data)
        about: dict[str, Any] = {"schema": _schema(), "revision": revision, "app": studio.__version__}
        if base:
            about["base"] = base
        text = json.dumps({**about, "project": data}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        raw = text.encode()
    except (StudioError, ValueError, RecursionError) as e:
        hint = "Undo the last step and try again."
        raise StudioError("The project cannot be saved as it stands.", hint, str(e)) from e
    if len(raw) > MOST_BYTES:
        raise StudioError(
            f"The project is too large to be saved: its file would have more than {MOST_BYTES // 1_000_000} MB.",
            "Undo the last step, or remove takes that are not used.",
        )
    return raw


def digest_of(raw: bytes) -> str:
    """Return what tells the content of a project's file from any other."""
    return hashlib.sha256(raw).hexdigest()


def from_bytes(raw: bytes) -> Content:
    """Read a `project.json`; raise StudioError for what is none."""
    data = _load(raw, "The project's file")
    schema, revision = (_count(data.get(name, 0)) for name in ("schema", "revision"))
    base = data.get("base", "")
    if not schema or not revision:
        raise StudioError("The project's file is damaged: it does not say of which version it is.", _HINT)
    newer = schema if schema > _schema() else 0
    told: list[str] = []
    if schema < _schema():
        data = _upgraded(data, schema)
        told.append("The project was made by an older version of the studio; saving brings it up to date.")
    try:
        project = project_json.from_dict(data.get("project"))
    except StudioError as e:
        if newer:
            raise StudioError(
                f"The project was made by a newer version of the studio (schema {schema}), which this one cannot read.",
                "Update the studio.",
            ) from e
        raise
    unknown = [] if newer else _unknown(data, project)
    if unknown:
        names = ", ".join(unknown)
        told.append(f"The project's file holds what this version does not know ({names}); saving leaves it out.")
    return Content(project, revision, base if isinstance(base, str) else "", newer, digest_of(raw), tuple(told))


def history_to_bytes(history: History, revision: int, project_file: bytes, deltas: Deltas) -> bytes:
    """Return the content of the history that belongs to a `project.json`."""
    back, on = deltas.of(history)
    about = {
        "schema": _schema(),
        "revision": revision,
        "of": digest_of(project_file),
        "at": len(back),
        "labels": history.labels[history.at - len(back) : history.at + len(on)],
    }
    return f'{_dump(about)[:-1]},"deltas":[{",".join([*reversed(back), *on])}]}}'.encode()


def history_from_bytes(raw: bytes, content: Content) -> History:
    """Read a history; raise StudioError for one that is damaged or belongs to another state of the project."""
    data = _load(raw, "The history")
    at, labels, deltas = data.get("at"), data.get("labels"), data.get("deltas")
    if data.get("schema") != _schema() or data.get("of") != content.digest:
        raise StudioError("The history belongs to another state of the project.")
    sound = type(at) is int and _is_list_of(str, labels) and _is_list_of(dict, deltas)
    if not sound or not 0 <= cast("int", at) <= len(cast("list[Any]", labels)) <= MOST_STEPS:
        raise StudioError("The history is damaged.")
    unread = [Unread(one) for one in cast("list[dict[str, Any]]", deltas)]
    names, now = tuple(plain_label(name) for name in cast("list[str]", labels)), cast("int", at)
    if len(unread) != len(names):
        raise StudioError("The history is damaged.")
    return History((*unread[:now], content.project, *unread[now:]), names, now)


def history_or_new(raw: bytes | None, content: Content) -> tuple[History, str]:
    """Read a history if it fits; else return a new one, and what was lost."""
    try:
        if raw is not None:
            return history_from_bytes(raw, content), ""
        lost = "The history is missing."
    except StudioError as e:
        lost = e.message
    return begun_with(content.project), f"{lost} What was done before cannot be undone."


def _schema() -> int:
    return len(UPGRADES) + 1


def _dump(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def _load(raw: bytes, what: str) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise StudioError(f"{what} is larger than any can be.", _HINT)
    try:
        data = json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError, MemoryError) as e:
        raise StudioError(f"{what} is damaged: it cannot be read.", _HINT, str(e)) from e
    if not isinstance(data, dict):
        raise StudioError(f"{what} is damaged: it holds something else.", _HINT)
    return cast("dict[str, Any]", data)


def _count(data: object) -> int:
    """Return a whole number from 1; 0 for anything else."""
    return data if type(data) is int and 0 < data < _LARGEST else 0


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _upgraded(data: dict[str, Any], schema: int) -> dict[str, Any]:
    try:
        for upgrade in UPGRADES[schema - 1 :]:
            data = upgrade(data)
    except (LookupError, TypeError, ValueError, AttributeError) as e:
        raise StudioError("The project's file is damaged: it is not as its version has it.", _HINT, repr(e)) from e
    return data


def _unknown(data: dict[str, Any], project: Project) -> list[str]:
    """Name the first few fields that nobody read."""
    found = [name for name in data if name not in {"schema", "revision", "app", "base", "project"}]
    found += project_json.unknown_fields(Project, data["project"])
    return [repr(name[:40]) for name in found[:3]]


def _is_list_of(kind: type[Any], data: object) -> bool:
    return isinstance(data, list) and all(isinstance(x, kind) for x in cast("list[object]", data))

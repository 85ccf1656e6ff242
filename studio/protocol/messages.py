"""The messages between the studio and an engine process, and their JSON form. Values only; any thread.

Fields that a newer side adds are ignored, so that small additions need no new version.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

VERSION = 1
SKIP_CLEANUP = "skip_cleanup"  # the rung after which a worker frees nothing; its process is ended instead
PART = "model:"  # before the name of a model that belongs to another; its folder is a setting of the load
LORAS = "loras"  # the folder for them, as a setting of the load of engines that take some
WITHOUT_FLOAT8 = frozenset({"mps", "directml"})  # kinds of devices whose torch knows no numbers that small
_LARGEST = 2**63 - 1  # a database takes no larger number


class MessageError(Exception):
    """A frame holds no message of this protocol."""


@dataclass(frozen=True)
class Hello:
    """Worker: I run, and speak this version."""

    kind: ClassVar[str] = "hello"
    version: int
    python: str
    pid: int


@dataclass(frozen=True)
class Load:
    """App: make the model ready. Sent once, before the first run; a worker serves one way of loading.

    `rungs` are the steps of the ladder in force as long as this process lives: some are about loading, some about runs.
    """

    kind: ClassVar[str] = "load"
    engine: str
    device: str
    precision: str
    threads: int
    model: str
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    rungs: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Loaded:
    """Worker: the model is ready."""

    kind: ClassVar[str] = "loaded"
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Run:
    """App: do this job. `parts` names finished pieces by key."""

    kind: ClassVar[str] = "run"
    job: int
    task: str
    params: dict[str, Any]
    inputs: dict[str, Any]
    seed: int
    scratch: str
    parts: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Cancel:
    """App: end this job at the next good moment."""

    kind: ClassVar[str] = "cancel"
    job: int


@dataclass(frozen=True)
class Dump:
    """App: write every thread's stack to stderr."""

    kind: ClassVar[str] = "dump"


@dataclass(frozen=True)
class Shutdown:
    """App: leave when idle."""

    kind: ClassVar[str] = "shutdown"


@dataclass(frozen=True)
class Heartbeat:
    """Worker: my interpreter still turns, even when a long kernel reports nothing."""

    kind: ClassVar[str] = "heartbeat"


@dataclass(frozen=True)
class Progress:
    """Worker: how far the job is. `fraction` None means unknown."""

    kind: ClassVar[str] = "progress"
    job: int
    stage: str
    fraction: float | None = None


@dataclass(frozen=True)
class Preview:
    """Worker: a first look at what is being made."""

    kind: ClassVar[str] = "preview"
    job: int
    file: str


@dataclass(frozen=True)
class Note:
    """Worker: something the user should know about this job."""

    kind: ClassVar[str] = "note"
    job: int
    level: str
    text: str
    line: int | None = None


@dataclass(frozen=True)
class Part:
    """Worker: a finished piece that a later run can use again."""

    kind: ClassVar[str] = "part"
    job: int
    key: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Ahead:
    """Worker: the next of the sound that will be the result, for whoever listens meanwhile. `start` counts samples."""

    kind: ClassVar[str] = "ahead"
    job: int
    file: str
    sha256: str
    start: int


@dataclass(frozen=True)
class Result:
    """Worker: the job's result lies synced on disk. From here on nothing can undo the success.

    `more` are further files of the same job, each with file, sha256, media and facts.
    """

    kind: ClassVar[str] = "result"
    job: int
    file: str
    sha256: str
    media: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    more: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(frozen=True)
class Failed:
    """Worker: the job, or the loading (job 0), did not work. `failure` is a class of worker.failures."""

    kind: ClassVar[str] = "failed"
    job: int
    failure: str
    message: str
    hint: str = ""
    details: str = ""


@dataclass(frozen=True)
class Idle:
    """Worker: cleaned up after the job, ready for the next."""

    kind: ClassVar[str] = "idle"
    job: int


@dataclass(frozen=True)
class Order:
    """App: do this at once; to a process that plays. Orders are obeyed in the order in which they come."""

    kind: ClassVar[str] = "order"
    verb: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Report:
    """A process that plays: what happens there."""

    kind: ClassVar[str] = "report"
    topic: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])


Message = (
    Hello
    | Load
    | Loaded
    | Run
    | Cancel
    | Dump
    | Shutdown
    | Heartbeat
    | Progress
    | Preview
    | Note
    | Part
    | Ahead
    | Result
    | Failed
    | Idle
    | Order
    | Report
)
_TYPES: dict[str, type[Any]] = {t.kind: t for t in Message.__args__}
_CHECKS: dict[str, tuple[type[Any], ...]] = {
    "int": (int,),
    "str": (str,),
    "float | None": (int, float, type(None)),
    "int | None": (int, type(None)),
    "dict[str, Any]": (dict,),
    "dict[str, str]": (dict,),
    "list[str]": (list,),
    "list[dict[str, Any]]": (list,),
}


def encode(message: Message) -> bytes:
    """Turn a message into a frame's payload."""
    fields = {f.name: getattr(message, f.name) for f in dataclasses.fields(message)}
    return json.dumps({"kind": message.kind, **fields}, separators=(",", ":"), allow_nan=False).encode()


def decode(payload: bytes) -> Message:
    """Turn a frame's payload into a message; raise MessageError for anything that is none."""
    try:
        data: Any = json.loads(payload, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as e:
        raise MessageError(f"not JSON: {payload[:60]!r}") from e
    if not isinstance(data, dict):
        raise MessageError(f"not an object: {payload[:60]!r}")
    data = cast("dict[str, Any]", data)
    kind = data.get("kind")
    message_type = _TYPES.get(kind) if isinstance(kind, str) else None
    if message_type is None:
        raise MessageError(f"unknown message {_shown(kind)}")
    values = {f.name: data[f.name] for f in dataclasses.fields(message_type) if f.name in data}
    for f in dataclasses.fields(message_type):
        if f.name in values and not _fits(values[f.name], str(f.type)):
            raise MessageError(f"{message_type.kind}: {f.name} is not {f.type}: {_shown(values[f.name])}")
    try:
        return message_type(**values)
    except TypeError as e:
        raise MessageError(f"{message_type.kind}: {e}") from e


def _fits(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return False
    if not isinstance(value, _CHECKS[wanted]) or (isinstance(value, int) and abs(value) > _LARGEST):
        return False
    if wanted == "dict[str, str]":
        return all(isinstance(v, str) for v in cast("dict[str, Any]", value).values())
    inside = {"list[str]": str, "list[dict[str, Any]]": dict}.get(wanted)
    return inside is None or all(isinstance(v, inside) for v in cast("list[Any]", value))


def _shown(value: object) -> str:
    return repr(value[:60]) if isinstance(value, str) else f"a {type(value).__name__}"  # the rest may have no end


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):  # 1e999 is proper JSON
        raise ValueError(text)
    return value

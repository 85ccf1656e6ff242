"""What a user asks for: one value that holds everything that matters to a generation. Pure; any thread.

The same value goes into the job's row, feeds a retry, and answers what was asked long after.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import PurePath
from typing import Any

EXPORT = "export"  # the task that has no engine
COVER = "cover"  # stands for a clip, where a picture is to be the project's cover


@dataclass(frozen=True)
class Target:
    """Where the process that asked writes the result, besides the library."""

    path: str
    format: str
    force: bool = False
    again: bool = False  # may replace what an earlier try of the same work put there
    detached: bool = False  # nobody waits: whoever runs the job writes the file


@dataclass(frozen=True)
class Gaps:
    """Seconds of silence where the script asks for none; settled when the request is made, like everything else."""

    sentence: float = 0.25
    turn: float = 0.45


@dataclass(frozen=True)
class Request:
    """A generation, or an export. `params` is complete and checked, `seed` is settled."""

    task: str
    engine: str  # none for an export, whose params are a studio.domain.export.order.Order
    params: dict[str, Any]
    seed: int
    script: str = ""
    cast: dict[str, str] = field(default_factory=dict[str, str])  # speaker → voice
    languages: dict[str, str] = field(default_factory=dict[str, str])  # speaker → language, where it is not the voice's
    seeds: dict[str, int] = field(default_factory=dict[str, int])  # number of a sentence → seed, where it was chosen
    pronunciations: dict[str, str] = field(default_factory=dict[str, str])  # word → how it is spelled for speaking
    files: dict[str, str] = field(default_factory=dict[str, str])  # role → name of a kept input
    transcripts: dict[str, str] = field(default_factory=dict[str, str])  # role → the words spoken in that file
    rights: dict[str, str] = field(default_factory=dict[str, str])  # role → under which terms that file may be used
    gaps: Gaps = Gaps()
    as_is: bool = False  # nothing is made again with another seed because of how it sounds: these are the seeds
    format: str = "wav"  # of the user's file
    model: str = ""  # a folder, a file, or one of the engine's own; empty is the first of these that is there
    device: str = ""  # empty is the best there is
    allow_cpu: bool = True
    environment: dict[str, str] = field(default_factory=dict[str, str])  # variables the user wants the engine to see
    target: Target | None = None
    project: str = ""  # the folder of the project that this is for; its takes get what comes of it
    line: str = ""  # and of which line of its script
    clip: str = ""  # the clip that is to play it, or COVER
    clip_plays: str = ""  # the hash of the file that clip played then; an id can come to name another clip
    follow: str = ""  # what moves when that clip comes to last longer or shorter
    listened: bool = False  # somebody hears it while it is made; nothing of the result depends on it
    act: str = ""  # the name of what somebody asked for at once: what lands of it in a row is one step of undo

    @property
    def places(self) -> list[str]:
        """The files outside the data folder that this makes; an export has several."""
        pieces: list[dict[str, Any]] = self.params.get("pieces", []) if self.task == EXPORT else []
        count = self.params.get("count", 1) if self.target else 0
        several = range(1, 1 + (count if isinstance(count, int) else 1))
        own = [numbered(self.target.path, number) for number in several] if self.target else []
        return list(dict.fromkeys([*own, *(str(piece["path"]) for piece in pieces)]))

    def to_json(self) -> str:
        """Return the row's form."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def numbered(path: str, number: int) -> str:
    """Return where the n-th of several files goes: `a.png`, `a-2.png`, `a-3.png`."""
    if number == 1:
        return path
    whole = PurePath(path)
    return str(whole.with_name(f"{whole.stem}-{number}{whole.suffix}"))


def from_json(text: str) -> Request:
    """Read the row's form; names that an older studio does not know are left out."""
    data: dict[str, Any] = json.loads(text)
    values = _known(Request, data)
    target = values.pop("target", None)
    gaps = Gaps(**_known(Gaps, values.pop("gaps", {})))
    return Request(**values, gaps=gaps, target=Target(**_known(Target, target)) if target else None)


def _known(kind: type[Any], data: dict[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    return {k: v for k, v in data.items() if k in names}

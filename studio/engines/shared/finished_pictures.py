"""The pictures of a job that are whole: each outlives the process that made it, and is taken by the next one.

A job of several pictures names a key for each. What is kept under it is a line that says what the picture is, and the
file as it was made; so a picture that was made under other settings of the ladder says so later. The main thread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engines.shared import pictures
from studio.worker.context import RunContext
from studio.worker.runner import Output

KEYS = "keys"  # among a job's inputs: one for each picture, none where there is but one
MADE_UNDER = "made_under"  # among the facts of a picture that an earlier run made: under what
_LONGEST_HEAD = 100_000


@dataclass(frozen=True)
class Said:
    """A note about one picture; whoever takes the picture says it again."""

    text: str
    level: str = "warning"


@dataclass(frozen=True)
class Finished:
    """The pictures of one run. `under` says what decides about a picture and may be another in the next run.

    What is in `same` must not: a kept picture whose facts tell other values of these is made again.
    """

    context: RunContext
    under: Mapping[str, Any]
    same: Mapping[str, Any]

    def found(self, number: int) -> Output | None:
        """Return a picture that an earlier run made; a damaged one, or one of other files, counts as missing."""
        key = self._key(number)
        file = self.context.finished_part(key) if key else None
        if file is None:
            return None
        try:
            kept = _read(file)
        except (OSError, ValueError, LookupError, TypeError) as e:
            self.context.log(f"the kept picture {number + 1} is made again: {e}")
            return None
        if any(kept.facts.get(name) != value for name, value in self.same.items()):
            return None
        name = pictures.name_of(number)
        with self.context.create(name) as unfinished:
            unfinished.write_bytes(kept.data)
        for note in kept.notes:
            self.context.note(note.text, level=note.level)
        under = {MADE_UNDER: kept.under} if kept.under != self.under else {}
        return Output(self.context.scratch / name, "image", {**kept.facts, **under}, sha256=kept.sha256)

    def keep(self, number: int, picture: Output, notes: Sequence[Said] = ()) -> None:
        """Say what is to be known about a finished picture, and hand it over if the job has several."""
        for note in notes:
            self.context.note(note.text, level=note.level)
        key = self._key(number)
        if not key:
            return
        data = picture.path.read_bytes()
        head = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "facts": picture.facts,
            "notes": [[note.text, note.level] for note in notes],
            "under": dict(self.under),
        }
        name = f"kept-{number + 1:02}"
        with self.context.create(name) as unfinished:
            unfinished.write_bytes(json.dumps(head).encode() + b"\n" + data)
        self.context.keep_part(key, self.context.scratch / name)

    def _key(self, number: int) -> str:
        keys: Sequence[str] = self.context.inputs.get(KEYS) or ()
        return keys[number] if number < len(keys) else ""


@dataclass(frozen=True)
class _Kept:
    facts: dict[str, Any]
    notes: tuple[Said, ...]
    under: dict[str, Any]
    sha256: str
    data: bytes


def _read(file: Path) -> _Kept:
    """Read a kept picture; raise ValueError, LookupError or TypeError for what is damaged."""
    with file.open("rb") as stream:
        head: Any = json.loads(stream.readline(_LONGEST_HEAD))
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != head["sha256"]:
        raise ValueError("it is damaged")
    notes = tuple(Said(str(text), str(level)) for text, level in head["notes"])
    return _Kept({**head["facts"]}, notes, {**head["under"]}, head["sha256"], data)

"""What the encoder that judges heard in sounds, kept by hash, so that a second look needs no job. Any thread."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from studio.domain.voice import is_file
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.tasks.embed import SOUND
from studio.store import atomic, cache, plain_file

AT_ONCE = 24  # sounds of a job; what one of them found is kept before the next begins
_MOST_BYTES = 50_000_000  # of all
_LONGEST = 20_000  # bytes of one
_NUMBERS = 256


@dataclass(frozen=True)
class Print:
    """What was heard in a sound; without a vector nobody spoke."""

    vector: tuple[float, ...] = ()


class Prints:
    """The kept vectors, of one version of the encoder."""

    def __init__(self, paths: DataPaths, speaker: Manifest) -> None:
        self._folder = paths.prints / f"{speaker.id}-{speaker.version}"

    def find(self, sha256: str) -> Print | None:
        """Return what was heard in a sound, None where nobody has listened yet or the note of it is damaged."""
        try:
            raw = plain_file.read_plain(self._file(sha256), most=_LONGEST)
            return _read(json.loads(raw))
        except (StudioError, OSError, ValueError, OverflowError):
            return None

    def keep(self, made: list[Media]) -> None:
        """Keep what a job has found."""
        told: Any = json.loads(made[0].file.read_text(encoding="utf-8"))
        sounds = cast("Mapping[str, Any]", told["sounds"])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for sha256, vector in sounds.items():
                if is_file(sha256):
                    self._file(sha256).parent.mkdir(exist_ok=True)
                    atomic.write_bytes(self._file(sha256), json.dumps({"vector": vector or []}).encode())
        except OSError as e:
            raise atomic.explain(e, "What was heard could not be kept") from e
        with suppress(OSError):
            cache.prune(self._folder.parent, most_bytes=_MOST_BYTES)

    def _file(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.json"


def wishes(sounds: Mapping[str, Path]) -> list[Wish]:
    """Return the jobs that listen to sounds, which are named by their hashes."""
    names = list(sounds)
    groups = [names[begin : begin + AT_ONCE] for begin in range(0, len(names), AT_ONCE)]
    return [Wish(task="embed", files={f"{SOUND}:{name}": sounds[name] for name in group}) for group in groups]


def _read(data: object) -> Print | None:
    vector: object = cast("dict[str, object]", data).get("vector") if isinstance(data, dict) else None
    if not isinstance(vector, list):
        return None
    given = cast("list[object]", vector)
    numbers = tuple(float(x) for x in given if isinstance(x, int | float) and math.isfinite(x))
    return Print(numbers) if len(numbers) == len(given) and len(numbers) in {0, _NUMBERS} else None

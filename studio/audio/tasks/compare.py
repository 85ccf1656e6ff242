"""The task `compare`: how far two sounds are apart, sample by sample from their beginnings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from studio.audio import streams
from studio.audio.reading import Block
from studio.audio.streams import SoundStream
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output

_SIMILAR_DB = -60.0
_SIMILAR_SECONDS = 0.01
_SILENT_DB = -200.0
_FULL = np.float32(32768)  # the finest step that counts is one of 16 bits


def run(context: RunContext) -> Output:
    """Compare `a` and `b`."""

    def stop() -> bool:
        return context.cancelled

    with streams.opened(path_in(context, "a"), stop=stop) as a, streams.opened(path_in(context, "b"), stop=stop) as b:
        facts: dict[str, Any] = {"rate": [a.rate, b.rate], "channels": [a.channels, b.channels]}
        changed = [name for name, values in facts.items() if values[0] != values[1]]
        if changed:
            return facts_only(context, facts | {"verdict": "different", "residual_db": None, "changed": changed})
        found = _Difference()
        for one, other in _together(context, a, b):
            found.add(one, other)
    if found.frames[0] != found.frames[1]:
        changed.append("length")
    facts |= {"frames": found.frames, "residual_db": round(found.residual_db, 2)}
    return facts_only(context, facts | {"verdict": found.verdict(a.rate), "changed": changed})


@dataclass
class _Difference:
    """Sums over two sounds that come side by side."""

    equal: bool = True
    apart: float = 0.0
    loudest: float = 0.0
    frames: tuple[int, int] = (0, 0)
    _squares: tuple[float, float] = (0.0, 0.0)

    def add(self, one: Block, other: Block) -> None:
        shared = min(len(one), len(other))
        a, b = one[:shared], other[:shared]
        self.equal = self.equal and len(one) == len(other) and np.array_equal(np.rint(a * _FULL), np.rint(b * _FULL))
        self.apart += _square(a - b)
        self._squares = (self._squares[0] + _square(a), self._squares[1] + _square(b))
        self.frames = (self.frames[0] + len(one), self.frames[1] + len(other))

    @property
    def residual_db(self) -> float:
        """How loud the difference is against the louder of the two."""
        loudest = max(self._squares)
        if not self.apart:
            return _SILENT_DB
        return max(_SILENT_DB, 10 * math.log10(self.apart / loudest)) if loudest else 0.0

    def verdict(self, rate: int) -> str:
        if self.equal:
            return "identical"
        as_long = abs(self.frames[0] - self.frames[1]) <= _SIMILAR_SECONDS * rate
        return "similar" if as_long and self.residual_db <= _SIMILAR_DB else "different"


def _together(context: RunContext, a: SoundStream, b: SoundStream) -> Iterator[tuple[Block, Block]]:
    done, nothing = 0, np.zeros((0, a.channels), np.float32)
    for one, other in zip_longest(a.blocks, b.blocks, fillvalue=nothing):
        context.check_cancelled()
        done += len(one)
        context.progress("comparing", min(1.0, done / a.claimed) if a.claimed else None)
        yield one, other


def _square(block: Block) -> float:
    return float(np.vdot(block.astype(np.float64), block.astype(np.float64)))

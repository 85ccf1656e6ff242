"""What is played: blocks of the mix along a passage, around its loop, at a speed. The thread that owns the mixer.

At speed 1 the blocks are the mixer's own samples. A loop goes on from its end to its start without a fade: it is exact
to the sample. At other speeds `Stretched` keeps the pitch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

LEAST_LOOP = 0.02  # seconds; what is shorter is played once


class Mixing(Protocol):
    """As much of the mixer as playing asks for."""

    def render(self, start: int, frames: int) -> np.ndarray:
        """Return a piece of the mix, as float32 in (frames, 2)."""
        ...

    def levels(self, start: int, end: int) -> Mapping[str, float]:
        """Return the peak of each track that sounds between two samples, as far as it is known. Any thread."""
        ...

    def close(self) -> None:
        """Let its files go."""


@dataclass(frozen=True)
class Mix:
    """A mixer, and what it mixes."""

    mixer: Mixing
    rate: int
    length: int


@dataclass(frozen=True)
class Passage:
    """What is to be played. Without an end: to the end of the project, wherever that moves."""

    start: int = 0
    end: int | None = None
    loop: bool = False

    def stop_in(self, mix: Mix) -> int:
        """Return the first sample that is not played."""
        return mix.length if self.end is None else self.end

    def loops_in(self, mix: Mix) -> bool:
        """Whether it begins anew at its end."""
        return self.loop and self.stop_in(mix) - self.start >= LEAST_LOOP * mix.rate


@dataclass(frozen=True)
class Turn:
    """From the frame `offset` of a block on, the timeline goes on from `position`."""

    offset: int
    position: int


@dataclass(frozen=True)
class Block:
    """Frames, and where on the timeline they come from. Fewer than asked for: the passage is over."""

    frames: np.ndarray
    turns: tuple[Turn, ...]


class Source(Protocol):
    """Gives one block after the other."""

    @property
    def speed(self) -> float:
        """How many samples of the timeline pass in one frame."""
        ...

    def next(self, frames: int) -> Block:
        """Return the next frames."""
        ...


class Straight:
    """The mix as it is."""

    speed = 1.0

    def __init__(self, mix: Mix, passage: Passage, position: int) -> None:
        self._mix = mix
        self._passage = passage
        self._position = position

    def next(self, frames: int) -> Block:
        """Return the next frames."""
        stop = self._passage.stop_in(self._mix)
        loops = self._passage.loops_in(self._mix)
        parts: list[np.ndarray] = []
        turns: list[Turn] = []
        done = 0
        while done < frames:
            if loops and self._position >= stop:
                self._position = self._passage.start
            count = min(frames - done, stop - self._position)
            if count <= 0:
                break
            turns.append(Turn(done, self._position))
            parts.append(self._mix.mixer.render(self._position, count))
            self._position += count
            done += count
        if len(parts) == 1:
            return Block(parts[0], tuple(turns))
        return Block(np.concatenate(parts) if parts else np.zeros((0, 2), np.float32), tuple(turns))


def source_of(mix: Mix, passage: Passage, position: int, speed: float) -> Source:
    """Return what plays a passage from a position on."""
    straight = Straight(mix, passage, position)
    if speed == 1.0:
        return straight
    from studio.audio.playing.stretched import Stretched

    return Stretched(straight, speed, mix.rate)

"""How alike two voices are: encoders that turn speech into a vector that says who speaks. The worker's main thread.

Two encoders that were trained apart, so that one may choose a voice and the other judge the choice:
`load("chooser")` and `load("judge")`. Vectors have length 1 and are compared only with those of the same encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from studio.engines.shared.speaker.sound import NoSpeech, spoken_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    Sound = NDArray[np.float32]

__all__ = ["Encoder", "NoSpeech", "load", "similarity", "spoken_seconds"]

CHOOSER = "chooser"
JUDGE = "judge"


class Encoder(Protocol):
    """Turns speech into a vector."""

    def embed(self, samples: Sound, rate: int) -> Vector:
        """Return who speaks in mono samples of any rate; raise NoSpeech where there is next to nothing to hear."""
        ...

    def embed_all(self, sounds: Iterable[Sound], rate: int, check: Callable[[], None] = ...) -> Vector:
        """Return who speaks in several sounds of one voice, longer ones counting for more.

        `check` is called every few tenths of a second and may leave by an exception.
        """
        ...


def load(name: str) -> Encoder:
    """Load an encoder: a fraction of a second, a few megabytes."""
    if name == CHOOSER:
        from studio.engines.shared.speaker.chooser import Chooser

        return Chooser()
    if name == JUDGE:
        from studio.engines.shared.speaker.judge import Judge

        return Judge()
    raise ValueError(f"there is no speaker encoder {name!r}")


def similarity(one: Vector, other: Vector) -> float:
    """Return how alike two voices are: 1 for the same vector, about 0 for voices that have nothing in common."""
    return float(max(-1.0, min(1.0, float(one @ other))))

"""Another reading of the same words: the seed moves the pace and the manner a little. Pure; any thread."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACE = 0.03  # how far the pace may go from the one asked for
LENGTH = 0.25  # how much shorter or longer the utterance may be taken to be, as a share of it


def reading_of(style: NDArray[np.float32], seed: int, amount: float) -> tuple[NDArray[np.float32], float]:
    """Return the table and the factor of the pace for a seed; with the amount 0 they are as they were.

    A voice speaks a short utterance in another manner than a long one. The manner of a somewhat shorter or longer one
    is another reading, and still the same voice.
    """
    import numpy as np

    if not amount:
        return style, 1.0
    chance = random.Random(seed)
    pace = 1 + PACE * amount * chance.uniform(-1, 1)
    taken = np.arange(1, len(style) + 1) * (1 + LENGTH * amount * chance.uniform(-1, 1))
    return style[np.clip(np.round(taken).astype(np.intp) - 1, 0, len(style) - 1)], pace

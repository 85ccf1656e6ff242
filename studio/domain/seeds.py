"""Seeds: drawn once, then everything follows. Pure but for `draw`; any thread."""

from __future__ import annotations

import hashlib
import random

from studio.errors import StudioError

LARGEST = 2**32 - 1  # what every library takes, and other programs draw
_DRAWN = 2**31 - 1  # of those drawn or derived here; another range would make other works of what is kept


def is_one(number: int) -> bool:
    """Whether engines take a number as a seed."""
    return 0 <= number <= LARGEST


def settle(seed: int) -> int:
    """Return the seed to use: the given one, or a drawn one for -1."""
    if not -1 <= seed <= LARGEST:
        raise StudioError(f"seed is a whole number from -1 to {LARGEST}, not {seed}.", "-1 draws one at random.")
    return random.SystemRandom().randint(0, _DRAWN) if seed == -1 else seed


def of_piece(seed: int, index: int) -> int:
    """Return the seed of one sentence: the same for the same job seed and place, unlike its neighbours'."""
    digest = hashlib.sha256(f"{seed}:{index}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & _DRAWN


def of_take(seed: int, number: int) -> int:
    """Return the seed of one of several takes; the first has the seed itself."""
    if number == 0:
        return seed
    digest = hashlib.sha256(f"take {seed}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & _DRAWN

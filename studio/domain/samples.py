"""Time as whole samples: the conversions, each rounded half up in integers. Pure; any thread.

Floats are for people. 44.1 kHz has half samples on a millisecond grid, and Python's round() goes to even, so every
conversion goes through here.
"""

from __future__ import annotations

import math
from fractions import Fraction

from studio.errors import StudioError

LONGEST_SECONDS = 100 * 3600  # of a project; more is a mistake or an attack


def from_seconds(seconds: float, rate: int) -> int:
    """Return the sample nearest to a time; a half goes up."""
    if not math.isfinite(seconds) or abs(seconds) > LONGEST_SECONDS:
        raise StudioError(f"{seconds} is no time a project can hold.", "Give seconds, for example 12.5.")
    # A decimal number that a person wrote is meant as it reads, not as the binary fraction beside it.
    return math.floor(Fraction(repr(float(seconds))) * rate + Fraction(1, 2))


def to_seconds(samples: int, rate: int) -> float:
    """Return the time of a sample."""
    return samples / rate


def converted(samples: int, rate: int, new_rate: int) -> int:
    """Return the sample of another rate nearest to one of this; a half goes up."""
    return (2 * samples * new_rate + rate) // (2 * rate)


def covering(samples: int, rate: int, new_rate: int) -> int:
    """Return how many samples of another rate it takes to cover so many of this."""
    return -(-samples * new_rate // rate)


def stretched(position: int, stretch: float) -> int:
    """Return where a sample of media lies once the media is stretched as a whole; a half goes up.

    This is the one meaning of a clip's stretch: the media is stretched from its first sample, and the clip plays
    `length` samples of that from `stretched(offset)`. So two halves of a clip play the very same samples as the whole.
    """
    if stretch == 1.0:
        return position
    above, below = stretch.as_integer_ratio()
    return (2 * position * above + below) // (2 * below)


def unstretched(position: int, stretch: float) -> int:
    """Return the sample of media whose stretched place is nearest to this; `stretched` of it is exact up to 1.0."""
    if stretch == 1.0:
        return position
    above, below = stretch.as_integer_ratio()
    return (2 * position * below + above) // (2 * above)


def latest(position: int, stretch: float) -> int:
    """Return the last sample of media that, stretched, does not lie after this."""
    above, below = stretch.as_integer_ratio()
    return -(-(2 * position + 1) * below // (2 * above)) - 1

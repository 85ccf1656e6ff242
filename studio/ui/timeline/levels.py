"""At which height of a clip or lane a gain or a pan lies. Pure; any thread.

Heights are shares: 0 at the top, 1 at the bottom. No change of a gain lies above the middle, where nobody grabs a clip
to move it.
"""

from __future__ import annotations

from studio.domain.project import LOUDEST_DB

EVEN = 1 / 3  # where 0 dB lies
LOWEST_DB = -60.0  # at the bottom; what is quieter is drawn there, too


def height_of(value: float, *, what: str = "volume") -> float:
    """Return the height of a value, within the lane."""
    if what == "panning":
        return min(1.0, max(0.0, (1.0 - value) / 2))
    if value >= 0:
        return max(0.0, EVEN * (1.0 - value / LOUDEST_DB))
    return min(1.0, EVEN + (1.0 - EVEN) * value / LOWEST_DB)


def value_at(height: float, *, what: str = "volume") -> float:
    """Return the value at a height; it goes on outside the lane."""
    if what == "panning":
        return 1.0 - 2.0 * height
    if height <= EVEN:
        return LOUDEST_DB * (1.0 - height / EVEN)
    return LOWEST_DB * (height - EVEN) / (1.0 - EVEN)

"""Whether what came out can be what was asked for, and how it is trimmed and joined. Any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calling import HOP, RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

GOOD, ENDLESS, HURRIED, SILENT = "", "did not end", "was far too fast", "was silent"
ORDER = (GOOD, ENDLESS, HURRIED, SILENT)  # what is kept, if there is nothing better
_BLOCK = RATE // 100
_FLOOR = 1e-3  # root mean square of ten milliseconds; -60 dB
_BELOW_LOUDEST = 0.005
_MARGIN = 8  # blocks that stay before and after what is heard
_EDGE = RATE // 200
_FASTEST = 2.2  # times the usual pace
_BETWEEN = 0.15  # seconds between two calls of one stretch


def problem(sound: Sound, *, expected: float, frames: int) -> str:
    """Say what is wrong with a sound as it came, of at most so many frames; nothing when it is good."""
    levels = _levels(sound)
    if not levels.size or levels.max() < _FLOOR:
        return SILENT
    if sound.size >= (frames - 1) * HOP:
        return ENDLESS
    return HURRIED if trimmed(sound).size / RATE < expected / _FASTEST - 0.5 else GOOD


def carries(sound: Sound, *, expected: float) -> bool:
    """Whether the voices of a finished stretch can be carried on from it."""
    seconds = sound.size / RATE
    levels = _levels(sound)
    heard = bool(levels.size) and levels.max() >= _FLOOR
    return heard and expected / _FASTEST - 0.5 <= seconds <= 1.5 * expected + 2.0


def trimmed(sound: Sound) -> Sound:
    """Cut the silence at both ends, and let the ends fade, so that nothing clicks."""
    import numpy as np

    levels = _levels(sound)
    heard = np.flatnonzero(levels >= max(_FLOOR, _BELOW_LOUDEST * float(levels.max(initial=0.0))))
    if not heard.size:
        return sound
    begin = max(0, int(heard[0]) - _MARGIN) * _BLOCK
    end = (int(heard[-1]) + 1 + _MARGIN) * _BLOCK
    kept = np.array(sound[begin:end], np.float32)
    edge = min(_EDGE, kept.size // 2)
    slope = np.linspace(0.0, 1.0, edge, dtype=np.float32)
    kept[:edge] *= slope
    kept[kept.size - edge :] *= slope[::-1]
    return kept


def together(sounds: Sequence[Sound]) -> Sound:
    """Join the calls of one stretch."""
    import numpy as np

    silence = np.zeros(round(_BETWEEN * RATE), np.float32)
    parts = [part for sound in sounds for part in (silence, sound)]
    return np.concatenate(parts[1:])


def _levels(sound: Sound) -> Sound:
    import numpy as np

    whole = sound[: sound.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.sqrt((whole.astype(np.float64) ** 2).mean(axis=1)).astype(np.float32)

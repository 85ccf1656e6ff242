"""What remains of a cleaned sound: where it begins and ends, and by how much it is made louder. Any thread.

A Listener takes the sound in blocks of any length and keeps a few numbers for each 20 ms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 48_000
LOUDNESS, PEAK_DB = -20.0, -1.0  # LUFS and dB; without a limiter, so the peak may hold the loudness back
_STEP = RATE // 50
_BEFORE, _AFTER = 5, 10  # steps that stay around what is heard
_BELOW_DB, _SILENT_DB = 45.0, -70.0
_MOST_GAIN_DB = 40.0
# The K-weighting of ITU-R BS.1770 at 48 kHz: a shelf, then a low cut.
_SECTIONS = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585),
    (1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621),
)


class Listener:
    """Hears a sound once."""

    def __init__(self, channels: int) -> None:
        import numpy as np

        self._channels = channels
        self._state: Any = np.zeros((2, 2, channels))
        self._rest = np.zeros((0, channels), np.float32)
        self._weighted_rest = np.zeros((0, channels))
        self._powers: list[NDArray[np.float64]] = []
        self._weighted: list[NDArray[np.float64]] = []
        self.frames = 0
        self.peak = 0.0

    def add(self, block: Sound) -> None:
        """Take the next rows of channels."""
        import numpy as np
        from scipy.signal import sosfilt

        self.frames += len(block)
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        weighted: Any
        weighted, self._state = sosfilt(np.array(_SECTIONS), block, axis=0, zi=self._state)
        self._rest = _steps(np.concatenate([self._rest, block]), self._powers)
        self._weighted_rest = _steps(np.concatenate([self._weighted_rest, weighted]), self._weighted)

    def span(self) -> tuple[int, int]:
        """Return from where to where something is heard; all of it when nothing is."""
        import numpy as np

        powers = np.concatenate([np.zeros(0), *self._powers])
        level = 10 * np.log10(powers / self._channels + 1e-12)
        if not len(level):
            return 0, self.frames
        heard = np.flatnonzero(level > max(_SILENT_DB, float(np.percentile(level, 95)) - _BELOW_DB))
        if not len(heard):
            return 0, self.frames
        start = max(0, int(heard[0]) - _BEFORE) * _STEP
        return start, min(self.frames, (int(heard[-1]) + 1 + _AFTER) * _STEP)

    def gain(self, start: int, end: int) -> float:
        """Return the factor that brings a part to the wanted loudness, or to the highest peak; 1 for silence."""
        measured = self._loudness(start // _STEP, -(-end // _STEP))
        if measured is None or self.peak <= 0.0:
            return 1.0
        wanted = min(_MOST_GAIN_DB, LOUDNESS - measured)
        return min(10 ** (wanted / 20), 10 ** (PEAK_DB / 20) / self.peak)

    def _loudness(self, first: int, last: int) -> float | None:
        """Return the loudness in LUFS of so many steps, over what passes both gates; None where nothing does."""
        import numpy as np

        powers = np.concatenate([np.zeros(0), *self._weighted])[first:last]
        width = min(20, len(powers))  # 400 ms
        if not width:
            return None
        windows = np.convolve(powers, np.full(width, 1 / width), "valid")[::5]
        loud = windows[windows > 10 ** ((-70.0 + 0.691) / 10)]
        if not len(loud):
            return None
        return -0.691 + 10 * math.log10(float(loud[loud > loud.mean() / 10].mean()))


def _steps(block: NDArray[Any], found: list[NDArray[np.float64]]) -> NDArray[Any]:
    """Append the power of each whole step, summed over the channels; return what is left."""
    import numpy as np

    ready = len(block) // _STEP * _STEP
    rows = np.square(block[:ready], dtype=np.float64).reshape(-1, _STEP, block.shape[1])
    found.append(rows.mean(axis=1).sum(axis=1))
    return block[ready:].copy()

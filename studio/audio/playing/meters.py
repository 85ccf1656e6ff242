"""What meters show of the sound that is heard. One thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.audio.levels import decibels, power_decibels
from studio.audio.loudness import LiveMeter

_CHANNELS = 2


class Meters:
    """Takes what was heard, block after block."""

    def __init__(self, rate: int) -> None:
        self._live = LiveMeter(rate, _CHANNELS)
        self._powers = np.zeros(_CHANNELS)
        self._frames = 0

    def add(self, block: np.ndarray) -> None:
        """Take the next block."""
        if len(block):
            self._live.add(block)
            self._powers += np.einsum("ij,ij->j", block, block, dtype=np.float64)
            self._frames += len(block)

    def take(self) -> dict[str, Any]:
        """Return peaks and RMS since this was last asked, in dB a channel, and the short-term loudness in LUFS."""
        rms = [power_decibels(float(power)) for power in self._powers / max(1, self._frames)]
        self._powers[:] = 0.0
        self._frames = 0
        return {
            "peaks": list(self._live.take_peaks()),
            "rms": rms,
            "loudness": self._live.short_term,
            "momentary": self._live.momentary,
        }


def peak_of(block: np.ndarray) -> float:
    """Return the peak of a block over all channels, in dB."""
    return decibels(float(np.abs(block).max())) if block.size else decibels(0.0)

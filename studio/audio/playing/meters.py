"""What meters show of the sound that is heard. One thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.audio.levels import decibels, power_decibels
from studio.audio.loudness import LiveMeter
from studio.audio.true_peak import TruePeak

_CHANNELS = 2


class Meters:
    """Takes what was heard, block after block."""

    def __init__(self, rate: int) -> None:
        self._live = LiveMeter(rate, _CHANNELS)
        self._true = TruePeak(_CHANNELS, after_silence=True)
        self._powers = np.zeros(_CHANNELS)
        self._frames = 0

    def add(self, block: np.ndarray) -> None:
        """Take the next block."""
        if len(block):
            self._live.add(block)
            self._true.add(block)
            self._powers += np.einsum("ij,ij->j", block, block, dtype=np.float64)
            self._frames += len(block)

    def take(self) -> dict[str, Any]:
        """Return peaks, RMS and true peak since this was last asked, in dB, and the loudness in LUFS."""
        rms = [power_decibels(float(power)) for power in self._powers / max(1, self._frames)]
        self._powers[:] = 0.0
        self._frames = 0
        peaks = self._live.take_peaks()
        return {
            "peaks": list(peaks),
            "rms": rms,
            "true_peak": max(decibels(self._true.take()), *peaks),  # a few frames wait for what comes after them
            "loudness": self._live.short_term,
            "momentary": self._live.momentary,
        }


def peak_of(block: np.ndarray) -> float:
    """Return the peak of a block over all channels, in dB."""
    return decibels(float(np.abs(block).max())) if block.size else decibels(0.0)

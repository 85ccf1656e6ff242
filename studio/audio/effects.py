"""Chains of effects: the table of studio.domain.effects in pedalboard's words, and how long each one remembers.

A chain has a state, so it belongs to one thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pedalboard
from numpy.typing import NDArray

from studio.domain.effects import full
from studio.domain.project import Effect

Samples = NDArray[np.float32]
Settings = dict[str, float]

LONGEST_MEMORY = 60.0  # seconds; an effect that remembers longer is cut off there
_FORGOTTEN = math.log(1e5)  # 100 dB down
_CLOSE = math.log(1e4)  # a follower of loudness is within 80 dB of where it will be
_FLAT_Q = math.sqrt(0.5)
_BELOW_HALF = 0.45  # of the rate: no filter reaches the half itself


class Chain:
    """Effects in a row, with what they remember."""

    def __init__(self, effects: Sequence[Effect], rate: int) -> None:
        self._rate = rate
        self._board = pedalboard.Chain([plugin for e in effects for plugin in _plugins(e, rate)])

    def process(self, block: Samples) -> Samples:
        """Return the next block, two rows of samples; what is no number becomes silence, and the chain forgets."""
        made = self._board.process(block, self._rate, buffer_size=block.shape[1], reset=False)
        if math.isfinite(float(np.dot(made[0], made[0]) + np.dot(made[1], made[1]))):
            return made
        self._board.reset()
        return np.zeros_like(block)


def memory(effects: Sequence[Effect], rate: int) -> int:
    """Return after how many samples a chain no longer tells what it heard before."""
    seconds = sum(_ringing(e, rate) + _following(e) for e in effects)
    return math.ceil(min(seconds, LONGEST_MEMORY) * rate)


def tail(effects: Sequence[Effect], rate: int) -> int:
    """Return for how many samples a chain rings on after its input has ended."""
    return math.ceil(min(sum(_ringing(e, rate) for e in effects), LONGEST_MEMORY) * rate)


def _plugins(effect: Effect, rate: int) -> Iterator[pedalboard.Plugin]:
    yield from _MAKERS[effect.kind](full(effect.kind, effect.settings), rate)


def _eq(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    top = rate * _BELOW_HALF
    if s["low_cut_hz"] > 0:
        yield pedalboard.HighpassFilter(min(s["low_cut_hz"], top))
        yield pedalboard.HighpassFilter(min(s["low_cut_hz"], top))  # one alone falls by 6 dB an octave: too little
    if s["low_gain_db"]:
        yield pedalboard.LowShelfFilter(min(s["low_hz"], top), s["low_gain_db"], _FLAT_Q)
    if s["mid_gain_db"]:
        yield pedalboard.PeakFilter(min(s["mid_hz"], top), s["mid_gain_db"], s["mid_q"])
    if s["high_gain_db"]:
        yield pedalboard.HighShelfFilter(min(s["high_hz"], top), s["high_gain_db"], _FLAT_Q)


def _compressor(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    del rate
    yield pedalboard.Compressor(s["threshold_db"], s["ratio"], s["attack_ms"], s["release_ms"])
    if s["makeup_db"]:
        yield pedalboard.Gain(s["makeup_db"])


def _reverb(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    del rate
    yield pedalboard.Reverb(s["room"], s["damping"], s["wet"], s["dry"], s["width"])


def _gate(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    del rate
    yield pedalboard.NoiseGate(s["threshold_db"], s["ratio"], s["attack_ms"], s["release_ms"])


def _limiter(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    """pedalboard's Limiter raises the level by more than its threshold and clips; this one only holds what is above."""
    del rate
    yield pedalboard.Compressor(s["threshold_db"], 1000.0, 0.0, s["release_ms"])


def _delay(s: Settings, rate: int) -> Iterator[pedalboard.Plugin]:
    del rate
    yield pedalboard.Delay(s["seconds"], s["feedback"], s["mix"])


_MAKERS: dict[str, Callable[[Settings, int], Iterator[pedalboard.Plugin]]] = {
    "eq": _eq,
    "compressor": _compressor,
    "reverb": _reverb,
    "gate": _gate,
    "limiter": _limiter,
    "delay": _delay,
}


def _ringing(effect: Effect, rate: int) -> float:
    """Return how many seconds an effect goes on sounding by itself."""
    s = full(effect.kind, effect.settings)
    if effect.kind == "eq":
        return _FORGOTTEN * sum(_eq_times(s, rate))
    if effect.kind == "reverb":
        # Combs of at most 37.2 ms with this feedback, then four all-passes of at most 13 ms and a half.
        return 0.0372 * _FORGOTTEN / -math.log(s["room"] * 0.28 + 0.7) + 0.25
    if effect.kind == "delay":
        echoes = _FORGOTTEN / -math.log(s["feedback"]) if s["feedback"] > 0 else 0.0
        return s["seconds"] * (1 + math.ceil(echoes)) if s["mix"] > 0 else 0.0
    return 0.0


def _eq_times(s: Settings, rate: int) -> Iterator[float]:
    """Yield the time constants of an equaliser's poles: quality over pi times frequency."""
    top = rate * _BELOW_HALF
    if s["low_cut_hz"] > 0:
        yield 2.0 / (math.tau * min(s["low_cut_hz"], top))
    low, mid, high = (10.0 ** (s[f"{band}_gain_db"] / 40.0) for band in ("low", "mid", "high"))
    yield _FLAT_Q * math.sqrt(low) / (math.pi * min(s["low_hz"], top))
    yield s["mid_q"] * mid / (math.pi * min(s["mid_hz"], top))
    yield _FLAT_Q / math.sqrt(high) / (math.pi * min(s["high_hz"], top))


def _following(effect: Effect) -> float:
    """Return after how many seconds an effect that follows the loudness goes the same way, wherever it began."""
    s = full(effect.kind, effect.settings)
    if "threshold_db" not in s:
        return 0.0
    # From full scale to 80 dB below the threshold; their times are those of 1/(2 pi), and a gate first takes the mean
    # of 50 ms.
    steps = _CLOSE - s["threshold_db"] * math.log(10.0) / 20.0 + math.log(s.get("ratio", 1.0))
    mean = 50.0 if effect.kind == "gate" else 0.0
    return steps * (max(s.get("attack_ms", 0.0), s["release_ms"]) + mean) / 1000.0 / math.tau

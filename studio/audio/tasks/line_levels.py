"""The task `line_levels`: how loud spoken lines are, where they clip, and what follows their last word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.audio.levels import FLOOR_DB, power_decibels
from studio.protocol.float_wav import FloatWav, WavError, read_float_wav
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

_FULL = 32767 / 32768  # what a sample of 16 bit takes; more is cut off
_STEPS = 100  # a second
_QUIET_DB = -45.0  # against the loudest step: a gap
_MARGIN = 0.1  # seconds after the last word in which it may still fade


def run(context: RunContext) -> Output:
    """Measure `spans` of `file`, a master of ours: each begin, end, and end of the last word, in seconds."""
    path = path_in(context, "file")
    try:
        found = read_float_wav(path)
    except (WavError, OSError) as e:
        raise UserMistake(f"The sound cannot be measured: {e}.") from e
    sound = _opened(path, found)
    spans: list[list[float]] = context.inputs.get("spans", [])
    lines: list[dict[str, Any]] = []
    for number, (begin, end, spoken_until) in enumerate(spans):
        context.check_cancelled()
        context.progress("measuring", number / len(spans))
        first, last, word = (min(max(0, round(t * found.rate)), found.frames) for t in (begin, end, spoken_until))
        lines.append(_line(np.nan_to_num(sound[first : max(first, last)]), max(0, word - first), found.rate))
    return facts_only(context, {"lines": lines})


def _opened(path: Path, found: FloatWav) -> NDArray[np.float32]:
    if not found.frames:
        return np.zeros((0, found.channels), np.float32)
    shape = (found.frames, found.channels)
    return np.memmap(path, dtype="<f4", mode="r", offset=found.offset, shape=shape)


def _line(sound: NDArray[np.float32], word_end: int, rate: int) -> dict[str, Any]:
    """Measure one line; a silent or empty one has the lowest level there is."""
    size = max(1, rate // _STEPS)
    mono = sound.mean(axis=1, dtype=np.float64)
    powers = (mono[: mono.size // size * size].reshape(-1, size) ** 2).mean(axis=1)
    tail = powers[(word_end + round(_MARGIN * rate)) // size :] if word_end else powers[:0]
    spoken = powers[: max(1, word_end // size)] if word_end else powers
    return {
        "peak": round(float(np.abs(sound).max(initial=0.0)), 6),
        "clipped": int((np.abs(sound) >= _FULL).any(axis=1).sum()),
        "level_db": _decibels(spoken),
        "silence": _longest_gap(spoken),
        "trailing_seconds": round(tail.size / _STEPS, 2),
        "trailing_db": _decibels(tail),
    }


def _decibels(powers: NDArray[np.float64]) -> float:
    return round(power_decibels(float(powers.mean())), 2) if powers.size else FLOOR_DB


def _longest_gap(powers: NDArray[np.float64]) -> float:
    """Return the seconds of the longest quiet between two sounds."""
    loud = np.flatnonzero(powers > float(powers.max(initial=0.0)) * 10 ** (_QUIET_DB / 10))
    gaps = np.diff(loud) - 1
    return round(int(gaps.max(initial=0)) / _STEPS, 2)

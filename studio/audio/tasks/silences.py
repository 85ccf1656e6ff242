"""The task `silences`: where nothing is said in a recording, with a breath's room left beside the words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.audio import levels, reading
from studio.audio.levels import Numbers
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

_STEPS = 100  # a second
_BLOCK_SECONDS = 2
_BREATH = 5  # steps beside a word that are no silence: soft sounds begin and end words
_HEARD = -70.0  # dB; below this nobody hears anything
_LOUD, _QUIET = 95, 10  # percentiles of the steps: speech, and the room
_BELOW_SPEECH = 40.0  # dB; what lies so far below it is no speech
_ABOVE_ROOM = 8.0  # nor is what is hardly above the room
_AT_LEAST_BELOW = 24.0  # but never what is nearly as loud as speech
_SHORTEST, _LONGEST = 0.05, 60.0  # seconds that may be asked for


def run(context: RunContext) -> Output:
    """Find what is silent in `file` for at least `shortest` seconds; the answer is in seconds."""
    shortest = context.inputs.get("shortest")
    if not isinstance(shortest, int | float) or not _SHORTEST <= shortest <= _LONGEST:
        raise UserMistake(f"The shortest silence lies between {_SHORTEST:g} and {_LONGEST:g} s.")
    powers: list[Numbers] = [np.zeros(0)]
    with reading.open_sound(path_in(context, "file")) as sound:
        step = max(1, sound.rate // _STEPS)
        seconds = step / sound.rate
        at = 0
        while len(block := sound.read(at, step * _STEPS * _BLOCK_SECONDS)):
            context.check_cancelled()
            context.progress("listening", min(1.0, at / sound.frames) if sound.knows_its_length else None)
            powers.append(levels.powers(block, step))
            at += len(block)
        lasts = at / sound.rate
    quiet = _quiet(np.concatenate(powers))
    found = [
        (max(0.0, first * seconds), lasts if last >= len(quiet) else last * seconds)
        for first, last in _runs(quiet, round(shortest / seconds))
    ]
    return facts_only(context, {"silences": [[round(a, 4), round(b, 4)] for a, b in found]})


def _quiet(powers: Numbers) -> NDArray[np.bool_]:
    """Return which steps are silent; none where nothing is heard at all."""
    decibels = 10.0 * np.log10(np.maximum(powers, 1e-12))
    heard = decibels[decibels > _HEARD]
    if not len(heard):
        return np.zeros(len(powers), np.bool_)
    speech, room = float(np.percentile(heard, _LOUD)), float(np.percentile(decibels, _QUIET))
    limit = min(max(speech - _BELOW_SPEECH, room + _ABOVE_ROOM), speech - _AT_LEAST_BELOW)
    return decibels < limit


def _runs(quiet: NDArray[np.bool_], shortest: int) -> list[tuple[int, int]]:
    """Return the steps from and to of what is silent long enough, without the breath beside words."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]])))
    found: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if last - first >= shortest:
            start = first if first == 0 else first + _BREATH
            end = last if last == len(quiet) else last - _BREATH
            if start < end:
                found.append((start, end))
    return found

"""The task `clip_loudness`: how loud parts of a sound are, as they are heard in a mix of two channels."""

from __future__ import annotations

import numpy as np

from studio.audio import loudness, reading
from studio.audio.levels import FLOOR_DB, Numbers
from studio.audio.loudness import KWeighting
from studio.audio.reading import Sound
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

_BLOCK = 1 << 16
_GATED = 4  # steps of 100 ms; what is shorter has no moment of 400 ms to be gated by
_ONE_CHANNEL = 10 * np.log10(2.0)  # a sound of one channel fills both


def run(context: RunContext) -> Output:
    """Measure `spans` of `file`, each its first frame and the one after its last, at the file's own rate."""
    spans = context.inputs.get("spans", [])
    found: list[float] = []
    with reading.open_sound(path_in(context, "file")) as sound:
        for number, span in enumerate(spans):
            context.check_cancelled()
            context.progress("measuring", number / len(spans))
            found.append(_loudness(context, sound, *_frames(span)))
    return facts_only(context, {"loudness": found})


def _frames(span: object) -> tuple[int, int]:
    match span:
        case [int(start), int(end)] if 0 <= start <= end:
            return start, end
        case _:
            raise UserMistake("A span is two whole numbers, the first not above the second.")


def _loudness(context: RunContext, sound: Sound, start: int, end: int) -> float:
    frames = min(end, sound.frames) - start
    short = frames < _GATED * sound.rate // 10
    weighting = KWeighting(sound.rate, sound.channels, step=max(1, frames // _GATED) if short else 0)
    energies: list[Numbers] = [np.zeros(0)]
    at = start
    while at < end and len(block := sound.read(at, min(_BLOCK, end - at))):
        context.check_cancelled()
        energies.append(weighting.add(block))
        at += len(block)
    whole = np.concatenate(energies)
    if short:
        found = loudness.loudness(float(whole.mean())) if len(whole) else FLOOR_DB
    else:
        found = loudness.integrated(whole)
    if found <= loudness.SILENT:
        return loudness.SILENT
    return round(found + (_ONE_CHANNEL if sound.channels == 1 else 0.0), 3)

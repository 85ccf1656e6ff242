# pyright: basic, reportMissingTypeStubs=false
"""Sounds of engines for music as arrays (channels, moments): read, brought to a length, joined, written. Any thread."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.protocol import float_wav
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake
from studio.worker.runner import Output

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

MASTER = "music.wav"
PEAK = 10 ** (-1 / 20)  # of full scale, for what knows no level of its own
_SILENT = 1e-4  # a peak below -80 dB


def given(context: RunContext, role: str, *, rate: int, channels: int) -> Sound | None:
    """Return the sound that a job brings for a role; one that is at the rate already comes sample by sample."""
    import numpy as np

    files: dict[str, str] = context.inputs.get("files", {})
    if role not in files:
        return None
    about = float_wav.read_float_wav(Path(files[role]))
    sound = np.array(float_wav.read_samples(about.path), np.float32).reshape(-1, about.channels).T
    if about.rate != rate:
        from scipy.signal import resample_poly

        common = math.gcd(rate, about.rate)
        made: Any = resample_poly(sound, rate // common, about.rate // common, axis=1)
        sound = np.array(made, np.float32)
    if about.channels == channels:
        return np.ascontiguousarray(sound)
    mean: Any = sound.mean(axis=0, keepdims=True, dtype=np.float32)
    return np.ascontiguousarray(np.repeat(mean, channels, axis=0))


def leave_lyrics_out(context: RunContext, title: str) -> None:
    """Say of a model that does not sing that the words which a job brings are not heard."""
    if str(context.inputs.get("text", "")).strip():
        context.note(f"{title} does not sing: the lyrics are left out.")


def fitted(sound: Sound, frames: int) -> Sound:
    """Return exactly so many moments: what is too much falls away, what lacks is silence."""
    import numpy as np

    lacking = max(0, frames - sound.shape[1])
    return np.ascontiguousarray(np.pad(sound[:, :frames], ((0, 0), (0, lacking))))


def no_louder(sound: Sound, peak: float) -> Sound:
    """Bring a sound that goes beyond a peak down to it; any other stays as it is."""
    import numpy as np

    return levelled(sound, peak) if float(np.abs(sound).max(initial=0.0)) > peak else sound


def levelled(sound: Sound, peak: float) -> Sound:
    """Bring a sound to a peak; silence stays as it is."""
    import numpy as np

    loudest = float(np.abs(sound).max(initial=0.0))
    return (sound * np.float32(peak / loudest)).astype(np.float32) if loudest > _SILENT else sound


def patched(old: Sound, new: Sound, span: tuple[int, int], fade: int) -> Sound:
    """Put a part of `new` into `old`. Outside the span every sample stays; inside, its edges are faded.

    There is nothing to fade where the span begins or ends with the sound itself.
    """
    import numpy as np

    begin, end = span
    edge = max(0, min(fade, (end - begin) // 2))
    share = np.ones(end - begin, np.float32)
    slope = (np.arange(1, edge + 1, dtype=np.float32) / np.float32(edge + 1)).astype(np.float32)
    if begin > 0:
        share[:edge] = slope
    if end < old.shape[1]:
        share[len(share) - edge :] = slope[::-1]
    made = old.copy()
    made[:, begin:end] = old[:, begin:end] * (1 - share) + new[:, begin:end] * share
    return made


def finished(context: RunContext, sound: Sound, *, rate: int, facts: dict[str, Any] | None = None) -> Output:
    """Write the master; raise BadNumbers for what nobody could hear."""
    import numpy as np

    if not np.isfinite(sound).all():
        raise BadNumbers("the music is not finite")
    if not sound.size or float(np.abs(sound).max()) < _SILENT:
        raise BadNumbers("the music is silent")
    channels, frames = sound.shape
    with context.create(MASTER) as path:
        float_wav.write_float_wav(path, np.ascontiguousarray(sound.T).reshape(-1), rate=rate, channels=channels)
    about = {"seconds": frames / rate, "sample_rate": rate, "channels": channels}
    return Output(context.scratch / MASTER, "audio", {**about, **(facts or {})})


def span_of(begin: float, end: float, *, frames: int, rate: int) -> tuple[int, int]:
    """Return a range of seconds as moments, 0 as its end meaning the sound's; raise UserMistake for an empty one."""
    first, last = round(begin * rate), min(frames, round(end * rate)) if end > 0 else frames
    if not 0 <= first < last:
        raise UserMistake(
            f"From {begin:g} to {end:g} seconds there is nothing in a sound of {frames / rate:.2f} seconds.",
            "Choose a beginning before the end, both within the sound.",
        )
    return first, last

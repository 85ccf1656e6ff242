"""Sounds that are no words but need the voice: clearing the throat, and singing a few notes. Any thread."""

# pyworld carries no types; letters of the phonetic alphabet look like others.
# pyright: standard
# ruff: noqa: RUF001

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from studio.engines.shared.kokoro.model import RATE, Kokoro

if TYPE_CHECKING:
    import numpy as np

    from studio.engines.shared.kokoro.model import Floats

NAMES = frozenset({"clears throat", "sings", "singing"})

_THROAT = "əhˈɛm."
_SYLLABLE = "lˈɑː."
_TUNES = ((0, 4, 7, 4, 0), (0, 2, 4, 5, 4), (7, 5, 4, 2, 0), (0, 5, 4, 2, 0))  # semitones
_LENGTHS = (0.36, 0.36, 0.48, 0.36, 0.8)  # seconds
_FRAME = 0.005  # seconds, of the analysis
_ONSET = 0.09  # seconds of a syllable that keep their length: the consonant


def made(kokoro: Kokoro, name: str, style: Floats, seed: int, pitch: float) -> Floats:
    """Make one of NAMES in a voice; `pitch` is its usual one in Hz."""
    if name == "clears throat":
        return kokoro.sound(_THROAT, style, 1.0)
    return _sung(kokoro.sound(_SYLLABLE, style, 0.8), random.Random(f"{name}{seed}").choice(_TUNES), pitch)


def _sung(syllable: Floats, tune: tuple[int, ...], pitch: float) -> Floats:
    """Take a spoken syllable apart into pitch, resonances and breath, and put it together anew for each note."""
    import numpy as np
    import pyworld

    spoken = syllable.astype(np.float64)
    found, times = pyworld.harvest(spoken, RATE, f0_floor=50.0, f0_ceil=500.0)
    resonances = pyworld.cheaptrick(spoken, found, times, RATE)
    breath = pyworld.d4c(spoken, found, times, RATE)
    places = [_places(len(times), seconds) for seconds in _LENGTHS]
    whole = np.concatenate(places)
    sound = pyworld.synthesize(_melody(tune, places, pitch), resonances[whole], breath[whole], RATE)
    level = float(np.sqrt((syllable**2).mean())) / max(1e-9, float(np.sqrt((sound**2).mean())))
    sound *= min(level, 0.9 / max(1e-9, float(np.abs(sound).max())))
    fade = RATE // 20
    sound[-fade:] *= np.linspace(1.0, 0.0, fade)
    return sound.astype(np.float32)


def _places(frames: int, seconds: float) -> np.ndarray:
    """Return which frame of the syllable stands at each frame of the note: the vowel is drawn out, the rest is not."""
    import numpy as np

    wanted, onset = round(seconds / _FRAME), min(frames // 2, round(_ONSET / _FRAME))
    vowel = np.linspace(onset, frames * 0.8, max(1, wanted - onset))
    return np.concatenate([np.arange(onset), vowel]).astype(np.intp)


def _melody(tune: tuple[int, ...], places: list[np.ndarray], pitch: float) -> np.ndarray:
    import numpy as np

    steps = np.concatenate([np.full(len(p), pitch * 2 ** (step / 12)) for step, p in zip(tune, places, strict=True)])
    window = np.hanning(11)
    smooth = np.convolve(np.pad(steps, 10, "edge"), window / window.sum(), "same")[10:-10]
    time = np.arange(steps.size) * _FRAME
    return smooth * (1 + 0.008 * np.sin(2 * np.pi * 5.3 * time))

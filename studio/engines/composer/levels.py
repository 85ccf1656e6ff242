"""Loudness after ITU-R BS.1770-4, true peaks, and the gain over time that a master is. Pure but for its patience.

All is measured once in short blocks; then the gain is sought on the blocks' figures alone, which takes milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]
    Numbers = NDArray[np.float64]

TARGET = -14.0  # LUFS
CEILING = -1.5  # dB true peak: what the blocks' peaks are held to; the sound stays below -1
BLOCK = 64  # frames
_AT_ONCE = 4096 * BLOCK
_AHEAD = 4  # blocks that the limiter looks ahead; it moves over as many
_ABSOLUTE = -70.0
_OFFSET = -0.691
_OVER = 4  # times the rate at which peaks between samples are looked for


@dataclass(frozen=True)
class Measured:
    """A sound's figures: K-weighted energy and true peak of each block."""

    energies: Numbers
    peaks: Numbers
    rate: int
    frames: int


@dataclass(frozen=True)
class Curve:
    """A gain over time: its values at the blocks' middles, and the fade at the end."""

    values: Sound
    frames: int
    fade: int

    def gains(self, start: int, count: int) -> Sound:
        """Return the gains of a stretch of frames."""
        import numpy as np

        places = np.arange(start, start + count)
        found = np.interp((places + 0.5) / BLOCK - 0.5, np.arange(len(self.values)), self.values).astype(np.float32)
        first = self.frames - self.fade
        if start + count > first:
            at = max(0, first - start)
            part = np.minimum(1.0, (places[at:] - first + 1) / self.fade)
            found[at:] *= (0.5 + 0.5 * np.cos(np.pi * part)).astype(np.float32)
        return found


def master(mix: Sound, *, rate: int, squeeze: float, fade: float, step: Callable[[float], None]) -> Curve:
    """Find the curve: a gentle compressor, a gain to the target, a limiter that looks ahead."""
    import numpy as np

    found = measure(mix, rate, step)
    frames = len(mix)
    fading = Curve(np.ones(len(found.peaks), np.float32), frames, min(frames, max(1, round(fade * rate))))
    middles = [min(frames - 1, n * BLOCK + BLOCK // 2) for n in range(len(found.peaks))]
    fall = np.concatenate([fading.gains(m, 1) for m in middles[-(fading.fade // BLOCK + 1) :]])
    faded = np.ones(len(found.peaks))
    faded[-len(fall) :] = fall
    step(0.9)
    pressed = _compressed(found, squeeze)
    step(0.9)
    gain = 10 ** ((TARGET - loudness(found.energies * (pressed * faded) ** 2, rate)) / 20)
    values = pressed
    for _ in range(8):
        step(0.9)
        values = pressed * gain * _limited(found.peaks * pressed * gain)
        error = TARGET - loudness(found.energies * (values * faded) ** 2, rate)
        if abs(error) < 0.05:
            break
        gain *= 10 ** (min(6.0, 1.5 * error) / 20)
    return Curve(values.astype(np.float32), frames, fading.fade)


def measure(sound: Sound, rate: int, step: Callable[[float], None]) -> Measured:
    """Measure a sound block by block."""
    import numpy as np
    from scipy import signal

    sos = _k_weighting(rate)
    state = np.zeros((len(sos), 2, 2))
    energies: list[Numbers] = []
    peaks: list[Numbers] = []
    for at in range(0, len(sound), _AT_ONCE):
        step(at / len(sound))
        part = sound[at : at + _AT_ONCE]
        weighted, state = signal.sosfilt(sos, part.astype(np.float64), axis=0, zi=state)
        energies.append(_blocks((weighted**2).sum(axis=1)).sum(axis=1) / BLOCK)
        around = sound[max(0, at - BLOCK) : at + _AT_ONCE + BLOCK]
        before = min(at, BLOCK)
        fine = np.abs(signal.resample_poly(around, _OVER, 1, axis=0)).max(axis=1)
        fine = fine[before * _OVER : (before + len(part)) * _OVER]
        peaks.append(_blocks(fine, BLOCK * _OVER).max(axis=1).astype(np.float64))
    return Measured(np.concatenate(energies), np.concatenate(peaks), rate, len(sound))


def _blocks(values: Any, size: int = BLOCK) -> Any:
    import numpy as np

    rest = -len(values) % size
    return np.concatenate([values, np.zeros(rest, values.dtype)]).reshape(-1, size)


def _k_weighting(rate: int) -> Numbers:
    """The standard's two filters for any rate: a shelf for the head, a low cut."""
    import numpy as np

    k = math.tan(math.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = [
        (high + middle * k / q + k * k) / norm, 2 * (k * k - high) / norm, (high - middle * k / q + k * k) / norm,
        1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm,
    ]  # fmt: skip
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    norm = 1 + k / q + k * k
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]])


def loudness(energies: Numbers, rate: int) -> float:
    """Return the integrated loudness in LUFS of energies per block, with both gates."""
    import numpy as np

    window, hop = max(1, round(0.4 * rate / BLOCK)), max(1, round(0.1 * rate / BLOCK))
    sums = np.concatenate([[0.0], np.cumsum(energies)])
    if len(energies) < window:
        return _lufs(float(energies.mean()))
    means = np.maximum(0.0, sums[window:] - sums[:-window])[::hop] / window
    loud = means[means > 10 ** ((_ABSOLUTE - _OFFSET) / 10)]
    if not len(loud):
        return _ABSOLUTE
    return _lufs(float(loud[loud > loud.mean() / 10].mean()))


def _lufs(energy: float) -> float:
    return _OFFSET + 10 * math.log10(max(energy, 1e-12))


def _compressed(found: Measured, squeeze: float) -> Numbers:
    """Return a bus compressor's gains: above its loud moments' mean it gives way, slowly."""
    import numpy as np
    from scipy import signal

    energies = np.maximum(found.energies, 1e-12)
    blocks_a_second = found.rate / BLOCK
    part = 1 - math.exp(-1 / (0.03 * blocks_a_second))
    level = 10 * np.log10(signal.lfilter([part], [1, part - 1], energies, zi=[energies[0] * (1 - part)])[0])
    over = np.maximum(0.0, level - (np.percentile(level, 60) - 4))
    return 10 ** (_followed(-squeeze * 0.5 * over, 0.015 * blocks_a_second, 0.2 * blocks_a_second) / 20)


def _followed(wanted: Numbers, attack: float, release: float) -> Numbers:
    """Follow a gain in dB: downwards quickly, upwards slowly."""
    import numpy as np

    down, up = 1 - math.exp(-1 / attack), 1 - math.exp(-1 / release)
    at, found = 0.0, np.empty(len(wanted))
    for n, goal in enumerate(wanted.tolist()):
        at += (goal - at) * (down if goal < at else up)
        found[n] = at
    return found


def _limited(peaks: Numbers) -> Numbers:
    """Return gains that keep every block's peak below the ceiling: down before it comes, up slowly after."""
    import numpy as np
    from scipy import ndimage

    needed = np.minimum(1.0, 10 ** (CEILING / 20) / np.maximum(peaks, 1e-9))
    if needed.min() >= 1.0:
        return needed
    lowest = ndimage.minimum_filter1d(needed, 2 * _AHEAD + 1, mode="nearest")
    up = 1 - math.exp(-1 / 60)  # blocks: some 90 ms
    at, found = 1.0, np.empty(len(lowest))
    for n, goal in enumerate(lowest.tolist()):
        at = min(goal, at + (1.0 - at) * up)
        found[n] = at
    return ndimage.uniform_filter1d(found, 2 * _AHEAD - 1, mode="nearest")

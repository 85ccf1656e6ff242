"""The second of an export's two passes: gain and limiter, and what is known of the sound that comes out.

Any thread may make a Finish; `finished` gives its blocks in order to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from studio.audio import levels, loudness, segments
from studio.audio.levels import Numbers, Samples
from studio.audio.limiter import Limited, Limiter, gains, shape
from studio.audio.mixdown import PEAK_FRAMES, Mixdown, Sound
from studio.audio.segments import Energies, Inner, Segments
from studio.audio.true_peak import BLOCK, REACH, block_peaks, opening_peak

MOST_PUSH_DB = 9.0  # how far the limiter may be driven for the sake of a loudness
_GOOD_ENOUGH_LU = 0.01
_NEAR = 1.003  # blocks whose peaks are this near may change places where the gain moves


@dataclass(frozen=True)
class Finish:
    """What is done to a mix."""

    gain: float = 1.0
    limiter: Limiter | None = None


@dataclass(frozen=True)
class Measured:
    """What a sound was found to be; loudness in LUFS, levels in dB, the quiet at both ends in frames."""

    frames: int
    loudness: float
    true_peak: float
    sample_peak: float
    rms: float
    noise: float
    head: int = 0
    tail: int = 0


@dataclass
class _Seen:
    """The largest true peak so far. Threads that read an old one only look at more blocks than they must."""

    peak: float = 0.0

    def raise_to(self, peaks: Samples) -> None:
        """Take the largest of some blocks' peaks."""
        self.peak = max(self.peak, float(peaks.max(initial=0.0)))


@dataclass(frozen=True)
class _Part:
    block: Samples
    inner: Inner


@dataclass
class Finished:
    """The finished blocks, in order, and what they measure once all of them were taken."""

    blocks: Iterator[Samples] = field(default_factory=lambda: iter(()))
    measured: Measured | None = None  # until the last block was taken


@contextmanager
def finished(sound: Sound, finish: Finish) -> Iterator[Finished]:
    """Give the finished sound block by block."""
    cut = Segments(sound.frames)
    seen = _Seen()

    known = sound.energies * finish.gain**2 if isinstance(sound, Mixdown) else None

    def work(number: int) -> _Part:
        start, frames = cut.extent(number)
        block, limited = _finish(sound, start, frames, finish, seen)
        energies = segments.inner_energies(block, start, sound.rate, known_all=None if limited else known)
        return _Part(block, energies)

    with segments.in_order(work, cut.count) as parts:
        result = Finished()

        def blocks() -> Iterator[Samples]:
            energies, level = Energies(sound.rate), levels.Levels(sound.rate)
            for part in parts:
                energies.add(part.inner)
                level.add(part.block)
                yield part.block
            result.measured = Measured(
                sound.frames,
                loudness.integrated(energies.all),
                levels.decibels(seen.peak),
                levels.decibels(level.peak),
                level.rms_db,
                level.noise_db,
                level.head,
                level.tail,
            )

        result.blocks = blocks()
        yield result


def _finish(sound: Sound, start: int, frames: int, finish: Finish, seen: _Seen) -> tuple[Samples, bool]:
    """Return a finished segment, and whether the limiter changed it."""
    limiter = finish.limiter
    whole = -(-frames // BLOCK) * BLOCK
    before, after = (limiter.before, limiter.after) if limiter else (REACH, REACH)
    window = sound.read(start - before, before + whole + after)
    if finish.gain != 1.0:
        window *= np.float32(finish.gain)
    near = window[before - REACH : len(window) - after + REACH]
    limited = limiter.limit(window, opens=start == 0) if limiter else None
    if limiter and limited:
        _look(near, limited, limiter.ceiling, seen)
    else:
        seen.raise_to(block_peaks(near, floor=seen.peak))
    if start == 0:
        seen.raise_to(np.array([opening_peak(window[before:])], np.float32))
    return window[before : before + frames], limited is not None and limited.changed


def _look(near: Samples, limited: Limited, ceiling: float, seen: _Seen) -> None:
    """Raise what was seen to the largest true peak of a limited segment, looking only where it may be."""
    if limited.changed:
        highest = max(seen.peak, float(limited.peaks.max(initial=0.0)))
        for number in np.flatnonzero(limited.peaks * _NEAR > highest):
            seen.raise_to(block_peaks(near[number * BLOCK : (number + 1) * BLOCK + 2 * REACH]))
    else:
        seen.raise_to(limited.peaks)
    if seen.peak * _NEAR < ceiling:
        seen.raise_to(block_peaks(near, floor=seen.peak, at_most=ceiling))


def gain_for(mix: Mixdown, target: float, limiter: Limiter | None) -> float:
    """Return the gain in dB that brings a mix to a loudness; what the limiter takes is reckoned with.

    It is exact where the limiter does nothing, and as good as `expected_loudness` where it does.
    """
    plain = target - loudness.integrated(mix.energies)
    if limiter is None or target - expected_loudness(mix, plain, limiter) < _GOOD_ENOUGH_LU:
        return plain
    low, high = plain, plain + MOST_PUSH_DB
    while high - low > _GOOD_ENOUGH_LU:
        middle = (low + high) / 2
        if expected_loudness(mix, middle, limiter) < target:
            low = middle
        else:
            high = middle
    return high


def expected_loudness(mix: Mixdown, gain_db: float, limiter: Limiter | None) -> float:
    """Return about what a mix measures after gain and limiter, from its peaks and energies alone."""
    gain = levels.amplitude(gain_db)
    energies = mix.energies * gain**2
    peaks = mix.peaks * np.float32(gain)
    if limiter and float(peaks.max(initial=0.0)) > limiter.ceiling:
        energies = energies * _kept(peaks, limiter, levels.step_frames(mix.rate), len(energies))
    return loudness.integrated(energies)


def _kept(peaks: Samples, limiter: Limiter, step: int, count: int) -> Numbers:
    """Return which part of each step's energy the limiter leaves. Louder moments weigh more, as they do in energy."""
    edges = gains(peaks, limiter.ceiling, shape(limiter.rate, PEAK_FRAMES)).astype(np.float64)
    squares = edges[:-1] ** 2 + edges[:-1] * edges[1:] + edges[1:] ** 2
    weights = peaks.astype(np.float64) ** 2 + 1e-20
    starts = np.minimum(np.arange(count) * step // PEAK_FRAMES, len(peaks) - 1)
    return np.add.reduceat(squares / 3.0 * weights, starts) / np.add.reduceat(weights, starts)

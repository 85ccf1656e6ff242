"""A look-ahead limiter that holds its ceiling in true peak. Any thread; nothing is kept between calls.

It works on blocks of true_peak.BLOCK frames: how far each block's true peak is above the ceiling gives the reduction
that the block needs. A reduction begins a few milliseconds early, dies away slowly, is smoothed, and runs straight
between the edges of blocks, so that nowhere less than needed is left. All of it looks a known distance to either side
and no further: segments with that much around them give the samples of one run. Channels are moved together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from studio.audio.levels import Samples, amplitude
from studio.audio.true_peak import BLOCK, REACH, block_peaks, opening_peak

MARGIN_DB = 0.03  # a gain that moves changes what lies between samples by a little
_ATTACK_SECONDS = 0.005
_RELEASE_SECONDS = 0.15
_LEFT_OF_RELEASE = 0.02  # of a reduction, when the release ends


@dataclass(frozen=True)
class Shape:
    """How fast the limiter moves, counted in blocks."""

    half: int  # blocks that the smoothing looks to either side; the attack takes twice that
    doublings: int  # the release takes two to the power of this

    @property
    def before(self) -> int:
        """Blocks before a segment that decide about its reductions."""
        return (1 << self.doublings) + 2 * self.half + 1

    @property
    def after(self) -> int:
        """Blocks after a segment that decide about its reductions."""
        return 2 * self.half + 1


def shape(rate: float, block: int = BLOCK) -> Shape:
    """Return the limiter's shape at a rate, in blocks of so many frames."""
    attack = _ATTACK_SECONDS * rate / block
    release = _RELEASE_SECONDS * rate / block
    return Shape(max(1, round(attack / 2)), max(1, int(np.ceil(np.log2(max(2.0, release))))))


def gains(peaks: Samples, ceiling: float, form: Shape) -> Samples:
    """Return the gain at each edge of the blocks, one more than there are blocks, from their true peaks."""
    above = np.maximum(peaks / np.float32(ceiling), np.float32(1.0))
    needed = np.zeros(len(peaks) + 2, np.float32)
    np.log10(above, out=needed[1:-1])
    needed *= 20.0
    if not needed.any():
        return np.ones(len(peaks) + 1, np.float32)
    edges = np.maximum(needed[:-1], needed[1:])
    left = np.float32(_LEFT_OF_RELEASE ** (1.0 / (1 << form.doublings)))
    for power in range(form.doublings):  # after each, an edge has heard of twice as many before it
        distance = 1 << power
        if distance < len(edges):
            edges[distance:] = np.maximum(edges[distance:], edges[:-distance] * left**distance)
    return 10.0 ** (_smoothed(edges, form.half) / np.float32(-20.0))


def _smoothed(edges: Samples, half: int) -> Samples:
    """Return a smooth curve that is nowhere below `edges`: the largest within reach, then their weighted mean."""
    width = 2 * half + 1
    padded = np.pad(edges, 2 * half)
    largest = padded[: len(padded) - width + 1].copy()
    for shift in range(1, width):
        np.maximum(largest, padded[shift : shift + len(largest)], out=largest)
    weights = np.hanning(width + 2)[1:-1]
    weights = (weights / weights.sum()).astype(np.float32)
    found = largest[: len(edges)] * weights[0]
    for shift in range(1, width):
        found += largest[shift : shift + len(edges)] * weights[shift]
    return found


def apply(blocks: Samples, edges: Samples) -> None:
    """Multiply whole blocks, in place, with gains that run straight between their edges."""
    channels = blocks.shape[1]
    moved = np.flatnonzero((edges[:-1] < 1.0) | (edges[1:] < 1.0))
    if not len(moved):
        return
    rows = blocks.reshape(-1, BLOCK * channels)
    ramp = np.repeat(np.arange(BLOCK, dtype=np.float32) / BLOCK, channels)
    curve = (edges[moved + 1] - edges[moved])[:, None] * ramp
    curve += edges[moved][:, None]
    if len(moved) == len(rows):
        rows *= curve
    else:
        rows[moved] *= curve


@dataclass(frozen=True)
class Limited:
    """What the limiter found and did in a segment."""

    changed: bool
    peaks: Samples  # of each block afterwards: the true peak or a little more, the sample peak far below the ceiling


@dataclass(frozen=True)
class Limiter:
    """Limits segments of one sound."""

    rate: int
    ceiling: float  # the amplitude that no true peak passes

    @classmethod
    def at(cls, ceiling_db: float, rate: int) -> Limiter:
        """Return a limiter for a ceiling in dBTP."""
        return cls(rate, amplitude(ceiling_db - MARGIN_DB))

    def lowered(self, db: float) -> Limiter:
        """Return a limiter with a lower ceiling."""
        return Limiter(self.rate, self.ceiling * amplitude(-db))

    @cached_property
    def shape(self) -> Shape:
        """How fast it moves."""
        return shape(self.rate)

    @property
    def before(self) -> int:
        """Frames that a segment needs in front: whole blocks, and the interpolator's reach."""
        return (self.shape.before + 1) * BLOCK + REACH

    @property
    def after(self) -> int:
        """Frames that a segment needs behind."""
        return (self.shape.after + 1) * BLOCK + REACH

    def limit(self, window: Samples, *, opens: bool = False) -> Limited:
        """Limit a segment in place, with a block more to either side.

        `window` is the segment, of whole blocks, with `before` frames in front and `after` behind; beyond the sound's
        ends stands silence. `opens` is for the segment that a sound begins with.
        """
        peaks = block_peaks(window, floor=self.ceiling)
        if opens:
            begin = self.shape.before + 1
            peaks[begin] = max(peaks[begin], opening_peak(window[self.before :]))
        edges = gains(peaks, self.ceiling, self.shape)
        first, last = self.shape.before, len(peaks) - self.shape.after
        near = edges[first : last + 1]
        changed = bool((near < 1.0).any())
        if changed:
            start = self.before - BLOCK
            apply(window[start : len(window) - self.after + BLOCK], near)
        after = peaks[first + 1 : last - 1] * np.maximum(near[1:-2], near[2:-1])
        return Limited(changed, after)

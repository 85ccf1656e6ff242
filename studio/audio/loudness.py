"""Loudness after ITU-R BS.1770-4 and EBU Tech 3341 and 3342: K-weighted energies and what follows from them.

Energies are mean squares of the K-weighted sound, summed over the channels with their weights, a number a step. From
energies everything is computed, so segments may be measured in parallel and joined. The filter runs as products of
matrices, 32 samples at a time, which takes a tenth of the time of a loop over samples. Functions may be called by any
thread; a KWeighting or LiveMeter belongs to one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from studio.audio.levels import FLOOR_DB, Numbers, Samples, decibels, step_frames

LEAD_SECONDS = 0.2  # the filter forgets what came before it to better than one part in ten million
SILENT = -70.0  # the absolute gate; what has no louder moment reads this
_OFFSET = -0.691
_BLOCK = 32
_GROUP = 16
_STATES = 4
_AT_ONCE = 1 << 16  # frames that are filtered together; they stay in the processor's cache
_LIVE_STEPS = 100  # a second; fine enough that a moment of 400 ms is never missed by more than 0.06 dB
_WEIGHTS = {5: (1.0, 1.0, 1.0, 1.41, 1.41), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}


def sections(rate: int) -> Numbers:
    """Return the K-weighting's two second-order sections (b0 b1 b2 1 a1 a2) for a rate."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    middle = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = [
        (high + middle * k / q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - middle * k / q + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / q + k * k) / a0,
    ]
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    low_cut = [1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0]
    return np.array([shelf, low_cut])


@dataclass(frozen=True)
class _Matrices:
    """The filter in blocks: states after a block, outputs of a block from its samples and the states before it."""

    step: Numbers  # (states, states): states after one sample without input
    into: Samples  # (block, states)
    out: Samples  # (block + states, block)


@cache
def _matrices(rate: int) -> _Matrices:
    a, b, c, d = _state_space(sections(rate))
    powers = [np.linalg.matrix_power(a, n) for n in range(_BLOCK)]
    answer = [d, *(float(c @ p @ b) for p in powers)]
    out = np.zeros((_BLOCK + _STATES, _BLOCK))
    for at in range(_BLOCK):
        out[at, at:] = answer[: _BLOCK - at]
        out[_BLOCK:, at] = c @ powers[at]
    into = np.array([powers[_BLOCK - 1 - at] @ b for at in range(_BLOCK)])
    return _Matrices(a, into.astype(np.float32), out.astype(np.float32))


def _state_space(sos: Numbers) -> tuple[Numbers, Numbers, Numbers, float]:
    """Return both sections as one system, its states scaled so that noise moves each of them as much.

    The low cut's poles nearly meet at 1: in the usual form its states are large and cancel, beyond single precision.
    """
    a, b, c, d = np.zeros((0, 0)), np.zeros(0), np.zeros(0), 1.0
    for b0, b1, b2, _, a1, a2 in sos:
        one_a, one_b = np.array([[-a1, 1.0], [-a2, 0.0]]), np.array([b1 - a1 * b0, b2 - a2 * b0])
        one_c = np.array([1.0, 0.0])
        n = len(b)
        a = np.block([[a, np.zeros((n, 2))], [np.outer(one_b, c), one_a]])
        b, c, d = np.concatenate([b, one_b * d]), np.concatenate([b0 * c, one_c]), b0 * d
    n = len(b)
    gramian = np.linalg.solve(np.eye(n * n) - np.kron(a, a), np.outer(b, b).ravel()).reshape(n, n)
    root = np.linalg.cholesky((gramian + gramian.T) / 2)
    scaled_a: Numbers = np.linalg.solve(root, a @ root).astype(np.float64)
    scaled_b: Numbers = np.linalg.solve(root, b).astype(np.float64)
    return scaled_a, scaled_b, (c @ root).astype(np.float64), float(d)


def _states_before(inputs: Numbers, first: Numbers, power: Numbers) -> Numbers:
    """Return s[k] with s[0] = first and s[k + 1] = power @ s[k] + inputs[k], for every k, without a long loop."""
    count = len(inputs)
    if count <= _GROUP:
        found = np.empty((count, _STATES))
        state = first
        for at in range(count):
            found[at] = state
            state = power @ state + inputs[at]
        return found
    groups = -(-count // _GROUP)
    padded = np.zeros((groups * _GROUP, _STATES))
    padded[:count] = inputs
    rows = padded.reshape(groups, _GROUP * _STATES)
    inside, across, whole, jump = _group_matrices(power.tobytes())
    starts = _states_before(rows @ whole, first, jump)
    return (rows @ inside + starts @ across).reshape(-1, _STATES)[:count]


@cache
def _group_matrices(power_bytes: bytes) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    power = np.frombuffer(power_bytes).reshape(_STATES, _STATES)
    powers = [np.linalg.matrix_power(power, n) for n in range(_GROUP + 1)]
    inside = np.zeros((_GROUP * _STATES, _GROUP * _STATES))
    for j in range(_GROUP):
        for k in range(j + 1, _GROUP):
            inside[j * _STATES : (j + 1) * _STATES, k * _STATES : (k + 1) * _STATES] = powers[k - 1 - j].T
    across = np.concatenate([p.T for p in powers[:_GROUP]], axis=1)
    whole = np.concatenate([powers[_GROUP - 1 - j].T for j in range(_GROUP)])
    return inside, across, whole, powers[_GROUP]


def _weighted(channel: Samples, state: Numbers, rate: int) -> tuple[Samples, Numbers]:
    """Return one channel K-weighted, and the filter's states after it."""
    found = _matrices(rate)
    frames = len(channel)
    full = frames // _BLOCK
    count = -(-frames // _BLOCK)
    work = np.zeros((count, _BLOCK + _STATES), np.float32)
    work[:full, :_BLOCK] = channel[: full * _BLOCK].reshape(full, _BLOCK)
    rest = frames - full * _BLOCK
    if rest:
        work[full, :rest] = channel[full * _BLOCK :]
    inputs = (work[:, :_BLOCK] @ found.into).astype(np.float64)
    states = _states_before(inputs, state, np.linalg.matrix_power(found.step, _BLOCK))
    work[:, _BLOCK:] = states
    last = frames - (count - 1) * _BLOCK
    into_last = work[-1, :last] @ found.into[_BLOCK - last :]
    after = np.linalg.matrix_power(found.step, last) @ states[-1] + into_last
    return (work @ found.out).reshape(-1)[:frames], after


class KWeighting:
    """Turns a stream of blocks of any length into energies, one a step."""

    def __init__(self, rate: int, channels: int, *, step: int = 0) -> None:
        self._rate = rate
        self._step = step or step_frames(rate)
        self._weights = _WEIGHTS.get(channels, (1.0,) * channels)
        self._states = [np.zeros(_STATES) for _ in range(channels)]
        self._rest = np.zeros((0, channels), np.float32)

    def add(self, block: Samples) -> Numbers:
        """Take the next block; return the energies of the steps that it completes."""
        whole = np.concatenate([self._rest, block]) if len(self._rest) else block
        ready = len(whole) // self._step * self._step
        self._rest = whole[ready:].copy()
        size = max(1, _AT_ONCE // self._step) * self._step
        return np.concatenate(
            [np.zeros(0), *(self._energies(whole[at : min(ready, at + size)]) for at in range(0, ready, size))]
        )

    def _energies(self, block: Samples) -> Numbers:
        """Return the energies of whole steps."""
        found = np.zeros(len(block) // self._step)
        for channel, weight in enumerate(self._weights):
            y, self._states[channel] = _weighted(
                np.ascontiguousarray(block[:, channel]), self._states[channel], self._rate
            )
            rows = y.reshape(-1, self._step)
            found += weight / self._step * np.einsum("ij,ij->i", rows, rows)
        return found


def lead_frames(rate: int) -> int:
    """Return how much sound before a segment its energies need: whole steps of 100 ms."""
    return round(LEAD_SECONDS * 10) * step_frames(rate)


def segment_energies(block: Samples, rate: int, *, lead: int = 0) -> Numbers:
    """Return the energies per 100 ms of a segment; its first `lead` frames (whole steps) only settle the filter."""
    return KWeighting(rate, block.shape[1]).add(block)[lead // step_frames(rate) :]


def loudness(energy: float) -> float:
    """Return the loudness of an energy in LUFS."""
    return _OFFSET + 10.0 * math.log10(energy) if energy > 0.0 else FLOOR_DB


def _energy(lufs: float) -> float:
    return 10.0 ** ((lufs - _OFFSET) / 10.0)


def _windows(energies: Numbers, length: int) -> Numbers:
    """Return the mean over each window of `length` steps."""
    if len(energies) < length:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(energies)])
    return np.maximum(0.0, sums[length:] - sums[:-length]) / length


def integrated(energies: Numbers, *, per_second: int = 10) -> float:
    """Return the programme's loudness in LUFS, with both gates; SILENT when nothing passes the first."""
    windows = _windows(energies, per_second * 4 // 10)[:: max(1, per_second // 10)]
    loud = windows[windows > _energy(SILENT)]
    if not len(loud):
        return SILENT
    # A mean has at least one term that is not below it, so something always passes the second gate.
    return loudness(float(loud[loud > float(loud.mean()) / 10.0].mean()))


def momentary(energies: Numbers, *, per_second: int = 10) -> Numbers:
    """Return the loudness of each 400 ms."""
    return _in_lufs(_windows(energies, per_second * 4 // 10))


def short_term(energies: Numbers, *, per_second: int = 10) -> Numbers:
    """Return the loudness of each 3 s."""
    return _in_lufs(_windows(energies, per_second * 3))


def _in_lufs(windows: Numbers) -> Numbers:
    return np.maximum(FLOOR_DB, _OFFSET + 10.0 * np.log10(np.maximum(windows, 1e-20)))


def loudness_range(energies: Numbers, *, per_second: int = 10) -> float:
    """Return the range in LU after EBU Tech 3342: how far the loud parts lie above the quiet ones."""
    windows = _windows(energies, per_second * 3)
    loud = windows[windows > _energy(SILENT)]
    if not len(loud):
        return 0.0
    kept = np.sort(loud[loud > float(loud.mean()) / 100.0])
    low, high = (kept[round((len(kept) - 1) * part)] for part in (0.10, 0.95))
    return loudness(float(high)) - loudness(float(low))


class LiveMeter:
    """What meters show while sound plays: momentary and short-term loudness, and each channel's peak."""

    def __init__(self, rate: int, channels: int) -> None:
        step = max(1, rate // _LIVE_STEPS)
        self._weighting = KWeighting(rate, channels, step=step)
        self._energies = np.zeros(3 * _LIVE_STEPS)
        self._peaks = np.zeros(channels, np.float32)

    def add(self, block: Samples) -> None:
        """Take the next block that is heard."""
        if not len(block):
            return
        found = self._weighting.add(block)[-len(self._energies) :]
        if len(found):
            self._energies = np.concatenate([self._energies[len(found) :], found])
        np.maximum(self._peaks, np.abs(block).max(axis=0), out=self._peaks)

    @property
    def momentary(self) -> float:
        """The loudness of the last 400 ms in LUFS."""
        return loudness(float(self._energies[-_LIVE_STEPS * 4 // 10 :].mean()))

    @property
    def short_term(self) -> float:
        """The loudness of the last 3 s in LUFS."""
        return loudness(float(self._energies.mean()))

    def take_peaks(self) -> tuple[float, ...]:
        """Return each channel's sample peak in dB since this was last asked."""
        found = tuple(decibels(float(peak)) for peak in self._peaks)
        self._peaks[:] = 0.0
        return found

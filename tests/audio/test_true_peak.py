"""True peaks are found between samples, and what is left out can be proven not to matter."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.levels import Samples
from studio.audio.true_peak import BLOCK, BOUND, REACH, TruePeak, block_peaks
from tests.audio import ebu_signals
from tests.audio.ebu_signals import PEAK_TOLERANCE, Case


def padded(sound: Samples) -> Samples:
    """The sound between silences."""
    return np.pad(sound, ((REACH, REACH + -len(sound) % BLOCK), (0, 0)))


def measured(sound: Samples) -> float:
    """The true peak of a whole."""
    meter = TruePeak(sound.shape[1])
    meter.add(sound)
    return meter.finish()


@pytest.mark.parametrize("case", ebu_signals.true_peaks(), ids=lambda case: f"case{case.number}")
def test_peaks_between_samples_read_as_the_document_says(case: Case) -> None:
    low, high = PEAK_TOLERANCE
    assert low <= 20 * np.log10(measured(case.sound)) - case.reads <= high


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8])
def test_another_resampler_finds_the_same_peak(cut: float) -> None:
    spectrum = np.fft.rfft(np.random.default_rng(3).standard_normal((48_000, 2)), axis=0)
    spectrum[int(cut * len(spectrum)) :] = 0
    sound = (np.fft.irfft(spectrum, axis=0) * np.hanning(48_000)[:, None]).astype(np.float32)
    other = float(np.abs(soxr.resample(sound, 48_000, 192_000, "VHQ")).max())
    assert 20 * np.log10(measured(sound) / other) == pytest.approx(0.0, abs=0.03)


@given(cuts=st.lists(st.integers(1, 3000), max_size=8), seed=st.integers(0, 5), channels=st.sampled_from([1, 2, 6]))
def test_the_size_of_blocks_never_matters(cuts: list[int], seed: int, channels: int) -> None:
    sound = np.random.default_rng(seed).standard_normal((5000, channels)).astype(np.float32)
    meter, at = TruePeak(channels), 0
    for cut in [*cuts, len(sound)]:
        meter.add(sound[at : at + cut])
        at += cut
    assert meter.finish() == pytest.approx(float(block_peaks(padded(sound)).max()), rel=1e-6)


@given(seed=st.integers(0, 50), floor=st.floats(0.0, 3.0))
def test_a_block_that_is_not_looked_at_cannot_pass_the_floor(seed: int, floor: float) -> None:
    dice = np.random.default_rng(seed)
    sound = (dice.standard_normal((20 * BLOCK, 2)) * np.repeat(dice.random(20), BLOCK)[:, None]).astype(np.float32)
    exact, quick = block_peaks(padded(sound)), block_peaks(padded(sound), floor=floor)
    assert (np.isclose(quick, exact) | (exact <= floor)).all()


def test_the_bound_is_reached_by_the_worst_sound_and_never_passed() -> None:
    worst = 0.0
    for phase in np.linspace(0, 1, 41):  # samples that all pull one point the same way
        taps = np.arange(-40, 40)
        sound = np.sign(np.sinc(taps - phase) + 1e-12).astype(np.float32)[:, None]
        worst = max(worst, measured(sound))
    assert 0.95 * BOUND < worst <= BOUND


def test_a_peak_at_the_very_end_is_seen() -> None:
    sound = np.zeros((1000, 2), np.float32)
    sound[-2:, 1] = 0.7, 0.7
    assert measured(sound) > 0.85


def test_a_peak_between_two_blocks_of_a_stream_is_seen_wherever_it_lies() -> None:
    for at in range(200):
        sound = np.zeros((260, 1), np.float32)
        sound[at : at + 2] = 0.7
        meter = TruePeak(1)
        for start in range(0, len(sound), 70):
            meter.add(sound[start : start + 70])
        assert meter.finish() == pytest.approx(0.7 * 1.27, abs=0.02)


def test_nothing_reads_nothing() -> None:
    assert TruePeak(2).finish() == 0.0

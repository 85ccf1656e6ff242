"""True peaks are found between samples, and what is left out can be proven not to matter."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.levels import Samples
from studio.audio.true_peak import BLOCK, BOUND, REACH, TruePeak, block_peaks, opening_peak
from tests.audio import ebu_signals
from tests.audio.ebu_signals import PEAK_TOLERANCE, Case
from tests.bench import ffmpeg_chain

pytestmark = pytest.mark.slow


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


def test_the_beginning_is_also_looked_at_with_its_mirror_image_before_it() -> None:
    sound = np.zeros((2000, 2), np.float32)
    sound[:2, 1] = 1, -1
    after_silence = float(block_peaks(padded(sound)).max())
    assert opening_peak(sound) > after_silence * 1.02
    assert opening_peak(sound) == pytest.approx(measured(np.concatenate([sound[:0:-1], sound])), rel=1e-5)
    assert measured(sound) == pytest.approx(opening_peak(sound), rel=1e-5)


def clicks(rate: int, *, count: int) -> Samples:
    """A few samples at full scale now and then that point up and down in turn, the first of them at once."""
    sound = 0.002 * np.random.default_rng(count).standard_normal((rate, 2))
    for at in range(count):
        sound[at :: rate // 5] += (-1.0) ** at
    return sound.astype(np.float32)


def gated(rate: int, *, pitch: float) -> Samples:
    """A tone, given as a part of the rate, that is switched on and off."""
    at = np.arange(rate)
    return np.repeat((np.sin(2 * np.pi * pitch * at) * (at % 4800 < 2400))[:, None], 2, axis=1).astype(np.float32)


def clipped(rate: int, *, seed: int) -> Samples:
    """Bursts of bright noise, cut off at full scale."""
    bright = np.diff(np.random.default_rng(seed).standard_normal((rate + 2, 2)), axis=0, n=2)
    return np.clip(bright * np.exp(-(np.arange(rate) % 6000) / 400)[:, None], -1, 1).astype(np.float32)


def between(rate: int) -> Samples:
    """A short bright wave whose peak lies an eighth of a sample beside a sample."""
    at = np.arange(rate) - rate // 2 - 1 / 8
    return np.repeat((np.cos(0.9 * np.pi * at) * np.exp(-((at / 6) ** 2)))[:, None], 2, axis=1).astype(np.float32)


HARD: dict[str, Callable[[int], Samples]] = {
    **{f"{count} samples": functools.partial(clicks, count=count) for count in (1, 2, 3, 4, 8)},
    **{f"gated at {pitch}": functools.partial(gated, pitch=pitch) for pitch in (0.19, 0.27, 0.355, 0.4, 0.44)},
    **{f"clipped {seed}": functools.partial(clipped, seed=seed) for seed in (1, 2)},
    "between": between,
}


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is the witness, and is not here")
@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
@pytest.mark.parametrize("kind", HARD)
def test_another_meter_finds_no_higher_peak(tmp_path: Path, kind: str, rate: int) -> None:
    sound = HARD[kind](rate)
    sf.write(tmp_path / "hard.wav", sound, rate, subtype="FLOAT")
    assert 20 * np.log10(measured(sound)) >= ffmpeg_chain.summary(tmp_path / "hard.wav")[1] - 0.1  # shown to a tenth


@given(cuts=st.lists(st.integers(1, 3000), max_size=8), seed=st.integers(0, 5), channels=st.sampled_from([1, 2, 6]))
def test_the_size_of_blocks_never_matters(cuts: list[int], seed: int, channels: int) -> None:
    sound = np.random.default_rng(seed).standard_normal((5000, channels)).astype(np.float32)
    meter, at = TruePeak(channels), 0
    for cut in [*cuts, len(sound)]:
        meter.add(sound[at : at + cut])
        at += cut
    whole = max(float(block_peaks(padded(sound)).max()), opening_peak(sound))
    assert meter.finish() == pytest.approx(whole, rel=1e-6)


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
    for at in range(REACH, 200):
        sound = np.zeros((260, 1), np.float32)
        sound[at : at + 2] = 0.7
        meter = TruePeak(1)
        for start in range(0, len(sound), 70):
            meter.add(sound[start : start + 70])
        assert meter.finish() == pytest.approx(0.7 * 1.27, abs=0.02)


def test_of_a_stream_that_is_heard_each_part_has_its_own_peak() -> None:
    """It begins after silence, not after its mirror image, and what was loud before counts no more."""
    meter = TruePeak(1, after_silence=True)
    loud = np.tile(np.array([[0.5], [0.5], [-0.5], [-0.5]], np.float32), (400, 1))  # 3 dB more between its samples
    meter.add(loud)
    assert meter.take() == pytest.approx(0.5 * 2**0.5, rel=0.02)
    meter.add(loud * np.float32(0.01))
    meter.take()  # where one meets the other
    meter.add(loud * np.float32(0.01))
    assert meter.take() == pytest.approx(0.005 * 2**0.5, rel=0.02)
    assert meter.take() == 0.0


def test_nothing_reads_nothing() -> None:
    assert TruePeak(2).finish() == 0.0

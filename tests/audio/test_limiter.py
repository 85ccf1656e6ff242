"""The limiter holds its ceiling, leaves alone what is below it, moves smoothly, and does not care how sound is cut."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import soxr
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.levels import Samples
from studio.audio.limiter import Limiter
from studio.audio.true_peak import BLOCK, TruePeak
from tests.bench import ffmpeg_chain

RATE = 48_000


def limited(sound: Samples, limiter: Limiter, *, cut: int = 1 << 20) -> Samples:
    """The whole sound through the limiter, in segments of `cut` frames."""
    frames = -(-len(sound) // BLOCK) * BLOCK
    around = np.zeros((limiter.before + frames + limiter.after, sound.shape[1]), np.float32)
    around[limiter.before : limiter.before + len(sound)] = sound
    parts: list[Samples] = []
    for start in range(0, frames, cut):
        end = min(frames, start + cut)
        window = around[start : end + limiter.before + limiter.after].copy()
        limiter.limit(window, opens=start == 0)
        parts.append(window[limiter.before : limiter.before + end - start])
    return np.concatenate(parts)[: len(sound)]


def loud(seconds: float, *, gain: float, seed: int = 0, channels: int = 2) -> Samples:
    """Bursts of noise and a low tone, as loud as asked for."""
    dice = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    level = np.repeat(dice.random(frames // 2400 + 1) ** 2, 2400)[:frames, None]
    tone = np.sin(2 * np.pi * 90 / RATE * np.arange(frames))[:, None]
    return (gain * (level * dice.standard_normal((frames, channels)) + 0.5 * tone)).astype(np.float32)


def peak_db(sound: Samples) -> float:
    """The true peak in dB."""
    meter = TruePeak(sound.shape[1])
    meter.add(sound)
    return 20 * float(np.log10(meter.finish()))


@given(
    ceiling=st.floats(-12.0, 0.0),
    gain=st.floats(0.1, 30.0),
    seed=st.integers(0, 1000),
    rate=st.sampled_from([8000, 44_100, 48_000, 192_000]),
)
def test_no_true_peak_passes_the_ceiling(ceiling: float, gain: float, seed: int, rate: int) -> None:
    found = limited(loud(0.3, gain=gain, seed=seed), Limiter.at(ceiling, rate))
    assert peak_db(found) <= ceiling + 0.01


@pytest.mark.parametrize("gain", [1.0, 4.0, 20.0])
def test_another_resampler_agrees_that_the_ceiling_is_held(gain: float) -> None:
    low = soxr.resample(loud(4.0, gain=gain), RATE, 2 * RATE, "HQ")  # nothing in the highest octave
    found = limited(low.astype(np.float32), Limiter.at(-1.0, 2 * RATE))
    other = float(np.abs(soxr.resample(found, 2 * RATE, 8 * RATE, "VHQ")).max())
    assert 20 * np.log10(other) <= -1.0 + 0.05


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is the witness, and is not here")
@pytest.mark.parametrize("rate", [24_000, 44_100, 48_000])
@pytest.mark.parametrize("bright", [False, True])
def test_another_meter_agrees_with_sound_up_to_the_highest_frequency(tmp_path: Path, rate: int, bright: bool) -> None:
    dice = np.random.default_rng(5)
    noise = dice.standard_normal((2 * rate, 2))
    sound = np.diff(noise, axis=0, prepend=0) * (np.arange(2 * rate) % 4801 < 40)[:, None] if bright else 0.2 * noise
    for at in range(4):  # clicks, the first of them at once
        sound[at :: rate // 5] = 4 * (-1.0) ** at
    sf.write(tmp_path / "held.wav", limited(sound.astype(np.float32), Limiter.at(-1.0, rate)), rate, subtype="FLOAT")
    assert ffmpeg_chain.summary(tmp_path / "held.wav")[1] <= -1.0 + 0.1 + 1e-9


def test_a_single_sample_far_above_is_held() -> None:
    sound = np.zeros((9600, 2), np.float32)
    sound[4800, 0] = 100.0
    assert peak_db(limited(sound, Limiter.at(-1.0, RATE))) <= -1.0


@pytest.mark.parametrize("at", [0, 1, 9599])
def test_peaks_at_the_very_ends_are_held(at: int) -> None:
    sound = np.zeros((9600, 2), np.float32)
    sound[at] = 3.0
    assert peak_db(limited(sound, Limiter.at(-1.0, RATE))) <= -1.0


def test_what_is_below_the_ceiling_stays_as_it_is_to_the_bit() -> None:
    sound = loud(1.0, gain=0.1)
    assert peak_db(sound) < -1.1
    np.testing.assert_array_equal(limited(sound, Limiter.at(-1.0, RATE)), sound)


def test_it_gets_as_loud_as_the_ceiling_allows() -> None:
    assert peak_db(limited(loud(1.0, gain=10.0), Limiter.at(-3.0, RATE))) == pytest.approx(-3.0, abs=0.1)


def test_a_moment_after_a_peak_all_is_as_before() -> None:
    sound = loud(1.0, gain=0.05)
    sound[RATE // 2] = 2.0
    found = limited(sound, Limiter.at(-1.0, RATE))
    far = np.r_[0 : RATE // 2 - 480, RATE // 2 + RATE // 4 : RATE]
    np.testing.assert_array_equal(found[far], sound[far])


def test_the_gain_moves_smoothly_and_both_channels_together() -> None:
    sound = np.full((RATE, 2), 0.5, np.float32)
    sound[RATE // 2 : RATE // 2 + 200, 0] = 2.0
    gain = limited(sound, Limiter.at(-1.0, RATE)) / sound
    np.testing.assert_allclose(gain[:, 0], gain[:, 1], rtol=1e-6)
    assert np.abs(np.diff(gain[:, 1])).max() < 0.01  # a step of 1 % from sample to sample is no click
    assert gain.min() < 0.5
    assert (gain[RATE // 2 - 400, 1], gain[RATE // 2 + RATE // 4, 1]) == (1.0, 1.0)


@given(blocks=st.integers(20, 400), seed=st.integers(0, 3))
def test_where_it_is_cut_never_matters(blocks: int, seed: int) -> None:
    sound = loud(0.25, gain=3.0, seed=seed)
    limiter = Limiter.at(-1.0, RATE)
    whole, cut = limited(sound, limiter), limited(sound, limiter, cut=blocks * BLOCK)
    assert np.abs(whole - cut).max() < 2e-6


def test_mono_is_limited_as_one_channel_of_two_alike() -> None:
    mono = loud(0.5, gain=5.0, channels=1)
    limiter = Limiter.at(-2.0, RATE)
    np.testing.assert_allclose(limited(mono, limiter), limited(np.repeat(mono, 2, axis=1), limiter)[:, :1], atol=2e-6)

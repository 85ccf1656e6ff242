"""The master: loudness as the studio's own meter has it, peaks below the ceiling, one gain for mix and stems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from studio.audio import loudness
from studio.engines.composer import levels, mixing
from studio.engines.composer.score import Note, Part
from tests.engines.composer import band

RATE = 44_100


def nothing(part: float) -> None:
    assert 0.0 <= part <= 1.0


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    """Something like music: noise that comes in bursts, with clicks on top."""
    rng = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    sound = rng.standard_normal((frames, 2)) * (0.02 + 0.1 * (np.sin(np.arange(frames) / 9000) > 0))[:, None]
    sound[rng.integers(0, frames, 20)] += rng.choice((-1.0, 1.0), 20)[:, None]
    return sound.astype(np.float32)


def true_peak(sound: np.ndarray) -> float:
    return 20 * np.log10(np.abs(signal.resample_poly(sound, 8, 1, axis=0)).max())


@pytest.mark.parametrize("seconds", [0.5, 5.3])
def test_the_meter_reads_as_the_studios(seconds):
    sound = noise(seconds)
    ours = levels.loudness(levels.measure(sound, RATE, nothing).energies, RATE)
    theirs = loudness.integrated(loudness.segment_energies(sound, RATE))
    assert ours == pytest.approx(theirs, abs=0.15)


@pytest.mark.slow
@given(st.integers(0, 5), st.floats(0.001, 30), st.sampled_from([0.0, 0.5]))
@settings(max_examples=20)
def test_a_master_has_its_loudness_and_its_ceiling(seed, gain, squeeze):
    sound = noise(2.0, seed) * np.float32(gain)
    curve = levels.master(sound, rate=RATE, squeeze=squeeze, fade=0.3, step=nothing)
    made = sound * curve.gains(0, len(sound))[:, None]
    assert loudness.integrated(loudness.segment_energies(made, RATE)) == pytest.approx(-14, abs=0.6)
    assert true_peak(made) < -1.0
    assert abs(made[-1]).max() < 1e-4


def test_the_curve_is_the_same_in_any_slices():
    sound = noise(1.5)
    curve = levels.master(sound, rate=RATE, squeeze=0.3, fade=0.5, step=nothing)
    whole = curve.gains(0, len(sound))
    parts = np.concatenate([curve.gains(at, min(10_007, len(sound) - at)) for at in range(0, len(sound), 10_007)])
    assert np.array_equal(whole, parts)


def test_exact_frames():
    assert mixing.frames_of(12.345) == 544_415  # half a frame is rounded up
    assert mixing.frames_of(1.0) == 44_100


def test_the_buses_of_parts_sum_to_the_bus_of_all():
    style = band.compose("jazz").style
    rng = np.random.default_rng(2)
    buses = [mixing.new_bus(70_000) for _ in range(3)]
    whole = mixing.new_bus(70_000)
    for bus in buses:
        bus.dry[:] = rng.standard_normal(bus.dry.shape)
        bus.send[:] = rng.standard_normal(bus.send.shape)
        whole.dry[:] += bus.dry
        whole.send[:] += bus.send
    together = mixing.finish_bus(whole, style, nothing)
    alone = sum(mixing.finish_bus(bus, style, nothing) for bus in buses)
    assert np.abs(together - alone).max() < 1e-4 * np.abs(together).max()


@pytest.mark.slow
def test_gain_pan_and_cutting_in_slices():
    font = band._font()
    notes = tuple(Note(n * 0.9, 1.2, 60 + n, 90) for n in range(12))

    def played(pan: float, gain: float) -> np.ndarray:
        bus = mixing.new_bus(RATE * 12)
        mixing.render(Part("x", "lead", 73, False, pan, gain, notes), [bus], font, nothing)
        return bus.dry

    middle, left, loud = played(0.0, 0.0), played(-1.0, 0.0), played(0.0, 6.0)
    assert np.abs(left[:, 1]).max() < 1e-6
    assert np.array_equal(left[:, 0], middle[:, 0])
    assert np.abs(loud).max() == pytest.approx(np.abs(middle).max() * 10**0.3, rel=1e-4)

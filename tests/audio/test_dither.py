"""Whole numbers out of floating point: right in the mean, equal however it was cut, silent in silence."""

from __future__ import annotations

import numpy as np
import pytest

from studio.audio.dither import CELL, Quantiser, chunk_frames


def _quantised(sound: np.ndarray, bits: int, *, dithered: bool = True) -> tuple[np.ndarray, int]:
    channels = sound.shape[1]
    quantise, size = Quantiser(bits, channels, dithered=dithered), chunk_frames(channels)
    parts = [quantise(np.ascontiguousarray(sound[at : at + size])) for at in range(0, len(sound), size)]
    return np.concatenate(parts).reshape(-1, channels), quantise.clipped


@pytest.mark.parametrize("bits", [16, 24])
def test_the_error_is_that_of_triangular_dither(bits: int) -> None:
    sound = np.random.default_rng(1).uniform(-0.4, 0.4, (200_000, 2)).astype(np.float32)
    steps = sound.astype(np.float64) * 2 ** (bits - 1)
    error = _quantised(sound, bits)[0] - steps
    assert abs(error.mean()) < 0.01
    assert error.std() == pytest.approx(0.5, abs=0.01)  # a rounding, 1/12, and two of dither, 2/12
    assert np.abs(error).max() <= 1.5 + (0.25 if bits == 24 else 0)  # a float32 of 24 bits has no room below


def test_without_dither_it_is_rounded() -> None:
    sound = np.random.default_rng(1).uniform(-0.9, 0.9, (5000, 1)).astype(np.float32)
    np.testing.assert_array_equal(_quantised(sound, 16, dithered=False)[0], np.rint(sound * 32768))


def test_a_sound_below_a_step_is_still_there() -> None:
    t = np.arange(480_000) / 48_000
    sound = (0.4 / 32768 * np.sin(2 * np.pi * 1000 * t))[:, None].astype(np.float32)
    spectrum = np.abs(np.fft.rfft(_quantised(sound, 16)[0][:, 0])) / len(t) * 2
    assert spectrum[10_000] == pytest.approx(0.4, rel=0.05)
    assert spectrum[30_000] < 0.02  # nothing of its distortion
    assert not np.any(_quantised(sound, 16, dithered=False)[0])


def test_silence_stays_silence_cell_by_cell() -> None:
    sound = np.zeros((40 * CELL + 100, 2), np.float32)
    sound[3 * CELL + 7, 1] = 0.1
    numbers = _quantised(sound, 24)[0]
    busy = np.flatnonzero(np.abs(numbers).reshape(-1, 2).max(axis=1)) // CELL
    assert set(busy) == {3}


def test_the_noise_does_not_repeat_from_chunk_to_chunk() -> None:
    size = chunk_frames(1)
    sound = np.full((8 * size, 1), 0.25, np.float32)
    chunks = _quantised(sound, 16)[0].reshape(8, size)
    assert len({chunk.tobytes() for chunk in chunks}) == 8
    for lag in (1, 2, 3):
        a, b = chunks[lag] - chunks[lag].mean(), chunks[0] - chunks[0].mean()
        assert abs(np.mean(a * b)) / (a.std() * b.std()) < 0.1


def test_two_channels_are_not_given_the_same_noise() -> None:
    numbers = _quantised(np.full((50_000, 2), 0.25, np.float32), 16)[0].astype(float)
    left, right = (numbers - numbers.mean(axis=0)).T
    assert abs(np.mean(left * right)) / (left.std() * right.std()) < 0.02


@pytest.mark.parametrize("bits", [16, 24])
def test_what_is_too_loud_is_clamped_and_counted(bits: int) -> None:
    sound = np.full((2000, 1), 0.1, np.float32)
    sound[5:10, 0] = [1.5, -1.5, 1.0, -1.0, np.nan]
    numbers, clipped = _quantised(sound, bits)
    top = 2 ** (bits - 1) - 1
    assert clipped == 3
    assert (numbers[5, 0], numbers[6, 0]) == (top, -top - 1)
    assert abs(numbers[9, 0]) <= top
    assert top - 1 <= numbers[7, 0] <= top


def test_full_scale_is_not_called_clipped() -> None:
    numbers, clipped = _quantised(np.full((3000, 1), 1.0, np.float32), 16)
    assert clipped == 0
    assert numbers.max() == 32767

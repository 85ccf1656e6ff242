"""Sounds of engines for music: read at a rate, brought to a length, a part put into a whole, written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from studio.engines.shared import music
from studio.protocol import float_wav, messages
from studio.worker.channel import Channel
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake


class _Nobody:
    """A channel at whose end nobody listens."""

    def send(self, message: messages.Message) -> None:
        """Nothing."""


@pytest.fixture
def context(tmp_path: Path) -> Callable[..., RunContext]:
    def make(**files: str) -> RunContext:
        run = messages.Run(
            job=1, task="music", params={}, inputs={"files": files}, seed=1, scratch=str(tmp_path / "scratch")
        )
        return RunContext(run, cast("Channel", _Nobody()), threading.Event())

    return make


def _noise(frames: int, channels: int = 2, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, frames)).astype(np.float32)


def _file(path: Path, sound: Any, rate: int) -> str:
    float_wav.write_float_wav(path, np.ascontiguousarray(sound.T).reshape(-1), rate=rate, channels=len(sound))
    return str(path)


def test_a_sound_at_the_rate_comes_bit_by_bit(context: Callable[..., RunContext], tmp_path: Path):
    sound = _noise(1000)
    given = music.given(context(source=_file(tmp_path / "a.wav", sound, 48_000)), "source", rate=48_000, channels=2)
    assert given is not None
    assert np.array_equal(given, sound)
    assert music.given(context(), "source", rate=48_000, channels=2) is None


def test_another_rate_and_other_channels_are_brought_over(context: Callable[..., RunContext], tmp_path: Path):
    time = np.arange(48_000) / 48_000
    tone = np.stack([np.sin(2 * np.pi * 440 * time), np.zeros(48_000)]).astype(np.float32)
    asked = context(source=_file(tmp_path / "a.wav", tone, 48_000))
    mono = music.given(asked, "source", rate=32_000, channels=1)
    assert mono is not None
    assert mono.shape == (1, 32_000)
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 32_000)
    assert np.abs(mono[0, 100:-100] - wanted[100:-100]).max() < 2e-3
    single = context(source=_file(tmp_path / "b.wav", tone[:1], 48_000))
    both = music.given(single, "source", rate=48_000, channels=2)
    assert both is not None
    assert np.array_equal(both, np.repeat(tone[:1], 2, axis=0))


@pytest.mark.parametrize("frames", [0, 7, 10, 12])
def test_a_length_is_exact(frames: int):
    sound = _noise(10)
    made = music.fitted(sound, frames)
    assert made.shape == (2, frames)
    assert np.array_equal(made[:, :10], sound[:, :frames])
    assert not made[:, 10:].any()


@pytest.mark.parametrize(
    ("span", "fade", "mixed"),
    [
        ((100, 300), 20, [*range(100, 120), *range(280, 300)]),
        ((0, 300), 20, range(280, 300)),
        ((100, 500), 20, range(100, 120)),
        ((0, 500), 20, []),
        ((100, 110), 20, range(100, 110)),
        ((100, 300), 0, []),
    ],
)
def test_a_part_is_put_in_and_only_its_edges_are_mixed(span: tuple[int, int], fade: int, mixed: Any):
    old, new = _noise(500), _noise(500, seed=1)
    made = music.patched(old, new, span, fade)
    outside = np.r_[0 : span[0], span[1] : 500]
    assert np.array_equal(made[:, outside], old[:, outside])
    inside = np.array(sorted({*range(*span)} - {*mixed}), int)
    assert np.array_equal(made[:, inside], new[:, inside])
    edges = np.array(sorted(mixed), int)
    low, high = np.minimum(old, new)[:, edges], np.maximum(old, new)[:, edges]
    assert ((made[:, edges] > low - 1e-6) & (made[:, edges] < high + 1e-6)).all()
    assert not (made[:, edges] == new[:, edges]).all(axis=0).any()


def test_a_peak_is_reached_and_silence_stays():
    assert np.abs(music.levelled(_noise(100), 0.9)).max() == pytest.approx(0.9)
    assert not music.levelled(np.zeros((2, 10), np.float32), 0.9).any()


def test_what_nobody_could_hear_is_no_music(context: Callable[..., RunContext]):
    broken = _noise(100)
    broken[0, 3] = np.nan
    for sound in (broken, np.zeros((2, 100), np.float32), np.zeros((2, 0), np.float32)):
        with pytest.raises(BadNumbers):
            music.finished(context(), sound, rate=48_000)


def test_the_master_is_whole(context: Callable[..., RunContext]):
    sound = _noise(4800)
    output = music.finished(context(), sound, rate=48_000, facts={"anew": 1})
    assert output.facts == {"seconds": 0.1, "sample_rate": 48_000, "channels": 2, "anew": 1}
    about = float_wav.read_float_wav(output.path)
    assert (about.rate, about.frames, about.channels) == (48_000, 4800, 2)
    assert np.array_equal(np.array(float_wav.read_samples(output.path), np.float32).reshape(-1, 2).T, sound)


def test_a_range_is_within_the_sound():
    assert music.span_of(1.0, 2.0, frames=300, rate=100) == (100, 200)
    assert music.span_of(1.0, 0.0, frames=300, rate=100) == (100, 300)
    assert music.span_of(1.0, 9.0, frames=300, rate=100) == (100, 300)
    for begin, end in ((2.0, 1.0), (3.0, 0.0), (1.0, 1.001)):
        with pytest.raises(UserMistake, match=r"there is nothing in a sound of 3\.00 seconds"):
            music.span_of(begin, end, frames=300, rate=100)

"""A passage is played sample by sample, loops without a seam, and at other speeds keeps its pitch and its places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.playing.source import LEAST_LOOP, Block, Mix, Passage, Source, source_of
from tests.audio.playing.stand_ins import RATE, KnownMixer, mix_of, noise

SOUND = noise(20_000)
LEAST = int(LEAST_LOOP * RATE)


def all_of(source: Source, frames: int) -> list[Block]:
    """Blocks up to the end of the passage."""
    found = [source.next(frames)]
    while len(found[-1].frames) == frames:
        found.append(source.next(frames))
    return found


@given(st.integers(0, 21_000), st.none() | st.integers(0, 25_000), st.integers(1, 5000))
def test_a_passage_is_the_mix(start: int, end: int | None, block: int) -> None:
    blocks = all_of(source_of(mix_of(SOUND), Passage(start, end), start, 1.0), block)
    silent = np.zeros((5_000, 2), np.float32)
    assert np.array_equal(
        np.concatenate([b.frames for b in blocks]),
        np.concatenate((SOUND, silent))[start : len(SOUND) if end is None else max(start, end)],
    )


@given(st.integers(0, 5000), st.integers(LEAST, 4000), st.integers(0, 12_000), st.integers(1, 9000))
def test_a_loop_goes_around_without_a_seam(start: int, length: int, begin: int, block: int) -> None:
    source = source_of(mix_of(SOUND), Passage(start, start + length, loop=True), begin, 1.0)
    blocks = [source.next(block) for _ in range(3)]
    position, wanted = begin, []
    for _ in range(3 * block):
        position = start if position >= start + length else position
        wanted.append(position)
        position += 1
    assert np.array_equal(np.concatenate([b.frames for b in blocks]), SOUND[wanted])
    for number, found in enumerate(blocks):
        for turn in found.turns:
            assert wanted[number * block + turn.offset] == turn.position


def test_a_loop_of_nearly_nothing_is_played_once() -> None:
    blocks = all_of(source_of(mix_of(SOUND), Passage(10, 10 + LEAST - 1, loop=True), 10, 1.0), 512)
    assert sum(len(b.frames) for b in blocks) == LEAST - 1


def tone(frames: int, hertz: float) -> np.ndarray:
    wave = (0.5 * np.sin(2 * np.pi * hertz / RATE * np.arange(frames))).astype(np.float32)
    return np.stack((wave, -wave), axis=1)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.3, 2.0])
def test_at_another_speed_it_lasts_accordingly_at_the_same_pitch(speed: float) -> None:
    blocks = all_of(source_of(mix_of(tone(RATE * 2, 440.0)), Passage(), 0, speed), 2048)
    sound = np.concatenate([b.frames for b in blocks])
    assert len(sound) == round(2 * RATE / speed)
    middle = sound[RATE // 4 : RATE // 4 + RATE // 2, 0] * np.hanning(RATE // 2)
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.argmax(spectrum) * 2 == 440
    assert spectrum[216:225].max() > 1000 * np.delete(spectrum, range(200, 240)).max()


@pytest.mark.parametrize("speed", [0.5, 1.3, 2.0])
def test_places_stay_where_they_are_at_another_speed(speed: float) -> None:
    places = (5_000, 30_000, 52_000, 83_000)
    sound = np.zeros((2 * RATE, 2), np.float32)
    for place in places:
        sound[place : place + 2000] = 0.5
    blocks = all_of(source_of(mix_of(sound), Passage(), 0, speed), 1000)
    out = np.concatenate([b.frames for b in blocks])
    for place in places:
        near = round(place / speed)
        first = near - 2000 + int(np.flatnonzero(out[near - 2000 : near + 2000].any(axis=1))[0])
        assert first * speed == pytest.approx(place, abs=(0.02 * speed + 0.015) * RATE)


def test_a_loop_at_double_speed_says_where_it_turned() -> None:
    source = source_of(mix_of(SOUND), Passage(0, 9_600, loop=True), 0, 2.0)
    offset, found = 0, []
    for _ in range(10):
        block = source.next(2400)
        found += [(offset + turn.offset, turn.position) for turn in block.turns if turn.position == 0]
        offset += len(block.frames)
    assert [place for place, _ in found][:5] == [0, 4800, 9600, 14_400, 19_200]


def test_silence_and_the_shortest_sound_pass_at_any_speed() -> None:
    for frames in (0, 1, 100, 5000):
        mix = Mix(KnownMixer(np.zeros((frames, 2), np.float32)), RATE, frames)
        blocks = all_of(source_of(mix, Passage(), 0, 1.5), 512)
        assert sum(len(b.frames) for b in blocks) == round(frames / 1.5)
        assert not any(b.frames.any() for b in blocks)

"""Play, pause, seek, scrub, loop and edits, on a device whose clock the test turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.playing.source import Mix, Passage
from studio.audio.playing.transport import FADE
from studio.worker.failures import UserMistake
from tests.audio.playing.stand_ins import RATE, FakeDevice, KnownMixer, mix_of, noise

SOUND = noise(4 * RATE)
CHANGED = noise(4 * RATE, seed=6)
WHOLE = Passage()
EDGE = round(FADE * RATE)


def playing(passage: Passage = WHOLE, *, device: FakeDevice | None = None) -> FakeDevice:
    device = device or FakeDevice()
    device.transport.load(mix_of(SOUND))
    device.transport.play(passage)
    return device


def place_of(frame: np.ndarray, sound: np.ndarray = SOUND) -> int:
    """Where a frame lies in a noise."""
    found = np.flatnonzero((sound == frame).all(axis=1))
    assert len(found) == 1
    return int(found[0])


@settings(max_examples=20)
@given(
    start=st.integers(0, RATE), length=st.integers(0, RATE), block=st.integers(256, 5000),
    latency=st.sampled_from([0.0, 0.085, 0.7]),
)  # fmt: skip
def test_what_is_heard_is_the_mix_to_the_last_bit(start: int, length: int, block: int, latency: float) -> None:
    device = playing(Passage(start, start + length), device=FakeDevice(latency, block))
    assert device.run_out()
    assert np.array_equal(device.heard, SOUND[start : start + length])
    assert device.outlet.dropped == 0
    assert device.transport.position == start + length
    assert not device.transport.playing


def test_without_an_end_it_plays_to_the_end_of_the_project() -> None:
    device = playing()
    assert device.run_out()
    assert np.array_equal(device.heard, SOUND)


def test_a_loop_is_exact_to_the_sample() -> None:
    device = playing(Passage(1000, 8000, loop=True))
    device.run(40_000)
    wanted = SOUND[1000 + np.arange(40_000) % 7000]
    assert np.array_equal(device.heard[:40_000], wanted)


@pytest.mark.parametrize("latency", [0.0, 0.085, 0.3])
def test_the_position_is_what_is_heard(latency: float) -> None:
    device = playing(Passage(500), device=FakeDevice(latency))
    for _ in range(60):
        device.run(1024)
        heard = round((device.time - latency) * RATE)
        assert device.transport.position == pytest.approx(500 + max(0, heard), abs=1)


def test_the_position_goes_around_with_the_loop() -> None:
    device = playing(Passage(1000, 8000, loop=True), device=FakeDevice(0.05))
    for _ in range(100):
        device.run(1024)
        heard = max(0, round((device.time - 0.05) * RATE))
        assert device.transport.position == pytest.approx(1000 + heard % 7000, abs=1)


def test_a_pause_fades_out_in_five_milliseconds_and_playing_goes_on_at_that_sample() -> None:
    device = playing()
    device.run(10_000)
    taken = len(device.heard)
    device.transport.pause()
    assert not device.run_out()
    heard = device.heard
    assert np.array_equal(heard[:taken], SOUND[:taken])
    assert len(heard) == taken + EDGE
    assert (np.abs(heard[taken:]) < np.abs(SOUND[taken : taken + EDGE])).all()
    assert device.transport.position == taken
    device.got.clear()
    device.transport.resume()
    device.run(5000)
    assert np.array_equal(device.heard[:5000], SOUND[taken : taken + 5000])


def test_a_seek_fades_over_and_goes_on_there() -> None:
    device = playing()
    device.run(10_000)
    taken = len(device.heard)
    device.transport.seek(100_000)
    device.run(10_000)
    heard = device.heard
    assert np.array_equal(heard[:taken], SOUND[:taken])
    after = heard[taken + EDGE :]
    assert np.array_equal(after, SOUND[100_000 + EDGE : 100_000 + EDGE + len(after)])
    ramp = (np.arange(EDGE) + 1)[:, None] / (EDGE + 1)
    over = SOUND[taken : taken + EDGE] * (1 - ramp) + SOUND[100_000 : 100_000 + EDGE] * ramp
    assert np.allclose(heard[taken : taken + EDGE], over, atol=1e-6)
    assert device.transport.position == pytest.approx(100_000 + len(heard) - taken, abs=1)


def test_a_seek_while_nothing_plays_only_moves() -> None:
    device = FakeDevice()
    device.transport.load(mix_of(SOUND))
    device.transport.seek(7000)
    assert device.transport.position == 7000
    device.transport.resume()
    device.run(1024)
    assert np.array_equal(device.heard, SOUND[7000:8024])


def changed_from(place: int) -> np.ndarray:
    return np.concatenate((SOUND[:place], CHANGED[place:]))


@pytest.mark.parametrize("block", [64, 1000, 4096])
def test_an_edit_far_away_is_not_heard_until_one_is_there(block: int) -> None:
    device = playing(device=FakeDevice(0.085, block))
    for step in range(5):
        device.run(8000)
        device.transport.load(mix_of(changed_from(100_000 + step)))
    device.run_out()
    assert np.array_equal(device.heard, changed_from(100_004))
    assert device.outlet.dropped == 0


def test_an_edit_of_what_plays_is_heard_within_a_moment_without_a_gap() -> None:
    device = playing()
    device.run(20_000)
    taken = len(device.heard)
    device.transport.load(mix_of(CHANGED))
    assert device.run_out()
    heard = device.heard
    assert len(heard) == len(SOUND)
    first = int(np.flatnonzero((heard != SOUND).any(axis=1))[0])
    assert taken <= first <= taken + 0.15 * RATE
    assert np.array_equal(heard[first + EDGE :], CHANGED[first + EDGE :])
    assert device.outlet.dropped == 0


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=6))
def test_edits_in_a_loop_keep_its_length(edits: list[tuple[int, int]]) -> None:
    device = playing(Passage(5000, 25_000, loop=True))
    for blocks, seed in edits:
        device.run(blocks * 1024 or 1)
        device.transport.load(mix_of(np.concatenate((SOUND[:30_000], noise(RATE, seed)))))
    device.run(30_000)
    heard = device.heard
    assert np.array_equal(heard, SOUND[5000 + np.arange(len(heard)) % 20_000])


def test_an_edit_that_ends_the_project_before_the_position_ends_playing() -> None:
    device = playing(Passage(RATE))
    device.run(4800)
    device.transport.load(mix_of(SOUND[:RATE]))
    assert device.run_out()
    assert len(device.heard) < 4800 + 0.2 * RATE
    assert device.transport.position == RATE + len(device.heard) - EDGE


def test_edits_up_to_the_end_do_not_move_it() -> None:
    device = playing(Passage(0, 100_000), device=FakeDevice(0.1, block=256))
    while device.transport.playing:
        device.run(256)
        device.transport.load(mix_of(changed_from(150_000)))
        assert device.transport.position <= 100_000
        device.transport.settle()
    assert np.array_equal(device.heard, SOUND[:100_000])
    assert device.transport.position == 100_000


def test_an_edit_that_makes_the_project_longer_is_played_to_its_new_end() -> None:
    device = FakeDevice()
    device.transport.load(mix_of(SOUND[:48_000]))
    device.transport.play(Passage())
    device.run(30_000)  # all of it is in the ring by now
    device.transport.load(mix_of(SOUND))
    assert device.run_out()
    assert np.array_equal(device.heard, SOUND)


def test_the_old_mixer_is_closed_and_the_new_one_is_not() -> None:
    device = playing()
    first = device.transport._mix
    second = mix_of(CHANGED)
    device.transport.load(second)
    assert first is not None
    assert isinstance(first.mixer, KnownMixer)
    assert isinstance(second.mixer, KnownMixer)
    assert first.mixer.closed
    assert not second.mixer.closed
    device.transport.close()
    assert second.mixer.closed


class LateMixer(KnownMixer):
    """Lets the device go on while it mixes: so slow that what it mixed for has been played meanwhile."""

    def __init__(self, samples: np.ndarray, device: FakeDevice, frames: int) -> None:
        super().__init__(samples)
        self._device = device
        self._frames = frames

    def render(self, start: int, frames: int) -> np.ndarray:
        late, self._frames = self._frames, 0
        if late:
            self._device.run(late, feeding=False)
        return super().render(start, frames)


@pytest.mark.parametrize("late", [100, 4_000, 6_000, 12_000, 20_000, 40_000])
def test_an_edit_whose_mix_comes_late_leaves_no_gap(late: int) -> None:
    device = playing()
    device.run(10_000)
    device.transport.load(Mix(LateMixer(changed_from(120_000), device, late), RATE, len(SOUND)))
    assert device.run_out()
    assert np.array_equal(device.heard, changed_from(120_000))
    assert device.outlet.dropped == 0


def test_a_scrub_lets_hear_a_moment_around_the_position_and_stays_there() -> None:
    device = playing()
    device.run(10_000)
    device.transport.pause()
    device.run_out()
    device.got.clear()
    device.transport.scrub(50_000)
    assert not device.run_out()
    heard = device.heard
    assert 0.07 * RATE < len(heard) < 0.09 * RATE
    middle = len(heard) // 2
    assert place_of(heard[middle]) == pytest.approx(50_000, abs=0.01 * RATE)
    assert abs(heard[0, 0]) < 0.01
    assert abs(heard[-1, 0]) < 0.01
    assert device.transport.position == 50_000
    assert not device.transport.playing


def test_scrubbing_along_is_without_clicks() -> None:
    device = FakeDevice(block=256)
    level = np.full((RATE, 2), 0.5, np.float32)
    device.transport.load(mix_of(level))
    for position in range(10_000, 20_000, 1000):
        device.transport.scrub(position)
        device.run(800)
    device.run_out()
    everything = np.concatenate(device.got)
    assert np.abs(np.diff(everything[:, 0])).max() < 0.5 / EDGE * 2.5
    assert everything.max() <= 0.5 + 1e-6


def test_a_scrub_while_playing_stops_there() -> None:
    device = playing()
    device.run(5000)
    device.transport.scrub(2)
    device.run_out()
    assert device.transport.position == 2
    assert not device.transport.playing


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
def test_the_position_follows_the_speed_and_ends_at_the_end(speed: float) -> None:
    device = playing(device=FakeDevice(0.02))
    device.transport.set_speed(speed)
    begun = device.transport.position
    device.run(12_000)
    for _ in range(12):
        before, time = device.transport.position, device.time
        device.run(4800)
        assert device.transport.position - before == pytest.approx((device.time - time) * RATE * speed, abs=20)
    assert device.transport.position > begun
    assert device.run_out()
    assert device.transport.position == pytest.approx(len(SOUND), abs=10)
    assert device.outlet.dropped == 0


def test_back_at_normal_speed_the_samples_are_the_mix_again() -> None:
    device = playing()
    device.transport.set_speed(2.0)
    device.run(20_000)
    device.transport.set_speed(1.0)
    device.run(40_000)
    last = device.heard[-20_000:]
    start = place_of(last[0])
    assert np.array_equal(last, SOUND[start : start + len(last)])


def test_speed_stays_within_what_can_be_listened_to() -> None:
    device = playing()
    device.transport.set_speed(1000.0)
    device.run(RATE)
    assert device.transport.position <= 2 * RATE + 10


def test_a_ring_that_runs_dry_is_counted() -> None:
    device = playing()
    device.run(2 * RATE, feeding=False)
    assert device.outlet.dropped > 0


def test_without_a_project_there_is_nothing_to_play() -> None:
    for act in ("resume", "scrub"):
        with pytest.raises(UserMistake, match="no project"):
            getattr(FakeDevice().transport, act)(*([5] if act == "scrub" else []))


STEPS = st.sampled_from(["play", "resume", "pause", "seek", "scrub", "speed", "load", "run", "run", "run out"])


@settings(max_examples=60)
@given(st.lists(st.tuples(STEPS, st.integers(0, 5 * RATE)), max_size=12))
def test_whatever_one_does_it_ends_in_a_known_state(steps: list[tuple[str, int]]) -> None:
    device = FakeDevice(0.02)
    transport = device.transport
    transport.load(mix_of(SOUND))
    for step, number in steps:
        if step == "play":
            transport.play(Passage(number, number + RATE, loop=number % 2 == 0))
        elif step in {"resume", "pause"}:
            getattr(transport, step)()
        elif step in {"seek", "scrub"}:
            getattr(transport, step)(number)
        elif step == "speed":
            transport.set_speed(0.5 + number % 4 / 2)
        elif step == "load":
            transport.load(mix_of(SOUND[: number or 1]))
        elif step == "run":
            device.run(number % 20_000 + 1)
            transport.settle()
        assert transport.position >= 0
        assert transport.ring.waiting <= 4 * RATE
    transport.pause()
    if device.outlet.is_open:
        device.run_out()
    assert not transport.playing
    assert not device.outlet.is_open
    assert np.abs(np.concatenate([*device.got, np.zeros((1, 2))])).max() < 1.0


def test_the_levels_of_tracks_are_those_of_what_is_heard() -> None:
    quiet = np.concatenate((SOUND[:RATE] * np.float32(0.01), SOUND[RATE:]))
    device = FakeDevice()
    device.transport.load(mix_of(quiet))
    assert device.transport.levels(0, 0) == {"t1": 0.0}
    device.transport.play(WHOLE)
    device.run(2 * RATE)
    levels = device.transport.levels
    assert levels(0, RATE // 2)["t1"] == np.abs(quiet[: RATE // 2]).max()
    assert levels(RATE, RATE + RATE // 2)["t1"] == np.abs(quiet[RATE : RATE + RATE // 2]).max()


def test_the_levels_after_a_jump_are_those_of_where_it_went() -> None:
    loud = np.concatenate((SOUND[: 2 * RATE], SOUND[2 * RATE :] * np.float32(0.01)))
    device = FakeDevice()
    device.transport.load(mix_of(loud))
    device.transport.play(WHOLE)
    device.run(RATE // 2)
    before = device.outlet.heard()
    device.run(device.block)
    device.transport.seek(3 * RATE)
    device.run(8 * device.block)
    now = device.outlet.heard()
    place = device.transport.position
    assert place > 3 * RATE
    assert device.transport.levels(before, now)["t1"] == np.abs(loud[place - (now - before) : place]).max()

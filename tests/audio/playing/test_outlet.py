"""What the device gets, and what is heard when, by the device's own clock."""

from __future__ import annotations

import numpy as np
import pytest

from studio.audio.playing.outlet import Outlet
from studio.audio.playing.ring import Ring
from tests.audio.playing.stand_ins import RATE, noise

BLOCK = 480  # 10 ms


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def pulled(outlet: Outlet, delay: float = 0.0, frames: int = BLOCK) -> np.ndarray:
    out = np.full((frames, 2), np.nan, np.float32)
    outlet.pull(out, delay)
    return out


def opened(frames: int = 4800) -> tuple[Outlet, Clock, np.ndarray]:
    ring, clock, sound = Ring(RATE), Clock(), noise(frames)
    ring.end = None
    ring.put(sound)
    outlet = Outlet(ring, RATE, clock)
    outlet.open()
    return outlet, clock, sound


def test_a_closed_outlet_is_silent_and_takes_nothing() -> None:
    ring = Ring(100)
    ring.put(noise(50))
    outlet = Outlet(ring, RATE)
    assert not pulled(outlet).any()
    assert ring.waiting == 50
    assert outlet.dropped == 0


def test_what_waits_is_passed_on_as_it_is_and_a_gap_is_counted() -> None:
    outlet, _, sound = opened(BLOCK + 100)
    assert np.array_equal(pulled(outlet), sound[:BLOCK])
    late = pulled(outlet)
    assert np.array_equal(late[:100], sound[BLOCK:])
    assert not late[100:].any()
    assert outlet.dropped == 1


def test_a_device_that_ran_dry_while_it_played_is_a_gap() -> None:
    outlet, _, _ = opened()
    outlet.ran_dry()
    assert outlet.dropped == 0  # before the first pull there was nothing to play
    pulled(outlet)
    outlet.ran_dry()
    assert outlet.dropped == 1
    outlet.close()
    outlet.ran_dry()
    assert outlet.dropped == 1


def test_the_end_is_no_gap() -> None:
    outlet, _, _ = opened(BLOCK + 100)
    outlet.ring.finish()
    for _ in range(4):
        pulled(outlet)
    assert outlet.dropped == 0


@pytest.mark.parametrize("delay", [0.0, 0.085, 0.5])
def test_heard_is_what_the_clock_says_and_not_what_was_taken(delay: float) -> None:
    outlet, clock, _ = opened()
    for _ in range(5):
        pulled(outlet, delay)
        assert outlet.heard() == pytest.approx(max(0, round((clock.time - 100.0 - delay) * RATE)), abs=1)
        clock.time += 0.01
    clock.time = 100.0 + delay + 0.025
    assert outlet.heard() == pytest.approx(1200, abs=1)
    clock.time += 10.0
    assert outlet.heard() == 5 * BLOCK  # no more than was given


def test_drained_means_heard_and_not_taken() -> None:
    outlet, clock, _ = opened(BLOCK)
    outlet.ring.finish()
    pulled(outlet, delay=0.2)
    assert not outlet.drained
    clock.time += 0.2 + 0.0101
    assert outlet.drained


def test_the_volume_goes_along_a_line_and_then_stays() -> None:
    outlet, _, sound = opened()
    outlet.volume = 0.5
    turning = pulled(outlet)
    ratio = turning[:, 0] / sound[:BLOCK, 0]
    assert np.allclose(ratio, 1.0 - 0.5 * np.arange(1, BLOCK + 1) / BLOCK, atol=1e-5)
    assert np.allclose(pulled(outlet), sound[BLOCK : 2 * BLOCK] * 0.5, atol=1e-7)
    outlet.volume = 1.0
    pulled(outlet)
    assert np.array_equal(pulled(outlet), sound[3 * BLOCK : 4 * BLOCK])


def test_a_long_pull_has_its_volume_as_well() -> None:
    outlet, _, sound = opened(20_000)
    outlet.volume = 0.0
    pulled(outlet)
    assert not pulled(outlet, frames=19_000).any()
    assert sound.any()

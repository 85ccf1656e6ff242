"""The ring gives back what was put into it, in order, and splices where it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.playing.ring import Ring
from tests.audio.playing.stand_ins import noise

SIZE = 64


@given(st.lists(st.tuples(st.sampled_from(["put", "take"]), st.integers(0, SIZE)), max_size=40))
def test_what_goes_in_comes_out_in_order(steps: list[tuple[str, int]]) -> None:
    ring = Ring(SIZE)
    ring.end = None
    source = noise(SIZE * 50)
    put, taken = 0, []
    for step, wanted in steps:
        count = min(wanted, SIZE - ring.waiting) if step == "put" else wanted
        if step == "put":
            ring.put(source[put : put + count])
            put += count
        else:
            out = np.full((count, 2), np.nan, np.float32)
            found = ring.take(out)
            assert found == min(count, put - sum(map(len, taken)))
            taken.append(out[:found])
    everything = np.concatenate(taken) if taken else source[:0]
    assert np.array_equal(everything, source[: len(everything)])
    assert ring.waiting == put - len(everything)
    still_there = max(0, len(everything) - 5, put - SIZE)  # what waits may have taken the place of what was heard
    assert np.array_equal(ring.past(ring.read - 5, ring.read), everything[still_there:])


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20), st.integers(0, 9), st.integers(-3, 45))
def test_a_splice_replaces_what_waits_from_its_place_on(put: int, take: int, new: int, fade: int, at: int) -> None:
    ring = Ring(SIZE)
    old, block = noise(put, 1), noise(new, 2)
    ring.put(old)
    taken = ring.take(np.zeros((take, 2), np.float32))
    place = ring.splice(block, fade, at=max(0, at) if at >= 0 else None, least=1)
    begin = taken if at < 0 else max(at, taken)
    skipped = 0 if at < 0 else begin - at
    if begin > put or new - skipped < 1:
        assert place is None
        assert ring.waiting == put - taken
        return
    assert place == begin
    out = np.zeros((SIZE, 2), np.float32)
    got = out[: ring.take(out)]
    assert np.array_equal(got[: begin - taken], old[taken:begin])
    over = min(fade, put - begin, new - skipped)
    assert np.array_equal(got[begin - taken + over :], block[skipped + over :])
    for i in range(over):
        low, high = sorted((old[begin + i, 0], block[skipped + i, 0]))
        assert low < got[begin - taken + i, 0] < high


def test_equal_sounds_stay_equal_through_a_splice() -> None:
    ring = Ring(SIZE)
    sound = noise(60)
    ring.put(sound[:40])
    assert ring.splice(sound[10:60], 16, at=10) == 10
    out = np.zeros((60, 2), np.float32)
    assert ring.take(out) == 60
    assert np.array_equal(out, sound)


def test_what_does_not_fit_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Ring(SIZE).put(noise(SIZE + 1))


def test_after_clear_nothing_waits_and_nothing_comes() -> None:
    ring = Ring(SIZE)
    ring.put(noise(10))
    ring.clear()
    assert ring.take(np.zeros((10, 2), np.float32)) == 0
    assert ring.end == ring.read

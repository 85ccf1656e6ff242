"""A place of the ring is a moment of the timeline, whatever was played before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.audio.playing.trace import Trace

RATE = 1000


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 100_000)), min_size=1, max_size=60), st.data())
def test_each_place_is_where_the_last_turn_before_it_says(turns: list[tuple[int, int]], data: st.DataObject) -> None:
    trace = Trace(RATE)
    marks: list[tuple[int, int]] = []
    place = 0
    for length, position in turns:
        trace.add(place, position, 1.0)
        marks.append((place, position))
        place += length
    asked = data.draw(st.integers(max(0, place - 10 * RATE), place + 500))
    at, position = next(mark for mark in reversed(marks) if mark[0] <= asked)
    assert trace.at(asked) == position + asked - at


def test_at_normal_speed_a_turn_of_one_sample_counts() -> None:
    trace = Trace(RATE)
    trace.add(0, 100, 1.0)
    trace.add(50, 151, 1.0)
    assert (trace.at(49), trace.at(50)) == (149, 151)


def test_what_was_cut_is_forgotten() -> None:
    trace = Trace(RATE)
    trace.add(0, 0, 1.0)
    trace.add(500, 9000, 1.0)
    trace.cut(400)
    assert trace.at(600) == 600


def test_it_stays_small_however_long_it_plays() -> None:
    trace = Trace(RATE)
    for turn in range(5000):
        trace.add(turn * 20, 0, 1.0)
        trace.add(turn * 20 + 10, 7, 2.0)
    assert len(trace._marks) <= 10 * RATE / 10 + 2
    assert trace.at(100_000) == 7 + 2 * 10

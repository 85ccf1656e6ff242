"""The quiet at both ends of a sound, whatever blocks it comes in."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.levels import ROOM_TONE, Levels


@given(
    st.lists(st.sampled_from([0.0, 0.009, -0.009, 0.011, -0.5]), max_size=300),
    st.integers(1, 120),
    st.sampled_from([10, 50, 1000]),
)
def test_head_and_tail_are_what_a_look_at_the_whole_finds(samples, size, rate):
    sound = np.array([[x, 0.0] for x in samples], np.float32).reshape(-1, 2)
    found = Levels(rate)
    for start in range(0, len(sound), size):
        found.add(np.ascontiguousarray(sound[start : start + size]))
    loud = [n for n, x in enumerate(samples) if abs(x) > ROOM_TONE]
    assert found.head == (loud[0] if loud else len(samples))
    assert found.tail == (len(samples) - 1 - loud[-1] if loud else len(samples))

"""How music goes down under speech, against the definition: as far as any one spoken clip brings it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio import ducking
from studio.audio.envelopes import Line
from studio.domain.project import Clip, Duck, Track
from tests.audio import oracle

EXTENTS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 80)), max_size=6)


def track(*extents: tuple[int, int], mute: bool = False) -> Track:
    clips = sorted((start, f"c{i}", length) for i, (start, length) in enumerate(extents))
    return Track("t1", "Speech", "speech", tuple(Clip(name, at, length, mute=mute) for at, name, length in clips))


@given(
    extents=EXTENTS,
    duck=st.builds(Duck, st.floats(-60.0, -1.0), st.integers(0, 90), st.integers(0, 90)),
)
def test_each_moment_is_as_far_down_as_any_clip_brings_it(extents: list[tuple[int, int]], duck: Duck) -> None:
    found = ducking.points(ducking.spoken([track(*extents)]), duck)
    speech = [(start, start + length) for start, length in extents]
    wanted = [oracle.ducked_db(at, speech, duck) for at in range(-100, 600)]
    ours = list(Line(found).values(-100, 600)) if found else [0.0] * 700
    assert ours == pytest.approx(wanted, abs=1e-9)
    assert [at for at, _ in found] == sorted({at for at, _ in found})


def test_a_short_gap_stays_down() -> None:
    found = ducking.points([(100, 200), (206, 300)], Duck(-12.0, 10, 50))
    assert found == ((90.0, 0.0), (100.0, -12.0), (200.0, -12.0), (205.0, pytest.approx(-10.8)), (206.0, -12.0),
                     (300.0, -12.0), (350.0, 0.0))  # fmt: skip


def test_the_muted_say_nothing() -> None:
    assert ducking.spoken([track((0, 10), mute=True)]) == []


def test_what_touches_is_one() -> None:
    assert ducking.spoken([track((0, 10), (5, 5)), track((10, 5), (30, 1))]) == [(0, 15), (30, 31)]

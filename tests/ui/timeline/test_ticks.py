"""The lines of the ruler."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.ui.timeline import ruler_ticks
from studio.ui.timeline.scale import Scale

SCALES = st.builds(Scale, st.floats(0, 1e9), st.floats(0.125, 1e6), st.integers(1, 4_000))


@settings(max_examples=150, deadline=None)
@given(SCALES, st.sampled_from((8_000, 44_100, 48_000)))
def test_labels_have_room_and_follow_each_other(scale: Scale, rate: int) -> None:
    found = ruler_ticks.times(scale, rate)
    assert all(scale.first <= tick.at < scale.last for tick in found)
    assert all(a.at < b.at for a, b in pairwise(found))
    labelled = [tick for tick in found if tick.label]
    assert all(scale.x(b.at) - scale.x(a.at) > 40 for a, b in pairwise(labelled))
    assert len({tick.label for tick in labelled}) == len(labelled)
    assert len(found) <= scale.width / 8 + 2


@settings(max_examples=150, deadline=None)
@given(SCALES, st.floats(20, 400))
def test_bars_have_room_and_do_not_drift(scale: Scale, bpm: float) -> None:
    found = ruler_ticks.beats(scale, 48_000, bpm)
    assert all(scale.first <= tick.at < scale.last for tick in found)
    beat = 60 / bpm * 48_000
    assert all(abs(tick.at / beat - round(tick.at / beat)) * beat <= 0.51 for tick in found)
    labelled = [tick for tick in found if tick.label]
    assert all(scale.x(b.at) - scale.x(a.at) > 30 for a, b in pairwise(labelled))


@pytest.mark.parametrize(
    ("seconds", "step", "label"),
    [
        (Fraction(0), Fraction(1), "0:00"),
        (Fraction(75), Fraction(5), "1:15"),
        (Fraction(3_605), Fraction(5), "1:00:05"),
        (Fraction(3, 2), Fraction(1, 2), "0:01.5"),
        (Fraction(1_021, 1_000), Fraction(1, 1_000), "0:01.021"),
    ],
)
def test_time_as_it_is_told(seconds: Fraction, step: Fraction, label: str) -> None:
    per_pixel = float(step) * 48_000 / ruler_ticks.ROOM
    told = {tick.at: tick.label for tick in ruler_ticks.times(Scale(float(seconds) * 48_000, per_pixel, 200), 48_000)}
    assert told[round(seconds * 48_000)] == label


def test_bars_and_beats_as_they_are_told() -> None:
    near = ruler_ticks.beats(Scale(0.0, 240.0, 500), 48_000, 120.0)
    assert [tick.label for tick in near] == ["1", "1.2", "1.3", "1.4", "2"]
    far = ruler_ticks.beats(Scale(0.0, 4_800.0, 100), 48_000, 120.0)
    assert [tick.at for tick in far] == [0, 192_000, 384_000]
    assert [tick.label for tick in far] == ["1", "3", "5"]


def test_no_tempo_no_bars() -> None:
    assert ruler_ticks.beats(Scale(), 48_000, 0.0) == []


@settings(max_examples=60, deadline=None)
@given(st.floats(0.125, 1e5))
def test_the_grid_is_the_distance_of_the_lines(per_pixel: float) -> None:
    scale = Scale(0.0, per_pixel, 2_000)
    found = ruler_ticks.times(scale, 48_000)
    grid = ruler_ticks.grid(scale, 48_000)
    assert all(abs(b.at - a.at - grid) <= 1 for a, b in pairwise(found))

"""Gains over time, against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio import envelopes
from studio.audio.envelopes import Line
from studio.domain.project import CURVES, Point
from tests.audio import oracle


@pytest.mark.parametrize("curve", CURVES)
class TestFades:
    """Every curve runs from silence to full, and never turns."""

    def test_is_its_formula(self, curve: str) -> None:
        ours = envelopes.fade(curve, 997, 0, 1_200)
        assert ours == pytest.approx([oracle.faded(curve, i / 997) for i in range(1_200)], abs=1e-12)

    def test_begins_in_silence_ends_full_and_rises(self, curve: str) -> None:
        ours = envelopes.fade(curve, 1_000, 0, 1_001)
        assert ours[0] == 0.0
        assert ours[-1] == pytest.approx(1.0)
        assert (np.diff(ours) > 0).all()

    def test_a_part_is_a_part_of_the_whole(self, curve: str) -> None:
        assert np.array_equal(envelopes.fade(curve, 500, 120, 333), envelopes.fade(curve, 500, 0, 500)[120:333])


def test_crossfades_keep_what_they_promise() -> None:
    rise = {curve: envelopes.fade(curve, 1_000, 0, 1_001) for curve in CURVES}
    assert rise["linear"] + rise["linear"][::-1] == pytest.approx(np.ones(1_001))
    assert rise["smooth"] + rise["smooth"][::-1] == pytest.approx(np.ones(1_001))
    assert rise["equal_power"] ** 2 + rise["equal_power"][::-1] ** 2 == pytest.approx(np.ones(1_001))
    assert 20 * math.log10(rise["exponential"][500]) == pytest.approx(-30.0, abs=0.5)


def test_silent_is_silent() -> None:
    assert envelopes.amplitude(-90.0) == 0.0
    assert envelopes.amplitude(-89.9) > 0.0
    assert envelopes.amplitude(0.0) == 1.0
    assert envelopes.amplitudes(np.array([-200.0, -90.0, -6.0, 6.0])) == pytest.approx(
        [0.0, 0.0, 10 ** (-0.3), 10**0.3]
    )


@given(pan=st.floats(-1.5, 1.5))
def test_pan_keeps_the_power(pan: float) -> None:
    left, right = (gains[0] for gains in envelopes.pans_gains(np.array([pan])))
    assert left**2 + right**2 == pytest.approx(2.0)
    assert (left > right) == (pan < 0) or left == pytest.approx(right)
    if -1 <= pan <= 1:
        assert envelopes.pan_gains(pan) == pytest.approx((left, right))


POINTS = st.lists(
    st.tuples(st.integers(-50, 300), st.floats(-100, 10)), min_size=1, max_size=6, unique_by=lambda p: p[0]
)


@given(points=POINTS.map(sorted), start=st.integers(-100, 350), length=st.integers(1, 200))
def test_automation_is_straight_between_points(points: list[tuple[int, float]], start: int, length: int) -> None:
    line = Line(points)
    wanted = [oracle.interpolated(tuple(Point(*p) for p in points), at) for at in range(start, start + length)]
    assert line.values(start, start + length) == pytest.approx(wanted, abs=1e-9)
    level = line.level(start, start + length)
    if level is not None:
        assert wanted == pytest.approx([level] * length)
    elif length > 1:
        assert any(points[i][1] != points[i + 1][1] for i in range(len(points) - 1))


def test_what_is_level_is_known_to_be() -> None:
    line = Line([(100, -6.0), (200, -6.0), (300, 0.0)])
    assert line.level(0, 100) == -6.0
    assert line.level(120, 201) == -6.0
    assert line.level(150, 202) is None
    assert line.level(300, 1_000) == 0.0

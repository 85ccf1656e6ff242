"""Tests of times as whole samples."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import samples
from studio.errors import StudioError

RATES = st.sampled_from([8_000, 11_025, 44_100, 48_000, 96_000, 384_000])
POSITIONS = st.integers(0, 10**11)
STRETCHES = st.floats(0.25, 4.0)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@pytest.mark.parametrize(("seconds", "at"), [(18.205, 802_841), (0.0005, 22), (1 / 44_100, 1), (-0.5, -22_050), (0, 0)])
def test_seconds_as_a_person_writes_them(seconds: float, at: int) -> None:
    assert samples.from_seconds(seconds, 44_100) == at


@given(st.integers(0, 10**9), RATES)
def test_milliseconds_are_rounded_half_up(milliseconds: int, rate: int) -> None:
    if milliseconds <= samples.LONGEST_SECONDS * 1000:
        assert samples.from_seconds(milliseconds / 1000, rate) == half_up(Fraction(milliseconds, 1000) * rate)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_no_time(seconds: float) -> None:
    with pytest.raises(StudioError, match="no time"):
        samples.from_seconds(seconds, 48_000)


@given(POSITIONS, RATES, RATES)
def test_another_rate(position: int, rate: int, new_rate: int) -> None:
    exact = Fraction(position) * new_rate / rate
    assert samples.converted(position, rate, new_rate) == half_up(exact)
    assert 0 <= samples.covering(position, rate, new_rate) - exact < 1


@given(POSITIONS, STRETCHES)
def test_stretched_is_the_exact_product_rounded(position: int, stretch: float) -> None:
    assert samples.stretched(position, stretch) == half_up(position * Fraction(stretch))


@given(POSITIONS, STRETCHES)
def test_unstretched_is_the_nearest_sample_of_the_media(position: int, stretch: float) -> None:
    found = samples.unstretched(position, stretch)
    assert abs(found * Fraction(stretch) - position) <= Fraction(stretch) / 2
    if stretch <= 1.0:
        assert samples.stretched(found, stretch) == position


@given(POSITIONS, STRETCHES)
def test_latest_is_the_last_that_does_not_lie_after(position: int, stretch: float) -> None:
    found = samples.latest(position, stretch)
    assert samples.stretched(found, stretch) <= position < samples.stretched(found + 1, stretch)

"""Another rate: in one go, in blocks, and in pieces that fit together."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.resampling import RUN_UP, Stream, ratio, resampled
from tests.audio import sounds

_RATES = [8000, 22_050, 24_000, 44_100, 48_000, 96_000]


@given(st.integers(1, 400_000), st.integers(1, 400_000))
def test_the_ratio_is_in_lowest_terms(rate: int, new_rate: int) -> None:
    up, down = ratio(rate, new_rate)
    assert up * rate == down * new_rate
    assert math.gcd(up, down) == 1


@pytest.mark.parametrize("rate", _RATES)
@pytest.mark.parametrize("new_rate", [44_100, 48_000])
@settings(max_examples=settings().max_examples // 16)
@given(size=st.integers(1, 20_000))
def test_blocks_give_what_the_whole_gives(rate: int, new_rate: int, size: int) -> None:
    sound = sounds.programme(20_000, rate=rate)
    whole = resampled(sound, rate, new_rate)
    stream = Stream(rate, new_rate, 2)
    parts = [stream(sound[at : at + size]) for at in range(0, len(sound), size)]
    parts.append(stream(sound[:0], last=True))
    got = np.concatenate(parts)
    assert got.dtype == np.float32
    assert len(got) == len(whole)
    np.testing.assert_allclose(got, whole, atol=2e-6)
    if rate != new_rate:
        np.testing.assert_allclose(whole, soxr.resample(sound, rate, new_rate, "HQ"), atol=1e-7)


def test_the_same_rate_is_left_alone() -> None:
    sound = sounds.programme(1000)
    assert resampled(sound, 48_000, 48_000) is sound
    assert Stream(48_000, 48_000, 2)(sound) is sound


@pytest.mark.parametrize("rate", [24_000, 44_100, 22_050, 96_000])
def test_pieces_that_begin_where_the_rates_meet_fit_together(rate: int) -> None:
    sound = sounds.programme(200_000, 1, rate=rate)
    whole = resampled(sound, rate, 48_000)
    up, down = ratio(rate, 48_000)
    start = 61_000 // up * up
    ahead = (start - RUN_UP) // up * up
    first = ahead // up * down
    piece = resampled(sound[first : first + 50_000], rate, 48_000)[start - ahead :][:20_000]
    np.testing.assert_allclose(piece, whole[start : start + 20_000], atol=2e-6)

"""Whether a voice drifts: levels that fall, that fall and rise again, single odd ones, too few, too short."""

from __future__ import annotations

import pytest

from studio.domain import drift
from studio.domain.drift import DRIFTING, FEW, STEADY, Point, judge

_NOISE = (0.0, 0.03, -0.03, 0.01, -0.02, 0.02)


def points(*values: float | None, seconds: float = 3.0) -> list[Point]:
    return [Point(f"k{n}", f"l{n}", 10 + n, seconds, value) for n, value in enumerate(values)]


def around(level: float, count: int) -> list[float]:
    return [level + _NOISE[n % len(_NOISE)] for n in range(count)]


def test_what_only_varies_is_steady():
    for level in (0.9, 0.7):
        found = judge(points(*around(level, 30)))
        assert (found.kind, found.spans) == (STEADY, ())
        assert found.level == pytest.approx(level, abs=0.03)


def test_a_voice_that_falls_drifts_from_there_to_the_end():
    told = points(*around(0.88, 14), *around(0.7, 10))
    found = judge(told)
    assert (found.kind, found.spans, found.to_the_end) == (DRIFTING, ((14, 23),), True)
    assert [p.number for p in found.drifted(told)] == list(range(24, 34))


def test_a_slow_fall_is_noticed_before_it_is_over():
    told = points(*(0.9 - 0.01 * n for n in range(40)))
    found = judge(told)
    assert found.kind == DRIFTING
    assert 8 <= found.spans[0][0] <= 20
    assert found.to_the_end


def test_what_comes_back_has_an_end():
    found = judge(points(*around(0.88, 10), *around(0.7, 6), *around(0.88, 10)))
    assert (found.spans, found.to_the_end) == (((10, 15),), False)


def test_single_odd_takes_are_no_drift():
    values = around(0.88, 20)
    values[5] = values[12] = 0.5
    assert judge(points(*values)).kind == STEADY
    values[6] = 0.5
    assert judge(points(*values)).kind == STEADY  # nor are two
    values[7] = 0.5
    assert judge(points(*values)).spans == ((5, 7),)


def test_quite_another_voice_is_no_steady_one():
    told = points(*around(0.2, 12))
    found = judge(told)
    assert (found.kind, found.spans, found.to_the_end) == (DRIFTING, ((0, 11),), True)
    assert len(found.drifted(told)) == 12


def test_takes_that_differ_much_hide_no_other_voice():
    assert judge(points(*[0.9, 0.7] * 6)).kind == STEADY
    assert judge(points(*[0.9, 0.5] * 6, 0.3, 0.3, 0.3)).spans == ((10, 14),)
    assert judge(points(*[1.0, 0.88] * 6, *[0.7] * 4)).spans == ((12, 15),)


def test_few_takes_and_short_ones_and_silent_ones_say_nothing():
    assert judge(points(*around(0.9, 4))).kind == FEW
    assert judge([]) == drift.Verdict(FEW)
    assert judge(points(*around(0.9, 10), seconds=1.0)).kind == FEW
    told = [*points(*around(0.88, 8)), *points(0.2, 0.3, None, 0.1, seconds=0.8)]
    assert judge(told).kind == STEADY


def test_what_the_others_are_held_against_does_not_count():
    told = [Point("k", "l", 1, 3.0, 1.0, held_against=True), *points(*around(0.8, 9))]
    found = judge(told)
    assert found.kind == STEADY
    assert found.level == pytest.approx(0.8, abs=0.03)


def test_a_span_names_places_among_all_takes():
    told = [*points(*around(0.88, 6)), Point("short", "l", 99, 0.5, 0.4), *points(*around(0.6, 5))]
    found = judge(told)
    assert found.spans == ((7, 11),)
    assert "short" not in {p.take for p in found.drifted(told)}


def test_likeness_is_the_cosine():
    assert drift.likeness((0.6, 0.8), (0.6, 0.8)) == pytest.approx(1.0)
    assert drift.likeness((1.0, 0.0), (0.0, 1.0)) == 0.0
    assert drift.likeness((1.0, 0.0), (-1.0001, 0.0)) == -1.0

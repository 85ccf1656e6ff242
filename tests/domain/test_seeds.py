"""Seeds are kept as numbers in recipes: each must mean tomorrow what it means today."""

from __future__ import annotations

import pytest

from studio.domain import seeds
from studio.errors import StudioError


def test_what_follows_from_a_seed_never_changes() -> None:
    assert (seeds.of_piece(7, 3), seeds.of_piece(2**32 - 1, 0)) == (287060127, 46555455)
    assert (seeds.of_take(7, 0), seeds.of_take(7, 2), seeds.of_take(2**32 - 1, 0)) == (7, 955204566, 2**32 - 1)


def test_each_seed_that_other_programs_draw_is_taken_as_it_is() -> None:
    assert [seeds.settle(seed) for seed in (0, 2**31, 2**32 - 1)] == [0, 2**31, 2**32 - 1]
    assert 0 <= seeds.settle(-1) < 2**31
    for wrong in (-2, 2**32, 10**400):
        with pytest.raises(StudioError, match="whole number from -1 to 4294967295"):
            seeds.settle(wrong)

"""What fits into a card's memory, and who leaves for whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.runtime import budget
from studio.runtime.budget import Resident, fit, leaving

GB = 1_000_000_000
MEMORY = {"plain": 8.0, "slicing": 6.0, "offload": 3.0, "precision": 2.0}
EVERY = frozenset({"slicing", "smaller_batch", "offload", "precision"})


def test_what_fits_stays_as_it_is() -> None:
    assert fit(MEMORY, (), EVERY, 8 * GB) == budget.Fit((), 8 * GB)


def test_rungs_are_added_in_the_ladders_order_until_it_fits() -> None:
    assert fit(MEMORY, (), EVERY, 5 * GB) == budget.Fit(("slicing", "offload"), 3 * GB)
    assert fit(MEMORY, ("offload",), EVERY, 3 * GB) == budget.Fit(("offload",), 3 * GB)


def test_what_helps_nothing_is_said() -> None:
    assert not fit(MEMORY, (), EVERY, GB).fits
    assert not fit(MEMORY, (), frozenset(), 5 * GB).fits


def test_where_nobody_knows_nothing_is_changed() -> None:
    assert fit({}, ("slicing",), EVERY, GB) == budget.Fit(("slicing",), 0)
    assert fit(MEMORY, (), EVERY, 0).rungs == ()


RESIDENTS = st.lists(
    st.builds(Resident, st.sampled_from(["local/cuda0", "local/cuda1"]), st.integers(0, 9), st.integers(0, 10**6)),
    unique_by=lambda r: r.idle_since,
)


@given(waiting=RESIDENTS, need=st.integers(1, 20), free=st.integers(1, 20))
def test_no_more_leave_than_must_and_the_longest_idle_first(waiting: list[Resident], need: int, free: int) -> None:
    gone = leaving(waiting, "local/cuda0", need, free)
    here = sorted((r for r in waiting if r.device == "local/cuda0"), key=lambda r: r.idle_since)
    assert gone == here[: len(gone)]
    assert gone == here or free + sum(r.bytes for r in gone) >= need
    assert not gone or free + sum(r.bytes for r in gone[:-1]) < need


@given(waiting=RESIDENTS)
def test_where_sizes_are_unknown_one_model_is_there_at_a_time(waiting: list[Resident]) -> None:
    here = {r for r in waiting if r.device == "local/cuda0"}
    assert set(leaving(waiting, "local/cuda0", 0, 5)) == here == set(leaving(waiting, "local/cuda0", 5, 0))

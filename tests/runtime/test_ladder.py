"""Each class of failure has its own order of things to try, and it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.manifest import Manifest, read_manifest
from studio.runtime import ladder
from studio.runtime.ladder import Place, available, next_rung, place_of
from tests.smoke.driver import ROOT

# As the contract has them.
ORDERS = {
    "out_of_memory": [
        "empty_cache",
        "slicing",
        "smaller_batch",
        "offload",
        "float8",
        "int8",
        "group_offload",
        "precision",
        "decode_cpu",
        "cpu",
    ],
    "bad_numbers": ["precision", "math_attention", "other_build", "cpu"],
    "native_crash": ["restart", "math_attention", "other_build", "cpu"],
    "wrong_build": ["other_build", "override", "cpu"],
    "unsupported": ["precision", "math_attention", "cpu"],
    "hang": ["restart", "other_build", "cpu"],
}
EVERY_RUNG = sorted({rung for order in ORDERS.values() for rung in order})
FAKE = read_manifest(ROOT / "studio" / "engines" / "fake")
CARD = replace(
    FAKE, rungs=tuple(r for r in EVERY_RUNG if r not in {"cpu", "restart"}), rungs_on_any_device=False,
    accelerators=("cuda", "cpu"),
)  # fmt: skip
FAILURES = st.sampled_from(sorted(ORDERS))
PLACES = st.builds(Place, on_cpu=st.booleans(), allow_cpu=st.booleans())


def climbed(failure: str, usable: frozenset[str], remembered: tuple[str, ...] = ()) -> list[str]:
    """All that is tried when nothing helps."""
    tried = list(remembered)
    while (rung := next_rung(failure, tried, usable)) is not None:
        assert len(tried) < 100, "the ladder has no end"
        tried.append(rung)
    return tried[len(remembered) :]


@pytest.mark.parametrize("failure", ORDERS)
def test_each_class_has_its_own_order(failure: str) -> None:
    assert list(ladder.RUNGS[failure]) == ORDERS[failure]
    assert ladder.TITLES[failure]
    assert climbed(failure, frozenset(EVERY_RUNG)) == ORDERS[failure]
    order = [rung for rung in ORDERS[failure] if rung != "int8"]  # which is for devices without float8
    assert climbed(failure, available(CARD, Place(on_cpu=False, allow_cpu=True), failure)) == order


@pytest.mark.parametrize(
    ("kind", "way"), [("cuda", "float8"), ("rocm", "float8"), ("xpu", "float8"), ("mps", "int8"), ("directml", "int8")]
)
def test_weights_are_made_small_in_the_one_way_that_a_device_knows(kind: str, way: str) -> None:
    place = place_of(kind, allow_cpu=True)

    def usable(*rungs: str) -> frozenset[str]:
        return available(replace(CARD, rungs=rungs), place, "out_of_memory") & {"float8", "int8"}

    assert usable("offload", "float8", "int8") == {way}
    assert usable("int8") == {"int8"}
    assert usable("float8") == {"float8"} & {way}
    order = [rung for rung in ORDERS["out_of_memory"] if rung not in {"float8", "int8"} - {way}]
    assert climbed("out_of_memory", available(CARD, place, "out_of_memory")) == order


def test_a_place_is_what_its_device_is() -> None:
    assert place_of("cpu", allow_cpu=False) == Place(on_cpu=True, allow_cpu=False)
    assert place_of("cuda", allow_cpu=True) == Place(on_cpu=False, allow_cpu=True)
    assert place_of("directml", allow_cpu=True) == Place(on_cpu=False, allow_cpu=True, float8=False)


@pytest.mark.parametrize("failure", ["engine", "user", "protocol", "cancelled", ""])
def test_what_is_no_class_of_the_ladder_is_not_tried_again(failure: str) -> None:
    assert climbed(failure, frozenset(EVERY_RUNG)) == []


@given(
    failure=FAILURES,
    place=PLACES,
    own=st.sets(st.sampled_from(EVERY_RUNG)),
    remembered=st.lists(st.sampled_from(EVERY_RUNG), unique=True),
    anywhere=st.booleans(),
)
def test_no_rung_twice_none_out_of_order_none_that_is_forbidden(
    failure: str, place: Place, own: set[str], remembered: list[str], anywhere: bool
) -> None:
    manifest = replace(CARD, rungs=tuple(sorted(own)), rungs_on_any_device=anywhere)
    tried = climbed(failure, available(manifest, place, failure), tuple(remembered))
    assert len(tried) == len(set(tried))
    assert not set(tried) & set(remembered)
    assert [rung for rung in ORDERS[failure] if rung in tried] == tried
    assert set(tried) <= own | {"restart", "cpu"}
    if not place.allow_cpu:
        assert not {"cpu", "decode_cpu"} & set(tried)


@pytest.mark.parametrize("failure", sorted(set(ORDERS) - {"native_crash", "hang"}))
def test_on_the_cpu_nothing_about_cards_is_tried(failure: str) -> None:
    place = Place(on_cpu=True, allow_cpu=True)
    assert set(climbed(failure, available(CARD, place, failure))) <= {"slicing", "smaller_batch", "precision"}
    own = [rung for rung in ORDERS[failure] if rung in FAKE.rungs]
    assert climbed(failure, available(FAKE, place, failure)) == own  # which plays a card for these
    assert len(own) >= 3


@pytest.mark.parametrize("manifest", [FAKE, CARD], ids=["fake", "card"])
@pytest.mark.parametrize("failure", ["native_crash", "hang"])
def test_on_the_cpu_a_crash_is_tried_once_more_and_that_is_all(failure: str, manifest: Manifest) -> None:
    assert climbed(failure, available(manifest, Place(on_cpu=True, allow_cpu=True), failure)) == ["restart"]


def test_an_engine_that_cannot_use_the_cpu_is_not_sent_there() -> None:
    manifest = replace(CARD, accelerators=("cuda",))
    assert "cpu" not in climbed("hang", available(manifest, Place(on_cpu=False, allow_cpu=True), "hang"))


def test_a_restart_is_not_worth_remembering() -> None:
    assert ladder.settings_of(["restart", "math_attention", "cpu"]) == ("math_attention", "cpu")


@pytest.mark.parametrize("on_cpu", [False, True])
def test_an_engine_that_chose_small_numbers_itself_takes_no_larger_ones_when_memory_runs_out(*, on_cpu: bool) -> None:
    chooses, place = replace(CARD, precision="auto"), Place(on_cpu=on_cpu, allow_cpu=True)
    assert "precision" not in available(chooses, place, "out_of_memory")
    assert "precision" in available(chooses, place, "bad_numbers")
    assert "precision" in available(replace(FAKE, precision="auto"), place, "out_of_memory")  # which plays a card

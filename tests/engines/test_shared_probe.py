"""What a probe says of its numbers, without torch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.engines.shared.probe import judging
from studio.engines.shared.probe.judging import OPERATIONS, PRECISIONS, Check, Sight, error_of
from studio.runtime import devices
from studio.services import probing

CARD = Sight("rocm", "RX 6700 XT", "gfx1031", "2.13.0+rocm7.13", "rocm", available=True, arch="gfx1031:xnack-")
RIGHT = tuple(Check(p, o, 1e-4, "cuda") for p in PRECISIONS for o in OPERATIONS)


def _with(precision: str, operation: str, **changes: object) -> tuple[Check, ...]:
    return tuple(
        replace(c, **changes) if (c.precision, c.operation) == (precision, operation) else c  # pyright: ignore[reportArgumentType]
        for c in RIGHT
    )


def _after(checks, *, sight: Sight = CARD, slower: bool = False, notes: str = "") -> judging.Verdict:
    return judging.after_computing(sight, checks, wanted_place="cuda", slower=slower, notes=notes)


@pytest.mark.parametrize(
    ("got", "error"),
    [
        ([1.0, -4.0], 0.0),
        ([1.0, -3.0], 0.25),
        ([0.0, 0.0], 1.0),
        ([float("nan"), -4.0], None),
        ([1.0, float("-inf")], None),
        ([1.0], None),
        ([], None),
    ],
)
def test_errors_are_shares_of_the_largest_number(got, error):
    assert error_of(got, [1.0, -4.0]) == error


def test_the_error_of_nothing_is_a_plain_difference():
    assert error_of([0.5], [0.0]) == 0.5


def test_all_right_is_good():
    found = _after(RIGHT)
    assert (found.name, found.precisions) == ("good", PRECISIONS)
    assert found.sentence == "RX 6700 XT computes right in fp32, fp16, bf16."


@pytest.mark.parametrize(
    ("precision", "good", "bad"), [("fp32", 4e-3, 6e-3), ("fp16", 8e-3, 2e-2), ("bf16", 4e-2, 6e-2)]
)
def test_rounding_is_right_and_more_is_wrong(precision, good, bad):
    assert _after(_with(precision, "conv", error=good)).name == "good"
    assert precision not in _after(_with(precision, "conv", error=bad)).precisions


@pytest.mark.parametrize("change", [{"error": 0.5}, {"error": None}, {"failed": "RuntimeError: no kernel"}])
def test_a_half_precision_that_is_wrong_leaves_the_others(change):
    found = _after(_with("fp16", "attention", **change))
    assert (found.name, found.precisions) == ("partly", ("fp32", "bf16"))
    assert found.sentence == "RX 6700 XT computes right in fp32, bf16, and not in fp16."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"error": 1.5}, "conv in fp32 is wrong by 150%"),
        ({"error": None}, "conv in fp32 came to something that is no number"),
        ({"failed": "RuntimeError: HIP error"}, "conv in fp32 raised RuntimeError: HIP error"),
    ],
)
def test_a_card_without_fp32_cannot_be_used(change, said):
    found = _after(_with("fp32", "conv", **change))
    assert found.name == "wrong"
    assert found.sentence == f"RX 6700 XT cannot be used: {said}."


def test_nothing_computed_is_not_good():
    assert _after(()).name == "wrong"


def test_what_lies_on_the_processor_was_computed_there():
    found = _after(_with("bf16", "attention", place="cpu"))
    assert found.name == "on_cpu"
    assert found.sentence == "What RX 6700 XT was to compute was computed on cpu."


def test_a_card_that_is_no_faster_brings_nothing():
    assert _after(RIGHT, slower=True).name == "slow"
    assert _after(RIGHT, slower=True, sight=replace(CARD, kind="cpu")).name == "good"


def test_what_is_no_fault_is_told_besides():
    assert judging.notes(fell_back=False, wanted=512 << 20, allocated=512 << 20) == ""
    both = judging.notes(fell_back=True, wanted=512 << 20, allocated=0)
    assert both == " Some operations fall back to the processor. It could not hold 512 MB, which seemed to be free."
    assert _after(RIGHT, notes=both).sentence == f"RX 6700 XT computes right in fp32, fp16, bf16.{both}"


@pytest.mark.parametrize("kind", ["cuda", "rocm", "xpu", "mps", "directml"])
def test_a_build_for_the_processor_would_compute_there_in_silence(kind):
    sight = Sight(kind, "The card", "", "2.13.0+cpu", "cpu", available=False)
    found = judging.before_computing(sight)
    assert found is not None
    assert found.name == "on_cpu"
    assert found.sentence == (
        "The torch installed here (2.13.0+cpu) is built for the processor."
        " Engines would compute on the CPU without saying so, and not on The card."
    )


def test_a_build_for_another_makers_cards_is_told():
    found = judging.before_computing(replace(CARD, built_for="cuda", torch="2.13.0+cu130"))
    assert found is not None
    assert "(2.13.0+cu130) is built for CUDA." in found.sentence
    assert found.name == "on_cpu"


def test_a_right_build_that_finds_no_card_is_told():
    found = judging.before_computing(replace(CARD, available=False))
    assert found is not None
    assert (found.name, "finds no card" in found.sentence) == ("on_cpu", True)


def test_another_card_than_planned_is_told():
    assert judging.before_computing(CARD) is None
    found = judging.before_computing(replace(CARD, arch="gfx1036"))
    assert found is not None
    assert found.name == "other_card"
    assert found.sentence == "torch was to compute on RX 6700 XT (gfx1031), and found one with gfx1036."
    nvidia = Sight("cuda", "NVIDIA GeForce RTX 4090", "", "2.13.0", "cuda", True, "NVIDIA GeForce RTX 4090")
    assert judging.before_computing(nvidia) is None
    other = judging.before_computing(replace(nvidia, name="NVIDIA GeForce GTX 1080"))
    assert other is not None
    assert other.name == "other_card"


def test_the_processor_needs_no_card():
    assert judging.before_computing(Sight("cpu", "CPU", "", "2.13.0+cpu", "cpu", True)) is None


def test_both_sides_call_the_verdicts_by_the_same_names():
    assert {judging.GOOD, judging.PARTLY} == devices.TRUSTED
    bad = {judging.WRONG, judging.SLOW, judging.ON_CPU, judging.OTHER_CARD, probing.CRASHED}
    assert not bad & devices.TRUSTED

"""What a probe makes of its numbers: a verdict and a sentence. Standard library only; no torch is needed to try it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

PRECISIONS = ("fp32", "fp16", "bf16")
OPERATIONS = ("matmul", "conv", "attention")
# The largest error, as a share of the largest number. A wrong kernel is off by far more than rounding.
_TOLERANCES = {"fp32": 5e-3, "fp16": 1e-2, "bf16": 5e-2}

GOOD, PARTLY, WRONG, SLOW = "good", "partly", "wrong", "slow"
ON_CPU, OTHER_CARD = "on_cpu", "other_card"  # torch computes elsewhere than it was meant to
_BUILT_FOR = {"cuda": "cuda", "rocm": "rocm", "xpu": "xpu", "mps": "mps", "directml": "directml"}


@dataclass(frozen=True)
class Sight:
    """What torch sees of the device that it was started for."""

    kind: str  # of the studio's device: "cuda", "rocm", "xpu", "mps", "directml", "cpu"
    card: str  # as the studio calls it
    gfx: str  # as the studio planned
    torch: str  # its version with its build
    built_for: str  # "cpu", "cuda", "rocm", "xpu"; with "mps" and "directml" where it can use them
    available: bool  # whether it finds such a device
    name: str = ""  # as torch calls it
    arch: str = ""  # AMD: "gfx1031:xnack-"


@dataclass(frozen=True)
class Check:
    """One operation in one precision, compared with the processor's result in fp32."""

    precision: str
    operation: str
    error: float | None = None  # None: the result held something that is no number
    place: str = ""  # the kind of device on which torch says that the result lies
    failed: str = ""  # what was raised instead

    @property
    def right(self) -> bool:
        """Whether the result can be used."""
        return not self.failed and self.error is not None and self.error <= _TOLERANCES[self.precision]


@dataclass(frozen=True)
class Verdict:
    """What follows. `precisions` are those in which everything was right."""

    name: str
    sentence: str
    precisions: tuple[str, ...] = ()


def error_of(got: Sequence[float], wanted: Sequence[float]) -> float | None:
    """Return the largest difference as a share of the largest number; None for what is no number, or another amount."""
    if len(got) != len(wanted) or not wanted or not all(math.isfinite(value) for value in got):
        return None
    largest = max(abs(value) for value in wanted) or 1.0
    return max(abs(a - b) for a, b in zip(got, wanted)) / largest  # noqa: B905 — Python 3.10 and equal lengths


def before_computing(sight: Sight) -> Verdict | None:
    """Return why nothing would compute on the device, None when it may be tried."""
    if sight.kind == "cpu":
        return None
    if sight.built_for != _BUILT_FOR.get(sight.kind, ""):
        built = "the processor" if sight.built_for == "cpu" else sight.built_for.upper()
        return Verdict(
            ON_CPU, f"The torch installed here ({sight.torch}) is built for {built}. {_silently(sight.card)}"
        )
    if not sight.available:
        return Verdict(ON_CPU, f"The torch installed here ({sight.torch}) finds no card. {_silently(sight.card)}")
    runs = sight.arch.partition(":")[0]
    if sight.gfx and runs and runs != sight.gfx:
        return Verdict(OTHER_CARD, f"torch was to compute on {sight.card} ({sight.gfx}), and found one with {runs}.")
    if sight.kind == "cuda" and sight.name and sight.card not in sight.name and sight.name not in sight.card:
        return Verdict(OTHER_CARD, f"torch was to compute on {sight.card}, and found {sight.name}.")
    return None


def after_computing(sight: Sight, checks: Sequence[Check], *, wanted_place: str, slower: bool, notes: str) -> Verdict:
    """Return what the numbers say; `notes` are sentences about what is no fault and worth knowing."""
    elsewhere = sorted({c.place for c in checks if c.place and c.place != wanted_place})
    if elsewhere:
        return Verdict(ON_CPU, f"What {sight.card} was to compute was computed on {', '.join(elsewhere)}.")
    right = tuple(p for p in PRECISIONS if any(c.precision == p for c in checks) and _all_right(checks, p))
    if "fp32" not in right:
        return Verdict(WRONG, f"{sight.card} cannot be used: {_worst(checks)}.", right)
    if slower and sight.kind != "cpu":
        return Verdict(SLOW, f"{sight.card} is no faster than the processor, so it brings nothing.", right)
    wrong = [p for p in PRECISIONS if p not in right]
    besides = f", and not in {', '.join(wrong)}" if wrong else ""
    sentence = f"{sight.card} computes right in {', '.join(right)}{besides}.{notes}"
    return Verdict(PARTLY if wrong else GOOD, sentence, right)


def notes(*, fell_back: bool, wanted: int, allocated: int) -> str:
    """Return what is to be said besides."""
    found = " Some operations fall back to the processor." if fell_back else ""
    if allocated < wanted:
        found += f" It could not hold {wanted >> 20} MB, which seemed to be free."
    return found


def _silently(card: str) -> str:
    return f"Engines would compute on the CPU without saying so, and not on {card}."


def _all_right(checks: Sequence[Check], precision: str) -> bool:
    return all(c.right for c in checks if c.precision == precision)


def _worst(checks: Sequence[Check]) -> str:
    bad = next((c for c in checks if c.precision == "fp32" and not c.right), None)
    if bad is None:
        return "nothing was computed"
    if bad.failed:
        return f"{bad.operation} in fp32 raised {bad.failed}"
    if bad.error is None:
        return f"{bad.operation} in fp32 came to something that is no number"
    return f"{bad.operation} in fp32 is wrong by {bad.error:.0%}"

"""The ladder: what to try after which class of failure, in which order. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studio.engines.manifest import Manifest
from studio.protocol import messages

RUNGS: dict[str, tuple[str, ...]] = {
    "out_of_memory": (
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
    ),
    "bad_numbers": ("precision", "math_attention", "other_build", "cpu"),
    "native_crash": ("restart", "math_attention", "other_build", "cpu"),
    "wrong_build": ("other_build", "override", "cpu"),
    "unsupported": ("precision", "math_attention", "cpu"),
    "hang": ("restart", "other_build", "cpu"),
}
TITLES = {
    "out_of_memory": "out of memory",
    "bad_numbers": "unusable numbers",
    "native_crash": "a crash",
    "wrong_build": "a build that does not fit the device",
    "unsupported": "an unsupported operation",
    "hang": "no progress",
}
SKIP_CLEANUP = messages.SKIP_CLEANUP  # after crashes in cleanup: a process for each job, which ends without it
RESTART = "restart"  # says nothing about the engine's settings, so it is never remembered
CPU = "cpu"
_FLOAT8, _INT8 = "float8", "int8"
_USE_THE_CPU = frozenset({CPU, "decode_cpu"})
_ON_CPU = frozenset({"slicing", "smaller_batch", "precision"})  # the rest is about cards


@dataclass(frozen=True)
class Place:
    """Where an attempt ran, as far as it decides which rungs there are."""

    on_cpu: bool
    allow_cpu: bool
    float8: bool = True  # whether torch knows numbers that small there


def place_of(kind: str, *, allow_cpu: bool) -> Place:
    """Return where an attempt runs on a kind of device."""
    return Place(on_cpu=kind == CPU, allow_cpu=allow_cpu, float8=kind not in messages.WITHOUT_FLOAT8)


def available(manifest: Manifest, place: Place, failure: str) -> frozenset[str]:
    """Return the rungs that make sense for an engine in a place after a class of failure."""
    rungs = set(manifest.rungs)
    # A crash or a hang has no engine-made cure, so an engine that plays a card (for tests) plays none there.
    if not manifest.rungs_on_any_device or failure in {"native_crash", "hang"}:
        if place.on_cpu:
            rungs &= _ON_CPU
        elif CPU in manifest.accelerators:
            rungs.add(CPU)
        if not place.float8:
            rungs.discard(_FLOAT8)
        elif _FLOAT8 in rungs:
            rungs.discard(_INT8)  # which stands in for it elsewhere
        if failure == "out_of_memory" and manifest.precision == "auto":
            rungs.discard("precision")  # it chose the small numbers itself; fp32 would take twice as much
    return frozenset((rungs - barred(place)) | {RESTART})


def barred(place: Place) -> frozenset[str]:
    """Return the rungs that the user forbids, whatever was learned."""
    return frozenset() if place.allow_cpu else _USE_THE_CPU


def next_rung(failure: str, tried: Iterable[str], usable: frozenset[str]) -> str | None:
    """Return the next thing to try, None when the class has nothing more."""
    done = frozenset(tried)
    return next((rung for rung in RUNGS.get(failure, ()) if rung in usable and rung not in done), None)


def settings_of(rungs: Iterable[str]) -> tuple[str, ...]:
    """Return what is worth remembering."""
    return tuple(r for r in rungs if r != RESTART)

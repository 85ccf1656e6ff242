"""Whether an engine fits into what a card has free, other programs counted, and what to do where not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.engines.manifest import Manifest, Model
from studio.errors import StudioError
from studio.runtime import budget, ladder
from studio.runtime.devices import Device
from studio.runtime.memory import Memory

_GIGABYTE = 1_000_000_000
_CHOSEN = ("memory", "quantised")  # parameters by which users save memory themselves


@dataclass(frozen=True)
class Room:
    """How to begin. `sentence` says why, where it is not as usual; `short` is the error where nothing helps."""

    rungs: tuple[str, ...]
    sentence: str = ""
    short: StudioError | None = None


def with_needs(manifest: Manifest, model: Model | None, params: Mapping[str, Any]) -> Manifest:
    """Return the description with what the engine needs with this model.

    What it says holds for the first of its models; a larger one needs more in proportion. Where users chose how memory
    is saved, nobody knows.
    """
    if any(p.name in _CHOSEN and params.get(p.name, p.default) != p.default for p in manifest.params):
        return replace(manifest, memory={})
    first = next(iter(manifest.choices), None)
    if model is None or first is None or not first.bytes or model.bytes <= first.bytes:
        return manifest
    return replace(manifest, memory={name: n * model.bytes / first.bytes for name, n in manifest.memory.items()})


def room(
    manifest: Manifest, device: Device, rungs: tuple[str, ...], usable: frozenset[str], *, memory: Memory, ours: int
) -> Room:
    """Look for rungs with which the engine fits; `ours` are bytes that idle engines of ours would give back."""
    if device.kind == "cpu" or ladder.CPU in rungs or not memory.free:
        return Room(rungs)
    found = budget.fit(manifest.memory, rungs, usable, memory.free + ours)
    if found.fits and found.rungs == rungs:
        return Room(rungs)
    held = max(0, memory.total - memory.free - ours)
    state = (
        f"{device.name} has {_gb(memory.free + ours)} of {_gb(memory.total)} GB free; other programs hold {_gb(held)}"
    )
    if found.fits:
        more = ", ".join(found.rungs[len(rungs) :])
        return Room(found.rungs, f"{state}. Started with {more}, which needs {_gb(found.needed)} GB")
    if ladder.CPU in usable:
        return Room((*rungs, ladder.CPU), f"{state}; {manifest.id} needs {_gb(found.needed)} GB. Started on the CPU")
    return Room(
        rungs,
        short=StudioError(
            f"{state}, and {manifest.title} needs at least {_gb(found.needed)} GB.",
            "Close what uses the card and try again; or let jobs wait for memory (setting engines.wait_minutes).",
        ),
    )


def _gb(count: int) -> str:
    return f"{count / _GIGABYTE:.1f}"

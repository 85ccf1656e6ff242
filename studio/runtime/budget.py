"""What fits into a device's memory: which engines may stay, and with which rungs one begins. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.runtime import ladder

PLAIN = "plain"  # the need of an engine that does nothing to save memory
_GIGABYTE = 1_000_000_000
_ORDER = ladder.RUNGS["out_of_memory"]


@dataclass(frozen=True)
class Fit:
    """How an engine begins on a device: with these rungs it needs that much, and it fits or not."""

    rungs: tuple[str, ...]
    needed: int  # bytes; 0 where nobody said
    fits: bool = True


def needed(memory: Mapping[str, float], rungs: Iterable[str]) -> int:
    """Return the bytes that an engine takes with these rungs, 0 where its description does not say."""
    stated = [memory[name] for name in (PLAIN, *rungs) if name in memory]
    return round(min(stated) * _GIGABYTE) if stated else 0


def fit(memory: Mapping[str, float], rungs: tuple[str, ...], usable: frozenset[str], free: int) -> Fit:
    """Add rungs that save memory, in the ladder's order, until the engine fits into what is free."""
    need = needed(memory, rungs)
    if not free or not need or need <= free:
        return Fit(rungs, need)
    for rung in _ORDER:
        if rung in memory and rung in usable and rung not in rungs:
            rungs = (*rungs, rung)
            need = needed(memory, rungs)
            if need <= free:
                return Fit(rungs, need)
    return Fit(rungs, need, fits=False)


@dataclass(frozen=True)
class Resident:
    """A process that waits for its next job, and what it holds of a device."""

    device: str
    bytes: int
    idle_since: float


def leaving(waiting: Iterable[Resident], device: str, need: int, free: int) -> list[Resident]:
    """Return who must leave a device so that something of this size fits: who waited longest goes first.

    Where the need or what is free is not known, one model at a time: everybody leaves.
    """
    here = sorted((r for r in waiting if r.device == device), key=lambda r: r.idle_since)
    if not need or not free:
        return here
    gone: list[Resident] = []
    for resident in here:
        if free >= need:
            break
        gone.append(resident)
        free += resident.bytes
    return gone

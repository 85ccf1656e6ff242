"""How the best device is at the moment: its name, its memory, how much of that is free. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.runtime import memory
from studio.runtime.detection.sources import Sources
from studio.runtime.devices import Device


@dataclass(frozen=True)
class State:
    """A device now; sizes in bytes, 0 where nobody knows."""

    name: str
    kind: str
    memory: int
    free: int


def best(found: tuple[Device, ...], sources: Sources | None = None) -> State:
    """Return the state of the first device, which is the best."""
    device = found[0]
    now = memory.read(device, sources)
    return State(device.name, device.kind, now.total, now.free)

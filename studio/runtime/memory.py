"""How much memory a device has at the moment, and how much of it nobody holds, other programs included. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.runtime.detection import host_memory, nvidia
from studio.runtime.detection.linux import PCI
from studio.runtime.detection.sources import Sources, this_machine
from studio.runtime.devices import Device


@dataclass(frozen=True)
class Memory:
    """Bytes; 0 where nobody knows."""

    total: int
    free: int


def read(device: Device, sources: Sources | None = None) -> Memory:
    """Look at a device's memory now."""
    sources = sources or this_machine()
    if device.kind in {"cpu", "mps"}:
        return Memory(*host_memory.read(sources))
    if device.kind == "cuda":
        return _nvidia(device, sources)
    return _from_the_kernel(device, sources)


def free(device: Device, sources: Sources | None = None) -> int:
    """Return what may still be taken of a device's memory; 0 where nobody knows."""
    return read(device, sources).free


def _nvidia(device: Device, sources: Sources) -> Memory:
    for told in nvidia.ask(sources).told:
        same = device.address == told.card.uuid if device.address else device.index == told.card.index
        if same:
            return Memory(told.card.memory or device.memory, told.free)
    return Memory(device.memory, 0)


def _from_the_kernel(device: Device, sources: Sources) -> Memory:
    """AMD's driver counts for all programs; Intel's and Windows tell nobody without asking the card itself."""
    place = f"{PCI}/{device.address}"
    total, used = (sources.number(f"{place}/mem_info_vram_{what}") for what in ("total", "used"))
    if not device.address or not total:
        return Memory(device.memory, 0)
    left = max(0, total - used)
    if not device.integrated:
        return Memory(total, left)
    shared, taken = (sources.number(f"{place}/mem_info_gtt_{what}") for what in ("total", "used"))
    whole, available = host_memory.read(sources)
    borrowed = min(max(0, shared - taken), available if whole else shared)
    return Memory(total + shared, left + borrowed)

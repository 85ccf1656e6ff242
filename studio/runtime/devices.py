"""Which devices there are, found without loading any driver. Any thread."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.manifest import Manifest
from studio.errors import StudioError

ORDER = ("cuda", "rocm", "xpu", "mps", "directml", "cpu")


@dataclass(frozen=True)
class Device:
    """A place that can compute. Its id carries the host: `local/cpu`."""

    id: str
    name: str
    kind: str
    memory: int  # bytes, 0 when not known
    driver: str = ""
    proven: dict[str, Any] = field(default_factory=dict[str, Any])
    environment: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Choice:
    """Where an engine would run, and why."""

    device: Device
    why: str


def find_devices() -> tuple[Device, ...]:
    """Return the local devices, the best first."""
    found = [Device("local/cpu", _cpu_name(), "cpu", _memory())]
    return tuple(sorted(found, key=lambda d: ORDER.index(d.kind)))


def choose(manifest: Manifest, devices: Iterable[Device], *, wanted: str, allow_cpu: bool) -> Choice:
    """Pick the device for an engine; raise StudioError when the user's wish leaves none."""
    everything = tuple(devices)
    usable = [d for d in everything if d.kind in manifest.accelerators]
    if wanted:
        named = [d for d in everything if wanted in {d.id, d.id.partition("/")[2], d.kind}]
        if not named:
            have = ", ".join(d.id for d in everything)
            raise StudioError(f"There is no device {wanted!r} here.", f"There are: {have}.")
        usable = [d for d in named if d in usable]
        if not usable:
            kinds = ", ".join(manifest.accelerators)
            raise StudioError(f"The engine {manifest.id} does not run on {named[0].id}.", f"It runs on: {kinds}.")
    if not allow_cpu:
        usable = [d for d in usable if d.kind != "cpu"]
        if not usable:
            raise StudioError(
                f"The engine {manifest.id} finds no device here but the CPU, and the CPU is not allowed.",
                "Leave out --no-cpu (or set engines.allow_cpu to yes) to let it run on the CPU.",
            )
    if not usable:
        raise StudioError(f"No device here suits the engine {manifest.id}.", "`studio devices` shows what is here.")
    best = usable[0]
    return Choice(best, _why(manifest, best, wanted=wanted, only_one=len(everything) == 1))


def _why(manifest: Manifest, device: Device, *, wanted: str, only_one: bool) -> str:
    if wanted:
        return "as you asked"
    if manifest.accelerators == ("cpu",):
        return "it is made for the CPU"
    return "the only device found" if only_one else "the fastest device it can use"


def _cpu_name() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()}, {os.cpu_count()} threads"
    return f"{platform.processor() or platform.machine() or 'CPU'}, {os.cpu_count()} threads"


def _memory() -> int:
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


def _windows_memory() -> int:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint32), ("load", ctypes.c_uint32), ("values", ctypes.c_uint64 * 7))

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel: Any = ctypes.WinDLL("kernel32") if sys.platform == "win32" else None
    return int(status.values[0]) if kernel and kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else 0

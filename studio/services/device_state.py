"""How the best device is at the moment: its name, its memory, how much of that is free. Any thread."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.runtime.devices import Device


@dataclass(frozen=True)
class State:
    """A device now; sizes in bytes, 0 where nobody knows."""

    name: str
    kind: str
    memory: int
    free: int


def best(found: tuple[Device, ...]) -> State:
    """Return the state of the first device, which is the best."""
    device = found[0]
    return State(device.name, device.kind, device.memory, _free_memory() if device.kind == "cpu" else 0)


def _free_memory() -> int:
    if sys.platform == "win32":
        return _windows_free()
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


def _windows_free() -> int:
    import ctypes

    class Status(ctypes.Structure):
        """MEMORYSTATUSEX."""

        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("whole", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong), ("rest", ctypes.c_ulonglong * 5),
        )  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    kernel = ctypes.windll.kernel32  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else 0

"""The computer's own processor and memory. Any thread."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from studio.runtime.detection.sources import Sources


def processor_name(sources: Sources) -> str:
    """Return what the processor is called, with its threads."""
    for line in sources.text("proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return f"{line.partition(':')[2].strip()}, {os.cpu_count()} threads"
    return f"{platform.processor() or sources.processor or 'CPU'}, {os.cpu_count()} threads"


def read(sources: Sources) -> tuple[int, int]:
    """Return the computer's memory and how much of it programs may still take, in bytes; 0 where nobody knows."""
    if sources.system == "win32":
        return _windows()
    values: dict[str, int] = {}
    for line in sources.text("proc/meminfo").splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            values[name] = int(words[0]) * 1024
    return values.get("MemTotal", 0) or _pages(), values.get("MemAvailable", 0)


def _pages() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if sys.platform != "win32" else 0
    except (ValueError, OSError):
        return 0


def _windows() -> tuple[int, int]:
    import ctypes

    class Status(ctypes.Structure):
        """MEMORYSTATUSEX."""

        _fields_ = (
            ("length", ctypes.c_uint32), ("load", ctypes.c_uint32), ("whole", ctypes.c_uint64),
            ("free", ctypes.c_uint64), ("rest", ctypes.c_uint64 * 5),
        )  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    kernel: Any = ctypes.WinDLL("kernel32") if sys.platform == "win32" else None
    answered = kernel is not None and kernel.GlobalMemoryStatusEx(ctypes.byref(status))
    return (int(status.whole), int(status.free)) if answered else (0, 0)

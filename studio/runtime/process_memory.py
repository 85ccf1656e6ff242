"""How much memory a process of this machine holds. Any thread."""

from __future__ import annotations

from studio.runtime.detection.sources import Sources, this_machine


def resident(pid: int, sources: Sources | None = None) -> int:
    """Return the bytes that a process has in memory now; 0 where nobody tells, which is all but Linux."""
    for line in (sources or this_machine()).text(f"proc/{pid}/status").splitlines() if pid > 0 else ():
        name, _, rest = line.partition(":")
        words = rest.split()
        if name == "VmRSS" and words and words[0].isdigit():
            return int(words[0]) * 1024
    return 0

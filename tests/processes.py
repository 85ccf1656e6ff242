"""The processes below this one, read from /proc. On a system without it there are none to be seen."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# The standard library's own helper of multiprocessing lives as long as its program, on purpose.
_LIFELONG = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


@dataclass(frozen=True)
class Process:
    """One process; the start time tells it from a later one with the same number."""

    pid: int
    started: int
    parent: int = field(compare=False)
    ended: bool = field(compare=False)
    name: str = field(compare=False)

    @property
    def command(self) -> str:
        """The command line, for people to recognise the process by."""
        if self.ended:
            return f"{self.name} (ended, but nobody waited for it)"
        with suppress(OSError):
            line = Path(f"/proc/{self.pid}/cmdline").read_bytes()
            return line.replace(b"\0", b" ").decode(errors="replace").strip() or self.name
        return self.name

    def wait_for_change(self, seconds: float) -> None:
        """Returns when the process has ended or the time is up. Reaps nobody: that is the duty of who started it."""
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(self.pid)
            try:
                # One that has ended is at once ready; then only the time remains, for its parent to notice.
                select.select([] if self.ended else [handle], [], [], seconds)
            finally:
                os.close(handle)

    def kill(self) -> None:
        """Ends what a failed test left, so that it cannot disturb the next one."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self.parent == os.getpid():
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)


def descendants() -> list[Process]:
    """All processes below this one, children first. One that has ended and was never waited for counts, too."""
    if not _has_children():
        return []
    everyone: dict[int, list[Process]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        process = _read(folder)
        if process is not None:
            everyone.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    parents = [os.getpid()]
    while parents:
        children = everyone.get(parents.pop(0), [])
        found += children
        parents += [child.pid for child in children]
    return [process for process in found if not any(word in process.command for word in _LIFELONG)]


def wait_gone(pids: Iterable[int], seconds: float = 10.0) -> list[int]:
    """Wait for processes to end; return those that have not."""
    left: list[int] = []
    for pid in pids:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                if not select.select([handle], [], [], seconds)[0]:
                    left.append(pid)
            finally:
                os.close(handle)
    return left


def _has_children() -> bool:
    """Whether there is any below this one: asked of the system at once, since it is wanted twice for each test."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # reaps nobody
    except ChildProcessError:
        return False
    return True


def _read(folder: Path) -> Process | None:
    try:
        status = (folder / "stat").read_text(errors="replace")
    except OSError:
        return None
    name, _, rest = status.partition("(")[2].rpartition(")")
    fields = rest.split()
    return Process(int(folder.name), int(fields[19]), int(fields[1]), fields[0] == "Z", name)

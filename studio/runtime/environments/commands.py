"""Running an installer: its lines as they come, an end when it is asked for, and none left when the studio dies.

One thread, that of the build; two more read what the installer says.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio.errors import Cancelled
from studio.runtime.hosts.local import LocalChild

_TICK = 0.2  # seconds between two looks at the wish to cancel
_PATIENCE = 3.0
_LONGEST = 10_000  # characters of a line
_TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True)
class Ears:
    """What a command tells while it runs, and whether it is still wanted."""

    told: Callable[[str], None]
    tick: Callable[[], None]
    cancelled: Callable[[], bool]


def run(argv: Sequence[str], variables: Mapping[str, str], ears: Ears) -> int:
    """Run a command to its end and return its code; raise Cancelled when it is no longer wanted."""
    # Under Windows the job object ends it with the studio.
    tether = [] if sys.platform == "win32" else [sys.executable, "-I", "-S", str(_TETHER)]
    child = LocalChild([*tether, *argv], variables)
    lines: queue.Queue[str | None] = queue.Queue(1000)
    readers = [
        threading.Thread(target=_read, args=(stream, lines), name="installer", daemon=True)
        for stream in (child.stdout, child.stderr)
    ]
    for reader in readers:
        reader.start()
    try:
        _listen(lines, len(readers), ears)
        child.wait(_PATIENCE)
        return child.code if child.code is not None else -1
    finally:
        child.terminate()
        if not child.wait(_PATIENCE):
            child.kill()
        child.kill()  # what it started goes with it
        child.wait(_PATIENCE)
        _drain(lines, readers)
        for stream in (child.stdin, child.stdout, child.stderr):
            with suppress(OSError):
                stream.close()


def _listen(lines: queue.Queue[str | None], open_ends: int, ears: Ears) -> None:
    while open_ends:
        if ears.cancelled():
            raise Cancelled("The build was cancelled.", "What was loaded is kept for the next time.")
        try:
            line = lines.get(timeout=_TICK)
        except queue.Empty:
            ears.tick()
            continue
        if line is None:
            open_ends -= 1
        else:
            ears.told(line)


def _read(stream: IO[bytes], lines: queue.Queue[str | None]) -> None:
    with suppress(OSError, ValueError):
        while line := stream.readline(_LONGEST):
            lines.put(line.decode("utf-8", "replace").rstrip())
    lines.put(None)


def _drain(lines: queue.Queue[str | None], readers: list[threading.Thread]) -> None:
    """Let the readers come to their end, however much they still have."""
    while any(reader.is_alive() for reader in readers):
        with suppress(queue.Empty):
            while True:
                lines.get_nowait()
        for reader in readers:
            reader.join(0.05)

"""Where sound goes when it goes to no device: nowhere, or into a file; both in the time that a device would take.

Chosen by name: `null`, or `wav:PATH`. For tests, for machines without sound, and to see what would be heard.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import numpy as np

from studio.audio.playing.outlet import Outlet
from studio.audio.playing.wav_stream import WavStream

_TICK = 0.02  # seconds that are pulled at a time
_PATIENCE = 0.002  # seconds between two looks for what a file still has to get


class Sink(Protocol):
    """Pulls from an outlet from `start` until `close`. Both belong to one thread."""

    name: str  # for people

    @property
    def latency(self) -> float:
        """Seconds from a pull until its first frame is heard, as far as is known before the start."""
        ...

    def start(self, outlet: Outlet) -> None:
        """Begin to pull."""

    def close(self) -> None:
        """End it."""


class ClockSink:
    """Pulls by the clock. What goes into a file has no deadline: there a late frame is waited for, and none dropped."""

    latency = 0.0

    def __init__(self, rate: int, file: Path | None = None) -> None:
        self.name = f"file {file}" if file else "nothing"
        self._rate = rate
        self._stack = ExitStack()
        self._out = self._stack.enter_context(WavStream(file, rate, 2)) if file else None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, outlet: Outlet) -> None:
        """Begin to pull, in a thread that plays the device's part."""
        self._thread = threading.Thread(target=self._run, args=(outlet,), name="sink", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it; a file is whole afterwards."""
        self._ending.set()
        if self._thread:
            self._thread.join()
        self._stack.close()

    def _run(self, outlet: Outlet) -> None:
        block = np.zeros((max(1, round(_TICK * self._rate)), 2), np.float32)
        due = time.monotonic()
        while not self._ending.wait(max(0.0, due - time.monotonic())):
            while self._out and not outlet.ready(len(block)) and not self._ending.wait(_PATIENCE):
                pass
            outlet.pull(block, 0.0)
            if self._out:
                self._out.write(block)
            due += _TICK

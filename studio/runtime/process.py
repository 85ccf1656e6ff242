"""A process that speaks frames: its two reader threads, its log, and the ways to end it. Owned by one thread.

Used for engine processes, and for the studio's own helper processes that decode what comes from outside.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from studio.protocol import framing, messages
from studio.runtime.engine_log import EngineLog
from studio.runtime.hosts.base import Host

_QUEUE = 1000  # messages; a flood then waits in the pipe, not in our memory
TERMINATE_AFTER = 5.0  # seconds from a polite word to the end of the group
KILL_AFTER = 3.0

Make = Callable[[], messages.Message | None]


class Broken(Exception):
    """The process sent something that is no message."""


class Ended(Exception):
    """The process is gone."""


class FrameProcess:
    """A running process. `receive` and the endings belong to the owner's thread; `send` to any."""

    def __init__(
        self, host: Host, argv: Sequence[str], env: Mapping[str, str], log: Path, *, urgent: bool = False
    ) -> None:
        self.log = EngineLog(log)
        self.last_sign = time.monotonic()
        self._child = host.start(argv, env, urgent=urgent)
        self._inbox: queue.Queue[messages.Message | Broken | None] = queue.Queue(_QUEUE)
        self._closing = threading.Event()
        self._outbox: queue.SimpleQueue[bytes | Make | None] = queue.SimpleQueue()
        self._frames = threading.Thread(target=self._read_frames, name="frames", daemon=True)
        self._lines = threading.Thread(target=self._read_log, name="engine-log", daemon=True)
        # A pipe takes 64 kB: a process that does not read would hold up whoever writes to it.
        self._writer = threading.Thread(target=self._write_frames, name="to-engine", daemon=True)
        for thread in (self._frames, self._lines, self._writer):
            thread.start()

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._child.code

    def send(self, message: messages.Message) -> None:
        """Send a message, without waiting for it to be read; a process that is gone is noticed by `receive`."""
        self._outbox.put(messages.encode(message))

    def send_made(self, make: Make) -> None:
        """Send what `make` returns, if anything, in its turn: it is called by the thread that writes.

        For a message that takes long to be made, and whose sender cannot wait.
        """
        self._outbox.put(make)

    def receive(self, seconds: float) -> messages.Message | None:
        """Return the next message, None when none came in time; raise Broken or Ended."""
        try:
            found = self._inbox.get(timeout=seconds) if seconds > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return None
        if isinstance(found, Broken):
            raise found
        if found is None:
            self._inbox.put_nowait(None)  # the end stays the end, however often one asks
            self._child.wait(KILL_AFTER)
            raise Ended
        return found

    def shut_down(self) -> None:
        """End it the friendly way, and with force where that does not help. Nothing it started is left."""
        self.send(messages.Shutdown())
        self._finish(patience=TERMINATE_AFTER)

    def stop(self) -> None:
        """End it without a word: it hangs, or broke the protocol."""
        self._child.terminate()
        self._finish(patience=KILL_AFTER)

    def _finish(self, *, patience: float) -> None:
        self._closing.set()
        self._outbox.put(None)
        if not self._child.wait(patience):
            self._child.terminate()
            self._child.wait(KILL_AFTER)
        self._child.kill()  # the group outlives its leader: grandchildren go now
        self._child.wait(KILL_AFTER)
        # What left the group on purpose may hold a pipe open; its thread and its end of the pipe are then given up.
        ends = (
            (self._frames, self._child.stdout),
            (self._lines, self._child.stderr),
            (self._writer, self._child.stdin),
        )
        for thread, stream in ends:
            thread.join(KILL_AFTER)
            if not thread.is_alive():
                with suppress(OSError):
                    stream.close()

    def _write_frames(self) -> None:
        try:
            with suppress(OSError, ValueError):
                while (item := self._outbox.get()) is not None:
                    if not isinstance(item, bytes):
                        message = item()
                        if message is None:
                            continue
                        item = messages.encode(message)
                    framing.write_frame(self._child.stdin, item)
        finally:
            with suppress(OSError):
                self._child.stdin.close()  # the process leaves when it sees this end

    def _read_frames(self) -> None:
        try:
            while (payload := framing.read_frame(self._child.stdout)) is not None:
                self.last_sign = time.monotonic()
                self._put(messages.decode(payload))
        except (framing.FramingError, messages.MessageError) as e:
            self._put(Broken(str(e)))
        except (OSError, ValueError):  # closed under us: the end
            pass
        self._put(None)

    def _put(self, item: messages.Message | Broken | None) -> None:
        if isinstance(item, messages.Heartbeat):
            return
        while not self._closing.is_set():
            with suppress(queue.Full):
                self._inbox.put(item, timeout=0.2)
                return

    def _read_log(self) -> None:
        with suppress(OSError, ValueError):
            while data := os.read(self._child.stderr.fileno(), 1 << 16):
                self.log.write(data)

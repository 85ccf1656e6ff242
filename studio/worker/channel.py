"""The private channel: descriptors that carry frames, out of reach of what libraries print. Set up first of all."""

from __future__ import annotations

import os
import sys
import threading
from typing import BinaryIO

from studio.protocol import framing, messages


class Channel:
    """Frames to and from the studio. `send` from any thread; `receive` from one."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    def send(self, message: messages.Message) -> None:
        """Send one message; a broken pipe means that the studio is gone, which the reader notices."""
        payload = messages.encode(message)
        with self._lock:
            try:
                framing.write_frame(self._writer, payload)
            except OSError:
                return

    def send_raw(self, data: bytes) -> None:
        """Write bytes as they are. Only for an engine that plays a broken one."""
        with self._lock:
            self._writer.write(data)
            self._writer.flush()

    def receive(self) -> messages.Message | None:
        """Wait for the next message; None when the studio closed the channel."""
        payload = framing.read_frame(self._reader)
        return None if payload is None else messages.decode(payload)


def open_private_channel() -> Channel:
    """Take descriptors 0 and 1 for the frames, and point what libraries know as stdout at stderr."""
    private_in, private_out = os.dup(0), os.dup(1)
    for descriptor in (private_in, private_out):
        os.set_inheritable(descriptor, False)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    if sys.platform == "win32":
        _finish_on_windows(private_in, private_out)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 — a descriptor, open for good
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    return Channel(os.fdopen(private_in, "rb", buffering=1 << 16), os.fdopen(private_out, "wb"))


def _finish_on_windows(private_in: int, private_out: int) -> None:
    """Binary mode for the frames; C libraries ask for the handles, not the descriptors."""
    import ctypes
    import msvcrt

    for descriptor in (private_in, private_out):
        msvcrt.setmode(descriptor, os.O_BINARY)  # type: ignore[attr-defined]
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    for number, descriptor in ((-10, 0), (-11, 1)):
        kernel.SetStdHandle(number, msvcrt.get_osfhandle(descriptor))  # type: ignore[attr-defined]

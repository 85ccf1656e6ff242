"""Frames on a stream: four bytes of length, little-endian, then so many bytes. Any thread; callers lock writes."""

from __future__ import annotations

import struct
from typing import Protocol

MAX_FRAME = 16 * 1024 * 1024  # media travels by file; a longer frame is a mistake or an attack
_LENGTH = struct.Struct("<I")


class FramingError(Exception):
    """The stream does not hold frames (any more); nothing after this can be trusted."""


class Readable(Protocol):
    """What frames are read from."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes; nothing means the end."""


class Writable(Protocol):
    """What frames are written to."""

    def write(self, data: bytes, /) -> object:
        """Take the bytes."""

    def flush(self) -> None:
        """Pass on what was taken."""


def write_frame(stream: Writable, payload: bytes) -> None:
    """Write one frame in a single call, so that a reader never waits for the second half of a header."""
    if len(payload) > MAX_FRAME:
        raise FramingError(f"a frame of {len(payload)} bytes is over the limit of {MAX_FRAME}")
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: Readable) -> bytes | None:
    """Return the next frame, None at a clean end; raise FramingError for anything else."""
    head = _read_exactly(stream, _LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise FramingError(f"the stream ended inside a frame's header ({len(head)} bytes)")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise FramingError(f"a frame claims {length} bytes, the limit is {MAX_FRAME}")
    payload = _read_exactly(stream, length)
    if len(payload) < length:
        raise FramingError(f"the stream ended after {len(payload)} of {length} bytes of a frame")
    return payload


def _read_exactly(stream: Readable, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            break
        data = more if not data else data + more
    return data

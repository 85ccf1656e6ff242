"""The chunks of WAV files: walks those of a foreign file, adds some to one of ours. Any thread."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MOST_INFO = 4_000_000  # bytes of text we are willing to read from a foreign file
_MOST_CHUNKS = 10_000
_IN_TABLE = 0xFFFFFFFF  # the size stands in the table of an RF64 file


@dataclass(frozen=True)
class Chunk:
    """Where a chunk's content lies."""

    name: bytes
    start: int
    length: int


def chunks(file: BinaryIO) -> Iterator[Chunk]:
    """Walk a foreign file's chunks; whatever is odd ends the walk."""
    file.seek(0)
    head = file.read(12)
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:12] != b"WAVE":
        return
    at = 12
    long_data = 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        found = file.read(8)
        if len(found) < 8:
            return
        name, length = struct.unpack("<4sI", found)
        if name == b"ds64":
            long_data = _size_of_data(file.read(16))
        if name == b"data" and length == _IN_TABLE:
            length = long_data
        yield Chunk(name, at + 8, length)
        at += 8 + length + length % 2


def info_texts(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Return the names and texts of a foreign file's INFO lists."""
    for chunk in chunks(file):
        if chunk.name == b"LIST" and 4 <= chunk.length <= _MOST_INFO:
            file.seek(chunk.start)
            if file.read(4) == b"INFO":
                yield from _texts(file.read(chunk.length - 4))


def info(texts: tuple[tuple[bytes, str], ...]) -> bytes:
    """Return an INFO list as a chunk."""
    content = b"".join(chunk(name, text.encode() + b"\0") for name, text in texts)
    return chunk(b"LIST", b"INFO" + content)


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk."""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def append(path: Path, added: bytes) -> None:
    """Add whole chunks to the end of a file of ours, and say so in its head."""
    with path.open("rb+") as file:
        head = file.read(28)
        end = file.seek(0, os.SEEK_END)
        file.write(added)
        size = end + len(added) - 8
        if head[:4] == b"RF64":
            file.seek(20)
            file.write(struct.pack("<Q", size))
        else:
            file.seek(4)
            file.write(struct.pack("<I", size))


def _texts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _size_of_data(table: bytes) -> int:
    return struct.unpack_from("<Q", table, 8)[0] if len(table) >= 16 else 0

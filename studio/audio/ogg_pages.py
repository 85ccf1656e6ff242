"""The pages of Ogg files: checks those of a foreign file, and gives ours a fixed number in place of a random one.

Any thread.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

_SERIAL = 1770
_HEAD = struct.Struct("<4sBBqIIIB")
_SERIAL_AT, _NUMBER_AT, _CHECKSUM_AT = 14, 18, 22
_BLOCK = 1 << 16
_REVERSED = bytes(int(f"{n:08b}"[::-1], 2) for n in range(256))


def renumber(path: Path) -> None:
    """Rewrite the number of the one stream in a file that we have just written."""
    with path.open("rb+") as file:
        at = 0
        while page := _page_at(file, at):
            page[_SERIAL_AT : _SERIAL_AT + 4] = struct.pack("<I", _SERIAL)
            page[_CHECKSUM_AT : _CHECKSUM_AT + 4] = bytes(4)
            page[_CHECKSUM_AT : _CHECKSUM_AT + 4] = struct.pack("<I", checksum(page))
            file.seek(at)
            file.write(page[: _HEAD.size])
            at += len(page)


def broken(path: Path) -> int:
    """Count the pages of a foreign file that are damaged, missing or cut off."""
    found = at = 0
    numbers: dict[bytes, int] = {}
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        while at < size:
            page = _page_at(file, at)
            if page is None:
                found += 1
                at = _next_page(file, at + 1, size)
                continue
            at += len(page)
            if at > size:  # the end is missing
                return found + 1
            said, page[_CHECKSUM_AT : _CHECKSUM_AT + 4] = bytes(page[_CHECKSUM_AT : _CHECKSUM_AT + 4]), bytes(4)
            stream, number = bytes(page[_SERIAL_AT : _SERIAL_AT + 4]), struct.unpack_from("<I", page, _NUMBER_AT)[0]
            in_order = number == numbers.get(stream, number)
            found += not in_order or said != struct.pack("<I", checksum(page))
            numbers[stream] = number + 1
    return found


def checksum(page: bytes | bytearray) -> int:
    """Return Ogg's checksum, which is zlib's with every byte and the result turned round, begun from nothing."""
    turned = ~zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) & 0xFFFFFFFF
    return int(f"{turned:032b}"[::-1], 2)


def _next_page(file: BinaryIO, at: int, size: int) -> int:
    """Return where the next page may begin, or the end."""
    while at < size:
        file.seek(at)
        block = file.read(_BLOCK)
        found = block.find(b"OggS")
        if found >= 0:
            return at + found
        at += max(1, len(block) - 3)
    return size


def _page_at(file: BinaryIO, at: int) -> bytearray | None:
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size or head[:4] != b"OggS":
        return None
    lengths = file.read(head[-1])
    return bytearray(head + lengths + file.read(sum(lengths)).ljust(sum(lengths), b"\0"))

"""What a picture file says it is, read from its first bytes by hand: kind, size, and the places of what it tells.

No decoder runs here, so a file that lies costs a few reads. Pure but for reading the file; any thread.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studio.worker.failures import UserMistake

CHOOSE = "Choose a PNG, JPEG, WebP, GIF, TIFF or BMP picture."
LARGEST_FILE = 512 * 1024 * 1024
LARGEST_METADATA = 16 * 1024 * 1024  # bytes of one piece of metadata that are looked at
_MOST_BLOCKS = 100_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class Header:
    """Kind and size as the file claims; a size of 0 is not known without opening it."""

    kind: str  # "PNG", "JPEG", "WEBP", "GIF", "TIFF" or "BMP", which are also the decoders' names
    width: int = 0
    height: int = 0


def shown(path: Path) -> str:
    """Return a file's name as it can stand in a sentence."""
    name = "".join(c if c.isprintable() else "?" for c in path.name)
    return name if len(name) <= 80 else name[:77] + "…"


def opened(path: Path) -> BinaryIO:
    """Open a plain file from outside for reading; raise UserMistake for what is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as e:
        raise UserMistake(f"There is no file {shown(path)}.", "Check the name.") from e
    except (OSError, ValueError) as e:
        told = e.strerror if isinstance(e, OSError) else "its name cannot be"
        raise UserMistake(f"{shown(path)} cannot be read: {told}.", "Check the name and its rights.") from e
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_FILE:
        os.close(descriptor)
        if stat.S_ISREG(found.st_mode):
            raise UserMistake(f"{shown(path)} is over {LARGEST_FILE >> 20} MB.", "Choose a smaller picture.")
        raise UserMistake(f"{shown(path)} is no plain file.", CHOOSE)
    return os.fdopen(descriptor, "rb")


def read(file: BinaryIO, name: str) -> Header:
    """Return what the file claims to be; raise UserMistake for what is no picture."""
    file.seek(0)
    start = file.read(32)
    try:
        found = _of(start, file)
    except struct.error as e:
        raise UserMistake(f"{name} is damaged: it ends within its first bytes.", CHOOSE) from e
    if found is None:
        raise UserMistake(f"{name} is no picture that the studio reads." if start else f"{name} is empty.", CHOOSE)
    return found


def _of(start: bytes, file: BinaryIO) -> Header | None:
    if start.startswith(_PNG):
        return Header("PNG", *struct.unpack(">II", start[16:24]))
    if start.startswith(b"\xff\xd8\xff"):
        return Header("JPEG", *_jpeg_size(file))
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Header("WEBP", *_webp_size(start))
    if start[:6] in {b"GIF87a", b"GIF89a"}:
        return Header("GIF", *struct.unpack("<HH", start[6:10]))
    if start[:2] == b"BM":
        return Header("BMP", *_bmp_size(start))
    if start[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return Header("TIFF")
    return None


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    for marker, data in jpeg_segments(file):
        if marker in _FRAME_MARKERS and len(data) >= 5:
            height, width = struct.unpack(">HH", data[1:5])
            return width, height
    return 0, 0


def _webp_size(start: bytes) -> tuple[int, int]:
    if start[12:16] == b"VP8X":
        return 1 + int.from_bytes(start[24:27], "little"), 1 + int.from_bytes(start[27:30], "little")
    if start[12:16] == b"VP8L":
        bits = int.from_bytes(start[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", start[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _bmp_size(start: bytes) -> tuple[int, int]:
    if struct.unpack("<I", start[14:18])[0] == 12:
        width, height = struct.unpack("<HH", start[18:22])
        return width, height
    width, height = struct.unpack("<ii", start[18:26])
    return abs(width), abs(height)


def png_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each chunk that is no picture data, as far as the file is whole."""
    file.seek(len(_PNG))
    for _ in range(_MOST_BLOCKS):
        head = file.read(8)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head)
        if name == b"IEND":
            return
        if name in {b"IDAT", b"fdAT"} or length > LARGEST_METADATA:
            file.seek(length + 4, os.SEEK_CUR)
            continue
        data = file.read(length)
        file.seek(4, os.SEEK_CUR)
        yield name, data


def jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of each segment before the picture data, as far as the file is whole."""
    file.seek(2)
    for _ in range(_MOST_BLOCKS):
        start = file.read(2)
        while len(start) == 2 and start[0] == 0xFF and start[1] == 0xFF:  # padding
            start = start[1:] + file.read(1)
        if len(start) < 2 or start[0] != 0xFF or start[1] in {0xD9, 0xDA}:
            return
        if start[1] in _BARE_MARKERS:
            continue
        head = file.read(2)
        length = int.from_bytes(head, "big")
        if len(head) < 2 or length < 2:
            return
        yield start[1], file.read(length - 2)


def webp_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each chunk that is no picture data, as far as the file is whole."""
    file.seek(12)
    for _ in range(_MOST_BLOCKS):
        head = file.read(8)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        if name in {b"VP8 ", b"VP8L", b"ANMF", b"ALPH"} or length > LARGEST_METADATA:
            file.seek(length + length % 2, os.SEEK_CUR)
            continue
        data = file.read(length)
        file.seek(length % 2, os.SEEK_CUR)
        yield name, data

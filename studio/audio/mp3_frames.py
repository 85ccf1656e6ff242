"""The frames of MP3 files: finding and counting them, and the frame in front that says how many there are. Any thread.

Without that frame a decoder guesses the length from the size, which is wrong for a variable bit rate.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

_BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, layer III
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)
_BLOCK = 1 << 18
_FARTHEST_START = 1 << 16  # bytes of junk in front of the first frame that we look past
_MOST_TAGS = 5
_LONGEST_FRAME = 2881  # bytes
_SAME = 0xFFFE0C00  # sync, version, layer and rate do not change within a file
DECODER_DELAY = 529
ENCODER_DELAY = 576
_VARIABLE_METHOD = 4  # LAME's number for its newer method, as its tag names it
_CONSTANT_METHOD = 1


@dataclass(frozen=True)
class Frame:
    """What a frame's header says."""

    header: int
    length: int
    rate: int
    channels: int

    @property
    def samples(self) -> int:
        """How many samples a channel it holds."""
        return 1152 if _version(self.header) == 3 else 576

    @property
    def side_info(self) -> int:
        """How many bytes lie between the header and the sound."""
        both = (32, 17) if _version(self.header) == 3 else (17, 9)
        return both[0] if self.channels == 2 else both[1]


def rates() -> tuple[int, ...]:
    """Return the rates that MP3 knows."""
    return tuple(sorted(rate >> shift for rate in _RATES for shift in range(3)))


def bitrates(rate: int) -> tuple[int, ...]:
    """Return the bit rates in kbit/s that MP3 knows at a rate."""
    return _BITRATES_1[1:] if rate >= min(_RATES) else _BITRATES_2[1:]


def parse(header: int) -> Frame | None:
    """Read a frame's header; None when it is none of layer III."""
    version, rate_code, bitrate_code = _version(header), header >> 10 & 3, header >> 12 & 15
    if header >> 21 != 0x7FF or header >> 17 & 3 != 1 or version == 1 or rate_code == 3 or bitrate_code in {0, 15}:
        return None
    rate = _RATES[rate_code] >> {3: 0, 2: 1, 0: 2}[version]
    bits = (_BITRATES_1 if version == 3 else _BITRATES_2)[bitrate_code] * 1000
    length = (144 if version == 3 else 72) * bits // rate + (header >> 9 & 1)
    return Frame(header, length, rate, 1 if header >> 6 & 3 == 3 else 2)


def after_id3(file: BinaryIO) -> int:
    """Return where a file goes on after the ID3 tags at its start."""
    at = 0
    for _ in range(_MOST_TAGS):
        file.seek(at)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            break
        at += 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) + (10 if head[5] & 0x10 else 0)
    return at


def find_first(file: BinaryIO, start: int) -> int | None:
    """Return where the first frame lies: a header that another like it follows. None when there is none nearby."""
    file.seek(start)
    data = file.read(_FARTHEST_START + 4096)
    at = data.find(b"\xff")
    while 0 <= at < min(len(data) - 4, _FARTHEST_START):
        (header,) = struct.unpack_from(">I", data, at)
        frame = parse(header)
        if frame:
            after = at + frame.length
            if after == len(data) or _follows(data, after, header):
                return start + at
        at = data.find(b"\xff", at + 1)
    return None


def has_index(file: BinaryIO, first: int) -> bool:
    """Whether the first frame says how many there are."""
    file.seek(first)
    data = file.read(256)
    frame = parse(struct.unpack_from(">I", data)[0]) if len(data) >= 64 else None
    return bool(frame) and (data[4 + frame.side_info :][:4] in {b"Xing", b"Info"} or data[36:40] == b"VBRI")


def count(file: BinaryIO, first: int) -> int:
    """Return how many whole frames there are, up to the end or to what is no frame."""
    return _walked(file, first)[0]


def unbroken(file: BinaryIO, first: int) -> bool:
    """Whether one frame follows the other until the end, or until tags or nothing but zeros."""
    at = _walked(file, first)[1]
    end = file.seek(0, os.SEEK_END)
    file.seek(at)
    rest = file.read(1 << 20)
    return end - at < _LONGEST_FRAME or rest.startswith((b"TAG", b"APETAGEX", b"LYRICS", b"ID3")) or not any(rest)


def _walked(file: BinaryIO, first: int) -> tuple[int, int]:
    """Return how many frames follow each other, and where the last one ends."""
    end = file.seek(0, os.SEEK_END)
    at, found, block, block_start = first, 0, b"", first
    like: int | None = None
    while at + 4 <= end:
        if at + 4 > block_start + len(block):
            file.seek(at)
            block, block_start = file.read(_BLOCK), at
            if len(block) < 4:
                break
        (header,) = struct.unpack_from(">I", block, at - block_start)
        frame = parse(header)
        if frame is None or (like is not None and header & _SAME != like) or at + frame.length > end:
            break
        like = header & _SAME
        found += 1
        at += frame.length
    return found, at


def plain_index(frame: Frame, frames: int) -> bytes:
    """Return a frame that says how many follow and nothing else."""
    return _index_frame(frame, b"Info" + struct.pack(">II", 1, frames))


def full_index(
    first: Frame, *, frames: int, samples: int, sizes: list[int], variable: bool, quality: int, bitrate: int
) -> bytes:
    """Return the frame in front of a file that we encoded: count, table for seeking, and how much of it is padding.

    `sizes` are the lengths of all frames, `samples` what was put in.
    """
    size_of_this = len(_index_frame(first, b""))
    total = size_of_this + sum(sizes)
    body = (b"Xing" if variable else b"Info") + struct.pack(">III", 15, frames, total)
    body += _table(sizes, size_of_this, total) + struct.pack(">I", quality)
    padding = max(0, frames * first.samples - samples - ENCODER_DELAY)
    method = _VARIABLE_METHOD if variable else _CONSTANT_METHOD
    body += b"LAME3.100" + bytes([method]) + bytes(1 + 4 + 2 + 2 + 1) + bytes([min(bitrate, 255)])
    body += (ENCODER_DELAY << 12 | min(padding, 4095)).to_bytes(3, "big")
    body += bytes(1 + 1 + 2) + struct.pack(">I", total & 0xFFFFFFFF) + bytes(2)
    frame = _index_frame(first, body)
    end = 4 + first.side_info + len(body)
    return frame[:end] + struct.pack(">H", _crc16(frame[:end])) + frame[end + 2 :]


def _table(sizes: list[int], start: int, total: int) -> bytes:
    ends = [start]
    for size in sizes:
        ends.append(ends[-1] + size)
    return bytes(min(255, ends[i * len(sizes) // 100] * 256 // total) for i in range(100))


def _index_frame(like: Frame, body: bytes) -> bytes:
    """Return a frame in the form of another one; of the bit rates, the least that has room."""
    for code in range(1, 15):
        header = (like.header & ~0xF200 | code << 12) | 0x10000  # no padding, no checksum
        frame = parse(header)
        if frame and frame.length >= 4 + like.side_info + 160:  # the longest body, whatever this one is
            data = struct.pack(">I", header) + bytes(like.side_info) + body
            return data.ljust(frame.length, b"\0")
    raise ValueError("no bit rate has room")  # not reached: the highest has, at every rate


def _follows(data: bytes, at: int, header: int) -> bool:
    if at + 4 > len(data):
        return False
    (other,) = struct.unpack_from(">I", data, at)
    return parse(other) is not None and other & _SAME == header & _SAME


def _version(header: int) -> int:
    return header >> 19 & 3


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc

"""WAV files, written without a library: it is faster by several times, and the header can grow past 4 GB.

A file that stays below that is a plain RIFF file; where it does not, the room kept behind its head becomes the table of
64-bit sizes that makes it an RF64 file.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from studio.audio.dither import Numbers, Quantiser
from studio.audio.reading import Block
from studio.audio.writing import Encoder

_ROOM_FOR_TAGS = 1 << 26
_MOST_PLAIN = (1 << 32) - 1 - _ROOM_FOR_TAGS
_ROOM = 28  # of the table of 64-bit sizes
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_END = bytes.fromhex("000000001000800000aa00389b71")


class WavEncoder(Encoder):
    """16 or 24 bits with dither, or 32-bit floats as they are."""

    def __init__(self, path: Path, bits: int, rate: int, channels: int) -> None:
        super().__init__(rate, channels)
        self._bits = bits
        self._quantise = None if bits == 32 else Quantiser(bits, channels)
        self._packed = np.empty(self._chunk * channels * 3 + 1, np.uint8)
        self._file = path.open("wb", buffering=0)
        self._written = 0
        try:
            self._put(self._header(0))
        except BaseException:
            self._file.close()
            raise

    @property
    def clipped(self) -> int:
        """How many samples did not fit; floats always do."""
        return self._quantise.clipped if self._quantise else 0

    def _encode(self, chunk: Block) -> None:
        if self._quantise is None:
            data = np.ascontiguousarray(chunk, "<f4").data.cast("B")
        elif self._bits == 16:
            data = self._quantise(chunk).astype("<i2").data.cast("B")
        else:
            data = self._three_bytes(self._quantise(chunk))
        self._written += self._put(data)

    def _finish(self) -> None:
        if self._written % 2:
            self._put(b"\0")
        self._file.seek(0)
        self._put(self._header(self._written))

    def _release(self) -> None:
        self._file.close()

    def _put(self, data: bytes | memoryview) -> int:
        """Write all of it; a plain file takes large blocks in one go, save for a full disk, which raises."""
        view = memoryview(data)
        done = 0
        while done < len(view):
            done += self._file.write(view[done:]) or 0
        return done

    def _three_bytes(self, numbers: Numbers) -> memoryview:
        """Pack whole numbers into three bytes each.

        Each is stored as four bytes, one after the other from the front, so that the next one's first byte takes the
        place of its last. That is eight times faster than leaving a byte out.
        """
        overlapping = np.ndarray(numbers.shape, "<i4", self._packed, 0, (3,))
        overlapping[:] = numbers
        return self._packed[: numbers.size * 3].data

    def _header(self, data_bytes: int) -> bytes:
        form = self._form()
        fact = struct.pack("<4sII", b"fact", 4, min(self.frames, 0xFFFFFFFF)) if self._bits == 32 else b""
        size = 4 + 8 + _ROOM + len(form) + len(fact) + 8 + data_bytes + data_bytes % 2
        if data_bytes <= _MOST_PLAIN:
            head = struct.pack("<4sI4s4sI", b"RIFF", size, b"WAVE", b"JUNK", _ROOM) + bytes(_ROOM)
            length = data_bytes
        else:
            sizes = struct.pack("<QQQI", size, data_bytes, self.frames, 0)
            head = struct.pack("<4sI4s4sI", b"RF64", 0xFFFFFFFF, b"WAVE", b"ds64", _ROOM) + sizes
            length = 0xFFFFFFFF
        return head + form + fact + struct.pack("<4sI", b"data", length)

    def _form(self) -> bytes:
        frame = self.channels * self._bits // 8
        code = _FLOAT if self._bits == 32 else _PCM
        if self.channels <= 2:
            extra = struct.pack("<H", 0) if code == _FLOAT else b""
        else:
            extra = struct.pack("<HHIH", 22, self._bits, 0, code) + _GUID_END
            code = _EXTENSIBLE
        fields = struct.pack("<HHIIHH", code, self.channels, self.rate, self.rate * frame, frame, self._bits)
        return struct.pack("<4sI", b"fmt ", len(fields) + len(extra)) + fields + extra

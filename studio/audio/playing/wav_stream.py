"""A WAV file of 32-bit floats that grows while somebody plays or speaks. One thread.

It stands whole under its name when the block ends, or not at all. What lies beside it meanwhile is a WAV file, too, and
at most a second behind: should the machine stop, what was spoken is not lost.
"""

from __future__ import annotations

import struct
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from studio.store import atomic

_HEADER = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")  # RIFF, fmt of 18 bytes, fact, data
_SAMPLE = 4
_FLOAT = 3
_MOST_BYTES = 0xFFFFFFFF - _HEADER.size


class WavStream:
    """Takes blocks; a context manager."""

    def __init__(self, target: Path, rate: int, channels: int, *, replace: bool = True) -> None:
        self._target = target
        self._rate = rate
        self._channels = channels
        self._replace = replace
        self._stack = ExitStack()
        self._file: BinaryIO | None = None
        self._stamped = 0
        self.frames = 0

    @property
    def room(self) -> int:
        """How many frames the format can still hold."""
        return _MOST_BYTES // (_SAMPLE * self._channels) - self.frames

    def __enter__(self) -> WavStream:
        unfinished = self._stack.enter_context(atomic.written(self._target, replace=self._replace))
        self._file = self._stack.enter_context(unfinished.open("wb"))
        self._stamp(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file and kind is None:
            try:
                self._stamp(self._file)
                self._file.flush()
            except OSError as e:
                self._stack.__exit__(type(e), e, e.__traceback__)
                raise
        self._stack.__exit__(kind, error, trace)

    def write(self, block: np.ndarray) -> None:
        """Add frames."""
        assert self._file
        block = block[: self.room]
        self._file.write(np.ascontiguousarray(block, "<f4").data)
        self.frames += len(block)
        if self.frames - self._stamped >= self._rate:
            self._stamp(self._file)
            self._file.flush()

    def _stamp(self, file: BinaryIO) -> None:
        """Say in the header how much there is."""
        length = self.frames * self._channels * _SAMPLE
        width = self._channels * _SAMPLE
        form = (b"fmt ", 18, _FLOAT, self._channels, self._rate, self._rate * width, width, 8 * _SAMPLE, 0)
        file.seek(0)
        riff = (b"RIFF", _HEADER.size - 8 + length, b"WAVE")
        file.write(_HEADER.pack(*riff, *form, b"fact", 4, self.frames, b"data", length))
        file.seek(0, 2)
        self._stamped = self.frames

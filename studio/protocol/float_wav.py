"""The form of sound masters: WAV files of 32-bit floats without tags. Standard library; any thread."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, Union, cast

SAMPLE_BYTES = 4
_FLOAT_FORMAT = 3
_HEADER = struct.Struct("<4sI4s4sIHHIIHHH4sII4sI")  # RIFF, fmt of 18 bytes, fact, data
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_BLOCK = 1 << 20
_MOST_RATE = 768_000
_MOST_CHANNELS = 64
_MOST_BYTES = 0xFFFFFFFF - _HEADER.size


class NumpyArray(Protocol):
    """As much of one as this module asks for: it holds float32 in one row."""

    @property
    def nbytes(self) -> int:
        """Its size."""
        ...


Samples = Union["array[float]", bytes, bytearray, "memoryview[int]", "memoryview[float]", NumpyArray]
"""What holds float32 samples in a row."""


class WavError(ValueError):
    """The file is no WAV of floats, or would be too long for one."""


@dataclass(frozen=True)
class FloatWav:
    """Where the samples lie in a file."""

    path: Path
    rate: int
    frames: int
    offset: int  # of the first sample's first byte
    channels: int = 1

    @property
    def frame_bytes(self) -> int:
        """The size of one moment."""
        return self.channels * SAMPLE_BYTES


@dataclass(frozen=True)
class Span:
    """The place of a piece in what it was joined to, in samples."""

    start: int
    end: int


def as_view(samples: Samples) -> memoryview[float]:
    """Look at samples as floats, without copying them."""
    view = memoryview(cast("bytes", samples))
    if view.nbytes == 0:  # numpy's empty arrays cannot be cast
        return memoryview(b"").cast("f")
    if view.format not in {"f", "B"} or view.ndim != 1:
        raise TypeError(f"samples are float32 in one row, not {view.format!r} in {view.ndim}")
    return view.cast("B").cast("f")


def write_float_wav(path: Path, samples: Samples, *, rate: int, channels: int = 1) -> None:
    """Write samples as they are; those of several channels come moment by moment."""
    data = _little_endian(as_view(samples))
    frames, rest = divmod(data.nbytes // SAMPLE_BYTES, channels)
    if rest:
        raise ValueError(f"{data.nbytes // SAMPLE_BYTES} samples are not whole moments of {channels} channels")
    with path.open("wb") as file:
        file.write(_header(frames, rate, channels))
        file.write(data)


def begin(out: BinaryIO, *, rate: int, channels: int) -> None:
    """Begin a file whose length is not known yet; little-endian samples follow, then `finish`."""
    out.write(_header(0, rate, channels))


def finish(out: BinaryIO, *, rate: int, channels: int) -> int:
    """Write the length where it belongs; return how many moments there are."""
    frames = (out.tell() - _HEADER.size) // (channels * SAMPLE_BYTES)
    out.seek(0)
    out.write(_header(frames, rate, channels))
    return frames


def read_float_wav(path: Path) -> FloatWav:
    """Find the samples; raise WavError for anything but a whole file of floats."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(12)[0:4] != b"RIFF" or size < _HEADER.size:
            raise WavError(f"{path.name} is no WAV file")
        rate, channels = 0, 1
        while True:
            head = file.read(_CHUNK.size)
            if len(head) < _CHUNK.size:
                raise WavError(f"{path.name} holds no samples")
            name, length = _CHUNK.unpack(head)
            start = file.tell()
            if name == b"fmt ":
                rate, channels = _form(file.read(min(length, _FORMAT.size)), path)
            elif name == b"data":
                if not rate or length % (channels * SAMPLE_BYTES) or start + length > size:
                    raise WavError(f"{path.name} is not whole")
                return FloatWav(path, rate, length // (channels * SAMPLE_BYTES), start, channels)
            file.seek(start + length + length % 2)


def read_samples(path: Path) -> array[float]:
    """Return all samples of one of our files, moment by moment."""
    found = read_float_wav(path)
    with path.open("rb") as file:
        file.seek(found.offset)
        samples = array("f", file.read(found.frames * found.frame_bytes))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def join(target: Path, pieces: Sequence[tuple[int, FloatWav]], *, after: int, rate: int) -> list[Span]:
    """Write one file of mono pieces: before each so many samples of silence, `after` at the end. Memory stays small."""
    spans: list[Span] = []
    end = 0
    for before, piece in pieces:
        spans.append(Span(end + before, end + before + piece.frames))
        end = spans[-1].end
    with target.open("wb") as out:
        out.write(_header(end + after, rate, 1))
        for before, piece in pieces:
            _silence(out, before)
            append(out, piece)
        _silence(out, after)
    return spans


def _little_endian(samples: memoryview[float]) -> memoryview[int]:
    if sys.byteorder == "big":
        swapped = array("f", samples)
        swapped.byteswap()
        return memoryview(swapped).cast("B")
    return samples.cast("B")


def _header(frames: int, rate: int, channels: int) -> bytes:
    step = channels * SAMPLE_BYTES
    length = frames * step
    if length > _MOST_BYTES:
        raise WavError(f"{frames} samples do not fit into a WAV file")
    riff = (b"RIFF", _HEADER.size - 8 + length, b"WAVE")
    fmt = (b"fmt ", 18, _FLOAT_FORMAT, channels, rate, rate * step, step, 8 * SAMPLE_BYTES, 0)
    return _HEADER.pack(*riff, *fmt, b"fact", 4, frames, b"data", length)


def _form(fmt: bytes, path: Path) -> tuple[int, int]:
    if len(fmt) < _FORMAT.size:
        raise WavError(f"{path.name} is not whole")
    kind, channels, rate, _, _, bits = _FORMAT.unpack(fmt)
    if (kind, bits) != (_FLOAT_FORMAT, 8 * SAMPLE_BYTES) or not 0 < rate <= _MOST_RATE:
        raise WavError(f"{path.name} is no WAV of floats")
    if not 0 < channels <= _MOST_CHANNELS:
        raise WavError(f"{path.name} has {channels} channels")
    return rate, channels


def _silence(out: BinaryIO, frames: int) -> None:
    left = frames * SAMPLE_BYTES
    while left > 0:
        left -= out.write(bytes(min(left, _BLOCK)))


def append(out: BinaryIO, piece: FloatWav) -> None:
    """Write the samples of a file as they are; raise WavError where it became shorter meanwhile."""
    left = piece.frames * SAMPLE_BYTES
    with piece.path.open("rb") as file:
        file.seek(piece.offset)
        while left > 0:
            block = file.read(min(left, _BLOCK))
            if not block:
                raise WavError(f"{piece.path.name} became shorter while it was read")
            left -= out.write(block)

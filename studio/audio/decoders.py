"""The libraries that decode, each made to answer the same few questions. One thread each.

libsndfile decodes everything but Ogg Vorbis, where its seeking lands hundreds of samples beside the place at times; the
reader in pedalboard is exact there.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import soundfile as sf
from pedalboard.io import AudioFile

from studio.audio import kinds, mp3_frames
from studio.audio.kinds import Kind
from studio.worker.failures import UserMistake

_SPOKEN_ENDINGS = frozenset({".wav", ".flac", ".ogg", ".opus", ".oga", ".aif", ".aiff", ".mp3"})


class Decoder(Protocol):
    """An open file. `frames` is what its header says."""

    rate: int
    channels: int
    frames: int
    subtype: str
    seekable: bool

    def seek(self, frame: int) -> bool:
        """Go to a frame; whether that went well."""
        ...

    def read(self, block: Any) -> tuple[int, bool]:
        """Fill a block as far as there is something; return how many frames came, and whether something was broken."""
        ...

    def close(self) -> None:
        """Let the file go."""
        ...


def opened(path: Path, kind: Kind) -> Decoder:
    """Open a file of which the kind is known; raise UserMistake when its beginning cannot be understood."""
    try:
        if kind is kinds.MP3:
            return _Libsndfile(_mp3_source(path))
        if kind is kinds.OGG and _is_vorbis(path):
            return _Vorbis(path)
        return _Libsndfile(path if path.suffix.lower() in _SPOKEN_ENDINGS else _Nameless(path.open("rb")))
    except (OSError, sf.LibsndfileError, RuntimeError, TypeError, ValueError) as e:
        if isinstance(e, OSError) and e.errno:
            raise kinds.unreadable(path, e) from e
        raise UserMistake(
            f"{kinds.shown(path)} is {kind.title}, but its beginning is damaged or unusual.", "Export it anew."
        ) from e


class _Libsndfile:
    """A file that libsndfile decodes, from a path or from what takes a path's place."""

    def __init__(self, source: Path | io.RawIOBase) -> None:
        self._source = source
        try:
            self._file = sf.SoundFile(cast("Any", source))
        except BaseException:
            if isinstance(source, io.RawIOBase):
                source.close()
            raise
        self.rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.frames = int(self._file.frames)
        self.subtype = str(self._file.subtype)
        self.seekable = bool(self._file.seekable())

    def seek(self, frame: int) -> bool:
        try:
            return self._file.seek(frame) == frame
        except (sf.LibsndfileError, RuntimeError):  # a header that lies leads astray; from the front it can be read
            return False

    def read(self, block: Any) -> tuple[int, bool]:
        # The library's own method forgets how much it had read when it comes upon a broken place, and it seeks after
        # every call, which fails where the header lies. Hence the call below it.
        pointer, function = (
            ("float *", "sf_readf_float") if block.dtype == np.float32 else ("short *", "sf_readf_short")
        )
        library: Any = sf
        handle = cast("Any", self._file)._file  # noqa: SLF001
        calls, casts = library._snd, library._ffi  # noqa: SLF001
        got = getattr(calls, function)(handle, casts.cast(pointer, block.ctypes.data), len(block))
        return max(0, int(got)), bool(calls.sf_error(handle))

    def close(self) -> None:
        self._file.close()
        if isinstance(self._source, io.RawIOBase):
            self._source.close()


class _Vorbis:
    """An Ogg Vorbis file."""

    subtype = "VORBIS"
    seekable = True

    def __init__(self, path: Path) -> None:
        self._source = path.open("rb")
        try:
            self._file: Any = AudioFile(self._source)
        except BaseException:
            self._source.close()
            raise
        self.rate = int(self._file.samplerate)
        self.channels = int(self._file.num_channels)
        self.frames = int(self._file.frames)

    def seek(self, frame: int) -> bool:
        self._file.seek(min(frame, self.frames))
        return frame <= self.frames

    def read(self, block: Any) -> tuple[int, bool]:
        try:
            found = self._file.read(len(block)) if len(block) else block.T
        except (RuntimeError, ValueError):
            return 0, True
        got = found.shape[1]
        block[:got] = found.T
        return got, False

    def close(self) -> None:
        self._file.close()
        self._source.close()


class _Nameless(io.RawIOBase):
    """A file without its name, of which libraries would judge it; if asked to, with other bytes for its beginning."""

    def __init__(self, file: io.BufferedReader, *, front: bytes = b"", first: int = 0) -> None:
        super().__init__()
        self._file = file
        self._front = front
        self._first = first
        self._length = len(front) + file.seek(0, os.SEEK_END) - first
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        wanted = len(view)
        data = self._front[self._at : self._at + wanted]
        if len(data) < wanted:
            self._file.seek(self._first + max(0, self._at + len(data) - len(self._front)))
            data += self._file.read(wanted - len(data))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _mp3_source(path: Path) -> Path | io.RawIOBase:
    """Return the file, with a frame in front that says how many frames follow where it has none of its own."""
    file = path.open("rb")
    first = mp3_frames.find_first(file, mp3_frames.after_id3(file))
    if first is None or mp3_frames.has_index(file, first):
        if path.suffix.lower() in _SPOKEN_ENDINGS:
            file.close()
            return path
        return _Nameless(file)
    file.seek(first)
    frame = mp3_frames.parse(int.from_bytes(file.read(4), "big"))
    if frame is None:  # it has changed since it was looked at
        file.close()
        raise ValueError("no frame")
    front = mp3_frames.plain_index(frame, mp3_frames.count(file, first))
    return _Nameless(file, front=front, first=first)


def _is_vorbis(path: Path) -> bool:
    with path.open("rb") as file:
        return b"\x01vorbis" in file.read(256)

"""What libsndfile writes into: a file of ours, so that a full disk is an OSError and not a riddle. One thread."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, cast

import soundfile as sf


class Sink(io.RawIOBase):
    """A file that keeps the first failure, because the library that calls it loses exceptions."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("w+b")
        self.failure: OSError | None = None

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            return self._file.write(data) if not self.failure else 0
        except OSError as e:
            self.failure = e
            return 0

    def readinto(self, buffer: Any) -> int:
        return self._file.readinto(buffer)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except OSError as e:  # seeking writes what waits
            self.failure = self.failure or e
            return -1

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as e:
            self.failure = self.failure or e
        super().close()


class SinkWriter:
    """A sound file that libsndfile writes into a Sink."""

    def __init__(self, path: Path, rate: int, channels: int, subtype: str, form: str, **settings: Any) -> None:
        self._sink = Sink(path)
        try:
            self._sound = sf.SoundFile(cast("Any", self._sink), "w", rate, channels, subtype, format=form, **settings)
        except BaseException:
            self._sink.close()
            raise

    def write(self, samples: Any) -> None:
        """Add samples; raise OSError when they could not be written."""
        try:
            self._sound.write(samples)
        except (sf.LibsndfileError, AssertionError):
            self._complain()
            raise
        self._complain()

    def finish(self) -> None:
        """Write what is left and close."""
        self._sound.close()
        self._sink.close()
        self._complain()

    def release(self) -> None:
        """Close, whatever happened before."""
        self._sound.close()
        self._sink.close()

    def _complain(self) -> None:
        if self._sink.failure:
            raise self._sink.failure

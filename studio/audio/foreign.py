"""Sound that only ffmpeg reads (m4a, aac, webm, wma, ...), decoded by it as a child process.

The file comes from outside, so ffmpeg is told which one demuxer to use and may open nothing but files by name: a
playlist in disguise leads nowhere. A Decoder belongs to one thread; a second one watches the child.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from studio.audio import kinds
from studio.audio.kinds import Kind
from studio.audio.reading import HIGHEST_RATE, LOUDEST, LOWEST_RATE, MOST_CHANNELS, Block
from studio.worker.failures import CancelledRun, UserMistake

PLACE = "STUDIO_FFMPEG"
_LONGEST_SECONDS = 100 * 3600
_SILENT_SECONDS = 60.0  # without a byte; then it hangs
_LOOK = 0.1
_BLOCK = 1 << 16  # frames
_MOST_HEADER = 1 << 16
_NEW_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def ffmpeg() -> str | None:
    """Return where ffmpeg is; None when there is none."""
    named = os.environ.get(PLACE)
    return shutil.which(named) if named else shutil.which("ffmpeg")


def needed(what: str) -> str:
    """Return the path of ffmpeg; raise UserMistake when there is none. `what` is a sentence about what needs it."""
    found = ffmpeg()
    if not found:
        hint = f"Install ffmpeg, or name its file in {PLACE}; or convert the file to WAV, FLAC, MP3 or Ogg."
        raise UserMistake(f"{what}, and there is no ffmpeg here.", hint)
    return found


class Decoder:
    """A file's first sound, block by block. `stop` is asked now and then whether to leave."""

    def __init__(self, path: Path, kind: Kind, *, stop: Callable[[], bool]) -> None:
        self.path = path
        self.kind = kind
        self.bad_values = 0
        self._stop = stop
        self._child = _started(needed(f"{kinds.shown(path)} is {kind.title}, which only ffmpeg can read"), path, kind)
        assert self._child.stdout is not None
        self._output: IO[bytes] = self._child.stdout
        self._over = threading.Event()
        self._last_byte = time.monotonic()
        self._why = ""
        self._watcher = threading.Thread(target=self._watch, name="ffmpeg-watch", daemon=True)
        self._watcher.start()
        try:
            self.rate, self.channels = self._form()
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[Block]:
        """Return the sound, float32 in rows of channels, until its end."""
        frame = 4 * self.channels
        left = _LONGEST_SECONDS * self.rate
        while data := self._read(_BLOCK * frame):
            block = np.frombuffer(data[: len(data) // frame * frame], "<f4").reshape(-1, self.channels)
            left -= len(block)
            if left < 0:
                raise UserMistake(f"{kinds.shown(self.path)} is longer than 100 hours.", "Cut it.")
            yield self._cleaned(block)
        if self._child.wait(_SILENT_SECONDS) != 0:
            raise self._failed()

    def close(self) -> None:
        """End the child, if it still runs."""
        self._over.set()
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._output.close()
        self._watcher.join()

    def __enter__(self) -> Decoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            if self._stop():
                self._why = "stopped"
            elif time.monotonic() - self._last_byte > _SILENT_SECONDS:
                self._why = "hangs"
            if self._why:
                self._child.kill()
                return

    def _read(self, count: int) -> bytes:
        data = self._output.read(count)
        self._last_byte = time.monotonic()
        if self._why == "stopped":
            raise CancelledRun
        return data

    def _form(self) -> tuple[int, int]:
        """Read the header of the WAV stream up to its samples."""
        head = self._read(12)
        form = b""
        while head[8:12] == b"WAVE":
            chunk = self._read(8)
            if len(chunk) < 8:
                break
            name, length = struct.unpack("<4sI", chunk)
            if name == b"data":
                return self._checked(form)
            if length > _MOST_HEADER:
                break
            content = self._read(length + length % 2)
            form = content if name == b"fmt " else form
        raise self._failed()

    def _checked(self, form: bytes) -> tuple[int, int]:
        if len(form) >= 16:
            _, channels, rate = struct.unpack_from("<HHI", form)
            if 1 <= channels <= MOST_CHANNELS and LOWEST_RATE <= rate <= HIGHEST_RATE:
                return rate, channels
        raise self._failed()

    def _failed(self) -> UserMistake:
        name = kinds.shown(self.path)
        if self._why == "hangs":
            return UserMistake(f"ffmpeg does not get on with {name}.", "Convert it to WAV with another program.")
        return UserMistake(
            f"{name} is {self.kind.title}, but ffmpeg finds no sound in it, or it is damaged.", "Export it anew."
        )

    def _cleaned(self, block: Block) -> Block:
        if not block.size or (block.min() >= -LOUDEST and block.max() <= LOUDEST):  # false for NaN
            return block
        bad = ~(np.abs(block) <= LOUDEST)
        self.bad_values += int(np.count_nonzero(bad))
        return np.where(bad, np.float32(0), block)


def _started(program: str, path: Path, kind: Kind) -> subprocess.Popen[bytes]:
    # fmt: off
    words = [
        program, "-nostdin", "-hide_banner", "-v", "fatal", "-threads", "1",
        "-protocol_whitelist", "file", "-f", kind.demuxer, "-i", f"file:{path.absolute()}",
        "-map", "0:a:0", "-map_metadata", "-1", "-t", str(_LONGEST_SECONDS + 1),
        "-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1",
    ]
    # fmt: on
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=_NEW_WINDOW if sys.platform == "win32" else 0,
        )
    except (OSError, ValueError) as e:
        raise UserMistake(f"ffmpeg does not start: {e}.", f"Install it anew, or name it in {PLACE}.") from e

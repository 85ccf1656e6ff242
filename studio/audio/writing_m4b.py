"""M4B files (AAC for books), where ffmpeg is found: it encodes what we hand it. One thread."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from studio.audio import foreign
from studio.audio.reading import Block
from studio.audio.writing import Encoder
from studio.worker.failures import UserMistake

_DEFAULT = 64  # kbit/s a channel
_LONGEST_FINISH = 600.0  # seconds; at its end the file is rewritten with its table in front


class M4bEncoder(Encoder):
    """AAC at a bit rate."""

    def __init__(self, path: Path, rate: int, channels: int, *, bitrate: int) -> None:
        super().__init__(rate, channels)
        program = foreign.needed("M4B files are written by ffmpeg")
        # fmt: off
        words = [
            program, "-nostdin", "-hide_banner", "-v", "fatal", "-y", "-threads", "1",
            "-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0",
            "-c:a", "aac", "-b:a", f"{bitrate or _DEFAULT * channels}k", "-flags:a", "+bitexact",
            "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "ipod", f"file:{path.absolute()}",
        ]
        # fmt: on
        self._child = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )

    def _encode(self, chunk: Block) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(np.ascontiguousarray(self._within(chunk), "<f4").data)
        except BrokenPipeError as e:
            raise self._failed() from e

    def _finish(self) -> None:
        assert self._child.stdin is not None
        try:
            self._child.stdin.close()
        except BrokenPipeError as e:
            raise self._failed() from e
        if self._child.wait(_LONGEST_FINISH) != 0:
            raise self._failed()

    def _release(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        if self._child.stdin and not self._child.stdin.closed:
            try:
                self._child.stdin.close()
            except OSError:  # what still waited has nowhere to go
                return

    def _failed(self) -> UserMistake:
        return UserMistake("ffmpeg could not write the M4B file.", "See that the disk has room, or choose MP3.")

"""What a job will bring, heard while it is made: one growing file for each attempt. The dispatcher's thread.

Nothing of it is kept or believed later: the result is what the engine announces at the end, and who wants to hear that
asks the library. So whatever is wrong here ends the listening and never the job.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

from studio.paths import DataPaths
from studio.protocol import float_wav, messages
from studio.runtime.hosts.base import Host
from studio.services.jobs import Jobs
from studio.services.library import fetch_checked


class Ahead:
    """Puts together what an engine hands over of one job."""

    def __init__(self, paths: DataPaths, host: Host, jobs: Jobs, job: int) -> None:
        self._folder = paths.heard / "media"
        self._host = host
        self._jobs = jobs
        self._job = job
        self._file = self._folder / ""
        self._former: Path | None = None
        self._rate: int = 0
        self._frames: int = 0
        self._over = True

    def begin(self) -> None:
        """Begin anew: each attempt makes another file, with a name as media of a project have it."""
        if self._frames:
            self._former = self._file
        self._file = self._folder / f"{uuid.uuid4().hex}.wav"
        self._rate = self._frames = 0
        self._over = False

    def take(self, told: messages.Ahead) -> None:
        """Add what comes next, and tell it. What is not whole, or leaves something out, ends the listening.

        The file that the engine wrote is of no further use to anybody, whatever came of it.
        """
        try:
            if not self._over:
                self._append(told)
        finally:
            self._host.remove(told.file)

    def _append(self, told: messages.Ahead) -> None:
        bit = self._file.with_suffix(".bit")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            wrong = fetch_checked(self._host, told.file, told.sha256, bit)
            self._over = bool(wrong) or told.start != self._frames or not self._add(bit)
        except (OSError, float_wav.WavError):
            self._over = True
        finally:
            with suppress(OSError):
                bit.unlink(missing_ok=True)
        if not self._over:
            self._jobs.sound(self._job, self._file, self._rate, self._frames)
            self._forget_former()

    def _forget_former(self) -> None:
        """Remove the file of the attempt before, now that who listens has another."""
        former, self._former = self._former, None
        if former:
            with suppress(OSError):
                former.unlink(missing_ok=True)

    def _add(self, bit: Path) -> bool:
        """Append a bit; the header says how much there is once that is there."""
        found = float_wav.read_float_wav(bit)
        if not found.frames or found.channels != 1 or found.rate != (self._rate or found.rate):
            return False
        self._rate = found.rate
        with self._file.open("r+b" if self._frames else "w+b") as out:
            if not self._frames:
                float_wav.begin(out, rate=found.rate, channels=1)
            out.seek(0, os.SEEK_END)
            float_wav.append(out, found)
            out.flush()
            self._frames = float_wav.finish(out, rate=found.rate, channels=1)
        return True

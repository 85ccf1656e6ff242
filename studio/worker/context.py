"""What a runner holds while it works on a job: its inputs, and ways to say what happens. The main thread."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.protocol import messages
from studio.worker.channel import Channel
from studio.worker.failures import CancelledRun

_PROGRESS_GAP = 0.1  # seconds; more than ten reports a second help nobody


class RunContext:
    """One job, seen from the engine. Never kept after `Runner.run` has returned."""

    def __init__(
        self, run: messages.Run, channel: Channel, cancelled: threading.Event, rungs: Sequence[str] = ()
    ) -> None:
        self.job = run.job
        self.task = run.task
        self.params: dict[str, Any] = run.params
        self.inputs: dict[str, Any] = run.inputs
        self.seed = run.seed
        self.rungs = tuple(rungs)  # of the ladder, for all that this process does
        self.ahead = bool(run.inputs.get("ahead"))  # whether somebody listens while it is made
        self.scratch = Path(run.scratch)
        self._parts = run.parts
        self._channel = channel
        self._cancelled = cancelled
        self._last_progress = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether the user wants this job to end."""
        return self._cancelled.is_set()

    def check_cancelled(self) -> None:
        """Leave the run here when the user wants its end; call it between steps."""
        if self.cancelled:
            raise CancelledRun

    def wait(self, seconds: float) -> None:
        """Sleep, but leave at once when the job is cancelled."""
        if self._cancelled.wait(seconds):
            raise CancelledRun

    def progress(self, stage: str, fraction: float | None = None) -> None:
        """Say how far the job is; cheap enough for every step."""
        now = time.monotonic()
        if fraction == 1.0 or now - self._last_progress >= _PROGRESS_GAP:
            self._last_progress = now
            self._channel.send(messages.Progress(job=self.job, stage=stage, fraction=fraction))

    def preview(self, file: Path) -> None:
        """Show an unfinished look at the result."""
        self._channel.send(messages.Preview(job=self.job, file=str(file)))

    def note(self, text: str, *, level: str = "warning", line: int | None = None) -> None:
        """Tell the user something about this job."""
        self._channel.send(messages.Note(job=self.job, level=level, text=text, line=line))

    def log(self, text: str) -> None:
        """Write to the engine's log."""
        sys.stderr.write(text + "\n")

    @contextmanager
    def create(self, name: str) -> Generator[Path, None, None]:
        """Give a path to write to; afterwards the file is synced and stands whole as `scratch/name`, or not at all."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        unfinished = self.scratch / f"{name}.part"
        try:
            yield unfinished
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(self.scratch / name)
        finally:
            unfinished.unlink(missing_ok=True)

    def finished_part(self, key: str) -> Path | None:
        """Return the piece with this key when an earlier run has made it."""
        path = self._parts.get(key)
        return Path(path) if path and Path(path).is_file() else None

    def keep_part(self, key: str, file: Path) -> None:
        """Hand over a finished piece, so that it outlives this process."""
        self._channel.send(messages.Part(job=self.job, key=key, file=str(file), sha256=sha256_of(file)))

    def tell_ahead(self, file: Path, start: int) -> None:
        """Hand over the next of the sound that will be the result; it begins with the sample `start` of that."""
        self._channel.send(messages.Ahead(job=self.job, file=str(file), sha256=sha256_of(file), start=start))


def sha256_of(file: Path) -> str:
    """Hash a file without loading it whole."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() if sys.version_info >= (3, 11) else _digest(opened)


def _digest(opened: Any) -> str:
    digest = hashlib.sha256()
    while block := opened.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()

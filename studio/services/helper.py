"""The sound process and the picture process as services: one task after the other, in a process that may crash.

An object belongs to one thread. The process starts with the first task, stays warm, and is replaced after a crash.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.manifest import Limits
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import variables
from studio.runtime.hosts.base import Host
from studio.runtime.process import FrameProcess
from studio.runtime.supervisor import Watch, Worker, WorkerCancelled, WorkerFailed, own_python
from studio.store import scratch as scratches
from studio.worker import failures

_LIMITS = Limits(hello=60.0, load=60.0, first_step=120.0, step=120.0, cleanup=30.0)


@dataclass(frozen=True)
class Done:
    """What a task came to. `file` lies in the task's scratch folder and goes with it."""

    file: Path
    facts: dict[str, Any]
    notes: tuple[str, ...]


def _ignore(_message: messages.Message) -> None:
    """Nobody wants to hear."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Helper:
    """A process of ours that decodes what comes from outside."""

    name: str  # of its folders and its log
    who: str  # in sentences
    words: tuple[str, ...]  # after `python -m`
    hint: str  # when it failed
    variables: Mapping[str, str] = field(default_factory=dict[str, str])  # besides those that all helpers get


class HelperHost:
    """Has the work of a helper done elsewhere."""

    def __init__(self, helper: Helper, host: Host, paths: DataPaths, *, idle_seconds: float = 300.0) -> None:
        self._helper = helper
        self._host = host
        self._paths = paths
        self._idle_seconds = idle_seconds
        self._worker: Worker | None = None
        self._count = 0
        self._turn = threading.Lock()  # one task at a time, whichever thread asks

    @contextmanager
    def task(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        on_progress: Callable[[messages.Progress], None] | None = None,
        cancelled: Callable[[], bool] = _never,
    ) -> Generator[Done, None, None]:
        """Do a task; its result lies in a scratch folder that ends with the block.

        Raise StudioError for what the user can mend, EngineFailure when the process failed, Cancelled when asked to.
        """
        scratch = self._paths.scratch / f"{self._helper.name}-{uuid.uuid4().hex[:12]}"
        with scratches.held(scratch):
            try:
                with self._turn:
                    done = self._do(name, dict(inputs), scratch, on_progress, cancelled)
                yield done
            finally:
                self._host.remove(str(scratch))

    def tick(self) -> None:
        """End a process that has been idle for too long."""
        if self._turn.acquire(blocking=False):
            try:
                if self._worker and time.monotonic() - self._worker.idle_since > self._idle_seconds:
                    self._end()
            finally:
                self._turn.release()

    def close(self) -> None:
        """End the process, after the task it is at."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.shut_down()

    def _do(
        self,
        name: str,
        inputs: dict[str, Any],
        scratch: Path,
        on_progress: Callable[[messages.Progress], None] | None,
        cancelled: Callable[[], bool],
    ) -> Done:
        self._count += 1
        notes: list[str] = []

        def listen(message: messages.Message) -> None:
            if isinstance(message, messages.Note):
                notes.append(message.text)
            elif isinstance(message, messages.Progress) and on_progress:
                on_progress(message)

        run = messages.Run(job=self._count, task=name, params={}, inputs=inputs, seed=0, scratch=str(scratch), parts={})
        watch = Watch(listen, cancelled)
        try:
            worker = self._ready(watch)
            result = worker.run(run, watch)
            worker.settle(self._count, listen)
        except WorkerCancelled as e:
            self._drop_dead()
            raise Cancelled("Stopped.", "Nothing was changed.") from e
        except WorkerFailed as e:
            self._after(e)
            raise self._error_of(e) from e
        except BaseException:
            self._stop()
            raise
        file = Path(result.file)
        if not file.is_relative_to(scratch):
            self._stop()
            raise EngineFailure(f"{self._helper.who} announced a result outside its folder.", "Try again.")
        return Done(file, result.facts, tuple(notes))

    def _ready(self, watch: Watch) -> Worker:
        if self._worker and not self._worker.alive:
            self._stop()
        if self._worker is None:
            self._worker = self._begin()
            self._worker.load(watch)
        return self._worker

    def _begin(self) -> Worker:
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        log = self._paths.logs / f"{self._helper.name}.log"
        variables = {**environment(self._paths), **self._helper.variables}
        process = FrameProcess(self._host, argv(*self._helper.words), variables, log)
        return Worker(process, load_message(self._helper.name), _LIMITS, who=self._helper.who)

    def _error_of(self, failed: WorkerFailed) -> StudioError:
        if failed.failure == failures.USER:
            return StudioError(failed.message, failed.hint)
        if failed.failure == failures.DISK_FULL:
            return StudioError("The disk is full.", "Free some space and try again.", failed.details)
        return EngineFailure(failed.message, self._helper.hint, failed.details, log=failed.log)

    def _after(self, failed: WorkerFailed) -> None:
        """A mistake of the user's leaves a sound process; anything else starts from a clean one."""
        if self._worker and failed.failure == failures.USER and self._worker.alive:
            self._worker.settle(self._count, _ignore)
        else:
            self._stop()

    def _drop_dead(self) -> None:
        """After a cancel the process may have listened, or may have been ended."""
        if self._worker and self._worker.alive:
            self._worker.settle(self._count, _ignore)
        if self._worker and not self._worker.alive:
            self._stop()

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker:
            worker.stop()


def argv(*words: str) -> list[str]:
    """Return the words that start a helper."""
    return [*own_python(), "-X", "utf8", "-P", "-m", *words]


def environment(paths: DataPaths) -> dict[str, str]:
    """Return the process's variables: the same studio is imported, wherever it lies."""
    import studio

    home = str(Path(studio.__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if name in _FOR_SOUND}
    ours = {"PYTHONPATH": home, "OMP_NUM_THREADS": "1", **_KEEPS_MEMORY, **kept}
    return variables.build(
        os.environ, device=ours, engine={}, user=variables.user_overrides(os.environ), cache=str(paths.cache)
    )


def load_message(name: str) -> messages.Load:
    """Return the first message; nothing about loading depends on it here."""
    return messages.Load(engine=name, device="local/cpu", precision="fp32", threads=0, model="")


# Long sounds pass through large blocks of memory; giving each back to the system costs a sixth of an export (glibc).
_KEEPS_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "67108864",
    "MALLOC_TRIM_THRESHOLD_": "134217728",
    "MALLOC_TOP_PAD_": "33554432",
}
# Where a sound server and ffmpeg are found, and how the tests lead sound elsewhere.
_FOR_SOUND = frozenset({
    "STUDIO_FFMPEG", "PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_SINK", "PULSE_SOURCE", "PIPEWIRE_REMOTE",
    "ALSA_CONFIG_PATH", "ALSA_CONFIG_DIR", "JACK_DEFAULT_SERVER", "DBUS_SESSION_BUS_ADDRESS",
})  # fmt: skip

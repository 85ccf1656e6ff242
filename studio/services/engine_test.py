"""Trying an engine: its process is started apart from all jobs, its model loaded, a small piece of work done.

Any thread; whoever asks waits.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain.requests import Request
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime.hosts.local import LocalHost
from studio.runtime.supervisor import Supervisor, Watch, Worker, WorkerCancelled, WorkerFailed
from studio.services.generation import loaded_by
from studio.services.readiness import Readiness, wanted
from studio.services.tasks.table import TASKS
from studio.services.tasks.work import Wish
from studio.services.worker_start import Needs, start_of
from studio.settings import Settings
from studio.store import scratch as scratches

# What is asked for, as far as the engine has such parameters: little, so that nobody waits.
_SMALL: Mapping[str, Any] = {
    "duration": 2.0, "width": 256, "height": 256, "count": 1, "prompt": "a lighthouse at dawn", "style": "calm piano",
}  # fmt: skip
SCRIPT = "This is a short test."
JOB = 0  # no row has it


@dataclass(frozen=True)
class Tried:
    """How it went. `made`: whether something was made, not only loaded."""

    state: str  # passed, failed, cancelled
    seconds: float = 0.0
    made: bool = False
    error: StudioError | None = None


@dataclass(frozen=True)
class Following:
    """Who listens: lines that the engine prints and what it says of itself; and whether to go on."""

    say: Callable[[str], None]
    cancelled: Callable[[], bool]


class EngineTest:
    """One try of one engine."""

    def __init__(
        self, manifest: Manifest, readiness: Readiness, paths: DataPaths, settings: Settings, following: Following
    ) -> None:
        self._manifest = manifest
        self._readiness = readiness
        self._paths = paths
        self._settings = settings
        self._following = following
        self._worker: Worker | None = None
        self._printed = ""

    def run(self) -> Tried:
        """Try it; the process is gone afterwards."""
        begun = time.monotonic()
        name = f"try-{uuid.uuid4().hex[:12]}"
        host = LocalHost(self._paths.scratch)
        supervisor = Supervisor(host, logs=self._paths.logs / "tests", idle_seconds=60.0)
        try:
            with scratches.held(self._paths.scratch / name):
                try:
                    made = self._try(supervisor, f"{host.home}/{name}")
                finally:
                    supervisor.close()
                    host.remove(f"{host.home}/{name}")
        except WorkerCancelled:
            return Tried("cancelled", time.monotonic() - begun)
        except WorkerFailed as e:
            self._tell_printed()
            error = StudioError(e.message, e.hint, e.details, log=e.log)
            return Tried("failed", time.monotonic() - begun, error=error)
        except StudioError as e:
            return Tried("failed", time.monotonic() - begun, error=e)
        return Tried("passed", time.monotonic() - begun, made)

    def _try(self, supervisor: Supervisor, scratch: str) -> bool:
        manifest, engines = self._manifest, self._settings.engines
        choice = self._readiness.choose(manifest, wanted=wanted(manifest, engines), allow_cpu=engines.allow_cpu)
        self._following.say(f"device: {choice.device.id} ({choice.why})")
        params = small_params(manifest, loaded_by(manifest, self._readiness.models))
        python = self._readiness.python(manifest, choice.device)
        model = self._readiness.models.folder_of(manifest)
        parts = self._readiness.models.parts_of(manifest)
        needs = Needs(params=params, model=model, parts=parts, threads=engines.threads)
        start = start_of(manifest, choice.device, needs, self._paths, python=python)
        watch = Watch(self._hear, self._go_on)
        self._worker = worker = supervisor.begin(start)
        facts = worker.load(watch)
        self._following.say("loaded" + "".join(f", {name}: {value}" for name, value in facts.items()))
        task = task_without_files(manifest)
        if not task:
            return False
        result = worker.run(message_of(manifest, task, params, self._settings, scratch=scratch), watch)
        self._tell_printed()
        size = bytes_of(result, scratch)
        if not size:
            raise StudioError(f"The engine {manifest.id} announced a result that is not there.", "Test it again.")
        self._following.say(f"made: {result.media}, {size:,} bytes")
        said = worker.settle(JOB, self._hear)
        if said:
            self._following.say(said)
        return True

    def _hear(self, message: messages.Message) -> None:
        if isinstance(message, messages.Progress):
            share = "" if message.fraction is None else f" {100 * message.fraction:.0f} %"
            self._following.say(f"{message.stage}{share}")
        elif isinstance(message, messages.Note):
            self._following.say(message.text)

    def _go_on(self) -> bool:
        """Asked twenty times a second: a moment to pass on what was printed meanwhile."""
        self._tell_printed()
        return self._following.cancelled()

    def _tell_printed(self) -> None:
        if self._worker is None:
            return
        tail = self._worker.log_tail
        if tail != self._printed:
            fresh = tail[len(self._printed) :] if tail.startswith(self._printed) else tail
            self._printed = tail
            for line in fresh.splitlines():
                if line.strip():
                    self._following.say(line.rstrip())


def message_of(
    manifest: Manifest,
    task: str,
    params: dict[str, Any],
    settings: Settings,
    *,
    scratch: str,
    script: str = SCRIPT,
) -> messages.Run:
    """Return the order for a piece of work that is no job; `script` is what is said where the engine speaks."""
    work = TASKS[task]
    wish = Wish(script=script if task == "speech" else "", task=task, engine=manifest.id, params=params)
    fields = work.prepare(wish, manifest, settings)
    plan = work.plan(Request(task=task, engine=manifest.id, params=params, seed=1, **fields), manifest, {})
    at_run = {p.name for p in manifest.params if p.at == "run"}
    return messages.Run(
        job=JOB,
        task=task,
        params={name: value for name, value in params.items() if name in at_run},
        inputs={**plan.inputs, "files": {}, "transcripts": {}},
        seed=1,
        scratch=scratch,
    )


def bytes_of(result: messages.Result, scratch: str) -> int:
    """Return how large the announced file is; 0 where it is none, or lies outside its folder."""
    with suppress(OSError, ValueError):
        file = Path(result.file).resolve()
        return file.stat().st_size if file.is_relative_to(Path(scratch).resolve()) and file.is_file() else 0
    return 0


def task_without_files(manifest: Manifest) -> str:
    """Return what can be tried without a recording or a picture; an engine that clones speaks only with one."""
    takes_a_voice = {"speech", "clone"} if "clone" in manifest.tasks else set[str]()
    hear = {n for n in manifest.tasks if any(role.required or role.many for role in TASKS[n].roles.values())}
    return next((name for name in manifest.tasks if name not in takes_a_voice | hear), "")


def small_params(manifest: Manifest, model: str = "") -> dict[str, Any]:
    """Return the engine's own values with a model, and little work where it says how much."""
    values: dict[str, Any] = manifest.defaults(model)
    for param in manifest.params:
        if param.name in _SMALL and not param.problem(_SMALL[param.name]):
            values[param.name] = _SMALL[param.name]
    return values

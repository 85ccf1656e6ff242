"""The recogniser, asked by the studio itself: words of given stretches of a sound, without a row in the queue.

Belongs to the thread of the engine processes' supervisor.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.domain import words
from studio.domain.words import Heard
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime.supervisor import Supervisor, Watch, Worker, WorkerCancelled, WorkerFailed
from studio.services.library import fetch_checked
from studio.services.readiness import Readiness
from studio.services.worker_start import Needs, start_of
from studio.settings import Settings
from studio.store import scratch as scratches
from studio.worker import failures

_JOB = 0  # no row has it
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Following:
    """How far it is, and whether it should go on."""

    progress: Callable[[float], None]
    cancelled: Callable[[], bool]


class Recogniser:
    """Listens with the engine that the settings name for words."""

    def __init__(
        self,
        registry: Registry,
        supervisor: Supervisor,
        readiness: Readiness,
        paths: DataPaths,
        settings: Settings,
    ) -> None:
        self._registry = registry
        self._supervisor = supervisor
        self._readiness = readiness
        self._paths = paths
        self._settings = settings

    @property
    def ready(self) -> bool:
        """Whether there is one that could listen now."""
        try:
            manifest = self._registry.manifest(self._settings.defaults.transcribe)
        except StudioError:
            return False
        return self._readiness.hindrance(manifest) is None

    def listen(self, sound: Path, spans: Sequence[tuple[float, float]], following: Following) -> tuple[Heard, ...]:
        """Return what is said in each stretch of a 16 kHz master; raise StudioError when that fails."""
        name = f"listen-{uuid.uuid4().hex[:12]}"
        with scratches.held(self._paths.scratch / name):  # another process may own the queue, and clear up
            return self._listened(sound, spans, following, f"{self._supervisor.host.home}/{name}")

    def _listened(
        self, sound: Path, spans: Sequence[tuple[float, float]], following: Following, scratch: str
    ) -> tuple[Heard, ...]:
        manifest = self._registry.manifest(self._settings.defaults.transcribe)
        params: dict[str, Any] = {p.name: p.default for p in manifest.params}
        params |= {name: value for name, value in _WANTED.items() if name in params}
        watch = Watch(lambda message: _on_message(message, following), following.cancelled)
        host = self._supervisor.host
        worker = None
        try:
            worker = self._ready(manifest, params, watch)
            inputs = {"files": {"source": host.put(sound)}, "spans": [list(span) for span in spans]}
            run = messages.Run(job=_JOB, task="transcribe", params=params, inputs=inputs, seed=0, scratch=scratch)
            result = worker.run(run, watch)
            try:
                found = self._fetched(result, scratch)
            finally:
                self._settle(worker)
        except WorkerCancelled as e:
            self._settle(worker)
            raise Cancelled("Stopped.") from e
        except WorkerFailed as e:
            if worker and not (e.failure == failures.USER and worker.alive):
                self._supervisor.discard(worker)
            elif worker:
                self._settle(worker)
            raise EngineFailure(e.message, e.hint, e.details, log=e.log) from e
        finally:
            host.remove(scratch)
        if len(found) != len(spans):
            raise EngineFailure(f"The engine {manifest.id} left out some of what it was asked to listen to.")
        return found

    def _ready(self, manifest: Manifest, params: dict[str, Any], watch: Watch) -> Worker:
        choice = self._readiness.choose(manifest, wanted="", allow_cpu=True)
        models = self._readiness.models
        needs = Needs(
            params=params,
            model=models.folder_of(manifest),
            parts=models.parts_of(manifest),
            threads=self._settings.engines.threads,
        )
        python = self._readiness.python(manifest, choice.device)
        start = start_of(manifest, choice.device, needs, self._paths, python=python)
        worker = self._supervisor.warm(start)
        if worker is None:
            worker = self._supervisor.begin(start)
            try:
                worker.load(watch)
            except BaseException:
                self._supervisor.discard(worker)
                raise
        return worker

    def _settle(self, worker: Worker | None) -> None:
        if worker and worker.settle(_JOB, lambda _note: None):
            self._supervisor.discard(worker)

    def _fetched(self, result: messages.Result, scratch: str) -> tuple[Heard, ...]:
        if not result.file.replace("\\", "/").startswith(f"{scratch.replace(chr(92), '/')}/"):
            raise EngineFailure("The recogniser announced a result outside its folder.")
        copy = self._paths.scratch / f"heard-{uuid.uuid4().hex[:12]}.json"
        with scratches.held(copy):
            return self._read(result, copy)

    def _read(self, result: messages.Result, copy: Path) -> tuple[Heard, ...]:
        try:
            fetch_checked(self._supervisor.host, result.file, result.sha256, copy)
            if copy.stat().st_size > _MOST_BYTES:
                raise EngineFailure("The recogniser wrote down more than can be.")
            return words.parse(copy.read_text(encoding="utf-8")).spans
        except (OSError, ValueError) as e:
            raise EngineFailure(f"What the recogniser wrote down cannot be read: {e}.") from e
        finally:
            copy.unlink(missing_ok=True)


_WANTED = {"language": "en", "spell_numbers": True}


def _on_message(message: messages.Message, following: Following) -> None:
    if isinstance(message, messages.Progress) and message.fraction is not None:
        following.progress(message.fraction)


def understands(language: str) -> bool:
    """Whether the recogniser that comes with the studio knows a language."""
    return language.lower().partition("-")[0] == "en"

"""Smoke tests: whether an engine's libraries work in an environment, on a checkpoint made on the spot. No model needed.

The engine's `smoke.py` runs in a process like any engine's, with the same loop, limits and guard, apart from all jobs.
What a resolver accepts is no proof; this is. Any thread; whoever asks waits, half a minute and more the first time.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from studio.engines.manifest import APP_PACK, Manifest
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import kit, variables
from studio.runtime.devices import Device
from studio.runtime.environments.store import Environments
from studio.runtime.hosts.local import LocalHost
from studio.runtime.supervisor import Start, Supervisor, Watch, WorkerCancelled, WorkerFailed
from studio.store import scratch as scratches

_JOB = 0  # no row has it
_MOST_BYTES = 1_000_000  # of what it found out

Tell = Callable[[str], None]


def python_for(manifest: Manifest, device: Device, environments: Environments) -> Path:
    """Return the interpreter that has what an engine needs on a device; raise StudioError when none has."""
    pack = manifest.pack_for(device.kind)
    if pack == APP_PACK:
        return Path(sys.executable)
    python = environments.python(pack)
    if python is None:
        raise StudioError(
            f"The engine {manifest.id} needs the pack {pack}, which is {environments.state(pack)}.",
            f"Run `studio engines install {manifest.id}`.",
        )
    return python


def run(
    manifest: Manifest,
    python: Path,
    device: Device,
    paths: DataPaths,
    *,
    tell: Tell,
    cancelled: Callable[[], bool],
    keep: Path | None = None,
) -> dict[str, Any]:
    """Try an engine with an interpreter on a device; return what it found out.

    `keep`: an empty or new folder in which the tiny checkpoint stays. Raises EngineFailure with what went wrong,
    Cancelled, or StudioError for what cannot be tried at all. The process is gone afterwards.
    """
    if not manifest.smoke.is_file():
        raise StudioError(f"The engine {manifest.id} brings no smoke test.", "Nothing says how to try it.")
    if keep is not None:
        _check_empty(keep)
    name = f"smoke-{uuid.uuid4().hex[:12]}"
    host = LocalHost(paths.scratch)
    supervisor = Supervisor(host, logs=paths.logs / "tests", idle_seconds=60.0)
    with scratches.held(paths.scratch / name):
        try:
            start = _start(manifest, python, device, paths)
            return _tried(supervisor, start, paths.scratch / name, keep, Watch(_teller(tell), cancelled))
        except WorkerCancelled as e:
            raise Cancelled(f"The test of {manifest.id} was cancelled.") from e
        except WorkerFailed as e:
            raise EngineFailure(e.message, e.hint, e.details, log=e.log) from e
        finally:
            supervisor.close()
            host.remove(f"{host.home}/{name}")


def _teller(tell: Tell) -> Callable[[messages.Message], None]:
    def hear(message: messages.Message) -> None:
        if isinstance(message, messages.Progress):
            tell(message.stage)
        elif isinstance(message, messages.Note):
            tell(message.text)

    return hear


def _tried(supervisor: Supervisor, start: Start, scratch: Path, keep: Path | None, watch: Watch) -> dict[str, Any]:
    worker = supervisor.begin(start)
    worker.load(watch)
    folder = keep.absolute() if keep else scratch / "checkpoint"
    message = messages.Run(
        job=_JOB, task="smoke", params={}, inputs={"folder": str(folder)}, seed=0, scratch=str(scratch / "result")
    )
    result = worker.run(message, watch)
    facts = _facts(Path(result.file), scratch)
    said = worker.settle(_JOB, watch.on_message)
    if said:
        raise EngineFailure(said, "It works, and its process ends badly; a log says more.", log=worker.log_tail)
    return facts


def _start(manifest: Manifest, python: Path, device: Device, paths: DataPaths) -> Start:
    environment = variables.build(
        os.environ,
        device=device.environment,
        engine=manifest.environment,
        user=variables.user_overrides(os.environ),
        cache=str(paths.cache),
    )
    return Start(
        manifest=manifest,
        kit=kit.build(manifest, paths.kits),
        python=(str(python),),
        device=device.id,
        precision=manifest.precision,
        threads=0,
        model="",
        settings=(),
        environment=tuple(sorted(environment.items())),
        runner=kit.SMOKE_RUNNER,
    )


def _facts(file: Path, scratch: Path) -> dict[str, Any]:
    """Read what the process found out, as something from outside."""
    try:
        if not file.resolve().is_relative_to(scratch.resolve()) or file.stat().st_size > _MOST_BYTES:
            raise EngineFailure("The smoke test announced a result that is not its own.")
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as e:
        raise EngineFailure(f"What the smoke test found out cannot be read: {e}.") from e
    if not isinstance(facts, dict):
        raise EngineFailure("What the smoke test found out is no table of facts.")
    return cast("dict[str, Any]", facts)


def _check_empty(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudioError(f"{folder} is not an empty folder.", "Name a new one, so that nothing is written over.")
    except OSError as e:
        raise StudioError(f"{folder} cannot be looked into: {e.strerror}.") from e

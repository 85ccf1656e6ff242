"""The proof that a device computes: the probe, in an environment that was built for it.

Any thread; a probe takes seconds, on a card that is used for the first time minutes. Whoever asks waits.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import Any

import studio
from studio.engines.manifest import ACCELERATORS, Licence, Manifest
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import kit, memory, variables
from studio.runtime.devices import Device
from studio.runtime.hosts.local import LocalHost
from studio.runtime.supervisor import Start, Supervisor, Watch, WorkerCancelled, WorkerFailed
from studio.services.engine_test import Following
from studio.services.proofs import Built, Proof
from studio.store import scratch as scratches

CRASHED = "crashed"
_ALLOCATE = 512 << 20  # bytes, or a quarter of what is free
_STEP = "probe: "
_TASK = "probe"
_JOB = 0  # no row has it
_FOLDER = Path(studio.__file__).parent / "engines" / "shared" / "probe"
_REPAIR = "Run `studio engines repair` with an engine of it."


def probe(device: Device, place: Built, paths: DataPaths, following: Following) -> Proof:
    """Have the environment's own interpreter compute on a device, in a process that may crash.

    Raise StudioError when nothing can be said: the probe was stopped, or its process could not be started.
    """
    begun = time.monotonic()
    name = f"probe-{uuid.uuid4().hex[:12]}"
    host = LocalHost(paths.scratch)
    supervisor = Supervisor(host, logs=paths.logs / "tests", idle_seconds=60.0)
    try:
        with scratches.held(paths.scratch / name):
            try:
                facts = _run(supervisor, _start(device, place, paths), device, f"{host.home}/{name}", following)
            finally:
                supervisor.close()
                host.remove(f"{host.home}/{name}")
    except WorkerCancelled as e:
        raise StudioError("The probe was stopped.", "`studio devices --probe` begins again.") from e
    except WorkerFailed as e:
        steps = [line.removeprefix(_STEP) for line in e.details.splitlines() if line.startswith(_STEP)]
        where = f" It was at: {steps[-1]}." if steps else ""
        facts = {"verdict": CRASHED, "sentence": f"{e.message}{where}", "failure": e.failure, "log": e.log}
    return Proof(
        place.pack,
        place.lock,
        device.driver,
        device.id,
        device.name,
        str(facts.pop("verdict", CRASHED)),
        str(facts.pop("sentence", "")),
        tuple(facts.pop("precisions", ())),
        facts,
        time.monotonic() - begun,
    )


def _run(supervisor: Supervisor, start: Start, device: Device, scratch: str, following: Following) -> dict[str, Any]:
    def hear(message: messages.Message) -> None:
        if isinstance(message, messages.Progress):
            following.say(message.stage)

    watch = Watch(hear, following.cancelled)
    try:
        worker = supervisor.begin(start)
    except OSError as e:  # the interpreter has vanished
        raise StudioError(f"The pack {start.manifest.pack} could not be started: {e.strerror}.", _REPAIR) from e
    worker.load(watch)
    allocate = min(_ALLOCATE, (memory.free(device) or device.memory) // 4)
    inputs = {"card": device.name, "gfx": device.gfx, "allocate": allocate}
    run = messages.Run(job=_JOB, task=_TASK, params={}, inputs=inputs, seed=0, scratch=scratch)
    facts = worker.run(run, watch).facts
    worker.settle(_JOB, lambda _note: None)
    return dict(facts)


def _start(device: Device, place: Built, paths: DataPaths) -> Start:
    manifest = _manifest(place.pack)
    environment = variables.build(
        os.environ, device=device.environment, engine={}, user=variables.user_overrides(os.environ),
        cache=str(paths.cache),
    )  # fmt: skip
    return Start(
        manifest=manifest,
        kit=kit.build(manifest, paths.kits),
        python=(str(place.python),),
        device=device.id,
        precision="fp32",
        threads=0,
        model="",
        settings=(),
        environment=tuple(sorted(environment.items())),
    )


def _manifest(pack: str) -> Manifest:
    """The probe is started like an engine, and is none: no list shows it."""
    return Manifest(
        id=_TASK,
        title="The probe",
        version="1",
        tasks=(),
        pack=pack,
        licence=Licence(code="GPL-3.0-or-later", weights=""),
        folder=_FOLDER,
        accelerators=ACCELERATORS,
    )

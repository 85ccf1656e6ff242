"""How an engine's process is to be started for a request: kit, interpreter, device, variables. Any thread."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.engines.manifest import Manifest
from studio.paths import DataPaths
from studio.protocol import messages
from studio.runtime import kit, variables
from studio.runtime.devices import Device
from studio.runtime.supervisor import Start


@dataclass(frozen=True)
class Needs:
    """What a job brings to the start of its engine."""

    params: Mapping[str, Any]
    model: str = ""
    parts: Mapping[str, str] = field(default_factory=dict[str, str])  # model that belongs to it → its folder
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    rungs: tuple[str, ...] = ()
    threads: int = 0


def start_of(manifest: Manifest, device: Device, needs: Needs, paths: DataPaths, *, python: tuple[str, ...]) -> Start:
    """Compose the start, with the interpreter that has what the engine needs."""
    at_load = {p.name for p in manifest.params if p.at == "load"}
    environment = variables.build(
        os.environ,
        device=device.environment,
        engine=manifest.environment,
        user=needs.environment,
        cache=str(paths.cache),
    )
    return Start(
        manifest=manifest,
        kit=kit.build(manifest, paths.kits),
        python=python,
        device=device.id,
        precision=manifest.precision,
        threads=needs.threads,
        model=needs.model,
        settings=(
            *sorted((k, v) for k, v in needs.params.items() if k in at_load),
            *sorted((f"{messages.PART}{name}", folder) for name, folder in needs.parts.items()),
            *([(messages.LORAS, str(paths.loras))] if any(p.name == "lora" for p in manifest.params) else []),
        ),
        environment=tuple(sorted(environment.items())),
        rungs=needs.rungs,
        content=kit.digest(manifest.folder, needs.model),
    )

"""Starts of small engines, and waiting for processes to be gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.engines.manifest import read_manifest
from studio.protocol import messages
from studio.runtime import kit, variables
from studio.runtime.supervisor import Start, Watch
from tests.smoke.plugins import TOML, write_engine

HEAD = """
import os, signal, subprocess, sys, time
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.worker.runner import Runner as Base

def tone(context):
    return speech.speak(context, lambda piece: array("f", [0.25, -0.25] * 500), rate=24000)
"""


def start_of(
    root: Path,
    runner: str,
    *,
    python: tuple[str, ...] = (sys.executable,),
    toml: str = TOML,
    environment: dict[str, str] | None = None,
    settings: tuple[tuple[str, Any], ...] = (),
    device: str = "local/cpu",
) -> Start:
    """Write an engine with this code and say how it is started."""
    number = len(list(root.glob("engine-*")))
    manifest = read_manifest(write_engine(root / f"engine-{number}", runner=HEAD + runner, toml=toml))
    built = variables.build(os.environ, device={}, engine={}, user=environment or {}, cache="")
    return Start(
        manifest=manifest, kit=kit.build(manifest, root / "kits"), python=python, device=device, precision="fp32",
        threads=0, model="", settings=settings, environment=tuple(sorted(built.items())),
    )  # fmt: skip


def run_of(scratch: Path, *, job: int = 1, sentences: int = 1) -> messages.Run:
    """A job of a few sentences."""
    plain = {"text": "A word.", "voice": "plain", "language": "en", "seed": 1, "line": 1, "before": 0.0}
    pieces = [{**plain, "key": f"{n:064}"} for n in range(sentences)]
    return messages.Run(
        job=job, task="speech", params={}, inputs={"pieces": pieces, "after": 0.0}, seed=1, scratch=str(scratch)
    )


def watch(heard: list[messages.Message] | None = None, *, cancelled: Callable[[], bool] = lambda: False) -> Watch:
    """Keeps what is heard."""
    return Watch((heard if heard is not None else []).append, cancelled)

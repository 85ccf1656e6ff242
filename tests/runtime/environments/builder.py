"""Builds a pack and is killed at a given step, which it takes itself for: `python -m … ROOT URL STEP`. 0: at none.

A step is each time when it opens, renames or removes something below its folder, starts a process, or tells of a stage.
It prints how many there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from studio.runtime.environments.store import Environments
from tests.runtime.environments import index as fake
from tests.runtime.environments.index import ALPHA, Index, plan_of

BETA = fake.wheel("beta", "2.0", {"beta/__init__.py": b"", "beta/data.bin": bytes(range(255, -1, -1)) * 100})
TORCH = fake.torch()
WHEELS = (ALPHA, BETA, TORCH)

_STEPS = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "subprocess.Popen"})


def main(root: str, url: str, step: int) -> None:
    """Build, and die at the step."""
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event in _STEPS and root in repr(args):
            count()

    environments = Environments(Path(root) / "environments", Path(root) / "cache")
    sys.addaudithook(watch)
    stages: set[str] = set()

    def tell(stage: str) -> None:
        if stage not in stages:  # how often it is told depends on the clock
            stages.add(stage)
            count()

    environments.build(
        plan_of(Index(url=url), *WHEELS), lambda python: {}, lambda told: tell(told.stage), lambda: False
    )
    print(steps)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

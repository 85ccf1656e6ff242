"""The studio may die at any step of a build: what was there works on, what was begun is finished by one command."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from studio.runtime.environments import places
from studio.runtime.environments.store import Environments
from tests.runtime.environments import builder
from tests.runtime.environments.index import ALPHA, Index, plan_of
from tests.runtime.environments.test_build import make, never, only_the_taken, works
from tests.smoke.driver import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked for in /proc")

# Parts of the way, or the file in the middle of whose download it dies.
SHARES = [number / 17 for number in range(17)]
FILES = ["alpha", builder.TORCH.file, builder.BETA.file]


def start(root: Path, index: Index, step: int) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "tests.runtime.environments.builder", str(root), index.url, str(step)]
    return subprocess.Popen(argv, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)


def steps_of(root: Path, index: Index) -> int:
    said, _ = start(root, index, 0).communicate(timeout=120)
    return int(said)


def die(root: Path, index: Index, moment: float | str, *, steps: int) -> None:
    """Build, and be killed; nothing of it goes on."""
    if not isinstance(moment, str):
        process = start(root, index, 1 + int(moment * steps))
        process.communicate(timeout=120)
        assert process.returncode == -9
    else:
        index.halted.clear()
        index.go_on.clear()
        index.answers = {moment: index.stall}
        process = start(root, index, 0)
        assert index.halted.wait(60)
        process.kill()
        process.communicate(timeout=60)
        assert wait_for_the_end(root) == []  # while the answer is still awaited
        index.answers = {}
        index.go_on.set()
    assert wait_for_the_end(root) == []


def wait_for_the_end(root: Path) -> list[int]:
    """Wait until no process has the folder in its command line; return those that do not end."""
    left: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(root).encode() not in (folder / "cmdline").read_bytes():
                continue
            handle = os.pidfd_open(int(folder.name))
            ended, _, _ = select.select([handle], [], [], 10)
            os.close(handle)
            left += [] if ended else [int(folder.name)]
    return left


def check(moment: float | str, tmp_path: Path, index: Index) -> None:
    index.add(*builder.WHEELS)
    steps = steps_of(tmp_path / "whole", index)
    assert steps > 30
    for before in (False, True):
        root = tmp_path / f"before-{before}"
        environments = Environments(root / "environments", root / "cache")
        if before:
            make(environments, plan_of(index, ALPHA))
        die(root, index, moment, steps=steps)
        state = environments.state("core")
        python = environments.python("core")
        if before:
            assert state == places.READY
            assert python is not None
            assert works(python) == {"answer": 42}
            assert environments.verify("core", hashes=True) == []
        if state == places.INCOMPLETE:
            environments.repair("core", works, lambda p: None, never)
        else:
            make(environments, plan_of(index, *builder.WHEELS))
        assert environments.state("core") == places.READY
        assert environments.verify("core", hashes=True) == []
        marker = environments.marker("core")
        assert marker is not None
        assert marker.torch == builder.TORCH.version
        environments.tidy()
        assert only_the_taken(environments)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.15, builder.TORCH.file, 0.99])
def test_killed_at_some_moments(moment: float | str, tmp_path: Path, index: Index) -> None:
    check(moment, tmp_path, index)


@pytest.mark.soak
@pytest.mark.parametrize("moment", [*SHARES, *FILES])
def test_killed_at_twenty_moments(moment: float | str, tmp_path: Path, index: Index) -> None:
    check(moment, tmp_path, index)

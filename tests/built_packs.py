"""Environments of packs for tests that need the real libraries: built once a session, by the command that users type.

Processes that run tests beside one another share them: one builds, and who needs them meanwhile waits. So no test may
change them. Whoever has some already names their folder with ANGEN_TEST_PACKS.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.runtime.environments.store import Environments
from tests.smoke.driver import studio

FOLDER = "ANGEN_TEST_PACKS"
WITH = {"core": "dia", "xtts": "xtts", "diffrhythm2": "diffrhythm2"}  # pack → an engine that brings it


@dataclass(frozen=True)
class BuiltPacks:
    """Packs in a data folder, and what `engines install` printed of each."""

    data: Path
    printed: dict[str, dict[str, Any]]

    def smoke(self, engine: str) -> dict[str, Any]:
        """What an engine's smoke test found out."""
        return next(p["smoke"][engine] for p in self.printed.values() if engine in p["smoke"])


@pytest.fixture(scope="session")
def built_packs(tmp_path_factory: pytest.TempPathFactory) -> BuiltPacks:
    """Build all packs that can be built for the processor, or wait until another process has."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one in which each process has its own
    data, told = folder / "packs", folder / "packs.json"
    with (folder / "packs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.is_file():
            unfinished = folder / "packs.unfinished"
            unfinished.write_text(json.dumps(_build(data)), encoding="utf-8")
            unfinished.rename(told)
    return BuiltPacks(data, json.loads(told.read_text(encoding="utf-8")))


def _build(data: Path) -> dict[str, dict[str, Any]]:
    printed: dict[str, dict[str, Any]] = {}
    for pack, engine in WITH.items():
        begun = time.monotonic()
        done = studio("engines", "install", engine, "--yes", "--accelerator", "cpu", "--json", data=data, seconds=900.0)
        assert done.code == 0, done.err
        print(f"{pack}: built and tried in {time.monotonic() - begun:.0f} s")
        printed[pack] = done.json
    return printed


@pytest.fixture(scope="session")
def pack_folder(request: pytest.FixtureRequest) -> Path:
    """The folder of environments."""
    named = os.environ.get(FOLDER, "")
    if named:
        return Path(named).absolute()
    packs: BuiltPacks = request.getfixturevalue("built_packs")
    return packs.data / "environments"


@pytest.fixture(scope="session")
def pack_python(pack_folder: Path) -> Callable[[str], Path]:
    """Gives the interpreter of a pack's environment."""

    def find(pack_id: str) -> Path:
        python = Environments(pack_folder, pack_folder / "cache").python(pack_id)
        assert python, f"the pack {pack_id} is not built in {pack_folder}"
        return python

    return find

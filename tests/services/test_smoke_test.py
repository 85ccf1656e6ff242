"""Smoke tests as a process of their own: what a `smoke.py` does there, good or bad, and what the studio makes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from studio.engines.manifest import read_manifest
from studio.errors import Cancelled, EngineFailure, StudioError
from studio.paths import DataPaths
from studio.runtime.devices import Device
from studio.runtime.environments.store import Environments
from studio.services import smoke_test
from tests.smoke.plugins import TOML

CPU = Device("local/cpu", "CPU", "cpu", 0)
HEAD = "import json, os, sys, subprocess\nimport beside\n"
GOOD = """
def make(folder):
    (folder / "model").write_text("tiny")

def check(folder, device):
    read, mine = (folder / "model").read_text(), os.environ.get("MINE")
    return {"device": device, "beside": beside.VALUE, "read": read, "mine": mine}
"""


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    made = DataPaths(tmp_path / "data")
    for folder in (made.scratch, made.kits, made.logs):
        folder.mkdir(parents=True)
    return made


def _engine(tmp_path: Path, code: str, *, toml: str = TOML):
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "engine.toml").write_text(toml.format(id="tiny"), encoding="utf-8")
    (folder / "smoke.py").write_text(HEAD + code, encoding="utf-8")
    (folder / "beside.py").write_text("VALUE = 4\n", encoding="utf-8")
    return read_manifest(folder)


def _try(
    manifest, paths: DataPaths, *, told: list[str] | None = None, keep: Path | None = None, **how
) -> dict[str, Any]:
    tell = (told if told is not None else []).append
    cancelled = how.pop("cancelled", lambda: False)
    try:
        return smoke_test.run(manifest, Path(sys.executable), CPU, paths, tell=tell, cancelled=cancelled, keep=keep)
    finally:
        assert list(paths.scratch.iterdir()) == []


def test_facts_come_back_and_nothing_stays(tmp_path: Path, paths: DataPaths, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STUDIO_ENV_MINE", "yes")
    told: list[str] = []
    facts = _try(_engine(tmp_path, GOOD), paths, told=told)
    assert facts["device"] == "local/cpu"
    assert (facts["beside"], facts["read"], facts["mine"]) == (4, "tiny", "yes")
    assert facts["make_seconds"] >= 0
    assert facts["check_seconds"] >= 0
    assert told[0] == "building a tiny model"  # what follows within a tenth of a second is not worth telling


def test_the_checkpoint_stays_where_one_wants_it(tmp_path: Path, paths: DataPaths):
    manifest = _engine(tmp_path, GOOD)
    _try(manifest, paths, keep=tmp_path / "a" / "kept")
    assert (tmp_path / "a" / "kept" / "model").read_text() == "tiny"
    (tmp_path / "empty").mkdir()
    _try(manifest, paths, keep=tmp_path / "empty")
    for taken in (tmp_path / "empty", tmp_path / "empty" / "model"):
        with pytest.raises(StudioError, match="not an empty folder"):
            _try(manifest, paths, keep=taken)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ImportError('libmissing.so: not found')", r"libmissing\.so"),
        ("def make(folder): raise RuntimeError('no such class')", "no such class"),
        (GOOD + "def check(folder, device): raise ValueError('not a number')", "not a number"),
        (GOOD + "def check(folder, device): os.abort()", "SIGABRT"),
        (GOOD + "def check(folder, device): return {'torch': object()}", "not JSON serializable"),
        (GOOD + "def check(folder, device): return {'long': 'x' * 2_000_000}", "not its own"),
        (GOOD + "def check(folder, device): subprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])", "install"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told(code: str, said: str, tmp_path: Path, paths: DataPaths):
    with pytest.raises(EngineFailure, match=said):
        _try(_engine(tmp_path, code), paths)


def test_what_it_prints_is_in_the_log_and_disturbs_nothing(tmp_path: Path, paths: DataPaths):
    code = GOOD + "def make(folder):\n    print('hello ' * 1000)\n    (folder / 'model').write_text('tiny')\n"
    assert _try(_engine(tmp_path, code), paths)["read"] == "tiny"
    assert "hello hello" in (paths.logs / "tests" / "engine-tiny.log").read_text()


def test_it_ends_when_one_wants(tmp_path: Path, paths: DataPaths):
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        _try(_engine(tmp_path, "import time\ndef make(folder): time.sleep(600)"), paths, cancelled=cancelled)


def test_an_engine_without_a_smoke_test_is_refused(tmp_path: Path, paths: DataPaths):
    manifest = _engine(tmp_path, GOOD)
    (manifest.folder / "runner.py").touch()
    manifest.smoke.unlink()
    with pytest.raises(StudioError, match="brings no smoke test"):
        _try(manifest, paths)


def test_the_interpreter_is_that_of_the_pack_for_the_device(tmp_path: Path):
    environments = Environments(tmp_path / "environments", tmp_path / "cache")
    own = _engine(tmp_path, GOOD)
    assert smoke_test.python_for(own, CPU, environments) == Path(sys.executable)
    other = TOML.replace(
        'pack = "app"', 'pack = "core"\naccelerators = ["cpu", "directml"]\npacks = {{ directml = "dml" }}'
    )
    (tmp_path / "more").mkdir()
    manifest = _engine(tmp_path / "more", GOOD, toml=other)
    with pytest.raises(StudioError, match="needs the pack core, which is missing"):
        smoke_test.python_for(manifest, CPU, environments)
    card = Device("local/directml0", "a card", "directml", 0)
    with pytest.raises(StudioError, match="needs the pack dml, which is missing"):
        smoke_test.python_for(manifest, card, environments)

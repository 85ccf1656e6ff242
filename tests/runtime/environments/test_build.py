"""A build is whole and proven, or it never was; what is loaded once is loaded for all."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from studio.errors import Cancelled, StudioError
from studio.runtime.environments import build, disk, places
from studio.runtime.environments.places import Place
from studio.runtime.environments.progress import BuildProgress
from studio.runtime.environments.store import Environments
from tests.processes import descendants
from tests.runtime.environments import index as fake
from tests.runtime.environments.index import ALPHA, Index, plan_of

pytestmark = pytest.mark.slow

BETA = fake.wheel("beta", "2.0", {"beta/__init__.py": b"", "beta/data.bin": bytes(30_000)})
TORCH = fake.torch()


def never() -> bool:
    return False


def works(python: Path) -> dict[str, Any]:
    said = subprocess.run([python, "-c", "import alpha; print(alpha.answer)"], capture_output=True, check=True)
    return {"answer": int(said.stdout)}


def make(environments: Environments, plan: Any, smoke: Callable[[Path], dict[str, Any]] = works) -> list[BuildProgress]:
    told: list[BuildProgress] = []
    environments.build(plan, smoke, told.append, never)
    return told


def test_what_is_built_is_what_was_planned_and_was_tried(index: Index, environments: Environments) -> None:
    index.add(ALPHA, TORCH)
    plan = plan_of(index, ALPHA, TORCH)
    assert environments.state("core") == places.MISSING
    assert environments.python("core") is None
    told = make(environments, plan)
    marker, python = environments.marker("core"), environments.python("core")
    assert marker is not None
    assert python is not None
    assert environments.state("core") == places.READY
    assert (marker.torch, marker.lock_sha, marker.packages) == ("2.13.0+cpu", plan.lock_sha, 2)
    assert marker.smoke == {"answer": 42}
    assert marker.base == str(Path(sys.executable).resolve())
    assert works(python) == {"answer": 42}
    assert environments.verify("core", hashes=True) == []
    assert environments.plan("core") == plan
    assert [p.stage for i, p in enumerate(told) if not i or p.stage != told[i - 1].stage] == [
        "prepare", "download", "install", "check", "smoke", "finish",
    ]  # fmt: skip
    assert all(a.fraction <= b.fraction for a, b in pairwise(told))
    assert any("alpha==1.0" in p.line for p in told)
    assert told[-1].done == told[-1].total == plan.download_bytes
    assert "alpha==1.0" in environments.log("core").read_text()


def test_a_pack_is_built_again_without_a_network_and_shares_its_files(index: Index, environments: Environments) -> None:
    index.add(ALPHA, TORCH)
    first = plan_of(index, ALPHA, TORCH)
    make(environments, first)
    alone = environments.sizes()
    index.asked.clear()
    make(environments, dataclasses.replace(first, pack="xtts"))
    assert index.asked == []
    both = environments.sizes()
    assert both.shared >= 50_000
    assert alone.own["core"] >= 50_000
    assert both.own["core"] < 45_000  # scripts and descriptions of its own
    assert both.whole - alone.whole < 45_000


def test_a_lock_without_hashes_is_built_as_well(index: Index, environments: Environments) -> None:
    index.add(ALPHA, TORCH)
    make(environments, plan_of(index, ALPHA, TORCH, hashed=False))
    assert environments.state("core") == places.READY
    index.answers[ALPHA.file] = fake.other_content
    environments.repair("core", works, lambda progress: None, never)
    assert environments.verify("core", hashes=True) == []


def test_what_the_cache_holds_for_no_environment_is_told(index: Index, environments: Environments) -> None:
    index.add(ALPHA)
    make(environments, plan_of(index, ALPHA))
    environments.remove("core")
    sizes = environments.sizes()
    assert (dict(sizes.own), sizes.shared) == ({}, 0)
    assert sizes.cached >= 50_000


@pytest.mark.parametrize("mistake", [StudioError("The tiny model is silent."), RuntimeError("a bug")])
def test_what_fails_its_test_is_not_taken(mistake: Exception, index: Index, environments: Environments) -> None:
    index.add(ALPHA, BETA)
    make(environments, plan_of(index, ALPHA))
    before = environments.marker("core")

    def fails(python: Path) -> dict[str, Any]:
        raise mistake

    with pytest.raises(type(mistake)):
        make(environments, plan_of(index, ALPHA, BETA), fails)
    assert environments.marker("core") == before
    python = environments.python("core")
    assert python is not None
    assert works(python) == {"answer": 42}
    assert only_the_taken(environments)


def test_a_build_that_fails_before_there_was_any_leaves_none(index: Index, environments: Environments) -> None:
    with pytest.raises(StudioError):
        make(environments, plan_of(index, ALPHA))
    assert environments.state("core") == places.MISSING
    assert environments.log("core").exists()


def test_the_environment_before_lies_on_until_it_is_tidied(index: Index, environments: Environments) -> None:
    index.add(ALPHA, BETA)
    make(environments, plan_of(index, ALPHA))
    old = environments.python("core")
    make(environments, plan_of(index, ALPHA, BETA))
    assert old is not None
    assert works(old) == {"answer": 42}  # an engine may still run in it
    environments.tidy()
    assert not old.exists()
    assert only_the_taken(environments)
    assert environments.state("core") == places.READY


def test_a_third_build_leaves_the_first_in_which_an_engine_may_still_run(
    index: Index, environments: Environments
) -> None:
    index.add(ALPHA, BETA)
    make(environments, plan_of(index, ALPHA))
    first = environments.python("core")
    assert first is not None
    left = environments.log("core").parent / "0badf00d"  # of a build that was killed
    (left / "bin").mkdir(parents=True)
    (left / "studio-lock.txt").touch()
    (left / "pyvenv.cfg").touch()
    make(environments, plan_of(index, ALPHA, BETA))
    make(environments, plan_of(index, ALPHA))
    assert works(first) == {"answer": 42}
    assert not left.exists()
    environments.tidy()
    assert only_the_taken(environments)


def test_no_password_is_written_down_and_a_mending_is_given_it_again(index: Index, environments: Environments) -> None:
    index.add(ALPHA)
    plan = plan_of(index, ALPHA)
    open_address = plan.sources.default
    secret = open_address.replace("//", "//anna:geheim@")
    with_secret = dataclasses.replace(plan, sources=dataclasses.replace(plan.sources, default=secret))
    make(environments, with_secret)
    files = [f for f in environments.log("core").parent.rglob("*") if f.is_file()]
    assert [f for f in files if b"geheim" in f.read_bytes()] == []
    kept = environments.plan("core")
    assert kept
    assert kept.sources.default == open_address
    assert kept.sources.with_passwords_of(with_secret.sources) == with_secret.sources
    assert (
        kept.sources.with_passwords_of(dataclasses.replace(plan.sources, default="https://b:c@other/")) == kept.sources
    )


def test_a_build_is_cancelled_while_it_loads(index: Index, environments: Environments) -> None:
    index.add(ALPHA, BETA)
    index.answers[BETA.file] = index.stall
    with pytest.raises(Cancelled):
        environments.build(plan_of(index, ALPHA, BETA), works, lambda p: None, index.halted.is_set)
    assert environments.state("core") == places.MISSING
    assert not [p for p in descendants() if "uv" in p.name]
    index.answers.clear()
    index.go_on.set()
    index.asked.clear()
    make(environments, plan_of(index, ALPHA, BETA))
    assert environments.state("core") == places.READY


@pytest.mark.parametrize("stage", ["prepare", "check", "smoke"])
def test_a_build_is_cancelled_at_any_stage(stage: str, index: Index, environments: Environments) -> None:
    index.add(ALPHA)
    seen: list[str] = []
    with pytest.raises(Cancelled):
        environments.build(plan_of(index, ALPHA), works, lambda p: seen.append(p.stage), lambda: stage in seen)
    assert seen[-1] == stage
    assert environments.state("core") == places.MISSING


def test_two_builds_of_a_pack_at_once(index: Index, environments: Environments) -> None:
    index.add(ALPHA)
    plan = plan_of(index, ALPHA)
    entered, leave = threading.Event(), threading.Event()

    def waits(python: Path) -> dict[str, Any]:
        entered.set()
        assert leave.wait(60)
        return {"by": "the first"}

    first = threading.Thread(target=make, args=(environments, plan, waits))
    first.start()
    try:
        assert entered.wait(60)
        with pytest.raises(StudioError, match="another process"):
            make(environments, plan)
        with pytest.raises(StudioError, match="another process"):
            environments.remove("core")
        make(environments, dataclasses.replace(plan, pack="xtts"))  # another pack does not wait
    finally:
        leave.set()
        first.join()
    marker = environments.marker("core")
    assert marker is not None
    assert marker.smoke == {"by": "the first"}


def test_a_plan_for_another_pack_is_refused(tmp_path: Path, index: Index) -> None:
    wishes = build.Wishes(lambda p: None, never)
    with pytest.raises(StudioError, match="xtts"):
        build.build(Place(tmp_path, "core"), tmp_path, plan_of(index, pack="xtts"), works, wishes)


def test_a_python_that_went_between_plan_and_build(index: Index, environments: Environments, tmp_path: Path) -> None:
    plan = dataclasses.replace(plan_of(index, ALPHA), python=tmp_path / "python")
    with pytest.raises(StudioError, match="Python of the plan is gone"):
        make(environments, plan)
    assert environments.state("core") == places.MISSING


def test_settings_of_the_user_for_other_installs_do_not_count(
    index: Index, environments: Environments, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index.add(ALPHA)
    config = Path.home() / ".config" / "uv" / "uv.toml"
    config.parent.mkdir(parents=True)
    config.write_text('index-url = "http://127.0.0.1:1/nothing"\n')
    for name, value in (
        ("UV_INDEX_URL", "http://127.0.0.1:1/nothing"), ("UV_OFFLINE", "1"), ("UV_CACHE_DIR", str(tmp_path / "other")),
        ("VIRTUAL_ENV", str(tmp_path / "venv")), ("PYTHONPATH", str(tmp_path)), ("UV_LINK_MODE", "symlink"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    make(environments, plan_of(index, ALPHA))
    assert environments.state("core") == places.READY
    assert not (tmp_path / "other").exists()


def test_too_little_room_is_said_before_anything_is_loaded(
    index: Index, environments: Environments, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add(ALPHA)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage._replace(free=100_000_000))
    with pytest.raises(StudioError, match="100 MB are free"):
        make(environments, plan_of(index, ALPHA))
    assert index.asked == []
    assert environments.state("core") == places.MISSING


@pytest.mark.slow
def test_without_uv_pip_does_it(index: Index, environments: Environments, monkeypatch: pytest.MonkeyPatch) -> None:
    index.add(ALPHA, TORCH)
    monkeypatch.setattr(build.uv, "find", lambda: None)
    plan = plan_of(index, ALPHA, TORCH)
    secret = plan.sources.default.replace("//", "//anna:geheim@")
    told = make(environments, dataclasses.replace(plan, sources=dataclasses.replace(plan.sources, default=secret)))
    assert "geheim" not in environments.log("core").read_text("utf-8")
    marker = environments.marker("core")
    assert marker is not None
    assert marker.installer == "pip"
    assert environments.verify("core", hashes=True) == []
    assert all(a.fraction <= b.fraction for a, b in pairwise(told))
    index.answers[ALPHA.file] = fake.other_content
    with pytest.raises(StudioError, match="another hash"):
        make(environments, plan_of(index, ALPHA, TORCH))
    assert environments.marker("core") == marker


def test_with_neither_it_says_so(index: Index, environments: Environments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.uv, "find", lambda: None)
    monkeypatch.setattr(build.pip_fallback, "find", lambda python, cache: None)
    with pytest.raises(StudioError, match="neither uv nor pip"):
        make(environments, plan_of(index, ALPHA))


def only_the_taken(environments: Environments) -> bool:
    marker = environments.marker("core")
    assert marker is not None
    there = {item.name for item in environments.log("core").parent.iterdir()}
    return there == {"build.log", "env.json", marker.folder, f"{marker.folder}.plan.json"}

"""`launch_wsl.sh uninstall`: afterwards all is as before the set-up, but for projects."""

from __future__ import annotations

import hashlib
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.runtime import hub_cache
from studio.runtime.hub_cache import HubFile, Record
from studio.store.lock import FileLock
from tests.setup.checkout import ROOT, Checkout, make_checkout

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="a launcher for Linux")]

MADE = (  # what use leaves in a data folder
    "environments/core/1a2b3c4d/bin/python", "pythons/cpython-3.11/bin/python", "cache/packages/uv/wheels/torch.whl",
    "cache/parts/ab/x.piece", "kits/kokoro-1/boot.py", "logs/engine-kokoro.log", "scratch/12/x.part", "owner.lock",
    "open.lock",
)  # fmt: skip
MODELS = ("models/accepted.json",)
OWN = ("settings.json", "window.json", "studio.db", "studio.db-wal", "voices/anna/voice.json", "library/files/1.wav",
       "engines/hum/engine.toml")  # fmt: skip
PROJECTS = ("projects/Evening.angen/project.json", "projects/Evening.angen/media/1.wav")


@pytest.fixture(name="checkout")
def _checkout(tmp_path: Path) -> Checkout:
    made = make_checkout(tmp_path)
    shutil.copy(ROOT / "installers" / "uninstall.py", made.root / "installers")
    for name in ("errors.py", "paths.py"):
        shutil.copy(ROOT / "studio" / name, made.root / "studio" / name)
    compiled = shutil.ignore_patterns("__pycache__")  # the launcher removes it
    for name in ("store", "runtime"):  # whole: what it imports of them may grow, and may need no package
        shutil.copytree(ROOT / "studio" / name, made.root / "studio" / name, ignore=compiled, dirs_exist_ok=True)
    made.env["STUDIO_DATA_DIR"] = str(tmp_path / "data")
    return made


def tree(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.name != "uv.log"}


def use(data: Path) -> None:
    for name in (*MADE, *MODELS, *OWN, *PROJECTS):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("something", "utf-8")


def test_afterwards_only_projects_are_left(checkout: Checkout, tmp_path: Path) -> None:
    before = tree(tmp_path)
    assert checkout.run("--version").returncode == 0
    use(tmp_path / "data")
    done = checkout.run("uninstall", "--yes", "--models", "--everything")
    assert done.returncode == 0, done.stderr
    kept = {"data", "data/projects", "data/projects/Evening.angen", "data/projects/Evening.angen/media"}
    assert tree(tmp_path) == before | kept | {f"data/{name}" for name in PROJECTS}
    assert "projects" in done.stderr


def test_without_projects_the_data_folder_goes_too(checkout: Checkout, tmp_path: Path) -> None:
    before = tree(tmp_path)
    use(tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "projects")
    assert checkout.run("uninstall", "--yes", "--models", "--everything").returncode == 0
    assert tree(tmp_path) == before


def test_models_and_what_was_made_stay_unless_asked_for(checkout: Checkout, tmp_path: Path) -> None:
    assert checkout.run("--version").returncode == 0
    use(tmp_path / "data")
    assert checkout.run("uninstall", "--yes").returncode == 0
    left = {str(p.relative_to(tmp_path / "data")) for p in (tmp_path / "data").rglob("*") if p.is_file()}
    assert left == {*MODELS, *OWN, *PROJECTS}
    assert not checkout.venv.exists()


def test_what_is_there_is_listed_and_nobody_to_ask_means_nothing_happens(checkout: Checkout, tmp_path: Path) -> None:
    assert checkout.run("--version").returncode == 0
    use(tmp_path / "data")
    before = tree(tmp_path)
    done = checkout.run("uninstall")
    assert done.returncode == 2
    assert "hint: Add --yes" in done.stderr
    assert str(tmp_path / "data" / "environments") in done.stderr
    assert tree(tmp_path) == before


def test_models_go_from_where_they_lie_and_those_of_others_stay(checkout: Checkout, tmp_path: Path) -> None:
    data, cache = tmp_path / "data", tmp_path / "big disk"
    content, commit = b"weights", "c" * 40
    (cache / "models--other--model" / "blobs").mkdir(parents=True)
    (cache / "models--other--model" / "blobs" / "x").touch()
    before = tree(cache)
    file = HubFile("model.safetensors", len(content), hashlib.sha256(content).hexdigest())
    blob = hub_cache.blob(cache, "nari/dia", file.digest)
    blob.parent.mkdir(parents=True)
    blob.write_bytes(content)
    hub_cache.place(blob, hub_cache.snapshot(cache, "nari/dia", commit) / file.name)
    hub_cache.mark(cache)
    record = Record("nari/dia", "main", commit, str(cache), (), (file,))
    hub_cache.write_record(data / "models" / "known" / "dia.json", record)
    use(data)
    full = tree(cache)
    assert checkout.run("uninstall", "--yes").returncode == 0
    assert tree(cache) == full
    done = checkout.run("uninstall", "--yes", "--models")
    assert done.returncode == 0, done.stderr
    assert str(hub_cache.snapshot(cache, "nari/dia", commit)) in done.stderr
    assert tree(cache) == before
    assert not (data / "models").exists()


@pytest.mark.parametrize(("answers", "left"), [(b"n\nn\nn\n", {*MADE, *MODELS, *OWN}), (b"y\nn\ny\n", {*MODELS})])
def test_each_group_is_asked_for(checkout: Checkout, tmp_path: Path, answers: bytes, left: set[str]) -> None:
    use(tmp_path / "data")
    ours, theirs = pty.openpty()
    os.write(ours, answers)
    command = [sys.executable, "-I", str(checkout.root / "installers" / "uninstall.py")]
    done = subprocess.run(
        command, stdin=theirs, env={**os.environ, **checkout.env}, stderr=subprocess.PIPE, check=False
    )
    os.close(ours)
    os.close(theirs)
    found = {str(p.relative_to(tmp_path / "data")) for p in (tmp_path / "data").rglob("*") if p.is_file()}
    assert found == left | set(PROJECTS), done.stderr


def test_a_link_is_removed_and_what_it_leads_to_stays(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("stays", "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cache").symlink_to(elsewhere)
    assert checkout.run("uninstall", "--yes").returncode == 0
    assert (elsewhere / "precious").exists()
    assert not (tmp_path / "data").exists()


def test_while_the_studio_runs_nothing_is_removed(checkout: Checkout, tmp_path: Path) -> None:
    use(tmp_path / "data")
    lock = FileLock(tmp_path / "data" / "owner.lock")
    assert lock.try_acquire()
    before = tree(tmp_path)
    done = checkout.run("uninstall", "--yes")
    lock.release()
    assert done.returncode == 2
    assert "The studio is running." in done.stderr
    assert tree(tmp_path) == before

"""A kit holds what an engine process needs, no more, under a name made from its content."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from studio.engines.manifest import Manifest, ManifestError, read_manifest
from studio.runtime import kit
from tests.smoke.driver import ROOT, assert_clean
from tests.smoke.plugins import TOML, write_engine


@pytest.fixture(name="engine")
def _make_engine(tmp_path: Path) -> Manifest:
    return read_manifest(write_engine(tmp_path / "square"))


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_is_in_it(tmp_path: Path, engine: Manifest) -> None:
    (engine.folder / "__pycache__").mkdir()
    (engine.folder / "__pycache__" / "old.pyc").touch()
    (engine.folder / "secrets").symlink_to(ROOT / "README.md")
    made = content(kit.build(engine, tmp_path / "kits"))
    ours = {name for name in made if not name.startswith("studio/engines/square/")}
    folders = ("studio/protocol/", "studio/worker/", "studio/engines/shared/")
    single = {"boot.py", "studio/__init__.py", "studio/errors.py", "studio/engines/__init__.py"}
    assert {name for name in ours if not name.startswith(folders)} == single
    assert set(made) - ours == {"studio/engines/square/engine.toml", "studio/engines/square/runner.py"}
    assert kit.runner_place(engine) in made
    for name in ours - {"boot.py"}:
        assert made[name] == (ROOT / name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
def test_only_files_of_the_engines_own_folder_get_into_it(tmp_path: Path, engine: Manifest) -> None:
    before, name = kit.build(engine, tmp_path / "kits"), kit.digest(engine.folder, "")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.txt").write_text("secret", encoding="utf-8")
    (engine.folder / "folder").symlink_to(elsewhere, target_is_directory=True)
    (engine.folder / "file").symlink_to(elsewhere / "secret.txt")
    os.mkfifo(engine.folder / "pipe")
    assert kit.build(engine, tmp_path / "kits") == before
    assert kit.digest(engine.folder, "") == name


def test_the_content_of_an_engine_and_its_model_changes_with_either(tmp_path: Path, engine: Manifest) -> None:
    weights = tmp_path / "model" / "model.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"weights")
    found = [kit.digest(engine.folder, ""), kit.digest(engine.folder, str(weights.parent))]
    assert kit.digest(engine.folder, str(weights.parent)) == found[1]
    weights.write_bytes(b"other weights")
    found.append(kit.digest(engine.folder, str(weights.parent)))
    engine.runner.write_text("changed = True\n", encoding="utf-8")
    found.append(kit.digest(engine.folder, str(weights.parent)))
    assert len(set(found)) == 4


def test_it_is_made_once_and_anew_when_a_file_changes(tmp_path: Path, engine: Manifest) -> None:
    kits = tmp_path / "kits"
    first = kit.build(engine, kits)
    before = (first / "boot.py").stat().st_ino
    assert kit.build(engine, kits) == first
    assert (first / "boot.py").stat().st_ino == before
    engine.runner.write_text("changed = True\n", encoding="utf-8")
    second = kit.build(engine, kits)
    assert second != first
    assert (second / kit.runner_place(engine)).read_text(encoding="utf-8") == "changed = True\n"
    assert "changed" not in (first / kit.runner_place(engine)).read_text(encoding="utf-8")


def test_many_at_once_make_the_same(tmp_path: Path, engine: Manifest) -> None:
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.append(kit.build(engine, tmp_path / "kits"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert [p.name for p in (tmp_path / "kits").iterdir()] == [made[0].name]


def test_a_copy_that_breaks_leaves_nothing(tmp_path: Path, engine: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[Path] = []

    def copy(source: Path, target: Path) -> None:
        if len(copied) == 3:
            raise OSError(28, "No space left on device")
        copied.append(target)
        target.write_bytes(source.read_bytes())

    with monkeypatch.context() as broken:
        broken.setattr(shutil, "copyfile", copy)
        with pytest.raises(OSError, match="No space"):
            kit.build(engine, tmp_path / "kits")
    assert list((tmp_path / "kits").iterdir()) == []
    assert_clean(tmp_path)
    assert "boot.py" in content(kit.build(engine, tmp_path / "kits"))


@pytest.mark.parametrize("name", ["../..", "/etc", "../studio"])
def test_resources_from_elsewhere_get_into_no_kit(name: str, tmp_path: Path) -> None:
    described = f"resources = [{name!r}]\n{TOML}"
    with pytest.raises(ManifestError, match="resources"):
        read_manifest(write_engine(tmp_path / "greedy", toml=described))

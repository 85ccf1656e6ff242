"""What is there is told by a few looks, also when somebody moved, cut or edited it; one command mends it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import Cancelled, StudioError
from studio.runtime.environments import places
from studio.runtime.environments.store import Environments
from tests.runtime.environments.index import ALPHA, Index, plan_of
from tests.runtime.environments.test_build import make, never, only_the_taken, works

pytestmark = pytest.mark.slow


@pytest.fixture(name="core")
def _find_core(standing: Environments) -> Path:
    """The environment that counts."""
    marker = standing.marker("core")
    assert marker is not None
    return standing.log("core").parent / marker.folder


def repair(environments: Environments) -> None:
    environments.repair("core", works, lambda p: None, never)
    assert environments.state("core") == places.READY
    assert environments.verify("core", hashes=True) == []
    environments.tidy()
    assert only_the_taken(environments)


def test_an_environment_moved_to_another_path(core: Path, standing: Environments, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another disk" / "Umzug nach Süden"
    elsewhere.parent.mkdir()
    shutil.move(core.parent.parent, elsewhere)
    moved = Environments(elsewhere, tmp_path / "cache")
    python = moved.python("core")
    assert python is not None
    assert works(python) == {"answer": 42}
    assert moved.verify("core", hashes=True) == []
    assert standing.state("core") == places.MISSING


def vanished_python(core: Path) -> None:
    python = core / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")


def vanished_base(core: Path) -> None:
    """As under Windows, where the environment's own file stays when the Python below it goes."""
    edit(core, base="/nowhere/python3.11")


def no_folder(core: Path) -> None:
    shutil.rmtree(core)


def no_marker(core: Path) -> None:
    (core.parent / "env.json").unlink()


def cut_marker(core: Path) -> None:
    marker = core.parent / "env.json"
    marker.write_bytes(marker.read_bytes()[:50])


def edit(core: Path, **changes: object) -> None:
    marker = core.parent / "env.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text()), **changes}))


def outside(core: Path) -> None:
    edit(core, folder="../../../outside")


def of_another_pack(core: Path) -> None:
    edit(core, pack="xtts")


def wrong_kind(core: Path) -> None:
    edit(core, packages="two")


@pytest.mark.parametrize(
    ("damage", "state"),
    [
        (vanished_python, places.BROKEN),
        (vanished_base, places.BROKEN),
        (no_folder, places.BROKEN),
        (no_marker, places.INCOMPLETE),
        (cut_marker, places.BROKEN),
        (outside, places.BROKEN),
        (of_another_pack, places.BROKEN),
        (wrong_kind, places.BROKEN),
    ],
)
def test_what_does_not_stand_is_seen_and_mended_by_one_command(
    damage: Callable[[Path], None], state: str, core: Path, standing: Environments, index: Index
) -> None:
    damage(core)
    assert standing.state("core") == state
    assert standing.python("core") is None
    assert standing.ids() == ["core"]
    index.asked.clear()
    repair(standing)
    assert index.asked == []  # all of it was in the cache


def test_missing_files_and_changed_ones_are_found_and_replaced(core: Path, standing: Environments) -> None:
    (site,) = core.glob("lib/*/site-packages")
    (site / "alpha" / "data.bin").unlink()
    code = site / "alpha" / "__init__.py"
    content = code.read_bytes()
    code.unlink()  # so that the cache keeps its own
    code.write_bytes(b"#" + content[1:])
    assert [(d.package, d.path, d.what) for d in standing.verify("core", hashes=False)] == [
        ("alpha", "alpha/data.bin", "missing"),
    ]
    assert {d.what for d in standing.verify("core", hashes=True)} == {"missing", "content"}
    repair(standing)


def test_a_look_that_is_stopped_says_nothing_of_the_rest(core: Path, standing: Environments) -> None:
    (site,) = core.glob("lib/*/site-packages")
    (site / "alpha" / "data.bin").unlink()
    with pytest.raises(Cancelled):
        standing.verify("core", hashes=False, cancelled=lambda: True)


def test_a_package_that_was_put_in_or_taken_out_by_hand(core: Path, standing: Environments) -> None:
    (info,) = core.glob("lib/*/site-packages/alpha-1.0.dist-info")
    stranger = info.with_name("beta-1.0.dist-info")
    shutil.copytree(info, stranger)
    (stranger / "METADATA").write_text("Name: beta\nVersion: 1.0\n")
    (damage, *_) = standing.verify("core", hashes=False)
    assert (damage.what, damage.path) == ("package", "beta 1.0 was not planned")
    shutil.rmtree(stranger)
    shutil.rmtree(info)
    assert [d.path for d in standing.verify("core", hashes=False)] == ["alpha 1.0 was planned and is not there"]
    repair(standing)


@pytest.mark.parametrize("edited", ["{}", "[]", "", '{"pack": 1}', "\0", None])
def test_a_plan_edited_by_hand(edited: str | None, core: Path, standing: Environments, index: Index) -> None:
    plan = core.with_name(f"{core.name}.plan.json")
    if edited is None:
        edited = plan.read_text().replace("alpha==1.0", "alpha==6.6")
    plan.write_text(edited)
    assert standing.state("core") == places.READY  # it works; but how to build it is not known any more
    assert [d.path for d in standing.verify("core", hashes=False)] == ["plan"]
    with pytest.raises(StudioError, match="not known any more"):
        standing.repair("core", works, lambda p: None, never)
    make(standing, plan_of(index, ALPHA))
    assert standing.verify("core", hashes=False) == []


def test_what_is_not_there_is_not_verified_nor_repaired(environments: Environments) -> None:
    with pytest.raises(StudioError, match="core is missing"):
        environments.verify("core", hashes=False)
    with pytest.raises(StudioError, match="core is missing"):
        environments.repair("core", works, lambda p: None, never)
    environments.remove("core")
    environments.tidy()
    assert environments.ids() == []
    assert environments.sizes().whole == 0


@pytest.mark.parametrize("name", ["..", "a/b", "", "Core", "../../etc", "c:", "\0", "x" * 40])
def test_a_name_that_is_none(name: str, environments: Environments) -> None:
    with pytest.raises(StudioError, match="no name of a pack"):
        environments.state(name)


def test_what_is_removed_is_gone_and_the_rest_stays(core: Path, standing: Environments, index: Index) -> None:
    make(standing, plan_of(index, ALPHA, pack="xtts"))
    standing.remove("core")
    assert not core.parent.exists()
    assert standing.ids() == ["xtts"]
    assert standing.state("core") == places.MISSING
    python = standing.python("xtts")
    assert python is not None
    assert works(python) == {"answer": 42}


def test_a_removal_that_is_cut_short_leaves_no_environment_that_seems_whole(
    core: Path, standing: Environments, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(places.shutil, "rmtree", lambda *args, **options: None)  # as where files are in use
        with pytest.raises(StudioError, match="in use"):
            standing.remove("core")
    assert standing.state("core") == places.INCOMPLETE
    standing.remove("core")
    assert standing.state("core") == places.MISSING


def test_files_of_the_users_in_the_folder_stay(core: Path, standing: Environments) -> None:
    note = core.parent / "note.txt"
    note.write_text("mine")
    standing.tidy()
    repair_leaves = note.read_text()
    assert repair_leaves == "mine"


def test_the_root_itself_may_be_anything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environments = Environments(tmp_path / "file", tmp_path / "cache")
    assert environments.state("core") == places.MISSING
    assert environments.ids() == []
    assert Path(sys.executable).exists()

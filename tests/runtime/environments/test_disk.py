"""Files that several environments share count once, and room is asked for before it is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.runtime.environments import disk
from studio.runtime.environments.places import Place
from studio.runtime.environments.store import Environments
from tests.runtime.environments.test_build import works
from tests.store.disk import mounted


def test_a_file_with_many_names_counts_once(tmp_path: Path) -> None:
    a, b, cache = (tmp_path / name for name in ("a", "b", "cache"))
    for folder in (a, b, cache):
        folder.mkdir()
    (cache / "both").write_bytes(b"x" * 1000)
    (a / "both").hardlink_to(cache / "both")
    (a / "again").hardlink_to(cache / "both")
    (b / "both").hardlink_to(cache / "both")
    (cache / "one").write_bytes(b"x" * 100)
    (a / "one").hardlink_to(cache / "one")
    (cache / "none").write_bytes(b"x" * 10)
    (b / "own").write_bytes(b"x")
    (b / "link").symlink_to(a, target_is_directory=True)
    sizes = disk.measure({"a": a, "b": b, "gone": tmp_path / "gone"}, cache)
    assert dict(sizes.own) == {"a": 100, "b": 1, "gone": 0}
    assert (sizes.shared, sizes.cached, sizes.whole) == (1000, 10, 1111)


def test_room_is_asked_for_once_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda path: usage._replace(free=disk.MARGIN + 1000))
    places = [tmp_path / "not" / "yet", tmp_path / "there"]
    disk.need_room(places, 1000)
    with pytest.raises(StudioError, match="not enough room") as caught:
        disk.need_room(places, 1001)
    assert "200 MB are needed" in caught.value.message
    with pytest.raises(StudioError, match=r"5\.2 GB are needed"):
        disk.need_room(places, 5_000_000_000)


def test_two_disks_are_both_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MARGIN", 0)
    with mounted(tmp_path / "small", "size=1m") as small:
        disk.need_room([tmp_path / "large"], 2_000_000)
        with pytest.raises(StudioError, match="small"):
            disk.need_room([tmp_path / "large", small / "cache"], 2_000_000)


def test_an_emptied_cache_is_gone_and_what_is_installed_goes_on_working(standing: Environments) -> None:
    cache = standing.log("core").parents[2] / "cache"
    assert disk.folder_size(cache) > 0
    left_over = cache.with_name(f"{cache.name}.emptied-0123")
    left_over.mkdir()  # of an attempt that was killed
    standing.empty_cache()
    assert [place for place in cache.parent.iterdir() if place.name.startswith("cache")] == []
    assert standing.verify("core", hashes=True) == []
    python = standing.python("core")
    assert python is not None
    assert works(python) == {"answer": 42}
    assert standing.sizes().cached == 0


def test_no_cache_is_emptied_under_a_build(standing: Environments) -> None:
    cache = standing.log("core").parents[2] / "cache"
    before = disk.folder_size(cache)
    with Place(standing.log("core").parents[1], "core").held(), pytest.raises(StudioError, match="another process"):
        standing.empty_cache()
    assert disk.folder_size(cache) == before
    standing.empty_cache()
    assert not cache.exists()

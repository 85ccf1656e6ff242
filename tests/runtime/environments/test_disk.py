"""Files that several environments share count once, and room is asked for before it is needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.runtime.environments import disk
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

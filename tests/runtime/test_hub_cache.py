"""The layout of the hub's folders, where there are links and where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.runtime import hub_cache
from studio.runtime.hub_cache import HubFile


def _without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_names: object, **_more: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", refuse)


def test_where_there_are_no_links_a_content_gets_its_name_itself(tmp_path, monkeypatch) -> None:
    _without_links(monkeypatch)
    content = hub_cache.blob(tmp_path, "a/b", "0" * 40)
    content.parent.mkdir(parents=True)
    content.write_bytes(b"weights")
    named = hub_cache.snapshot(tmp_path, "a/b", "1" * 40) / "sub" / "model.bin"
    hub_cache.place(content, named)
    assert not content.exists()
    assert not named.is_symlink()
    assert named.read_bytes() == b"weights"
    assert hub_cache.forget(tmp_path, "a/b", "1" * 40, ["sub/model.bin"]) == len(b"weights")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),  # what git calls an empty file
        (b"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ],
)
def test_files_are_hashed_as_the_hub_does(tmp_path, data, digest) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    told: list[int] = []
    assert hub_cache.digest_of(file, HubFile("file", len(data), digest), told.append) == digest
    assert sum(told) == len(data)


def test_forgetting_leaves_contents_that_another_commit_is_linked_to(tmp_path) -> None:
    content = hub_cache.blob(tmp_path, "a/b", "0" * 40)
    content.parent.mkdir(parents=True)
    content.write_bytes(b"weights")
    for commit in ("1" * 40, "2" * 40):
        hub_cache.place(content, hub_cache.snapshot(tmp_path, "a/b", commit) / "model.bin")
    assert hub_cache.forget(tmp_path, "a/b", "1" * 40, ["model.bin"]) == 0
    assert (hub_cache.snapshot(tmp_path, "a/b", "2" * 40) / "model.bin").read_bytes() == b"weights"

"""A file that is no plain file is told in words, and nothing waits for it."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.store import plain_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pipes and links there")


def _refuse(file: Path) -> StudioError:
    with pytest.raises(StudioError) as raised, plain_file.opened(file):
        pass
    assert raised.value.hint
    return raised.value


def test_a_plain_file_is_read_also_through_a_link(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for name in ("a", "link"):
        assert plain_file.read_plain(tmp_path / name, most=7) == b"content"
    with pytest.raises(StudioError, match="larger"):
        plain_file.read_plain(tmp_path / "a", most=6)


def test_everything_else_is_refused_at_once(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"")
    said = {
        "folder": "is a folder",
        "loop": "leads to itself",
        "nowhere": "is not there",
        "gone": "is not there",
        "file/gone": "is not there",
        "pipe": "no plain file",
        "x" * 300: "too long",
        "a\0b": "no name",
    }
    for name, words in said.items():
        assert words in _refuse(tmp_path / name).message
    assert "no plain file" in _refuse(Path("/dev/null")).message


def test_no_descriptor_is_left_open(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    gc.collect()  # what others left to the collector is closed by it now, not meanwhile
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        _refuse(tmp_path / "pipe")
        _refuse(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "secret").chmod(0)
    assert "may not be read" in _refuse(tmp_path / "secret").message


def test_a_name_is_shown_so_that_it_can_be_printed():
    shown = plain_file.name_of(Path(os.fsdecode(b"\xff" * 400 + b".wav")))
    shown.encode()
    assert len(shown) < 200
    assert shown.endswith(".wav")

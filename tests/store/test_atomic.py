"""A file appears whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from studio.errors import StudioError
from studio.store import atomic

_WRITE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from studio.store import atomic
with atomic.written(Path(sys.argv[1]), guarded=True) as unfinished:
    unfinished.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
_WRITE_AND_WAIT = """
import sys
from pathlib import Path
from studio.store import atomic
with atomic.written(Path(sys.argv[1]), guarded=True) as unfinished:
    unfinished.write_bytes(b"whole")
    print("writing", flush=True)
    sys.stdin.read()
"""


def _names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_new_content_replaces_the_old_one(tmp_path):
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    atomic.write_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert _names(tmp_path) == ["a.txt"]


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path):
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError), atomic.written(target) as unfinished:
        unfinished.write_bytes(b"ne")
        raise RuntimeError
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.txt"]


def test_the_target_is_untouched_while_the_block_runs(tmp_path):
    target = tmp_path / "a.txt"
    with atomic.written(target) as unfinished:
        unfinished.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("links", [True, False])
def test_without_replace_a_file_that_appeared_meanwhile_stays(tmp_path, monkeypatch, links):
    if not links:

        def refuse(*_args):
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(atomic.os, "link", refuse)
    target = tmp_path / "a.txt"
    with pytest.raises(FileExistsError), atomic.written(target, replace=False) as unfinished:
        unfinished.write_bytes(b"mine")
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert _names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("links", [True, False])
def test_without_replace_a_new_file_is_made(tmp_path, monkeypatch, links):
    if not links:

        def refuse(*_args):
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(atomic.os, "link", refuse)
    with atomic.written(tmp_path / "a.txt", replace=False) as unfinished:
        unfinished.write_bytes(b"mine")
    assert (tmp_path / "a.txt").read_bytes() == b"mine"
    assert _names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_a_killed_process_left_is_removed_and_other_files_stay(tmp_path):
    target = tmp_path / "a [1]*.wav"
    subprocess.run([sys.executable, "-c", _WRITE_AND_DIE, str(target)], check=False, timeout=60)
    (tmp_path / ".a 1x.wav.12345678.part").write_bytes(b"another's")
    left = _names(tmp_path)
    (tmp_path / ".a [1]*.wav.mybackup.part").write_bytes(b"the user's")
    assert len(left) == 2
    atomic.remove_abandoned(target)
    assert _names(tmp_path) == [".a 1x.wav.12345678.part", ".a [1]*.wav.mybackup.part"]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there anyway")
def test_a_write_in_progress_in_another_process_is_no_leftover(tmp_path):
    target = tmp_path / "a.wav"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE_AND_WAIT, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert writer.stdout.readline() == b"writing\n"
        atomic.remove_abandoned(target)
        writer.stdin.close()
        assert writer.wait(60) == 0
    assert target.read_bytes() == b"whole"


@pytest.mark.parametrize(
    ("number", "word"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "read-only"), (errno.EIO, "error")],
)
def test_faults_become_words_with_a_hint(number, word):
    told = atomic.explain(OSError(number, "Input/output error"), "The thing could not be written")
    assert isinstance(told, StudioError)
    assert word in told.message
    assert told.hint

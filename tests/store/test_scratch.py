"""Scratch folders: what a living process holds stays, what a dead one left goes, and no guard is left behind."""

from __future__ import annotations

import subprocess
import sys

from studio.store import scratch

_HOLDER = """
import sys
from pathlib import Path
from studio.store import scratch
place = Path(sys.argv[1])
with scratch.held(place):
    place.mkdir()
    (place / "half.part").write_bytes(b"1")
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_sweep_passes_over_what_a_living_process_holds_and_takes_what_a_killed_one_left(tmp_path):
    root = tmp_path / "scratch"
    place, left = root / "sound-1", root / "7"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        left.mkdir()
        (root / "old.json").write_bytes(b"{}")
        scratch.sweep(root)
        assert (place / "half.part").exists()
        assert not left.exists()
        assert not (root / "old.json").exists()
        holder.kill()
    scratch.sweep(root)
    assert list(root.iterdir()) == []


def test_a_held_place_leaves_no_guard(tmp_path):
    with scratch.held(tmp_path / "scratch" / "a"):
        scratch.sweep(tmp_path / "scratch")
        assert [p.name for p in (tmp_path / "scratch").iterdir()] == ["a.lock"]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_link_is_removed_and_what_it_leads_to_stays(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_bytes(b"1")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "link").symlink_to(tmp_path / "mine")
    scratch.sweep(tmp_path / "scratch")
    assert list((tmp_path / "scratch").iterdir()) == []
    assert (tmp_path / "mine" / "kept").exists()

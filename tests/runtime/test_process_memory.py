"""How much a process holds: of this one, of none, of what lies in a tree of the test's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from studio.runtime.detection.sources import Sources
from studio.runtime.process_memory import resident


@pytest.mark.skipif(sys.platform != "linux", reason="only there the kernel tells in a file")
def test_this_process_holds_something_and_one_that_is_not_there_nothing() -> None:
    assert 5_000_000 < resident(os.getpid()) < 10_000_000_000
    assert resident(0) == resident(-1) == 0


def test_what_is_written_there_is_read_and_nothing_else_believed(tmp_path: Path) -> None:
    folder = tmp_path / "proc" / "7"
    folder.mkdir(parents=True)
    for text, held in (("Name:\tx\nVmHWM:\t9 kB\nVmRSS:\t 123 kB\n", 123 * 1024), ("VmRSS: much", 0), ("", 0)):
        (folder / "status").write_text(text, encoding="ascii")
        assert resident(7, Sources("linux", root=tmp_path)) == held

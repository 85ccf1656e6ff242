"""The cache keeps its size by giving up what was used longest ago."""

from __future__ import annotations

import os
import time
from pathlib import Path

from studio.store import cache


def _fill(folder: Path, count: int) -> list[Path]:
    files = [folder / f"{n % 3}" / f"{n}.wav" for n in range(count)]
    for age, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(100))
        os.utime(file, (1000 + age, 1000 + age))
    return files


def test_the_oldest_go_first_and_no_more_than_needed(tmp_path: Path) -> None:
    files = _fill(tmp_path, 10)
    assert cache.prune(tmp_path, most_bytes=650) == 4
    assert [f.exists() for f in files] == [False] * 4 + [True] * 6


def test_nothing_goes_while_all_fits(tmp_path: Path) -> None:
    files = _fill(tmp_path, 3)
    assert cache.prune(tmp_path, most_bytes=300) == 0
    assert all(f.exists() for f in files)
    assert cache.prune(tmp_path / "none", most_bytes=0) == 0


def test_what_somebody_is_about_to_finish_stays_and_what_nobody_will_finish_goes(tmp_path: Path) -> None:
    fresh, old = tmp_path / ".a.wav.00000000.part", tmp_path / ".b.wav.00000000.part"
    for file in (fresh, old):
        file.write_bytes(bytes(100))
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    assert cache.prune(tmp_path, most_bytes=0) == 0
    assert (fresh.exists(), old.exists()) == (True, False)

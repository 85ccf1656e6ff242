"""Progress from words and bytes: it never falls, and it is bytes as far as somebody knows them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from studio.runtime.environments.progress import STAGES, Growth, Milestones


def test_the_stages_lie_end_to_end() -> None:
    spans = list(STAGES.values())
    assert (spans[0][0], spans[-1][1]) == (0.0, 1.0)
    assert all(a[1] == b[0] for a, b in pairwise(spans))


def test_of_uv_the_files_that_came_count_and_the_cache_in_between() -> None:
    milestones = Milestones(download=0, unpacked=400_000_000)
    milestones.stage("download")
    first = milestones.line("   Downloading torch (150.0MiB)")
    assert (first.done, first.total) == (0, 157_286_400)
    milestones.line(" Downloading numpy (50.0MiB)")
    grown = milestones.grown(100_000_000)
    assert grown.done == int(grown.total * 0.25)
    loaded = milestones.line(" Downloaded torch")
    assert loaded.done == 157_286_400
    assert milestones.grown(100_000_001).done == loaded.done  # never falls
    assert milestones.grown(10**12).done == loaded.total
    assert milestones.line("Prepared 2 packages in 1.2s").stage == "install"


def test_of_pip_each_file_tells_its_bytes() -> None:
    milestones = Milestones(download=1000, unpacked=0)
    milestones.stage("download")
    told = [
        milestones.line(text)
        for text in (
            "Collecting a",
            "Progress 0 of 600",
            "Progress 300 of 600",
            "Progress 600 of 600",
            "Progress 200 of 400",
        )
    ]
    assert [p.done for p in told] == [0, 0, 300, 600, 800]
    assert [p.line for p in told] == ["Collecting a", "", "", "", ""]
    assert milestones.line("Installing collected packages: a").stage == "install"


def test_a_second_download_does_not_take_it_back() -> None:
    milestones = Milestones(download=1000, unpacked=0)
    far = milestones.stage("check").fraction
    again = milestones.stage("download")
    assert again.fraction == far
    assert again.done == 0


def test_words_that_are_not_understood_are_only_shown() -> None:
    milestones = Milestones(download=10, unpacked=10)
    for text in ("", "\x1b[2K", "Downloading", "Downloading x (many)", "Progress a of b", "é" * 1000):
        assert milestones.line(text).fraction == 0.0


def test_growth_is_what_was_not_there_before(tmp_path: Path) -> None:
    old = tmp_path / "archive-v0" / "old"
    old.mkdir(parents=True)
    (old / "data").write_bytes(b"x" * 500)
    growth = Growth(tmp_path)
    assert growth.bytes() == 0
    on_its_way = tmp_path / "wheels-v7" / ".tmpAbc"
    on_its_way.mkdir(parents=True)
    (on_its_way / "data").write_bytes(b"x" * 100)
    assert growth.bytes() == 100
    (on_its_way / "more").write_bytes(b"x" * 100)
    assert growth.bytes() == 200
    on_its_way.rename(tmp_path / "archive-v0" / "new")
    assert growth.bytes() == 200
    assert Growth(tmp_path / "nowhere").bytes() == 0

"""Labels as Audacity reads them."""

from __future__ import annotations

from dataclasses import replace

from studio.domain.export.labels import audacity
from studio.domain.project import Marker
from tests.domain.export import projects
from tests.domain.export.projects import RATE, SECOND, chapter, region

_TALK = replace(
    projects.spoken((1, 2, "Ada", "Hello\tthere.")),
    markers=(Marker("x1", RATE // 2, "Door\nbell"), chapter(2, 3, "Two"), Marker("x3", 9 * RATE)),
    regions=(region(1, 0.25, 4, "Scene"), region(2, 8, 9, "")),
)


def test_markers_regions_and_lines_by_time():
    assert audacity(_TALK, 0, 10 * SECOND) == (
        "0.250000\t4.000000\tScene\n"
        "0.500000\t0.500000\tDoor bell\n"
        "1.000000\t3.000000\tAda: Hello there.\n"
        "3.000000\t3.000000\tTwo\n"
        "8.000000\t9.000000\tr2\n"
        "9.000000\t9.000000\tx3\n"
    )


def test_a_stretch_counts_from_its_start_and_cuts():
    assert audacity(_TALK, 2 * SECOND, 3 * SECOND) == (
        "0.000000\t1.000000\tScene\n0.000000\t1.000000\tAda: Hello there.\n1.000000\t1.000000\tTwo\n"
    )
    assert audacity(_TALK, 5 * SECOND, 7 * SECOND) == ""

"""Tests of markers, chapters and regions."""

from __future__ import annotations

import pytest

from studio.domain.edits import find, marks
from studio.domain.project import Marker, Region
from studio.errors import StudioError
from tests.domain.projects import small

SECOND = 48_000


def test_markers_are_kept_in_order() -> None:
    project, new = marks.add_marker(small(), SECOND, "Now", chapter=True)
    assert find.marker(project, new) == Marker(new, SECOND, "Now", chapter=True)
    assert [m.id for m in project.markers] == ["n1", new, "n2"]
    project = marks.move_marker(project, new, 9 * SECOND)
    assert [m.id for m in project.markers] == ["n1", "n2", new]
    project = marks.rename_marker(marks.set_chapter(project, new, chapter=False), new, "Later")
    assert find.marker(project, new) == Marker(new, 9 * SECOND, "Later")
    assert marks.remove_marker(project, new).markers == small().markers


def test_regions_are_kept_in_order() -> None:
    project, new = marks.add_region(small(), SECOND, 3 * SECOND, "Early")
    assert [r.id for r in project.regions] == [new, "r1"]
    project = marks.move_region(project, new, 4 * SECOND)
    assert find.region(project, new) == Region(new, 4 * SECOND, 6 * SECOND, "Early")
    assert [r.id for r in project.regions] == ["r1", new]
    project = marks.rename_region(marks.set_region(project, new, end=5 * SECOND), new, "")
    assert find.region(project, new) == Region(new, 4 * SECOND, 5 * SECOND)
    assert marks.remove_region(project, new).regions == small().regions


def test_marks_lie_on_the_timeline() -> None:
    for at in (-1, 10**12):
        with pytest.raises(StudioError, match="outside the timeline"):
            marks.add_marker(small(), at)
        with pytest.raises(StudioError, match="outside the timeline"):
            marks.move_marker(small(), "n1", at)
        with pytest.raises(StudioError, match="outside the timeline"):
            marks.add_region(small(), 0, at)
        with pytest.raises(StudioError, match="outside the timeline"):
            marks.move_region(small(), "r1", at)
    with pytest.raises(StudioError, match="cannot end before it begins"):
        marks.set_region(small(), "r1", end=0)


def test_a_moment_is_a_whole_number_of_samples():
    with pytest.raises(StudioError, match="whole number"):
        marks.add_marker(small(), 1.5)  # pyright: ignore[reportArgumentType]

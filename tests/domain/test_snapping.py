"""Tests of where what is dragged comes to rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.project import Project
from studio.domain.snapping import Snap, snap
from tests.domain.projects import projects, small

SECOND = 48_000


def test_edges_of_clips_attract() -> None:
    assert snap(small(), 4 * SECOND + 90, within=100) == (4 * SECOND, "clip")
    assert snap(small(), 6 * SECOND - 100, within=100) == (6 * SECOND, "clip")
    assert snap(small(), 6 * SECOND - 101, within=100) is None


def test_marks_and_playhead_attract() -> None:
    assert snap(small(), 8 * SECOND + 3, within=10) == (8 * SECOND, "marker")
    assert snap(small(), 7 * SECOND, within=0) == (7 * SECOND, "region")
    assert snap(small(), 500, within=10, playhead=495) == (495, "playhead")


def test_dragged_clips_do_not_attract() -> None:
    assert snap(small(), 4 * SECOND, within=100, exclude={"c1"}) is None


def test_a_dragged_marker_or_region_does_not_attract() -> None:
    assert snap(small(), 8 * SECOND + 3, within=10, exclude={"n2"}) is None
    assert snap(small(), 7 * SECOND, within=0, exclude={"r1"}) is None


def test_the_grid_yields_to_things_equally_near() -> None:
    assert snap(small(), 4 * SECOND + 10, within=100, grid=SECOND) == (4 * SECOND, "clip")
    assert snap(small(), 5 * SECOND + 10, within=100, grid=SECOND) == (5 * SECOND, "grid")
    assert snap(small(), -5, within=100, exclude={"c1"}, grid=7 * SECOND) == (0, "marker")


@given(projects(), st.integers(-100, 110_000), st.integers(0, 2_000), st.integers(0, 900), st.integers(0, 100_000))
def test_nearest_of_all_places(project: Project, at: int, within: int, grid: int, playhead: int) -> None:
    places = {edge for t in project.tracks for c in t.clips for edge in (c.start, c.end)}
    places |= {m.at for m in project.markers} | {edge for r in project.regions for edge in (r.start, r.end)}
    places |= {playhead} | set(range(0, max(0, at) + 2 * grid, grid) if grid else [])
    nearest = min(abs(place - at) for place in places)

    found = snap(project, at, within=within, grid=grid, playhead=playhead)

    assert (found is None) == (nearest > within)
    if found is not None:
        assert isinstance(found, Snap)
        assert found.at in places
        assert abs(found.at - at) == nearest

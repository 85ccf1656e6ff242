"""Tests of lines of volume and pan."""

from __future__ import annotations

import pytest

from studio.domain.edits import automation, clips, find
from studio.domain.project import Point
from studio.errors import StudioError
from tests.domain.projects import small


def test_points_are_kept_in_order() -> None:
    for owner in ("c1", "t1"):
        project = automation.set_points(small(), owner, [Point(9, -1.0), Point(3, -2.0), Point(9, -3.0)])
        assert automation.points_of(project, owner) == (Point(3, -2.0), Point(9, -3.0))
        project = automation.add_point(project, owner, 5, 1)
        project = automation.add_point(project, owner, 3, -4.0)
        assert automation.points_of(project, owner) == (Point(3, -4.0), Point(5, 1.0), Point(9, -3.0))
        project = automation.remove_point(project, owner, 5)
        assert automation.points_of(project, owner) == (Point(3, -4.0), Point(9, -3.0))


def test_pan_of_a_track() -> None:
    project = automation.add_point(small(), "t1", 5, -1.0, what="panning")
    assert find.track(project, "t1").panning == (Point(5, -1.0),)
    assert find.track(project, "t1").volume == ()
    assert automation.remove_point(project, "t1", 5, what="panning") == small()


def test_points_of_a_clip_move_along() -> None:
    project = automation.add_point(small(), "c1", 5, -1.0)
    assert find.clip(clips.move(project, ["c1"], by=100), "c1").volume == (Point(5, -1.0),)
    assert find.clip(clips.trim(project, "c1", start=3), "c1").volume == (Point(2, -1.0),)


@pytest.mark.parametrize(
    ("owner", "point", "what"),
    [
        ("t1", Point(-1, 0.0), "volume"),
        ("t1", Point(10**12, 0.0), "volume"),
        ("t1", Point(0, 25.0), "volume"),
        ("t1", Point(0, 1.5), "panning"),
        ("t1", Point(0, float("nan")), "volume"),
        ("t1", Point(0, 0.0), "tempo"),
        ("c1", Point(0, 0.0), "panning"),
        ("x1", Point(0, 0.0), "volume"),
    ],
)
def test_impossible_points(owner: str, point: Point, what: str) -> None:
    with pytest.raises(StudioError):
        automation.set_points(small(), owner, [point], what=what)


def test_no_point_to_remove() -> None:
    with pytest.raises(StudioError, match="no point"):
        automation.remove_point(small(), "t1", 5)

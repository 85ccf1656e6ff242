"""What the timeline keeps of its own follows the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.ui.timeline.lines import Line
from studio.ui.timeline.state import Timeline
from tests.domain.projects import small
from tests.ui.timeline.desks import desk_over

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("whole_groups", [True, False])
def test_what_is_gone_is_not_chosen(tmp_path: Path, *, whole_groups: bool) -> None:
    with desk_over(tmp_path, small()) as desk:
        timeline = Timeline(desk, desk)
        timeline.choose(["c1", "gone"], whole_groups=whole_groups)
        assert timeline.clips == {"c1"}
        timeline.choose(["gone"], whole_groups=whole_groups)
        assert timeline.clips == frozenset()


def test_a_track_that_is_gone_is_not_chosen(tmp_path: Path) -> None:
    with desk_over(tmp_path, small()) as desk:
        timeline = Timeline(desk, desk)
        here = timeline.project.tracks[0].id
        timeline.choose((), track=here)
        timeline.choose((), track="gone")
        assert timeline.track == here
        timeline.choose((), track="")
        assert timeline.track == ""


def test_the_line_of_a_track_that_is_gone_is_not_chosen(tmp_path: Path) -> None:
    with desk_over(tmp_path, small()) as desk:
        timeline = Timeline(desk, desk)
        here, gone = Line(timeline.project.tracks[0].id), Line("gone")
        timeline.choose_points((), here)
        assert timeline.line == here
        timeline.choose_points((), gone)
        assert timeline.line is None


def test_a_loop_that_goes_with_its_project_is_told(tmp_path: Path) -> None:
    with desk_over(tmp_path, small()) as desk:
        timeline = Timeline(desk, desk)
        timeline.set_loop((0, 48_000))
        told: list[object] = []
        timeline.ways_changed.connect(lambda: told.append(timeline.loop))
        desk.project.create(tmp_path / "other.angen")
        QApplication.processEvents()
        assert told == [None]

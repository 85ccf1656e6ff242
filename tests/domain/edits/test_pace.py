"""Tests of stretching and pitching."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.edits import automation, clips, fades, find, pace
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from tests.domain.edits.test_clips import clips_of_projects
from tests.domain.projects import small

SECOND = 48_000


@pytest.mark.parametrize("stretch", [0.25, 0.5, 1.5, 2.0, 4.0])
def test_the_length_follows_and_the_part_stays(stretch: float) -> None:
    clip = find.clip(pace.set_stretch(small(), "c2", stretch), "c2")
    assert (clip.start, clip.offset, clip.length) == (6 * SECOND, SECOND, round(5 * SECOND * stretch))


@given(clips_of_projects(), st.floats(0.25, 4.0))
def test_stretched_by_anything(case: tuple[Project, Clip], stretch: float) -> None:
    project, clip = case
    try:
        after = find.clip(pace.set_stretch(project, clip.id, stretch), clip.id)
    except StudioError as e:
        told = e.message
        assert "too short" in told
        return
    assert after.start == clip.start
    # The part of the media is the same to a sample or so at both ends.
    slack = 2 + 2 / min(stretch, clip.stretch)
    assert abs(after.offset - clip.offset) <= slack
    assert abs((after.offset + after.length / stretch) - (clip.offset + clip.length / clip.stretch)) <= slack


@given(st.floats(1.0, 4.0))
def test_stretched_and_back_is_the_same(stretch: float) -> None:
    assert pace.set_stretch(pace.set_stretch(small(), "c2", stretch), "c2", 1.0) == small()


def test_the_line_stays_with_the_sound_and_the_fades_fit() -> None:
    project = automation.set_points(small(), "c1", [Point(-10, -6.0), Point(100, -3.0), Point(101, 0.0)])
    project = fades.set_fades(project, "c1", fade_in=Fade(4 * SECOND))
    clip = find.clip(pace.set_stretch(project, "c1", 0.5), "c1")
    assert clip.volume == (Point(-5, -6.0), Point(50, -3.0), Point(51, 0.0))
    assert clip.fade_in == Fade(2 * SECOND)


def test_points_that_fall_together() -> None:
    project = automation.set_points(small(), "c1", [Point(1, -6.0), Point(2, -3.0)])
    assert find.clip(pace.set_stretch(project, "c1", 0.25), "c1").volume == (Point(0, -6.0), Point(1, -3.0))
    project = automation.set_points(small(), "c1", [Point(4, -6.0), Point(5, -3.0)])
    assert find.clip(pace.set_stretch(project, "c1", 0.25), "c1").volume == (Point(1, -6.0),)


@pytest.mark.parametrize("stretch", [0.2, 4.1, 0.0, -1.0, float("nan"), float("inf")])
def test_impossible_stretch(stretch: float) -> None:
    with pytest.raises(StudioError, match="The stretch cannot be"):
        pace.set_stretch(small(), "c1", stretch)


def test_pitch() -> None:
    assert find.clip(pace.set_pitch(small(), "c1", -2.5), "c1").pitch == -2.5
    with pytest.raises(StudioError, match="The pitch cannot be"):
        pace.set_pitch(small(), "c1", 25)


def test_a_stretched_clip_can_be_cut_and_drawn_out() -> None:
    project = pace.set_stretch(small(), "c2", 2.0)
    assert find.clip(clips.trim(project, "c2", start=0, end=90 * SECOND), "c2").length == 40 * SECOND
    project, new = clips.split(project, "c2", 7 * SECOND + 1)
    assert find.clip(project, new).offset * 2 == 2 * SECOND + find.clip(project, "c2").length

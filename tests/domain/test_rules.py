"""Tests of what holds for every project."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from studio.domain import rules
from studio.domain.project import Clip, Duck, Effect, Fade, Marker, Picture, Point, Project, Region, Style, Take
from tests.domain.projects import large, projects, small

SECOND = 48_000


@given(projects())
def test_sound_projects_have_no_problems(project: Project) -> None:
    assert rules.problems(project) == []


def test_large_and_small_projects_are_sound() -> None:
    assert rules.problems(small()) == rules.problems(small(rate=44_100)) == rules.problems(large(200)) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rate": 7_999}, "the rate"),
        ({"next_id": 99_999_999_999_999_999}, "the next id"),
        ({"next_id": 50, "markers": (Marker("n50", 0),)}, "an id of the future"),
        ({"markers": (Marker("n1", 0), Marker("n1", 1))}, "two things are called n1"),
        ({"markers": (Marker("n2", 0), Marker("n1", 0))}, "markers are out of order"),
        ({"markers": (Marker("n1", -1),)}, "marker n1 is at -1"),
        ({"regions": (Region("r1", 5, 4),)}, "ends before it begins"),
        ({"regions": (Region("r1", 0, 10**12),)}, "out of time"),
        ({"takes": (Take("k1", "m9"), Take("k2", "m2"))}, "take k1 plays m9"),
        ({"style": Style(reference="m9")}, "reference"),
        ({"cover": Picture("/etc/x.png", "")}, "the cover"),
    ],
)
def test_problems_of_projects(changes: dict[str, Any], told: str) -> None:
    assert any(told in problem for problem in rules.problems(replace(small(), **changes)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "noise"}, "no known kind"),
        ({"gain_db": 24.5}, "the gain"),
        ({"pan": 1.5}, "the pan"),
        ({"volume": (Point(-1, 0.0),)}, "begins before"),
        ({"volume": (Point(5, 0.0), Point(5, 1.0))}, "out of order"),
        ({"panning": (Point(5, 2.0),)}, "out of range"),
        ({"effects": (Effect("e9", "fuzz"),)}, "no effect"),
        ({"effects": (Effect("e9", "eq", {"x": 1.0}),)}, "no setting"),
        ({"duck": Duck(1.0)}, "ducks"),
        ({"duck": Duck(release=-1)}, "ducks"),
    ],
)
def test_problems_of_tracks(changes: dict[str, Any], told: str) -> None:
    project = small()
    changed = replace(project, tracks=(project.tracks[0], replace(project.tracks[1], **changes)))
    assert any(told in problem for problem in rules.problems(changed))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": -1}, "before the timeline"),
        ({"start": 99 * 3600 * SECOND + 3_600 * SECOND}, "longer than a project"),
        ({"length": 0}, "no length"),
        ({"offset": -1}, "outside its media"),
        ({"offset": 30 * SECOND + 1}, "outside its media"),
        ({"stretch": 0.49}, "outside its media"),
        ({"stretch": 4.5}, "too far"),
        ({"pitch": -25.0}, "too far"),
        ({"take": "k1"}, "both"),
        ({"media": "m9"}, "plays nothing"),
        ({"gain_db": -201.0}, "the gain"),
        ({"fade_in": Fade(30 * SECOND + 1)}, "longer than the clip"),
        ({"fade_out": Fade(-1)}, "longer than the clip"),
        ({"fade_out": Fade(1, "bent")}, "no known curve"),
        ({"volume": (Point(2, 30.0),)}, "out of range"),
        ({"effects": (Effect("e9", "delay", {"mix": 2.0}),)}, "not between"),
        ({"group": "friends"}, "impossible group"),
    ],
)
def test_problems_of_clips(changes: dict[str, Any], told: str) -> None:
    project = small()
    music = project.tracks[1]
    clip = replace(music.clips[0], **changes)
    changed = replace(project, tracks=(project.tracks[0], replace(music, clips=(clip,))))
    assert any(told in problem for problem in rules.problems(changed))


def test_clips_that_begin_together_are_ordered_by_id() -> None:
    project = small()
    clips = (Clip("c5", 0, 10, media="m1"), Clip("c4", 0, 10, media="m1"))
    wrong = replace(project, tracks=(replace(project.tracks[0], clips=clips), project.tracks[1]))
    assert any("out of order" in problem for problem in rules.problems(wrong))


def test_points_of_a_clip_may_lie_outside_it() -> None:
    project = small()
    clip = replace(project.tracks[1].clips[0], volume=(Point(-5, -1.0), Point(40 * SECOND, 0.0)))
    assert rules.problems(replace(project, tracks=(project.tracks[0], replace(project.tracks[1], clips=(clip,))))) == []


@pytest.mark.parametrize("file", ["../a", "a/../b", "/a", "a//b", "./a", "C:a", "a\\b", "", "a\0b", "a" * 400])
def test_files_outside(file: str) -> None:
    assert not rules.is_inside(file)


def test_files_inside() -> None:
    assert rules.is_inside("media/Ünï cödé…wav")

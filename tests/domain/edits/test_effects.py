"""Tests of the effects of clips and tracks."""

from __future__ import annotations

import pytest

from studio.domain.edits import effects, find
from studio.domain.project import Effect, Project
from studio.errors import StudioError
from tests.domain.projects import small


@pytest.fixture(name="project", params=["c1", "t2"])
def _project(request: pytest.FixtureRequest) -> Project:
    owner: str = request.param
    project, _eq = effects.add(small(), owner, "eq", {"mid_gain_db": 3})
    return effects.add(project, owner, "delay")[0]


def chain(project: Project) -> list[Effect]:
    return [*find.clip(project, "c1").effects, *find.track(project, "t2").effects]


def test_effects_are_added_behind_the_others(project: Project) -> None:
    assert chain(project) == [Effect("e100", "eq", {"mid_gain_db": 3.0}), Effect("e101", "delay")]


def test_settings_are_changed_one_by_one(project: Project) -> None:
    project = effects.change(project, "e100", {"low_hz": 80})
    assert chain(project)[0].settings == {"mid_gain_db": 3.0, "low_hz": 80.0}


def test_effects_are_switched_moved_and_removed(project: Project) -> None:
    assert [e.on for e in chain(effects.switch(project, "e101", on=False))] == [True, False]
    assert [e.id for e in chain(effects.reorder(project, "e101", 0))] == ["e101", "e100"]
    assert [e.id for e in chain(effects.reorder(project, "e100", 99))] == ["e101", "e100"]
    assert [e.id for e in chain(effects.remove(project, "e100"))] == ["e101"]


def test_what_there_is_not(project: Project) -> None:
    for settings in ({"treble": 1.0}, {"low_hz": 1e9}, {"low_hz": float("nan")}):
        with pytest.raises(StudioError):
            effects.change(project, "e100", settings)
    with pytest.raises(StudioError, match="no effect 'fuzz'"):
        effects.add(project, "c1", "fuzz")
    with pytest.raises(StudioError, match="no clip 'x1'"):
        effects.add(project, "x1", "eq")
    with pytest.raises(StudioError, match="no effect 'e7'"):
        effects.remove(project, "e7")

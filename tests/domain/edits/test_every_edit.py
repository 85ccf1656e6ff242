"""What holds for every edit, and every chain of edits."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from studio.domain import project_json, rules
from studio.domain.edits import automation, clips, effects, fades, find, marks, pace, parts, takes, tracks
from studio.domain.project import Effect, Fade, Point, Project
from studio.errors import StudioError
from tests.domain.projects import edited, edits, large, projects, small


@given(projects(), edits())
def test_any_chain_of_edits_keeps_the_rules(project: Project, chain: list[tuple[str, int]]) -> None:
    assert rules.problems(project) == []
    for edit in chain:
        after = _tried(project, edit)
        assert rules.problems(after) == [], edit
        assert after.next_id >= project.next_id
        project = after
    assert project_json.from_dict(json.loads(json.dumps(project_json.to_dict(project), allow_nan=False))) == project


@given(projects(), edits())
def test_an_edit_changes_nothing_that_was_given(project: Project, chain: list[tuple[str, int]]) -> None:
    for edit in chain:
        before = copy.deepcopy(project)
        after = _tried(project, edit)
        assert project == before, edit
        project = after


def _tried(project: Project, edit: tuple[str, int]) -> Project:
    """Do an edit that may be refused; then nothing changed."""
    try:
        return edited(project, edit)
    except StudioError as e:
        told = e.message, e.hint
    assert all(told), edit
    return project


ONE_TRACK: list[tuple[str, Callable[[Project, str], Any]]] = [
    ("gain", lambda p, c: clips.set_gain(p, [c], -3.0)),
    ("move", lambda p, c: clips.move(p, [c], by=5)),
    ("trim", lambda p, c: clips.trim(p, c, end=find.clip(p, c).end - 100)),
    ("slip", lambda p, c: clips.slip(p, c, by=5)),
    ("split", lambda p, c: clips.split(p, c, find.clip(p, c).start + 500)),
    ("duplicate", lambda p, c: clips.duplicate(p, [c])),
    ("remove", lambda p, c: clips.remove(p, [c])),
    ("fades", lambda p, c: fades.set_fades(p, c, fade_in=Fade(9))),
    ("stretch", lambda p, c: pace.set_stretch(p, c, 1.5)),
    ("effect", lambda p, c: effects.add(p, c, "eq")),
    ("point", lambda p, c: automation.add_point(p, c, 4, -2.0)),
    ("swap", lambda p, c: takes.set_source(p, c, take=p.takes[0].id)),
    ("track", lambda p, c: tracks.set_track(p, find.track_of(p, c).id, pan=0.5)),
    ("marker", lambda p, _c: marks.add_marker(p, 9, "x")),
]


@pytest.mark.parametrize(("name", "edit"), ONE_TRACK)
def test_what_an_edit_does_not_touch_is_shared(name: str, edit: Callable[[Project, str], Any]) -> None:
    project = large(80)
    clip = project.tracks[3].clips[5].id

    result = edit(project, clip)
    after: Project = result[0] if isinstance(result, tuple) else result

    assert after != project
    changed = [row for row in range(8) if after.tracks[row] is not project.tracks[row]]
    assert changed == ([] if name == "marker" else [3])
    assert after.media is project.media
    assert after.takes is project.takes
    old = {id(c) for c in project.tracks[3].clips}
    new = [c for c in after.tracks[3].clips if id(c) not in old]
    assert len(new) <= 2, "clips that did not change are the same values"


LOCKED: list[Callable[[Project, str], Any]] = [
    *(edit for name, edit in ONE_TRACK if name not in {"marker", "duplicate", "track"}),
    lambda p, c: pace.set_pitch(p, c, 1.0),
    lambda p, c: clips.set_pan(p, [c], 1.0),
    lambda p, c: clips.set_mute(p, [c], on=True),
    lambda p, c: clips.rename(p, c, "New"),
    lambda p, c: effects.change(p, "e1", {"mix": 0.5}),
    lambda p, c: effects.switch(p, "e1", on=False),
    lambda p, c: effects.reorder(p, "e1", 0),
    lambda p, c: effects.remove(p, "e1"),
    lambda p, c: automation.remove_point(p, c, 7),
    lambda p, c: tracks.remove_track(p, find.track_of(p, c).id),
]


@pytest.mark.parametrize("edit", LOCKED)
@pytest.mark.parametrize("what", ["clip", "track"])
def test_what_is_locked_refuses(what: str, edit: Callable[[Project, str], Any]) -> None:
    project = small()
    spot = find.spot(project, "c1")
    clip = parts.replace(find.clip(project, "c1"), effects=(Effect("e1", "delay"),), volume=(Point(7, -1.0),))
    project = parts.put_clip(project, spot, clip)
    if what == "clip":
        project = clips.set_locked(project, ["c1"], on=True)
    else:
        project = tracks.set_track(project, "t1", locked=True)

    with pytest.raises(StudioError, match="is locked") as caught:
        edit(project, "c1")
    assert caught.value.hint


def test_what_there_is_not() -> None:
    for look in (find.clip, find.track, find.track_of, find.media, find.take, find.marker, find.region):
        with pytest.raises(StudioError, match="There is no"):
            look(small(), "x9")
    with pytest.raises(StudioError, match="There is no effect"):
        find.owner_of_effect(small(), "e9")


def test_ids_are_never_used_again() -> None:
    project, first = clips.add_clip(small(), "t1", media="m1", start=0)
    project, second = clips.add_clip(clips.remove(project, [first]), "t1", media="m1", start=0)
    assert (first, second) == ("c100", "c101")


def test_a_project_that_used_up_its_ids() -> None:
    project = parts.replace(small(), next_id=rules.LAST_ID)
    assert rules.problems(project) == []
    with pytest.raises(StudioError, match="full"):
        marks.add_marker(project, 0)

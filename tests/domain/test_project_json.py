"""Tests of projects as JSON, from us and from anywhere."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import project_json, rules
from studio.domain.project import Project
from studio.errors import StudioError
from tests.domain.projects import projects, random_project, small

NASTY: list[Any] = [
    None, True, False, 0, -1, 1, 2**53, 10**400, -(10**400), 0.5, 1e308, float("nan"), float("inf"), "", "c1", "t1",
    "\ud800", "x" * 1000, "../../etc/passwd", "C:\\x", [], [[]], [None], {}, {"id": "c1"}, {"\udfff": 1}, b"", object(),
]  # fmt: skip


@given(projects())
def test_round_trip_is_identity(project: Project) -> None:
    text = json.dumps(project_json.to_dict(project), allow_nan=False)
    assert project_json.from_dict(json.loads(text)) == project


def test_what_equals_its_default_is_left_out() -> None:
    assert project_json.to_dict(Project("Name")) == {"name": "Name"}


def test_what_we_do_not_know_is_passed_over() -> None:
    assert project_json.from_dict({"name": "N", "future": [1]}) == Project("N")


@pytest.mark.parametrize(
    "data", [x for x in NASTY if x != {"id": "c1"}] + [{"name": 5}, {"name": "n", "rate": 10**300}]
)
def test_no_project(data: object) -> None:
    with pytest.raises(StudioError, match="damaged"):
        project_json.from_dict(data)


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_a_mutated_object_is_refused_or_sound(seed: int, mutation: int) -> None:
    data = project_json.to_dict(random_project(Random(seed)))
    random = Random(mutation)
    for _ in range(8):
        changed = _mutated(data, random)
        try:
            project = project_json.from_dict(changed)
        except StudioError as e:
            f"{e.message}{e.hint}".encode()  # can be shown
            continue
        assert rules.problems(project) == []
        assert project_json.from_dict(json.loads(json.dumps(project_json.to_dict(project), allow_nan=False))) == project


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "x"]), inner),
        max_leaves=5,
    ),
    st.sampled_from(["name", "rate", "next_id", "script", "voices", "media", "tracks", "markers", "style", "cover"]),
)
def test_any_object_in_any_place(item: object, place: str) -> None:
    try:
        project_json.from_dict({"name": "N", place: item})
    except StudioError:
        return


@pytest.mark.parametrize("kind", ["list", "object"])
def test_deep_nesting(kind: str) -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep] if kind == "list" else {"a": deep}
    for place in ("recipe", "channels"):
        media = {
            "id": "m1",
            "name": "",
            "file": "media/0123456789abcdef.wav",
            "sha256": "0" * 64,
            "rate": 8000,
            "channels": 1,
            "frames": 1,
        }
        with pytest.raises(StudioError, match="damaged"):
            project_json.from_dict({"name": "N", "next_id": 9, "media": [{**media, place: {"x": deep}}]})
    _flatten(deep)


def _flatten(deep: Any) -> None:
    """Take the nest apart from outside; its own destructor would do so recursively."""
    while isinstance(deep, list | dict):
        deep = deep.pop() if isinstance(deep, list) else deep.popitem()[1]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("tracks", 0, "clips", 1, "id"), "c1", "two things are called c1"),
        (("tracks", 0, "clips", 1, "length"), 48_000 * 20, "plays outside its media"),
        (("tracks", 0, "clips", 0, "start"), -5, "begins before the timeline"),
        (("tracks", 0, "clips", 0, "take"), "k9", "plays nothing"),
        (("tracks", 0, "clips", 0, "media"), "m1", "both media and a take"),
        (("tracks", 0, "clips", 1, "group"), "g500", "impossible group"),
        (("tracks", 0, "clips", 1, "effects"), [{"id": "e9", "kind": "eq", "settings": {"mid_hz": 1}}], "mid_hz of eq"),
        (("media", 0, "file"), "../a.wav", "outside the project"),
        (("next_id",), 50_000_000_000_000_000, "damaged"),
        (("next_id",), 3, "id of the future"),
        (("media", 0, "id"), "M1", "is no id"),
        (("media", 0, "recipe"), {"x": float("nan")}, "no number"),
        (("media", 0, "recipe"), {"x": {"\udfff": 1}}, "no text that can be stored"),
        (("media", 0, "name"), "\udc80", "no text that can be stored"),
        (("markers",), [{"id": "n8", "at": 5}, {"id": "n9", "at": 4}], "out of order"),
        (("style",), {"reference": "m77"}, "reference"),
    ],
)
def test_what_is_wrong_is_said(path: tuple[Any, ...], value: Any, told: str) -> None:
    data = project_json.to_dict(small())
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(StudioError, match=told):
        project_json.from_dict(data)


def test_a_group_may_have_any_number_that_is_used_up() -> None:
    data = project_json.to_dict(small())
    data["tracks"][0]["clips"][0]["group"] = "g99"
    assert project_json.from_dict(data).tracks[0].clips[0].group == "g99"


def _mutated(data: Any, random: Random) -> Any:
    """Return a copy with one thing replaced, left out or doubled."""
    changed = copy.deepcopy(data)
    places = [*_places(changed)]
    holder, key = random.choice(places)
    match random.randrange(5):
        case 0:
            del holder[key]
        case 1:
            other_holder, other_key = random.choice(places)
            holder[key] = copy.deepcopy(other_holder[other_key])
        case 2 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case 3 if type(holder[key]) in {int, float}:
            holder[key] += random.choice([1, -1, 0.5, 10**9, -(10**9), 10**30])
        case _:
            holder[key] = random.choice(NASTY)
    return changed


def _places(data: Any) -> list[tuple[Any, Any]]:
    keys: list[Any] = list(data) if isinstance(data, dict) else [*range(len(data))] if isinstance(data, list) else []
    return [(data, key) for key in keys] + [place for key in keys for place in _places(data[key])]

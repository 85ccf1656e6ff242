"""A project's files: the same value comes back, with all that was done; what is damaged is told, never raised oddly."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.domain.history import MOST_STEPS, begun_with
from studio.domain.project import Project, Track
from studio.errors import StudioError
from studio.store import project_file
from studio.store.project_file import Deltas
from tests.domain import projects
from tests.store.rich import RICH

RAW = project_file.to_bytes(RICH, 7)


def _edited(steps: int):
    history = begun_with(RICH)
    for number in range(steps):
        history = history.do(f"Rename {number}", replace(history.now, name=f"Name {number}"))
    return history


def _stored(history, revision=1, deltas=None):
    raw = project_file.to_bytes(history.now, revision)
    return raw, project_file.history_to_bytes(history, revision, raw, deltas or Deltas())


def _reopened(raw, steps):
    return project_file.history_from_bytes(steps, project_file.from_bytes(raw))


def _changed(**fields):
    return json.dumps(json.loads(RAW) | fields).encode()


def test_the_same_project_comes_back():
    content = project_file.from_bytes(RAW)
    assert content.project == RICH
    assert (content.revision, content.newer, content.told) == (7, 0, ())
    assert project_file.to_bytes(content.project, 7) == RAW


def test_the_file_says_its_schema_and_who_wrote_it():
    data = json.loads(RAW)
    assert data["schema"] == 1
    assert data["app"]
    assert "base" not in data


@given(projects.projects(), projects.edits(), st.integers(0, 20), st.integers(1, 1000))
def test_whatever_was_done_to_whatever_project_comes_back(project, edits, undone, revision):
    history = begun_with(project)
    for edit in edits:
        with suppress(StudioError):
            history = history.do(edit[0], projects.edited(history.now, edit))
    history = history.jump(max(0, history.at - undone))
    again = _reopened(*_stored(history, revision))
    assert again.now == history.now
    assert again.all_read() == history


@pytest.mark.parametrize("undone", [0, 1, 5, 6])
def test_what_was_done_comes_back(undone):
    history = _edited(6)
    for _ in range(undone):
        history = history.undo()
    again = _reopened(*_stored(history)).all_read()
    assert again.moments == history.moments
    assert (again.labels, again.at) == (history.labels, history.at)


def test_a_history_may_be_stored_again_without_being_read():
    """As it stands, and after steps in both directions that read a part of it."""
    history = _edited(6).undo().undo()
    for _ in range(4):
        again = _reopened(*_stored(history))
        assert again.all_read().moments == history.all_read().moments
        history = again.undo()


def test_steps_are_told_once():
    deltas, history = Deltas(), _edited(3)
    _stored(history, deltas=deltas)
    before = dict(deltas._texts)
    _stored(history.do("More", replace(history.now, name="More")), deltas=deltas)
    assert all(deltas._texts[key] is text for key, text in before.items() if key in deltas._texts)
    assert len(deltas._texts) == 4


def test_a_history_that_is_too_large_loses_its_oldest_steps(monkeypatch):
    monkeypatch.setattr(project_file, "_MOST_HISTORY", 3000)
    history = begun_with(RICH)
    for number in range(20):
        track = Track(f"t{20 + number}", "x" * 300)
        history = history.do(f"Step {number}", replace(history.now, tracks=(*RICH.tracks, track)))
    raw, steps = _stored(history.undo())
    again = _reopened(raw, steps)
    assert 5 < len(again.labels) < 15
    assert again.labels == history.labels[-len(again.labels) - 1 : -1]
    assert again.undo().now == history.undo().undo().now
    assert len(steps) < 4500


def test_a_history_of_another_state_of_the_project_is_dropped_and_told():
    raw, steps = _stored(_edited(3))
    other = raw.replace(b"Name 2", b"Name 3")
    content = project_file.from_bytes(other)
    history, told = project_file.history_or_new(steps, content)
    assert history.labels == ()
    assert history.now is content.project
    assert "another state" in told
    assert "cannot be undone" in told
    assert "missing" in project_file.history_or_new(None, content)[1]


@pytest.mark.parametrize(
    "change",
    [
        {"at": -1}, {"at": 4}, {"at": True}, {"at": None}, {"at": 2.0}, {"labels": ["a"]}, {"labels": [1, 2, 3]},
        {"labels": {}}, {"deltas": [1, 2, 3]}, {"deltas": []}, {"schema": 2},
        {"labels": ["a"] * (MOST_STEPS + 1), "deltas": [{}] * (MOST_STEPS + 1)},
    ],
)  # fmt: skip
def test_a_history_that_cannot_be_is_dropped_and_told(change):
    raw, steps = _stored(_edited(3))
    bad = json.dumps(json.loads(steps) | change).encode()
    history, told = project_file.history_or_new(bad, project_file.from_bytes(raw))
    assert history.labels == ()
    assert told


@pytest.mark.parametrize("bad", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"of": NaN}'])
def test_a_history_that_is_no_json_is_dropped_and_told(bad):
    assert project_file.history_or_new(bad, project_file.from_bytes(RAW))[1]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"a":' * 100_000, "cannot be read"),
        (b"[]", "something else"),
        (b"null", "something else"),
        (b"{}", "which version"),
        (b"9" * 5000, "cannot be read"),
        (_changed(schema="1"), "which version"),
        (_changed(schema=0), "which version"),
        (_changed(schema=True), "which version"),
        (_changed(revision=10**30), "which version"),
        (_changed(project=None), "no project"),
        (_changed(project={}), "no name"),
        (RAW.replace(b'"rate":44100', b'"rate":NaN', 1), "cannot be read"),
        (RAW.replace(b'"rate":44100', b'"rate":1e999', 1), "no whole number"),
        (RAW.replace(b'"pan":-0.5', b'"pan":' + b"9" * 400, 1), "no number"),
        (RAW.replace(b'"rate":24000', b'"rate":0', 1), "impossible form"),
        (RAW.replace(b'"offset":10', b'"offset":1e3', 1), "no whole number"),
        (RAW.replace(b"media/00112233445566ff.png", b"../cover.png", 1), "outside the project"),
        (RAW.replace(b"media/fedc", b"/etc/fedc", 1), "outside the project"),
        (RAW.replace(b'"c10"', b'"c5"', 1), "two things"),
        (RAW.replace(b"Speech", b"\\ud800", 1), "no text"),
        (RAW.replace(b'"speed":1.0', b'"speed":' + b'{"a":' * 30 + b"1" + b"}" * 30, 1), "too deep"),
    ],
)
def test_what_is_no_project_is_told(raw, word):
    with pytest.raises(StudioError, match=word) as raised:
        project_file.from_bytes(raw)
    assert raised.value.hint


@given(st.lists(st.tuples(st.integers(0, len(RAW) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_project_with_changed_bytes_is_told_or_is_a_project(changes):
    raw = bytearray(RAW)
    for at, value in changes:
        raw[at] = value
    _try(bytes(raw))


@given(st.integers(0, len(RAW)), st.integers(0, len(RAW)), st.binary(max_size=8))
@example(0, len(RAW), b"")
def test_a_project_with_a_piece_cut_out_or_put_in_is_told_or_is_a_project(start, end, piece):
    _try(RAW[:start] + piece + RAW[end:])


_odd = st.sampled_from([None, True, -1, 0, 2**60, 1.5, "", "t4", "m1", [], {}, [None], {"id": "c5"}, 10**400, "../x"])


@given(st.lists(st.tuples(st.integers(0, 10**6), _odd), min_size=1, max_size=3))
def test_a_project_with_changed_values_is_told_or_is_a_project(changes):
    """Every place of the JSON may hold something else, of any kind."""
    data = json.loads(RAW)
    for choice, odd in changes:
        places = list(_places(data))
        holder, key = places[choice % len(places)]
        holder[key] = odd
    _try(json.dumps(data).encode())


def _places(data):
    for key in data if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], dict | list):
            yield from _places(data[key])


def _try(raw: bytes) -> None:
    try:
        content = project_file.from_bytes(raw)
    except StudioError:
        return
    assert project_file.from_bytes(project_file.to_bytes(content.project, 1)).project == content.project


@pytest.mark.parametrize(
    "broken",
    [
        replace(RICH, name="\ud800"),
        replace(RICH, next_id=3),
        replace(RICH, tracks=(replace(RICH.tracks[0], gain_db=float("nan")),)),
        replace(RICH, media=(replace(RICH.media[0], recipe={"seed": float("inf")}), RICH.media[1])),
        replace(RICH, media=(replace(RICH.media[0], recipe={"a": object()}), RICH.media[1])),
        replace(RICH, style=replace(RICH.style, seed=2**60)),
    ],
)
def test_what_could_not_be_opened_again_is_not_saved(broken: Project):
    with pytest.raises(StudioError, match="cannot be saved"):
        project_file.to_bytes(broken, 1)


def _older(raw: bytes) -> bytes:
    """The project as a schema before this one might have had it: its name was called something else."""
    data = json.loads(raw)
    data["project"]["title_of_old"] = data["project"].pop("name")
    return json.dumps(data).encode()


def _upgrade(data):
    project = dict(data["project"])
    project["name"] = project.pop("title_of_old") + "!"
    return data | {"project": project}


def test_a_project_of_an_older_schema_is_brought_up_to_date(monkeypatch):
    monkeypatch.setattr(project_file, "UPGRADES", (_upgrade,))
    content = project_file.from_bytes(_older(RAW))
    assert content.project == replace(RICH, name=RICH.name + "!")
    assert not content.newer
    assert "older version" in content.told[0]
    again = project_file.to_bytes(content.project, 8)
    assert json.loads(again)["schema"] == 2
    assert project_file.from_bytes(again).told == ()


def test_upgrades_follow_one_another(monkeypatch):
    monkeypatch.setattr(project_file, "UPGRADES", (_upgrade, lambda data: data, lambda data: data))
    assert project_file.from_bytes(_older(RAW)).project.name == RICH.name + "!"
    assert project_file.from_bytes(_changed(schema=2)).project == RICH


def _other_upgrade(data):
    names = [track.get("name").upper() for track in data["project"]["tracks"]]
    return data | {"project": data["project"] | {"name": names[0]}}


@pytest.mark.parametrize("upgrade", [_upgrade, _other_upgrade])
@pytest.mark.parametrize("project", [None, [], {}, {"title_of_old": 5}, {"tracks": [{}]}, {"tracks": []}])
def test_a_damaged_project_of_an_older_schema_is_told(monkeypatch, upgrade, project):
    monkeypatch.setattr(project_file, "UPGRADES", (upgrade,))
    with pytest.raises(StudioError, match="damaged"):
        project_file.from_bytes(_changed(project=project))


def test_a_newer_schema_is_read_as_far_as_it_goes():
    data = json.loads(RAW)
    data["project"]["hologram"] = {"depth": 3}
    content = project_file.from_bytes(json.dumps(data | {"schema": 2}).encode())
    assert content.project == RICH
    assert content.newer == 2
    with pytest.raises(StudioError, match="newer version"):
        project_file.from_bytes(_changed(schema=2, project={"name": 5}))


def test_fields_that_nobody_knows_are_told():
    data = json.loads(RAW)
    data["project"]["tracks"][0]["clips"][0]["fade_in"]["bend"] = 1
    data["hologram"] = {}
    content = project_file.from_bytes(json.dumps(data).encode())
    assert content.project == RICH
    assert "'hologram', 'bend'" in content.told[0]
    assert "saving leaves it out" in content.told[0]


def test_a_file_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(project_file, "MOST_BYTES", 100)
    with pytest.raises(StudioError, match="larger"):
        project_file.from_bytes(RAW)


def test_a_project_that_could_not_be_opened_again_is_not_written(monkeypatch):
    monkeypatch.setattr(project_file, "MOST_BYTES", len(RAW))
    assert project_file.to_bytes(RICH, 7) == RAW
    with pytest.raises(StudioError, match="too large"):
        project_file.to_bytes(replace(RICH, script=f"{RICH.script}x"), 7)


@pytest.mark.parametrize("label", ["Add \udcff.wav", "Add marker " + "x" * 5000, "\ud800" * 3000, "", "a" * 200])
def test_whatever_a_step_is_called_it_can_be_undone_after_reopening(label):
    history = begun_with(RICH).do(label, replace(RICH, name="Other"))
    again = _reopened(*_stored(history))
    assert again.labels == history.labels
    assert again.undo().now == RICH
    assert len(history.labels[0]) <= 200


@pytest.mark.parametrize("label", ["\ud800", "a" * 2000])
def test_a_label_from_elsewhere_costs_no_history(label):
    raw, steps = _stored(_edited(3))
    odd = json.dumps(json.loads(steps) | {"labels": [label, "b", "c"]}).encode()
    assert _reopened(raw, odd).labels[1:] == ("b", "c")

"""Tests of clips on the clipboard; what lies there may come from anywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.edits import clips, effects, find, pasting, tracks
from studio.domain.project import Fade, Project, Take
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def pasted(project: Project, text: str, at: int = 0, *, track: str = "t1") -> tuple[Project, tuple[str, ...]]:
    return pasting.paste(project, pasting.read(text), at, track=track)


@given(projects(), st.integers(0, 100_000), st.booleans())
def test_whatever_is_copied_can_be_pasted(project: Project, at: int, insert: bool) -> None:
    ids = [clip.id for track in project.tracks for clip in track.clips]
    if not ids:
        return
    copies = pasting.read(pasting.copied(project, ids))
    chosen = next((track.id for track in project.tracks if not track.locked), "")
    edit = pasting.paste_insert if insert else pasting.paste
    try:
        after, new = edit(project, copies, at, track=chosen)
    except StudioError as e:
        assert e.message.endswith("is locked.") or not chosen  # noqa: PT017
        return
    assert rules.problems(after) == []
    assert len(new) == len(ids)
    assert min(find.clip(after, one).start for one in new) == at


def test_a_pasted_clip_is_like_its_original() -> None:
    project, _effect = effects.add(small(), "c2", "delay")
    project = clips.set_locked(clips.set_gain(project, ["c2"], -3.0), ["c2"], on=True)
    after, (new,) = pasted(project, pasting.copied(project, ["c2"]), 20 * SECOND)
    was, now = find.clip(project, "c2"), find.clip(after, new)
    assert now.effects[0].id != was.effects[0].id
    assert not now.locked
    assert replace(now, id="c2", start=was.start, effects=was.effects, locked=True) == was


def test_the_crossfade_of_a_neighbour_stays_behind() -> None:
    project = clips.move(small(), ["c2"], by=-3 * SECOND)
    assert find.clip(project, "c2").fade_in == Fade(SECOND, "equal_power")
    after, (new,) = pasted(project, pasting.copied(project, ["c2"]), 20 * SECOND)
    assert find.clip(after, new).fade_in == Fade()
    both, _new = pasted(project, pasting.copied(project, ["c1", "c2"]), 20 * SECOND)
    assert both.tracks[0].clips[2].fade_out == both.tracks[0].clips[3].fade_in == Fade(SECOND, "equal_power")


def test_clips_go_to_the_chosen_track_where_theirs_is_locked_or_gone() -> None:
    text = pasting.copied(small(), ["c1", "c3"])
    for project in (tracks.set_track(small(), "t2", locked=True), tracks.remove_track(small(), "t2")):
        after, new = pasted(project, text, 50 * SECOND)
        assert {find.track_of(after, one).id for one in new} == {"t1"}
    with pytest.raises(StudioError, match="is locked"):
        pasted(tracks.set_track(small(), "t2", locked=True), text, track="t2")
    with pytest.raises(StudioError, match="no track"):
        pasted(tracks.remove_track(small(), "t2"), text, track="")


def test_the_sound_is_found_again_by_its_hash() -> None:
    text = pasting.copied(small(), ["c1", "c3"])
    other = small()
    renamed = {"m1": "m21", "m2": "m22", "m3": "m23"}
    other = replace(
        other,
        media=tuple(replace(m, id=renamed[m.id]) for m in other.media),
        takes=(Take("k1", "m22"), Take("k9", "m21")),
        tracks=tuple(replace(track, clips=()) for track in other.tracks),
    )
    after, new = pasted(other, text)
    assert [(find.clip(after, one).media, find.clip(after, one).take) for one in new] == [("", "k9"), ("m23", "")]
    without = replace(other, takes=())
    assert find.clip(pasted(without, text)[0], new[0]).media == "m21"
    with pytest.raises(StudioError, match="does not have"):
        pasted(replace(without, media=()), text)


def test_another_rate_is_refused() -> None:
    with pytest.raises(StudioError, match="48000 Hz"):
        pasted(small(rate=44_100), pasting.copied(small(), ["c1"]))


# ------------------------------------------------------------------------------------------------------------- hostile


def _text(**changes: Any) -> str:
    data = json.loads(pasting.copied(small(), ["c2"]))
    data["clips"][0]["clip"] |= changes
    return json.dumps(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"length": 10**12},
        {"length": -5},
        {"length": 0},
        {"offset": -1},
        {"offset": 2**53 - 1},
        {"stretch": 0.0},
        {"stretch": 1e308},
        {"stretch": -1.0},
        {"gain_db": 1e9},
        {"pan": 3},
        {"pitch": 99},
        {"fade_in": {"length": 10**9}},
        {"fade_in": {"curve": "odd"}},
        {"volume": [{"at": 5, "value": 0.0}, {"at": 5, "value": 0.0}]},
        {"volume": [{"at": 5, "value": 1e9}]},
        {"effects": [{"id": "e1", "kind": "odd"}]},
        {"effects": [{"id": "e1", "kind": "delay", "settings": {"odd": 1.0}}]},
        {"effects": [{"id": "e1", "kind": "delay"}] * 200},
        {"name": "x" * 2_000},
        {"name": "\ud800"},
        {"start": "0"},
        {"start": 2.5},
        {"locked": 1},
        {"odd": 1},
        {"id": "../c1"},
    ],
)
@pytest.mark.parametrize("edit", [pasting.paste, pasting.paste_insert])
def test_a_clip_that_cannot_be_is_refused(changes: dict[str, Any], edit: Any) -> None:
    with pytest.raises(StudioError) as caught:
        edit(small(), pasting.read(_text(**changes)), SECOND, track="t1")
    assert caught.value.hint


@pytest.mark.parametrize("start", [-(2**53) + 1, 2**53 - 1])
def test_where_copies_began_does_not_matter(start: int) -> None:
    after, (new,) = pasted(small(), _text(start=start), 20 * SECOND)
    assert find.clip(after, new).start == 20 * SECOND
    assert rules.problems(after) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"kind": "angen-clips-1", "rate": 48000, "clips": []}',
        '{"kind": "other", "rate": 48000, "clips": []}',
        '{"kind": "angen-clips-1", "rate": NaN, "clips": []}',
        '{"kind": "angen-clips-1", "rate": ' + "9" * 10_000 + ', "clips": []}',
        _text().replace("angen-clips-1", "angen-clips-2"),
        _text() + "x",
        json.dumps({**json.loads(_text()), "more": 1}),
        " " * 30_000_000,
    ],
    ids=range(14),
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="cannot be pasted") as caught:
        pasting.read(text)
    assert caught.value.hint


@given(st.sampled_from(sorted(json.loads(_text())["clips"][0]["clip"])), JSON)
def test_any_value_of_a_field_is_pasted_soundly_or_refused(name: str, value: Any) -> None:
    try:
        after, _new = pasted(small(), _text(**{name: value}), SECOND)
    except StudioError:
        return
    assert rules.problems(after) == []


def test_there_must_be_something_to_copy() -> None:
    with pytest.raises(StudioError, match="nothing to copy"):
        pasting.copied(small(), [])

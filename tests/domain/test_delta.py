"""A difference leads exactly from one project to the other, is small, and a hostile one raises nothing odd."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import delta
from studio.domain.project import (
    Clip,
    Duck,
    Effect,
    Fade,
    Marker,
    Media,
    Metadata,
    Picture,
    Point,
    Project,
    Region,
    Style,
    Take,
    Track,
    Voice,
)
from studio.errors import StudioError

_seeds = st.integers(0, 2**32)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**40) | st.floats(allow_nan=False) | _texts,
    lambda inner: st.dictionaries(_texts, inner, max_size=2),
    max_leaves=5,
)


class _Dice:
    """Makes projects out of few ids and values, so that two of them have much in common; not all keep the rules."""

    def __init__(self, seed):
        self._random = Random(seed)

    def _some(self, make):
        return tuple(make() for _ in range(self._random.randrange(4)))

    def _named(self, letter, make):
        numbers = self._random.sample(range(1, 8), self._random.randrange(8))
        return tuple(make(f"{letter}{number}") for number in numbers)

    def _text(self):
        return self._random.choice(["", "a", "b", "ü\u2028", "x" * 300, "x" * 150 + "y" + "x" * 149])

    def _number(self):
        return self._random.choice([0, 1, 2, 2**40])

    def _recipe(self):
        return self._random.choice([None, {}, {"seed": 1}, {"seed": 2, "deep": [{"a": None}]}])

    def _effects(self):
        return self._named("e", lambda name: Effect(name, "eq", self._random.choice([{}, {"low": 1.5}, {"low": 2.0}])))

    def _points(self):
        return self._some(lambda: Point(self._number(), self._random.random()))

    def _clip(self, name):
        fade = Fade(self._number(), "smooth")
        return Clip(name, self._number(), self._number(), effects=self._effects(), volume=self._points(), fade_in=fade)

    def _track(self, name):
        duck = self._random.choice([None, Duck(), Duck(-6.0)])
        clips = self._named("c", self._clip)
        return Track(name, self._text(), clips=clips, effects=self._effects(), panning=self._points(), duck=duck)

    def _media(self, name):
        return Media(
            name, self._text(), "media/0123456789abcdef.wav", "0" * 64, 48000, 1, self._number(), self._recipe()
        )

    def project(self):
        """The next one."""
        return Project(
            name=self._text(),
            next_id=self._number(),
            script=self._text(),
            voices=self._some(lambda: Voice(self._text(), self._text())),
            media=self._named("m", self._media),
            takes=self._named("k", lambda name: Take(name, self._text(), quality=self._recipe())),
            tracks=self._named("t", self._track),
            markers=self._named("a", lambda name: Marker(name, self._number())),
            regions=self._named("r", lambda name: Region(name, 0, self._number())),
            style=Style(self._text()),
            cover=self._random.choice([None, Picture("a.png", "0" * 64), Picture("b.png", "0" * 64, {"seed": 1})]),
            metadata=Metadata(title=self._text()),
        )


def _through_json(value):
    return json.loads(json.dumps(value))


@given(_seeds)
def test_a_difference_leads_to_the_other_project(seed):
    dice = _Dice(seed)
    before, after = dice.project(), dice.project()
    assert delta.apply(before, _through_json(delta.diff(before, after))) == after


@given(_seeds)
def test_equal_projects_differ_in_nothing(seed):
    project = _Dice(seed).project()
    assert delta.diff(project, project) == {}
    assert delta.diff(project, replace(project, tracks=tuple(replace(t) for t in project.tracks))) == {}
    assert delta.apply(project, {}) is project


@given(_texts, _texts, _texts, _texts)
def test_a_long_text_tells_only_the_part_that_changed(start, end, old, new):
    before = Project("A", script=start + "x" * 300 + old + "y" * 300 + end)
    after = replace(before, script=start + "x" * 300 + new + "y" * 300 + end)
    said = delta.diff(before, after)
    assert delta.apply(before, _through_json(said)) == after
    assert len(said.get("script", {"text": ""})["text"]) <= len(new)


_MANY = Project(
    "A",
    next_id=20_000,
    media=(Media("m1", "x", "media/0123456789abcdef.wav", "0" * 64, 48000, 1, 10**9),),
    tracks=tuple(
        Track(f"t{n}", "T", clips=tuple(Clip(f"c{1000 * n + i}", 100 * i, 100, media="m1") for i in range(1000)))
        for n in range(2, 12)
    ),
)


def _with_clips(clips):
    track = _MANY.tracks[4]
    return replace(_MANY, tracks=(*_MANY.tracks[:4], replace(track, clips=tuple(clips)), *_MANY.tracks[5:]))


@pytest.mark.parametrize("change", ["move", "remove", "insert", "reorder"])
def test_an_edit_of_one_clip_among_many_is_told_in_few_words(change):
    clips = list(_MANY.tracks[4].clips)
    if change == "move":
        clips[500] = replace(clips[500], start=50_001)
    elif change == "remove":
        del clips[500]
    elif change == "insert":
        clips.insert(500, Clip("c19999", 50_001, 5, media="m1"))
    else:
        clips[500:502] = reversed(clips[500:502])
    after = _with_clips(clips)
    said = delta.diff(_MANY, after)
    assert len(json.dumps(said)) < 250
    back = delta.apply(_MANY, said)
    assert back == after
    assert back.tracks[3] is _MANY.tracks[3]
    assert back.tracks[4].clips[7] is _MANY.tracks[4].clips[7]


_SMALL = _with_clips(_MANY.tracks[4].clips[:3])
_hostile_values = _json | st.lists(_json, max_size=3)
_hostile = st.recursive(
    _hostile_values | st.sampled_from(["c6000", "t6", "m1", float("nan"), 10**400]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["tracks", "media", "clips", "at", "cut", "items", "new", "id", "set", "text", "name", "script"]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(_hostile)
def test_a_hostile_difference_raises_nothing_but_a_studio_error(said):
    try:
        found = delta.apply(_SMALL, said)
    except StudioError:
        return
    assert isinstance(found, Project)


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"nonsense": 1},
        {"id": "p1"},
        {"name": 5},
        {"name": "\ud800"},
        {"name": {"at": 0, "cut": 10**9, "text": ""}},
        {"name": {"at": -1, "cut": 0, "text": ""}},
        {"name": {"at": True, "cut": 0, "text": ""}},
        {"media": {"at": 0, "cut": 1, "items": ["m2"]}},
        {"media": {"at": 0, "cut": 1, "items": [{"id": "m1", "set": {"id": "m7"}}]}},
        {"media": {"at": 0, "cut": 1, "items": [{"id": ["m1"], "set": {}}]}},
        {"media": {"at": 0, "cut": 1, "items": {}}},
        {"media": {"at": 1, "cut": 1, "items": []}},
        {"media": {"at": 0, "cut": 0, "items": [{"new": {"id": "../m", "name": ""}}]}},
        {"tracks": {"at": 0, "cut": 1, "items": [{"id": "t2", "set": {"gain_db": float("inf")}}]}},
        {"cover": "x"},
        {"rate": None},
    ],
)
def test_what_is_no_difference_of_this_project_is_told(said):
    with pytest.raises(StudioError, match="history is damaged"):
        delta.apply(_MANY, said)

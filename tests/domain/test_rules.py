"""Tests of what holds for every project."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.project import Clip, Duck, Effect, Fade, Marker, Picture, Point, Project, Region, Style, Take
from studio.errors import StudioError
from tests.domain.projects import edited, edits, large, projects, small

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


@pytest.mark.parametrize(
    "file",
    [
        "project.json", ".lock", "history/1.json", "media/.incoming.0123abcd.part", "media/NUL", "media/a.wav",
        "autosave/project.json", "media/0123456789abcdef", "media/0123456789ABCDEF.wav", "media/0123456789abcdef.w/v",
        "media/0123456789abcdef.wav\n", "media/../0123456789abcdef.wav", f"media/{'a' * 65}.wav", "",
    ],
)  # fmt: skip
def test_only_names_that_the_studio_gives_are_media_or_a_cover(file):
    assert list(rules.of_media(replace(small().media[0], file=file)))
    assert list(rules.of_picture(Picture(file, "0" * 64)))
    assert not list(rules.of_media(replace(small().media[0], file=f"media/{'a' * 64}.flac")))


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_hash_that_is_none_is_told(digest):
    assert list(rules.of_media(replace(small().media[0], sha256=digest)))
    assert list(rules.of_picture(Picture("media/0123456789abcdef.png", digest)))


def _broken(project, random):
    """Return a project with one thing in it changed at random, mostly to something that may not be."""
    tracks = list(project.tracks)
    row = random.randrange(len(tracks)) if tracks else 0
    clips = list(tracks[row].clips) if tracks else []
    place = random.randrange(len(clips)) if clips else 0
    how = random.choice(["next", "media", "takes", "mark", "style", "track", "clip", "clip", "clip", "copy", "swap"])
    if how == "next":
        return replace(project, next_id=random.randint(1, project.next_id))
    if how == "media":
        left = list(project.media)
        index = random.randrange(len(left))
        left[index : index + 1] = random.choice([[], [replace(left[index], frames=random.randint(0, 9))]])
        return replace(project, media=tuple(left))
    if how == "takes":
        return replace(project, takes=project.takes[1:] + random.choice([(), (Take("k7", "m99"),)]))
    if how == "mark":
        return replace(project, markers=(*project.markers, Marker(random.choice(["n1", "c1", "n999999"]), 30)))
    if how == "style":
        return replace(project, style=Style(bpm=random.choice([-1.0, 5.0]), reference=random.choice(["", "m99"])))
    if not clips:
        return project
    if how == "track":
        tracks[row] = replace(tracks[row], height=random.choice([-1, 0, 10**6]))
    elif how == "copy":
        tracks[row] = replace(tracks[row], clips=(*clips, replace(clips[-1], start=10**6)))
    elif how == "swap":
        tracks[row] = replace(tracks[row], clips=tuple(reversed(clips)))
    else:
        changes = random.choice(
            [
                {"id": random.choice(["c1", "m1", "c999999"])}, {"start": random.randint(-1, 10**6)}, {"length": 10**9},
                {"media": "m99"}, {"group": random.choice(["g1", "g999999", "x"])}, {"take": "k99"}, {"gain_db": 99.0},
                {"effects": (Effect(random.choice(["e1", "e999999", "c1"]), "eq"),)},
            ]
        )  # fmt: skip
        clips[place] = replace(clips[place], **changes)
        tracks[row] = replace(tracks[row], clips=tuple(clips))
    return replace(project, tracks=tuple(tracks))


@given(projects(), edits(most=4), st.integers(0, 2**32), st.booleans())
def test_looking_at_what_changed_finds_what_looking_at_everything_finds(project, chain, seed, back):
    after = project
    for edit in chain:
        with suppress(StudioError):
            after = edited(after, edit)
    before, after = (after, project) if back else (project, after)
    assert rules.problems_of_change(before, after) == []
    for broken in (_broken(after, Random(seed)), _broken(before, Random(seed))):
        assert bool(rules.problems_of_change(before, broken)) == bool(rules.problems(broken))


@pytest.mark.parametrize(("place", "start"), [(0, 7 * SECOND), (1, 0)])
def test_a_clip_that_changed_is_in_order_with_its_neighbours(place: int, start: int) -> None:
    project = small()
    first, second = project.tracks[0].clips
    found = [replace(first, start=5), second]
    before = replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)), *project.tracks[1:]))
    found[place] = replace(found[place], start=start)
    after = replace(before, tracks=(replace(before.tracks[0], clips=tuple(found)), *before.tracks[1:]))
    assert rules.problems(before) == []
    assert any("out of order" in problem for problem in rules.problems_of_change(before, after))

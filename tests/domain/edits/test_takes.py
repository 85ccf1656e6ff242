"""Tests of media and takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from studio.domain.edits import clips, find, pace, place, takes
from studio.domain.project import Media
from studio.errors import StudioError
from tests.domain.projects import media, small

SECOND = 48_000


def test_media_gets_an_id_of_the_project() -> None:
    project, new = takes.add_media(small(), replace(media("m1"), name="caf\udce9.wav"))
    assert new == "m100"
    assert find.media(project, new).name == "caf\N{REPLACEMENT CHARACTER}.wav"
    assert project.media[:3] == small().media


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "../x.wav"},
        {"file": ""},
        {"channels": 0},
        {"rate": 0},
        {"frames": -1},
        {"recipe": {"x": float("nan")}},
        {"recipe": {"x": "\ud800"}},
        {"name": "x" * 2_000},
    ],
)
def test_media_that_cannot_be_kept(changes: dict[str, Any]) -> None:
    with pytest.raises(StudioError):
        takes.add_media(small(), replace(media("m1"), **changes))


def test_another_take_of_a_clip_is_played_whole() -> None:
    project, whole_take = clips.add_clip(small(), "t2", take="k1", start=50 * SECOND)
    after = find.clip(takes.set_source(project, whole_take, take="k2"), whole_take)
    assert (after.start, after.length, after.take) == (50 * SECOND, 20 * SECOND, "k2")
    slow = pace.set_stretch(project, whole_take, 1.5)
    assert find.clip(takes.set_source(slow, whole_take, take="k2"), whole_take).length == 30 * SECOND


def test_another_take_of_a_trimmed_clip_keeps_what_was_trimmed_as_far_as_it_goes() -> None:
    project = takes.set_source(small(), "c1", take="k2")
    assert (find.clip(project, "c1").length, find.clip(project, "c1").offset) == (4 * SECOND, 0)
    project = clips.trim(project, "c1", end=18 * SECOND)
    assert find.clip(takes.set_source(project, "c1", take="k1"), "c1").length == 10 * SECOND
    beyond = clips.slip(clips.trim(project, "c1", end=SECOND), "c1", by=15 * SECOND)
    back = find.clip(takes.set_source(beyond, "c1", take="k1"), "c1")
    assert (back.offset, back.length) == (0, SECOND)


def test_other_media() -> None:
    clip = find.clip(takes.set_source(small(), "c1", media="m3"), "c1")
    assert (clip.take, clip.media, clip.length) == ("", "m3", 4 * SECOND)
    for wrong in ({}, {"media": "m1", "take": "k1"}, {"media": "m9"}, {"take": "k9"}):
        with pytest.raises(StudioError):
            takes.set_source(small(), "c1", **wrong)


def test_replaced_media_shortens_what_plays_it() -> None:
    new = media("m77", seconds=2)
    project = takes.replace_media(small(), "m1", new)
    assert project.media[0] == replace(new, id="m1")
    assert find.clip(project, "c1").length == 2 * SECOND
    assert project.tracks[1] is not None
    assert find.clip(project, "c2") == find.clip(small(), "c2")
    locked = clips.set_locked(small(), ["c1"], on=True)
    with pytest.raises(StudioError, match="locked"):
        takes.replace_media(locked, "m1", new)
    assert takes.replace_media(locked, "m1", media("m77", seconds=99)).media[0].frames == 99 * SECOND
    with pytest.raises(StudioError, match="too short"):
        takes.replace_media(small(), "m1", replace(new, frames=0))


def test_takes() -> None:
    project, new = takes.add_take(small(), "m3", speaker="Ada", text="Hello.", line="1", quality={"wer": 0.0})
    assert find.take(project, new).media == "m3"
    assert takes.remove_take(project, new).takes == small().takes
    with pytest.raises(StudioError, match=r"Clip 'Ada' .* plays take k1"):
        takes.remove_take(project, "k1")
    with pytest.raises(StudioError, match="no media"):
        takes.add_take(project, "m55")
    with pytest.raises(StudioError, match="cannot be kept"):
        takes.add_take(project, "m1", quality={"wer": float("inf")})


def test_notes_of_media() -> None:
    project = takes.set_media_notes(small(), "m2", licence="CC0-1.0")
    assert (find.media(project, "m2").name, find.media(project, "m2").licence) == ("m2.wav", "CC0-1.0")
    assert takes.set_media_notes(project, "m2", name="New").media[1].name == "New"


def test_what_was_spoken_is_placed_as_a_take() -> None:
    spoken = Media(
        "m0",
        "a.wav",
        "media/0123456789abcdef.wav",
        "0" * 64,
        24_000,
        1,
        24_000,
        {"task": "speech", "script": "[Ada] Hi."},
    )
    project, known = takes.add_media(small(), spoken)
    project, new = place.media(project, known, track="t1")
    clip = find.clip(project, new)
    assert (clip.start, clip.length) == (11 * SECOND, SECOND)
    assert (find.take(project, clip.take).speaker, find.take(project, clip.take).text) == ("Ada", "Hi.")
    again, newer = place.media(project, known, track="t1", at=0)
    assert find.clip(again, newer).take == clip.take
    plain, new = place.media(small(), "m3", track="t2")
    assert find.clip(plain, new).media == "m3"

"""A project as people and programs see it."""

from __future__ import annotations

from studio.domain.history import begun_with
from studio.domain.project import Clip, Fade, Marker, Media, Project, Take, Track
from studio.services.project_info import info

_PROJECT = Project(
    "P",
    rate=44_100,
    media=(Media("m1", "bell.wav", "media/1.wav", "0" * 64, 48_000, 1, 96_000),),
    takes=(Take("t2", "m1", "Ada", "Hi."),),
    tracks=(
        Track("k3", "T", clips=(Clip("c4", 22_050, 44_100, take="t2", fade_in=Fade(441)),
                                Clip("c5", 88_200, 1, media="m1", name="End"))),
    ),
    markers=(Marker("x6", 11_025, "M", chapter=True),),
)  # fmt: skip


def test_times_are_seconds_and_a_clip_says_what_it_plays():
    shown = info(begun_with(_PROJECT))
    assert (shown["name"], shown["seconds"]) == ("P", round(88_201 / 44_100, 6))
    taken, end = shown["tracks"][0]["clips"]
    assert {k: taken[k] for k in ("id", "media", "name", "start", "length", "fade_in")} == {
        "id": "c4", "media": "m1", "name": "bell.wav", "start": 0.5, "length": 1.0, "fade_in": 0.01,
    }  # fmt: skip
    assert end["name"] == "End"
    assert shown["media"][0]["seconds"] == 2.0, "at the file's own rate"
    assert shown["markers"] == [{"id": "x6", "at": 0.25, "name": "M", "chapter": True}]


def test_it_says_what_can_be_taken_back():
    history = begun_with(_PROJECT)
    assert (info(history)["can_undo"], info(history)["can_redo"]) == (False, False)
    history = history.do("Rename", Project("Q"))
    assert (info(history)["can_undo"], info(history)["name"]) == (True, "Q")
    assert info(history.undo())["can_redo"]

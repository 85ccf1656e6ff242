"""Which clips one hears."""

from __future__ import annotations

from dataclasses import replace

from studio.domain.export.heard import heard, name_of
from studio.domain.project import Project, Take, Track, sounding
from tests.domain.export.projects import SECOND, clip, media

_PROJECT = Project(
    "P",
    media=(media(1), media(2)),
    takes=(Take("t1", "m2", "Ada", "Hello."),),
    tracks=(
        Track("k1", "A", clips=(clip(1, 0, 2), clip(2, 5, 2, mute=True), clip(3, 8, 2, name="Bell"))),
        Track("k2", "B", clips=(clip(4, 0, 2, take="t1"), clip(5, 1, 9))),
    ),
)


def _ids(project, *args, **kwargs):
    return [h.clip.id for h in heard(project, *args, **kwargs)]


def test_clips_come_by_time_with_what_they_play():
    found = heard(_PROJECT, 0, 10 * SECOND)
    assert [(h.number, h.clip.id, h.media.id if h.media else "") for h in found] == [
        (1, "c1", "m1"), (2, "c4", "m2"), (3, "c5", "m1"), (4, "c3", "m1"),
    ]  # fmt: skip
    assert found[1].take == _PROJECT.takes[0]
    assert [name_of(h) for h in found] == ["sound 1.wav", "sound 2.wav", "sound 1.wav", "Bell"]


def test_only_what_sounds_within_the_stretch():
    assert _ids(_PROJECT, 2 * SECOND, 8 * SECOND) == ["c5"]
    assert _ids(_PROJECT, 0, SECOND) == ["c1", "c4"]
    assert _ids(_PROJECT, 0, 10 * SECOND, tracks=frozenset({"k1"})) == ["c1", "c3"]


def test_muted_tracks_are_silent_and_solo_silences_the_others():
    a, b = _PROJECT.tracks
    assert [t.id for t in sounding((replace(a, mute=True), b))] == ["k2"]
    assert [t.id for t in sounding((replace(a, solo=True), b))] == ["k1"]
    assert sounding((replace(a, solo=True, mute=True), b)) == ()

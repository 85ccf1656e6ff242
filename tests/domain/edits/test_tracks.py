"""Tests of tracks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain import rules
from studio.domain.edits import clips, effects, find, grouping, tracks
from studio.domain.project import Duck, Project, Track
from studio.errors import StudioError
from tests.domain.projects import small


def names(project: Project) -> list[str]:
    return [track.id for track in project.tracks]


def test_tracks_are_added_below() -> None:
    project, new = tracks.add_track(small(), "Noises")
    assert project.tracks[-1] == Track(new, "Noises")
    assert tracks.add_track(project, "Voice", kind="speech")[0].tracks[-1].kind == "speech"


def test_settings_of_tracks() -> None:
    duck = Duck(-9.0, 100, 200)
    project = tracks.set_track(
        small(), "t1", name="A", kind="music", gain_db=-3, pan=1, solo=True, duck=duck, colour="red"
    )
    track = find.track(project, "t1")
    assert (track.name, track.kind, track.gain_db, track.pan, track.solo, track.mute) == (
        "A",
        "music",
        -3,
        1,
        True,
        False,
    )
    assert track.duck == duck
    assert find.track(tracks.set_track(project, "t1", duck=None), "t1").duck is None
    assert project.tracks[1] is small().tracks[1] or project.tracks[1] == small().tracks[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "noise"},
        {"gain_db": 25.0},
        {"gain_db": float("nan")},
        {"pan": -1.5},
        {"height": -1},
        {"duck": Duck(1.0)},
        {"duck": Duck(attack=-1)},
        {"duck": Duck(release=10**12)},
        {"name": "x" * 2_000},
    ],
)
def test_impossible_settings(changes: tracks.Changes) -> None:
    with pytest.raises(StudioError):
        tracks.set_track(small(), "t1", **changes)


def test_a_locked_track_can_be_heard_and_seen() -> None:
    project = tracks.set_track(small(), "t1", locked=True)
    project = tracks.set_track(project, "t1", mute=True, solo=True, colour="red", height=50)
    with pytest.raises(StudioError, match="Speech is locked"):
        tracks.set_track(project, "t1", mute=False, gain_db=-1)
    with pytest.raises(StudioError, match="Speech is locked"):
        clips.add_clip(project, "t1", media="m1", start=0)
    assert not find.track(tracks.set_track(project, "t1", locked=False), "t1").locked


def test_order() -> None:
    project, new = tracks.add_track(small(), "Third")
    assert names(tracks.move_track(project, new, 0)) == [new, "t1", "t2"]
    assert names(tracks.move_track(project, "t1", 1)) == ["t2", "t1", new]
    assert names(tracks.move_track(project, "t1", 99)) == ["t2", new, "t1"]


def test_a_copy_has_everything_but_the_ids() -> None:
    project, group = grouping.group(small(), ["c1", "c2"])
    project, _eq = effects.add(project, "c1", "eq")
    project, _gate = effects.add(project, "t1", "gate")
    after, new = tracks.duplicate_track(project, "t1")
    assert names(after) == ["t1", new, "t2"]
    old, copy = find.track(after, "t1"), find.track(after, new)
    assert old is project.tracks[0]
    assert [(c.start, c.length, len(c.effects)) for c in copy.clips] == [
        (c.start, c.length, len(c.effects)) for c in old.clips
    ]
    assert {c.group for c in copy.clips}.isdisjoint({"", group})
    assert len({c.group for c in copy.clips}) == 1


def test_copies_of_clips_that_begin_together_are_in_order() -> None:
    project, _new = clips.add_clip(replace(small(), next_id=50), "t2", media="m1", start=find.clip(small(), "c3").start)
    after, _copy = tracks.duplicate_track(replace(project, next_id=98), "t2")
    assert {c.id for c in after.tracks[2].clips} == {"c99", "c100"}
    assert rules.problems(after) == []


def test_remove() -> None:
    after = tracks.remove_track(small(), "t1")
    assert names(after) == ["t2"]
    assert after.media == small().media
    with pytest.raises(StudioError, match=r"Clip 'Ada' .* is locked"):
        tracks.remove_track(clips.set_locked(small(), ["c1"], on=True), "t1")

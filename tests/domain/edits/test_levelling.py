"""Tests of speech that is made equally loud, and of music that goes down under it."""

from __future__ import annotations

import pytest

from studio.domain.edits import clips, find, levelling, tracks
from studio.domain.project import Duck
from studio.errors import StudioError
from tests.domain.projects import small


def test_each_clip_gets_the_gain_that_it_lacks() -> None:
    project = clips.set_gain(small(), ["c1"], -11.0)
    levelled = levelling.level(project, {"c1": -26.5, "c2": -14.25})
    assert find.clip(levelled, "c1").gain_db == 6.5
    assert find.clip(levelled, "c2").gain_db == -5.75
    assert levelling.level(levelled, {"c1": -26.5, "c2": -14.25}) == levelled


def test_silence_stays_and_no_gain_is_beyond_what_a_clip_can_have() -> None:
    levelled = levelling.level(small(), {"c1": levelling.SILENT, "c2": -65.0}, target=-10.0)
    assert find.clip(levelled, "c1").gain_db == 0.0
    assert find.clip(levelled, "c2").gain_db == 24.0
    with pytest.raises(StudioError, match="loudness"):
        levelling.level(small(), {"c1": -20.0}, target=3.0)
    with pytest.raises(StudioError, match="locked"):
        levelling.level(clips.set_locked(small(), ["c1"], on=True), {"c1": -20.0})


def test_all_that_is_spoken_and_may_be_changed() -> None:
    assert levelling.spoken_clips(small()) == ("c1", "c2")
    assert levelling.spoken_clips(clips.set_locked(small(), ["c1"], on=True)) == ("c2",)
    assert levelling.spoken_clips(tracks.set_track(small(), "t1", locked=True)) == ()
    assert levelling.spoken_clips(tracks.set_track(small(), "t1", kind="sound")) == ("c1",)


def test_music_goes_down_and_keeps_its_pace() -> None:
    project = tracks.set_track(small(), "t2", duck=Duck(-3.0, 5, 6))
    project, plain = tracks.add_track(project, "Bed", kind="music")
    ducked = levelling.duck_music(project, depth_db=-18.0)
    assert find.track(ducked, "t2").duck == Duck(-18.0, 5, 6)
    assert find.track(ducked, plain).duck == Duck(-18.0)
    assert find.track(ducked, "t1").duck is None
    assert all(track.duck is None for track in levelling.duck_music(ducked, depth_db=None).tracks)


def test_music_needs_speech_to_go_down_under() -> None:
    with pytest.raises(StudioError, match="for speech"):
        levelling.duck_music(tracks.set_track(small(), "t1", kind="sound"))
    with pytest.raises(StudioError, match="for music"):
        levelling.duck_music(tracks.set_track(small(), "t2", kind="sound"))

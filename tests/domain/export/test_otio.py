"""The timeline as OpenTimelineIO, read back by its own library."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import opentimelineio
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export.otio import timeline
from studio.domain.project import Marker, Take, Track
from tests.domain.export.projects import RATE, SECOND, chapter, clip, media, plain, region

otio: Any = opentimelineio


def _read(project, start=0, end=None):
    made = timeline(project, start, project.length if end is None else end, address=lambda m: f"../{m.file}")
    return otio.adapters.read_from_string(json.dumps(made), "otio_json")


def _places(track):
    """Where each clip lies on its track, in samples, and what of its media it plays."""
    return [
        (
            child.name,
            track.range_of_child_at_index(i).start_time.value,
            child.source_range.duration.value,
            child.source_range.start_time.value,
        )
        for i, child in enumerate(track)
        if isinstance(child, otio.schema.Clip)
    ]


def test_clips_lie_where_they_are_with_gaps_between():
    project = plain(
        clip(1, 1, 2, offset=RATE), clip(2, 5, 1, media="m2", name="Bell"), media=(media(1), media(2, rate=44_100))
    )
    read = _read(project)
    (track,) = read.tracks
    assert (track.name, track.kind) == ("Sound", "Audio")
    assert _places(track) == [("sound 1.wav", SECOND, 2 * SECOND, SECOND), ("Bell", 5 * SECOND, SECOND, 0)]
    assert read.duration().value == 6 * SECOND
    assert [r.target_url for r in (c.media_reference for c in track.find_clips())] == [
        "../media/1.wav",
        "../media/2.wav",
    ]
    available = track[3].media_reference.available_range
    assert (available.duration.value, available.duration.rate) == (60 * RATE, RATE)


def test_a_stretch_is_cut_out():
    project = plain(clip(1, 1, 2, offset=RATE), clip(2, 5, 5))
    (track,) = _read(project, 2 * SECOND, 6 * SECOND).tracks
    assert _places(track) == [("sound 1.wav", 0, SECOND, 2 * SECOND), ("sound 1.wav", 3 * SECOND, SECOND, 0)]


def test_overlapping_clips_stand_on_further_tracks():
    read = _read(plain(clip(1, 0, 4), clip(2, 3, 4), clip(3, 3.5, 1), clip(4, 7, 1)))
    assert [t.name for t in read.tracks] == ["Sound", "Sound (2)", "Sound (3)"]
    assert [[c[1] // SECOND for c in _places(t)] for t in read.tracks] == [[0, 7], [3], [3]]


def test_markers_regions_speech_stretch_and_silence_are_told():
    project = replace(
        plain(
            clip(1, 0, 4, take="t1"), clip(2, 4, 4, stretch=2.0, gain_db=-6.0), clip(3, 8, 1, mute=True),
            markers=(Marker("x1", SECOND, "Here"), chapter(2, 3, "Two")), regions=(region(3, 2, 5, "Scene"),),
        ),
        takes=(Take("t1", "m2", "Ada", "Hello."),),
    )  # fmt: skip
    muted = replace(project, tracks=(*project.tracks, Track("k2", "Off", mute=True, clips=(clip(9, 0, 1),))))
    read = _read(muted)
    marks = [(m.name, m.marked_range.start_time.value, m.marked_range.duration.value) for m in read.tracks.markers]
    assert marks == [("Here", SECOND, 0), ("Two", 3 * SECOND, 0), ("Scene", 2 * SECOND, 3 * SECOND)]
    said, slow, silent = read.tracks[0]
    assert dict(said.metadata["angen"])["text"] == "Hello."
    assert said.media_reference.target_url == "../media/2.wav"
    assert (slow.effects[0].time_scalar, slow.metadata["angen"]["gain_db"]) == (0.5, -6.0)
    assert [c.enabled for c in (said, slow, silent)] == [True, True, False]
    assert [t.enabled for t in read.tracks] == [True, False]


def test_a_stretched_clip_that_is_cut_plays_the_same_media():
    (track,) = _read(plain(clip(1, 0, 8, offset=RATE, stretch=2.0)), 4 * SECOND, 8 * SECOND).tracks
    assert _places(track) == [("sound 1.wav", 0, 4 * SECOND, 3 * SECOND)]


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), min_size=1, max_size=8).map(sorted),
    st.integers(0, 300),
    st.integers(1, 400),
)
def test_every_clip_is_there_once_at_its_place(places, start, length):
    clips = [replace(clip(n, 0, 1), start=a, length=b) for n, (a, b) in enumerate(places, 1)]
    read = _read(plain(*clips), start, start + length)
    wanted = [(max(a, start) - start, min(a + b, start + length) - max(a, start)) for a, b in places]
    found = [(p[1], p[2]) for t in read.tracks for p in _places(t)]
    assert sorted(found) == sorted(w for w in wanted if w[1] > 0)

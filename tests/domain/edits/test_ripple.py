"""Tests of edits that move what comes later."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.edits import automation, clips, find, grouping, marks, pace, ripple, tracks
from studio.domain.edits.shapes import value_at, with_room, without
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from tests.domain import projects
from tests.domain.projects import small

SECOND = 48_000
POINTS = st.dictionaries(st.integers(0, 60), st.integers(-50, 10).map(float), max_size=6).map(
    lambda found: tuple(Point(at, found[at]) for at in sorted(found))
)


def starts(project: Project) -> dict[str, float]:
    return {clip.id: clip.start / SECOND for track in project.tracks for clip in track.clips}


def row_of_clips(*spans: tuple[int, int]) -> Project:
    """Return a project with c1, c2, … on a track, each from second to second."""
    project = small()
    found = [Clip(f"c{i}", a * SECOND, (b - a) * SECOND, media="m3") for i, (a, b) in enumerate(spans, start=1)]
    return replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)),))


# --------------------------------------------------------------------------------------------------------------- remove


def test_the_gap_is_closed() -> None:
    project = row_of_clips((0, 2), (3, 5), (6, 7))
    assert starts(ripple.remove(project, ["c2"])) == {"c1": 0, "c3": 4}


def test_of_several_gaps_each_is_closed() -> None:
    project = row_of_clips((0, 2), (3, 5), (6, 7), (8, 9))
    assert starts(ripple.remove(project, ["c1", "c3"])) == {"c2": 1, "c4": 5}
    assert starts(ripple.remove(project, ["c3", "c2"])) == {"c1": 0, "c4": 5}


def test_time_in_which_something_else_plays_stays() -> None:
    project = row_of_clips((0, 4), (3, 8), (7, 9))
    assert starts(ripple.remove(project, ["c2"])) == {"c1": 0, "c3": 4}
    assert starts(ripple.remove(row_of_clips((0, 9), (3, 5), (10, 12)), ["c2"])) == {"c1": 0, "c3": 10}


def test_the_crossfades_go_with_the_clip() -> None:
    project = clips.move(
        clips.move(row_of_clips((0, 4), (5, 8), (9, 11)), ["c2"], by=-2 * SECOND), ["c3"], by=-4 * SECOND
    )
    assert find.clip(project, "c1").fade_out != Fade()
    after = ripple.remove(project, ["c2"])
    assert starts(after) == {"c1": 0, "c3": 4}
    assert find.clip(after, "c1").fade_out == find.clip(after, "c3").fade_in == Fade()


def test_other_tracks_follow_on_request() -> None:
    project, new = clips.add_clip(small(), "t2", media="m1", start=40 * SECOND)
    assert starts(ripple.remove(project, ["c1"])) == {"c2": 2, "c3": 1, new: 40}
    assert starts(ripple.remove(project, ["c1"], everywhere=True)) == {"c2": 2, "c3": 0, new: 36}


def test_marks_follow() -> None:
    after = ripple.remove(small(), ["c1"])
    assert [(m.id, m.at / SECOND) for m in after.markers] == [("n1", 0), ("n2", 4)]
    assert [(r.start / SECOND, r.end / SECOND) for r in after.regions] == [(0, 3)]


def test_the_group_goes_too() -> None:
    project, _group = grouping.group(small(), ["c1", "c3"])
    assert starts(ripple.remove(project, ["c1"])) == {"c2": 0}


def test_what_is_locked_does_not_follow_and_so_refuses() -> None:
    with pytest.raises(StudioError, match=r"^Clip 'm2.wav' \(at 6.000 s\) is locked"):
        ripple.remove(clips.set_locked(small(), ["c2"], on=True), ["c1"])
    project, _new = clips.add_clip(small(), "t2", media="m1", start=40 * SECOND)
    project = tracks.set_track(project, "t2", locked=True)
    assert starts(ripple.remove(project, ["c1"]))["c2"] == 2
    with pytest.raises(StudioError, match="Music is locked"):
        ripple.remove(project, ["c1"], everywhere=True)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), min_size=1, max_size=8)


@given(SPANS, st.sets(st.integers(0, 7), min_size=1))
def test_a_track_gets_shorter_by_the_time_in_which_nothing_is_left(
    spans: list[tuple[int, int]], which: set[int]
) -> None:
    found = [Clip(f"c{i}", start, length, media="m3") for i, (start, length) in enumerate(sorted(spans), start=1)]
    project = replace(small(), tracks=(replace(small().tracks[0], clips=tuple(found)),))
    gone = [clip for i, clip in enumerate(found) if i in which]
    left = [clip for clip in found if clip not in gone]
    playing = {at for clip in left for at in range(clip.start, clip.end)}
    closed = {at for clip in gone for at in range(clip.start, clip.end)} - playing

    after = ripple.remove(project, [clip.id for clip in gone])

    assert rules.problems(after) == []
    for clip in left:
        assert find.clip(after, clip.id).start == clip.start - sum(at < clip.start for at in closed)
    end = max((clip.end for clip in left), default=0)
    assert after.length == end - sum(at < end for at in closed)
    at = {find.clip(after, c.id).start + i for c in left for i in range(c.length)}
    assert len(at) == len(playing), "clips that did not overlap do not now"


# --------------------------------------------------------------------------------------------------------------- insert


def test_time_is_put_in_everywhere() -> None:
    after = ripple.insert_time(small(), 2 * SECOND, SECOND)
    halves = [clip for track in after.tracks for clip in track.clips if clip.id not in {"c1", "c2", "c3"}]
    assert starts(after) == {"c1": 0, "c2": 7, "c3": 1, halves[0].id: 3, halves[1].id: 3}
    assert [m.at // SECOND for m in after.markers] == [0, 9]
    assert [(r.start // SECOND, r.end // SECOND) for r in after.regions] == [(3, 8)]
    assert clips.join(ripple_back(after), ["c1", halves[0].id]).tracks[0] == small().tracks[0]


def ripple_back(project: Project) -> Project:
    """Move everything from 3 s on a second to the left."""
    for track in project.tracks:
        for clip in track.clips:
            if clip.start >= 3 * SECOND:
                project = clips.move(project, [clip.id], by=-SECOND)
    return project


def test_time_is_put_into_one_track() -> None:
    after = ripple.insert_time(small(), 5 * SECOND, SECOND, tracks=["t1"])
    assert starts(after) == {"c1": 0, "c2": 7, "c3": 1}


@pytest.mark.parametrize(("at", "length"), [(0, 0), (0, -1), (-1, 5), (0, 10**12)])
def test_time_that_cannot_be_put_in(at: int, length: int) -> None:
    with pytest.raises(StudioError):
        ripple.insert_time(small(), at, length)


def test_a_clip_is_put_in() -> None:
    after, new = ripple.insert_clip(small(), "t1", at=2 * SECOND, media="m1", length=3 * SECOND)
    right = next(c.id for c in after.tracks[0].clips if c.id not in {"c1", "c2", new})
    assert starts(after) == {"c1": 0, new: 2, right: 5, "c2": 9, "c3": 1}
    everywhere, _new = ripple.insert_clip(small(), "t1", at=0, take="k1", everywhere=True)
    assert starts(everywhere)["c3"] == 11
    with pytest.raises(StudioError, match="no such part"):
        ripple.insert_clip(small(), "t1", at=0, media="m1", offset=10 * SECOND)


# ----------------------------------------------------------------------------------------------------------- automation


@given(POINTS, st.integers(0, 50), st.integers(1, 15))
def test_a_line_without_some_time(points: tuple[Point, ...], start: int, length: int) -> None:
    after = without(points, start, start + length)
    for at in range(80):
        old = at if at < start else at + length
        assert value_at(after, at) == pytest.approx(value_at(points, old))


@given(POINTS, st.integers(0, 50), st.integers(1, 15))
def test_a_line_with_more_time(points: tuple[Point, ...], start: int, length: int) -> None:
    after = with_room(points, start, length)
    for at in range(80):
        old = at if at < start else max(start, at - length)
        assert value_at(after, at) == pytest.approx(value_at(points, old))


def test_the_lines_of_a_track_follow() -> None:
    project = automation.set_points(small(), "t1", [Point(5 * SECOND, -6.0), Point(7 * SECOND, 0.0)])
    after = ripple.remove(project, ["c1"])
    assert find.track(after, "t1").volume == (Point(SECOND, -6.0), Point(3 * SECOND, 0.0))
    assert find.track(after, "t2") is find.track(project, "t2")
    after = ripple.insert_time(project, SECOND, SECOND)
    assert find.track(after, "t1").volume == (Point(6 * SECOND, -6.0), Point(8 * SECOND, 0.0))


def test_the_lines_of_a_track_follow_over_several_gaps() -> None:
    project = row_of_clips((0, 2), (3, 5), (6, 7), (8, 9))
    project = automation.set_points(project, "t1", [Point(4 * SECOND, -6.0), Point(int(7.5 * SECOND), 3.0)])
    after = find.track(ripple.remove(project, ["c1", "c3"]), "t1").volume
    assert value_at(after, 2 * SECOND) == -6.0
    assert value_at(after, int(4.5 * SECOND)) == 3.0
    assert value_at(after, 4 * SECOND - 1) == pytest.approx(value_at(find.track(project, "t1").volume, 6 * SECOND - 1))


def test_marks_stay_on_the_timeline() -> None:
    last = 100 * 3600 * SECOND
    project, _marker = marks.add_marker(small(), last, "End")
    assert ripple.insert_time(project, 0, 5).markers[-1].at == last


def _playing(project, row, start, end):
    return [clip.id for clip in project.tracks[row].clips if clip.start < end and clip.end > start]


@given(projects.projects(), st.integers(0, 2**32))
def test_in_time_that_is_put_in_nothing_plays(project, seed):
    random = Random(seed)
    at, length = max(0, projects._moment(project, random)), random.choice([1, 2, 3, 500, 48_000])
    try:
        after = ripple.insert_time(project, at, length)
    except StudioError:
        return
    for row in range(len(after.tracks)):
        assert _playing(after, row, at, at + length) == []
        lasting = sum(clip.length for clip in project.tracks[row].clips)
        assert sum(clip.length for clip in after.tracks[row].clips) == lasting


@pytest.mark.parametrize("at", range(47_995, 48_006))
@pytest.mark.parametrize("stretch", [0.25, 0.7, 1.0, 1.2345678, 3.3, 4.0])
def test_a_clip_that_is_slowed_down_makes_room_wherever_it_can_be_cut(at, stretch):
    project = pace.set_stretch(small(), "c3", stretch)
    after, new = ripple.insert_clip(project, "t2", at=at, media="m1", length=4800)
    others = [clip for clip in after.tracks[1].clips if clip.id != new]
    assert not [clip for clip in others if clip.start < at + 4800 and clip.end > at]
    assert others[-1].start == at + 4800 or at <= 48_000
    assert find.clip(after, new).start == at
    assert find.clip(after, new).fade_in.length == 0


def test_a_clip_that_cannot_be_cut_so_near_its_beginning_comes_later_as_a_whole():
    project = pace.set_stretch(small(), "c3", 4.0)
    after = ripple.insert_time(project, 48_003, 1000)
    assert [(clip.id, clip.start) for clip in after.tracks[1].clips] == [("c3", 49_003)]
    assert len(ripple.insert_time(project, 48_004, 1000).tracks[1].clips) == 2

"""Tests of trimming a clip so that what is later follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.edits import clips, find, marks, ripple
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000


def row_of_clips(*spans: tuple[int, int], offset: int = 10) -> Project:
    """Return a project with c1, c2, … on a track, each from second to second, and media to both sides."""
    project = small()
    found = [
        Clip(f"c{i}", a * SECOND, (b - a) * SECOND, offset * SECOND, media="m3")
        for i, (a, b) in enumerate(spans, start=1)
    ]
    return replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)),), markers=(), regions=())


def spans(project: Project) -> list[tuple[float, float]]:
    assert rules.problems(project) == []
    return [(c.start / SECOND, c.end / SECOND) for c in sorted(project.tracks[0].clips, key=lambda c: c.id)]


def test_what_is_later_follows_the_end() -> None:
    project = row_of_clips((0, 4), (6, 8))
    assert spans(ripple.trim_end(project, "c1", 3 * SECOND)) == [(0, 3), (5, 7)]
    assert spans(ripple.trim_end(project, "c1", 5 * SECOND)) == [(0, 5), (7, 9)]
    assert ripple.trim_end(project, "c1", 4 * SECOND) is project


def test_the_end_goes_as_far_as_the_media() -> None:
    project = row_of_clips((0, 4), (6, 8), offset=55)
    assert spans(ripple.trim_end(project, "c1", 30 * SECOND)) == [(0, 5), (7, 9)]


def test_a_clip_begins_where_it_did_whatever_it_plays() -> None:
    project = row_of_clips((0, 4), (6, 8))
    shorter = ripple.trim_start(project, "c1", SECOND)
    assert (spans(shorter), find.clip(shorter, "c1").offset) == ([(0, 3), (5, 7)], 11 * SECOND)
    longer = ripple.trim_start(project, "c1", -2 * SECOND)
    assert (spans(longer), find.clip(longer, "c1").offset) == ([(0, 6), (8, 10)], 8 * SECOND)
    assert find.clip(ripple.trim_start(project, "c1", -99 * SECOND), "c1").offset == 0


def test_crossfades_stay_as_long_as_they_are() -> None:
    project = clips.move(row_of_clips((0, 4), (4, 8), (9, 10)), ["c2"], by=-SECOND)
    fade = Fade(SECOND, "equal_power")
    for after, expected in (
        (ripple.trim_end(project, "c1", 2 * SECOND), [(0, 2), (1, 5), (7, 8)]),
        (ripple.trim_end(project, "c1", 5 * SECOND), [(0, 5), (4, 8), (10, 11)]),
        (ripple.trim_start(project, "c2", 5 * SECOND), [(0, 4), (3, 5), (7, 8)]),
        (ripple.trim_start(project, "c2", SECOND), [(0, 4), (3, 9), (11, 12)]),
    ):
        assert spans(after) == expected
        assert find.clip(after, "c1").fade_out == find.clip(after, "c2").fade_in == fade


def test_what_is_later_comes_to_the_clip_and_not_before_it() -> None:
    project = row_of_clips((5, 15), (6, 20), (21, 22))
    assert spans(ripple.trim_end(project, "c1", 5 * SECOND + SECOND // 2)) == [(5, 5.5), (5, 19), (20, 21)]


def test_marks_and_lines_follow() -> None:
    project = marks.add_region(marks.add_marker(row_of_clips((0, 4), (6, 8)), 7 * SECOND)[0], 5 * SECOND, 6 * SECOND)[0]
    track = replace(project.tracks[0], volume=(Point(0, 0.0), Point(6 * SECOND, -6.0)))
    project = replace(project, tracks=(track,))
    after = ripple.trim_end(project, "c1", 2 * SECOND)
    assert after.markers[0].at == 5 * SECOND
    assert (after.regions[0].start, after.regions[0].end) == (3 * SECOND, 4 * SECOND)
    assert after.tracks[0].volume[-1] == Point(4 * SECOND, -6.0)


def test_what_cannot_follow_is_said() -> None:
    project = clips.set_locked(row_of_clips((0, 4), (6, 8)), ["c2"], on=True)
    with pytest.raises(StudioError, match=r"^Clip 'm3.wav' \(at 6.000 s\) is locked"):
        ripple.trim_end(project, "c1", 3 * SECOND)
    with pytest.raises(StudioError, match="Nothing would be left"):
        ripple.trim_end(project, "c1", 0)


@given(projects(), st.data())
def test_only_as_much_moves_as_was_trimmed(project: Project, data: st.DataObject) -> None:
    found = [clip for track in project.tracks for clip in track.clips]
    if not found:
        return
    clip = data.draw(st.sampled_from(found))
    edit = data.draw(st.sampled_from([ripple.trim_start, ripple.trim_end]))
    try:
        after = edit(project, clip.id, data.draw(st.integers(clip.start - 3_000, clip.end + 3_000)))
    except StudioError as e:
        assert e.hint  # noqa: PT017
        return
    assert rules.problems(after) == []
    new = find.clip(after, clip.id)
    assert new.start == clip.start
    by = new.length - clip.length
    for other in find.track_of(project, clip.id).clips:
        moved = find.clip(after, other.id).start - other.start
        assert moved == 0 or (0 < moved == by) or (by <= moved < 0)
        if other.start >= clip.end and by > 0:
            assert moved == by

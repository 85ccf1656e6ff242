"""Tests of moving and copying clips so that what is later closes up and makes room."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules
from studio.domain.edits import clips, find, grouping, marks, ripple, tracks
from studio.domain.edits.shapes import value_at
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000


def row_of_clips(*spans: tuple[float, float]) -> Project:
    """Return a project with c1, c2, … on a track, each from second to second."""
    found = [
        Clip(f"c{i}", round(a * SECOND), round((b - a) * SECOND), media="m3") for i, (a, b) in enumerate(spans, start=1)
    ]
    project = small()
    return replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)),), markers=(), regions=())


def spans(project: Project) -> list[tuple[float, float]]:
    assert rules.problems(project) == []
    found = [clip for track in project.tracks for clip in track.clips]
    return [(c.start / SECOND, c.end / SECOND) for c in sorted(found, key=lambda c: int(c.id[1:]))]


def moved(project: Project, *ids: str, by: float) -> list[tuple[float, float]]:
    return spans(ripple.move(project, ids, by=round(by * SECOND)))


# ----------------------------------------------------------------------------------------------------------------- move


def test_a_clip_changes_places_with_its_neighbours() -> None:
    project = row_of_clips((0, 4), (4, 8), (8, 12))
    assert moved(project, "c1", by=4) == [(4, 8), (0, 4), (8, 12)]
    assert moved(project, "c1", by=8) == [(8, 12), (0, 4), (4, 8)]
    assert moved(project, "c3", by=-8) == [(4, 8), (8, 12), (0, 4)]
    assert moved(project, "c2", "c3", by=-4) == [(8, 12), (0, 4), (4, 8)]


def test_the_gap_is_closed_and_room_is_made() -> None:
    project = row_of_clips((0, 4), (6, 8), (20, 21))
    assert moved(project, "c1", by=20) == [(20, 24), (2, 4), (16, 17)]
    assert moved(project, "c1", by=8) == [(8, 12), (2, 4), (20, 21)]
    assert moved(project, "c3", by=-15) == [(0, 4), (7, 9), (5, 6)]
    assert moved(project, "c3", by=-99) == [(1, 5), (7, 9), (0, 1)]


def test_within_a_gap_nothing_else_moves() -> None:
    project = row_of_clips((0, 4), (6, 8))
    assert moved(project, "c1", by=1) == [(1, 5), (6, 8)]
    assert moved(clips.set_locked(project, ["c2"], on=True), "c1", by=1) == [(1, 5), (6, 8)]
    assert ripple.move(project, ["c1"], by=0) is project
    assert ripple.move(project, ["c1"], by=-SECOND) is project
    assert ripple.move(project, [], by=5) is project


def test_nothing_is_split_the_nearer_side_is_taken() -> None:
    project = row_of_clips((0, 4), (4, 8), (8, 12))
    assert moved(project, "c1", by=1.9) == spans(project)
    assert moved(project, "c1", by=2) == moved(project, "c1", by=4)
    assert moved(project, "c1", by=5.9) == moved(project, "c1", by=4)
    assert moved(project, "c3", by=-1.9) == spans(project)


def test_crossfades_are_no_obstacle() -> None:
    project = row_of_clips((0, 4), (4, 8), (20, 22))
    project = clips.move(project, ["c2"], by=-SECOND)
    fade = Fade(SECOND, "equal_power")
    assert find.clip(project, "c1").fade_out == fade
    between = ripple.move(project, ["c3"], by=-17 * SECOND)
    assert spans(between) == [(0, 4), (5, 9), (3, 5)]
    assert find.clip(between, "c1").fade_out == find.clip(between, "c3").fade_in == fade
    assert find.clip(between, "c2").fade_in == Fade()
    away = ripple.move(project, ["c1"], by=10 * SECOND)
    assert spans(away) == [(10, 14), (0, 4), (21, 23)]
    assert find.clip(away, "c1").fade_out == find.clip(away, "c2").fade_in == Fade()


def test_a_group_goes_together_and_keeps_its_distances() -> None:
    project, _group = grouping.group(row_of_clips((0, 2), (3, 5), (6, 7), (10, 12)), ["c1", "c3"])
    assert moved(project, "c1", by=20) == [(20, 22), (1, 3), (26, 27), (7, 9)]


def test_to_another_track() -> None:
    project, third = tracks.add_track(row_of_clips((0, 4), (4, 8)), "Third")
    project, there = clips.add_clip(project, third, media="m3", start=4 * SECOND, length=2 * SECOND)
    after = ripple.move(project, ["c1"], by=4 * SECOND, track=third)
    assert spans(after) == [(4, 8), (0, 4), (8, 10)]
    assert find.track_of(after, "c1").id == third
    assert spans(ripple.move(project, [there], by=0, track="t1")) == [(0, 4), (6, 10), (4, 6)]
    with pytest.raises(StudioError, match="no track for every clip"):
        ripple.move(project, ["c1", there], by=0, track=third)
    with pytest.raises(StudioError, match="Third is locked"):
        ripple.move(tracks.set_track(project, third, locked=True), ["c1"], by=0, track=third)


def test_other_tracks_stay() -> None:
    project, third = tracks.add_track(row_of_clips((0, 4), (4, 8)), "Third")
    project, there = clips.add_clip(project, third, media="m3", start=5 * SECOND, length=SECOND)
    after = ripple.move(project, ["c1"], by=4 * SECOND)
    assert find.clip(after, there).start == 5 * SECOND


def test_marks_go_along_with_what_they_stand_above() -> None:
    project = row_of_clips((0, 4), (4, 8), (8, 12))
    for at, chapter in ((0, True), (4, True), (5, False), (8, True)):
        project, _new = marks.add_marker(project, at * SECOND, str(at), chapter=chapter)
    for start, end in ((1, 3), (5, 8), (3, 9)):
        project, _new = marks.add_region(project, start * SECOND, end * SECOND, f"{start}")
    after = ripple.move(project, ["c1"], by=4 * SECOND)
    assert {m.name: m.at // SECOND for m in after.markers} == {"0": 4, "4": 0, "5": 1, "8": 8}
    assert {r.name: (r.start // SECOND, r.end // SECOND) for r in after.regions} == {
        "1": (5, 7),
        "5": (1, 8),
        "3": (0, 9),
    }


def test_the_line_goes_along() -> None:
    project = row_of_clips((0, 4), (4, 8), (8, 12))
    line = (Point(SECOND, -6.0), Point(2 * SECOND, -12.0), Point(5 * SECOND, 3.0))
    project = replace(project, tracks=(replace(project.tracks[0], volume=line),))
    after = ripple.move(project, ["c1"], by=4 * SECOND)
    assert rules.problems(after) == []
    found = after.tracks[0].volume
    for then in range(0, 12 * SECOND, SECOND // 4):
        now = then + 4 * SECOND if then < 4 * SECOND else then - 4 * SECOND if then < 8 * SECOND else then
        assert value_at(found, now) == pytest.approx(value_at(line, then)), then / SECOND


def test_what_cannot_go_or_follow_is_said() -> None:
    project = row_of_clips((0, 4), (4, 8), (8, 12))
    with pytest.raises(StudioError, match=r"at 4.000 s.* is locked"):
        ripple.move(clips.set_locked(project, ["c2"], on=True), ["c1"], by=4 * SECOND)
    with pytest.raises(StudioError, match=r"at 0.000 s.* is locked"):
        ripple.move(clips.set_locked(project, ["c1"], on=True), ["c1"], by=4 * SECOND)


@given(projects(), st.data())
def test_a_move_takes_what_is_chosen_and_keeps_the_order_of_the_rest(project: Project, data: st.DataObject) -> None:
    found = [clip for track in project.tracks for clip in track.clips]
    if not found:
        return
    clip = data.draw(st.sampled_from(found))
    by = data.draw(st.integers(-20_000, 20_000))
    track = data.draw(st.sampled_from([None, *(one.id for one in project.tracks)]))
    try:
        after = ripple.move(project, [clip.id], by=by, track=track)
    except StudioError as e:
        assert e.hint  # noqa: PT017
        return
    assert rules.problems(after) == []
    assert {c.id: (c.length, c.offset, c.media, c.take) for t in after.tracks for c in t.clips} == {
        c.id: (c.length, c.offset, c.media, c.take) for c in found
    }
    chosen = set(grouping.with_group(project, [clip.id]))
    shift = {find.clip(after, name).start - find.clip(project, name).start for name in chosen}
    assert len(shift) == 1, "what is moved together keeps its distances"
    ours = [find.clip(after, name) for name in chosen]
    first, last = min(c.start for c in ours), max(c.end for c in ours)
    rows = {find.track_of(after, name).id for name in chosen}
    for before, now in zip(project.tracks, after.tracks, strict=True):
        order = [c.id for c in sorted(before.clips, key=lambda c: c.start) if c.id not in chosen]
        starts = [find.clip(after, name).start for name in order]
        assert starts == sorted(starts), "the others keep their order"
        if now.id in rows and shift != {0}:
            assert not [c for c in now.clips if c.id not in chosen and first < c.start < last], "there is room"


@given(projects(), st.data())
def test_what_did_not_overlap_does_not_afterwards(project: Project, data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=6))
    found: list[tuple[float, float]] = []
    at = 0
    for gap, length in lengths:
        found.append(((at + gap) / SECOND, (at + gap + length) / SECOND))
        at += gap + length
    project = row_of_clips(*found)
    name = data.draw(st.sampled_from([clip.id for clip in project.tracks[0].clips]))
    edit = data.draw(st.sampled_from(["move", "duplicate"]))
    by = data.draw(st.integers(-300, 300))
    after = ripple.move(project, [name], by=by) if edit == "move" else ripple.duplicate(project, [name], by=by)[0]
    assert rules.problems(after) == []
    ordered = after.tracks[0].clips
    assert all(one.end <= other.start for one, other in pairwise(ordered))


# ------------------------------------------------------------------------------------------------------------ duplicate


def copied(project: Project, *ids: str, by: float | None = None) -> list[tuple[float, float]]:
    return spans(ripple.duplicate(project, ids, by=None if by is None else round(by * SECOND))[0])


def test_a_copy_pushes_what_is_later() -> None:
    project = row_of_clips((0, 4), (4, 8), (10, 12))
    assert copied(project, "c1") == [(0, 4), (8, 12), (14, 16), (4, 8)]
    assert copied(project, "c1", "c2") == [(0, 4), (4, 8), (18, 20), (8, 12), (12, 16)]
    assert copied(project, "c1", by=5) == copied(project, "c1", by=4)
    assert copied(project, "c3", by=-5) == [(0, 4), (6, 10), (12, 14), (4, 6)]
    assert ripple.duplicate(project, []) == (project, ())


def test_a_copy_brings_no_crossfade_along() -> None:
    project = clips.move(row_of_clips((0, 4), (4, 8)), ["c2"], by=-SECOND)
    project, third = tracks.add_track(project, "Third")
    after, (new,) = ripple.duplicate(project, ["c2"], by=SECOND, track=third)
    assert (find.track_of(after, new).id, find.clip(after, new).fade_in) == (third, Fade())
    assert find.clip(after, "c2").fade_in == Fade(SECOND, "equal_power")


def test_marks_make_room_for_a_copy() -> None:
    project, _new = marks.add_marker(row_of_clips((0, 4), (4, 8)), 4 * SECOND)
    after, _copies = ripple.duplicate(project, ["c1"])
    assert after.markers[0].at == 8 * SECOND


def test_what_cannot_make_room_for_a_copy_is_said() -> None:
    project = row_of_clips((0, 4), (4, 8))
    with pytest.raises(StudioError, match=r"at 4.000 s.* is locked"):
        ripple.duplicate(clips.set_locked(project, ["c2"], on=True), ["c1"])
    locked = clips.set_locked(project, ["c1"], on=True)
    assert copied(locked, "c1") == [(0, 4), (8, 12), (4, 8)]

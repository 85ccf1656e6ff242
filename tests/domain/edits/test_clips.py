"""Tests of adding, moving, cutting, copying and removing clips."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.domain import samples
from studio.domain.edits import clips, crossfades, effects, find, grouping, parts, tracks
from studio.domain.edits.shapes import value_at
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000


def position(clip: Clip, at: int) -> int:
    """Return which sample of the stretched media a clip plays at a moment."""
    return samples.stretched(clip.offset, clip.stretch) + at - clip.start


def unlocked(project: Project) -> Project:
    all_tracks = [
        replace(track, locked=False, clips=tuple(replace(clip, locked=False) for clip in track.clips))
        for track in project.tracks
    ]
    return replace(project, tracks=tuple(all_tracks))


@st.composite
def clips_of_projects(draw: st.DrawFn) -> tuple[Project, Clip]:
    """A project without locks, and a clip of it."""
    project = unlocked(draw(projects()))
    found = [clip for track in project.tracks for clip in track.clips]
    assume(found)
    return project, draw(st.sampled_from(found))


# ------------------------------------------------------------------------------------------------------------------ add


def test_add_plays_to_the_end() -> None:
    project, new = clips.add_clip(small(), "t1", take="k2", start=20 * SECOND, offset=SECOND, name="Again")
    assert find.clip(project, new) == Clip(new, 20 * SECOND, 19 * SECOND, SECOND, take="k2", name="Again")
    assert [clip.id for clip in find.track(project, "t1").clips] == ["c1", "c2", new]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"media": "m1", "start": -1}, "outside the timeline"),
        ({"media": "m1", "start": 0, "offset": 10 * SECOND}, "no such part"),
        ({"media": "m1", "start": 0, "length": 11 * SECOND}, "no such part"),
        ({"media": "m1", "start": 0, "length": 0}, "no such part"),
        ({"media": "m1", "start": 0, "offset": -1}, "no such part"),
        ({"media": "m9", "start": 0}, "no media 'm9'"),
        ({"take": "k9", "start": 0}, "no take 'k9'"),
        ({"start": 0}, "media or a take"),
        ({"start": 0, "media": "m1", "take": "k1"}, "media or a take"),
        ({"media": "m1", "start": 100 * 3600 * SECOND}, "at most 100 hours"),
    ],
)
def test_add_refuses(values: dict[str, object], told: str) -> None:
    with pytest.raises(StudioError, match=told):
        clips.add_clip(small(), "t1", **values)  # pyright: ignore[reportArgumentType]


# ----------------------------------------------------------------------------------------------------------------- move


@given(clips_of_projects(), st.integers(-3_000, 3_000))
def test_moved_there_and_back_is_the_same(case: tuple[Project, Clip], by: int) -> None:
    project, clip = case
    # A fade that happens to be the crossfade of the new overlap would count as one, and go with it.
    project = with_crossfades(project)
    ids = grouping.with_group(project, [clip.id])
    assume(all(find.clip(project, name).start + by >= 0 for name in ids))

    there = clips.move(project, [clip.id], by=by)

    for name in ids:
        assert find.clip(there, name).start == find.clip(project, name).start + by
    assert clips.move(there, [clip.id], by=-by) == project


def with_crossfades(project: Project) -> Project:
    """Return a project whose overlaps are crossfaded, and whose other fades look like none and give way to none."""
    found: dict[int, list[Clip]] = {}
    for row, track in enumerate(project.tracks):
        short = project.rate // crossfades.SHORT
        plain = [
            replace(c, fade_in=_unlike(c.fade_in, short), fade_out=_unlike(c.fade_out, short)) for c in track.clips
        ]
        crossfades.renewed([], {row: plain}, copies={}, rate=project.rate)
        found[row] = plain
    return parts.with_clips(project, found)


def _unlike(fade: Fade, short: int) -> Fade:
    if fade.length <= short:
        return Fade()
    return fade if fade.curve != "equal_power" else Fade(fade.length, "linear")


def test_move_stops_at_the_beginning() -> None:
    project, _group = grouping.group(small(), ["c2", "c3"])
    moved = clips.move(project, ["c2"], by=-5 * SECOND)
    assert find.clip(moved, "c3").start == 0
    assert find.clip(moved, "c2").start == 5 * SECOND


def test_move_to_another_track_keeps_the_rows_apart() -> None:
    project, below = tracks.add_track(small(), "Third")
    moved = clips.move(project, ["c1", "c3"], by=0, track="t2")
    assert find.track_of(moved, "c1").id == "t2"
    assert find.track_of(moved, "c3").id == below
    with pytest.raises(StudioError, match="no track for every clip"):
        clips.move(moved, ["c1", "c3"], by=0, track=below)


def test_move_to_a_locked_track() -> None:
    project = tracks.set_track(small(), "t2", locked=True)
    with pytest.raises(StudioError, match="Music is locked"):
        clips.move(project, ["c1"], by=0, track="t2")


def test_move_too_far() -> None:
    with pytest.raises(StudioError, match="100 hours"):
        clips.move(small(), ["c1"], by=10**12)


def test_nothing_moved_is_nothing_changed() -> None:
    project = small()
    assert clips.move(project, ["c1"], by=0) is project
    assert clips.move(project, [], by=5) is project


# ----------------------------------------------------------------------------------------------------------------- trim


@given(clips_of_projects(), st.integers(-2_000, 2_000), st.sampled_from(["start", "end"]))
def test_what_is_left_plays_when_it_did(case: tuple[Project, Clip], by: int, edge: str) -> None:
    project, clip = case
    wanted = (clip.start if edge == "start" else clip.end) + by
    assume(wanted < clip.end if edge == "start" else wanted > clip.start)

    after = find.clip(clips.trim(project, clip.id, **{edge: wanted}), clip.id)

    assert position(after, clip.start) == position(clip, clip.start)
    if edge == "start":
        assert after.end == clip.end
        # Where nothing stops it, the edge is where it was asked to be, to half a sample of the media.
        if wanted >= 0 and position(clip, wanted) >= 0:
            assert abs(after.start - wanted) <= (0 if clip.stretch <= 1 else clip.stretch)
    else:
        assert after.start == clip.start
        assert after.end <= wanted or after.end == clip.end
    at = range(max(clip.start, after.start), min(clip.end, after.end), 97)
    assert all(value_at(clip.volume, t - clip.start) == value_at(after.volume, t - after.start) for t in at)


@given(clips_of_projects(), st.data())
def test_trimmed_and_drawn_out_is_the_same(case: tuple[Project, Clip], data: st.DataObject) -> None:
    project, clip = case
    clip = replace(clip, fade_in=Fade(), fade_out=Fade(), start=clip.start + 5)
    project = replace(project, tracks=(replace(project.tracks[0], clips=(clip,)),))
    start = data.draw(st.integers(clip.start, clip.end - 1))
    trimmed = clips.trim(project, clip.id, start=start, end=data.draw(st.integers(start + 1, clip.end)))
    again = clips.trim(trimmed, clip.id, start=clip.start, end=clip.end)
    # Of media played fast, several samples lie at the same place: any of them sounds the same.
    after = find.clip(again, clip.id)
    assert position(after, 0) == position(clip, 0)
    assert parts.put_clip(again, find.Spot(0, 0), replace(after, offset=clip.offset)) == project


def test_trim_stops_at_the_media() -> None:
    project = clips.trim(small(), "c2", start=0, end=100 * SECOND)
    clip = find.clip(project, "c2")
    assert (clip.start, clip.offset, clip.end) == (5 * SECOND, 0, 25 * SECOND)


def test_trim_shortens_fades() -> None:
    project = parts.put_clip(small(), find.spot(small(), "c1"), replace(find.clip(small(), "c1"), fade_in=Fade(SECOND)))
    assert find.clip(clips.trim(project, "c1", end=100), "c1").fade_in == Fade(100)


@pytest.mark.parametrize("edges", [{"start": 4 * SECOND}, {"end": 0}, {"start": 5 * SECOND, "end": 5 * SECOND}])
def test_trim_leaves_something(edges: dict[str, int]) -> None:
    with pytest.raises(StudioError, match="Nothing would be left"):
        clips.trim(small(), "c1", **edges)


# ----------------------------------------------------------------------------------------------------------------- slip


@given(clips_of_projects(), st.integers(-10_000, 10_000))
def test_slip_changes_the_offset_alone(case: tuple[Project, Clip], by: int) -> None:
    project, clip = case
    after = find.clip(clips.slip(project, clip.id, by=by), clip.id)
    assert replace(after, offset=clip.offset) == clip
    assert min(by, 0) <= after.offset - clip.offset <= max(by, 0)


def test_slip_stops_at_both_ends_of_the_media() -> None:
    assert find.clip(clips.slip(small(), "c2", by=-5 * SECOND), "c2").offset == 0
    assert find.clip(clips.slip(small(), "c2", by=50 * SECOND), "c2").offset == 15 * SECOND


# ------------------------------------------------------------------------------------------------------- split and join


@given(clips_of_projects(), st.data())
def test_a_split_is_not_heard(case: tuple[Project, Clip], data: st.DataObject) -> None:
    project, clip = case
    assume(clip.length >= 20)
    at = data.draw(st.integers(clip.start + 6, clip.end - 6))

    after, new = clips.split(project, clip.id, at)

    left, right = find.clip(after, clip.id), find.clip(after, new)
    assert abs(left.end - at) <= (0 if clip.stretch <= 1 else clip.stretch / 2 + 0.5)
    assert (left.start, left.end, right.end) == (clip.start, right.start, clip.end)
    assert position(left, left.start) == position(clip, clip.start)
    assert position(right, right.start) == position(clip, right.start) == position(left, left.end)
    for t in {left.start, left.end - 1, *range(left.start, left.end, 97)}:
        assert value_at(left.volume, t - left.start) == value_at(clip.volume, t - clip.start)
    for t in {right.start, right.end - 1, *range(right.start, right.end, 97)}:
        assert value_at(right.volume, t - right.start) == value_at(clip.volume, t - clip.start)
    assert [(e.kind, e.settings, e.on) for e in right.effects] == [(e.kind, e.settings, e.on) for e in clip.effects]


@given(clips_of_projects(), st.data())
def test_halves_joined_are_the_clip_again(case: tuple[Project, Clip], data: st.DataObject) -> None:
    project, clip = case
    assume(clip.length >= 40)
    spot = find.spot(project, clip.id)
    # A fade that runs across the cut cannot be had again.
    room = clip.length // 4
    clip = replace(clip, fade_in=Fade(room, "smooth"), fade_out=Fade(room, "exponential"))
    project = parts.put_clip(project, spot, clip)
    cut = data.draw(st.integers(clip.start + room + 8, clip.end - room - 8))

    apart, new = clips.split(project, clip.id, cut)
    once_more, newer = clips.split(apart, new, find.clip(apart, new).start + 4)

    assert find.track(clips.join(apart, [new, clip.id]), project.tracks[spot.track].id) == project.tracks[spot.track]
    assert clips.join(once_more, [clip.id, newer, new]).tracks == project.tracks


def test_split_keeps_only_the_points_that_shape_a_half() -> None:
    project = small()
    line = tuple(Point(at * 100, -float(at)) for at in range(50))
    project = parts.put_clip(project, find.spot(project, "c1"), replace(find.clip(project, "c1"), volume=line))
    after, new = clips.split(project, "c1", 2_050)
    assert find.clip(after, "c1").volume == line[:22]
    assert find.clip(after, new).volume == tuple(Point(p.at - 2_050, p.value) for p in line[20:])


def test_a_split_ends_fades_at_the_cut() -> None:
    project = small()
    clip = replace(find.clip(project, "c1"), fade_in=Fade(SECOND, "smooth"), fade_out=Fade(3 * SECOND))
    project = parts.put_clip(project, find.spot(project, "c1"), clip)
    after, new = clips.split(project, "c1", SECOND // 2)
    assert (find.clip(after, "c1").fade_in, find.clip(after, "c1").fade_out) == (Fade(SECOND // 2, "smooth"), Fade())
    assert (find.clip(after, new).fade_in, find.clip(after, new).fade_out) == (Fade(), Fade(3 * SECOND))


@pytest.mark.parametrize("at", [-5, 0, 4 * SECOND, 5 * SECOND])
def test_split_beside_the_clip(at: int) -> None:
    with pytest.raises(StudioError, match="nothing to split"):
        clips.split(small(), "c1", at)


def test_a_line_that_was_changed_between_is_kept_by_join() -> None:
    project, new = clips.split(small(), "c1", SECOND)
    project = parts.put_clip(
        project, find.spot(project, new), replace(find.clip(project, new), volume=(Point(9, -6.0),))
    )
    whole = find.clip(clips.join(project, ["c1", new]), "c1")
    assert [value_at(whole.volume, at) for at in (0, SECOND - 1, SECOND, 4 * SECOND)] == [0.0, 0.0, -6.0, -6.0]


def test_join_refuses_what_does_not_belong_together() -> None:
    project, new = clips.split(small(), "c1", SECOND)
    with pytest.raises(StudioError, match="does not go on"):
        clips.join(project, ["c1", new, "c2"])
    with pytest.raises(StudioError, match="one track"):
        clips.join(project, ["c1", "c3"])
    with pytest.raises(StudioError, match="one track"):
        clips.join(project, ["c1", "c1"])
    with pytest.raises(StudioError, match="does not go on"):
        clips.join(clips.slip(project, new, by=1), ["c1", new])
    with pytest.raises(StudioError, match="differ"):
        clips.join(clips.set_gain(project, [new], -1.0), ["c1", new])
    with pytest.raises(StudioError, match="differ"):
        clips.join(effects.add(project, new, "eq")[0], ["c1", new])


# ------------------------------------------------------------------------------------------------- duplicate and remove


def test_duplicates_follow_as_a_block() -> None:
    project, group = grouping.group(effects.add(small(), "c2", "eq")[0], ["c2", "c3"])
    project = clips.set_locked(project, ["c2"], on=True)

    after, new = clips.duplicate(project, ["c2"])

    copies = find.clips(after, new)
    assert [(c.start, find.track_of(after, c.id).id) for c in copies] == [(36 * SECOND, "t1"), (31 * SECOND, "t2")]
    assert copies[0].group == copies[1].group not in {"", group}
    assert not copies[0].locked
    assert [e.kind for e in copies[0].effects] == ["eq"]
    assert copies[0].effects[0].id != find.clip(project, "c2").effects[0].id


def test_duplicates_can_lie_anywhere() -> None:
    after, (new,) = clips.duplicate(small(), ["c2"], by=-6 * SECOND)
    assert find.clip(after, new).start == 0
    with pytest.raises(StudioError, match="outside the timeline"):
        clips.duplicate(small(), ["c2"], by=-7 * SECOND)
    assert clips.duplicate(small(), []) == (small(), ())


def test_remove_takes_the_group_along_and_moves_nothing() -> None:
    project, _group = grouping.group(small(), ["c1", "c3"])
    after = clips.remove(project, ["c1"])
    assert [[clip.id for clip in track.clips] for track in after.tracks] == [["c2"], []]
    assert find.clip(after, "c2") is find.clip(project, "c2")


def test_remove_keeps_a_group_with_a_locked_clip() -> None:
    project, _group = grouping.group(small(), ["c1", "c3"])
    with pytest.raises(StudioError, match=r"^Clip 'm3.wav' \(at 1.000 s\) is locked"):
        clips.remove(clips.set_locked(project, ["c3"], on=True), ["c1"])


# ------------------------------------------------------------------------------------------------------------- settings


def test_settings() -> None:
    project = clips.set_gain(small(), ["c1", "c3"], -6)
    project = clips.set_pan(project, ["c1"], -1)
    project = clips.set_mute(project, ["c1"], on=True)
    project = clips.rename(project, "c1", "Na\udc80me")
    clip = find.clip(project, "c1")
    assert (clip.gain_db, clip.pan, clip.mute, clip.name) == (-6.0, -1.0, True, "Na\N{REPLACEMENT CHARACTER}me")
    assert find.clip(project, "c3").gain_db == -6.0


@pytest.mark.parametrize("db", [24.1, -201.0, float("nan"), float("inf")])
def test_impossible_gain(db: float) -> None:
    with pytest.raises(StudioError, match="The gain cannot be"):
        clips.set_gain(small(), ["c1"], db)


def test_locks_can_be_taken_off() -> None:
    project = clips.set_locked(clips.set_locked(small(), ["c1"], on=True), ["c1"], on=False)
    assert clips.move(project, ["c1"], by=1) != project


def test_gains_change_by_as_much_and_no_further_than_they_can() -> None:
    project = clips.set_gain(small(), ["c2"], -10.0)
    louder = clips.add_gain(project, ["c1", "c2"], 3.5)
    assert [find.clip(louder, one).gain_db for one in ("c1", "c2", "c3")] == [3.5, -6.5, 0.0]
    assert find.clip(clips.add_gain(louder, ["c1"], 200.0), "c1").gain_db == 24.0
    assert find.clip(clips.add_gain(louder, ["c1"], -200.0), "c1").gain_db == -90.0
    with pytest.raises(StudioError, match="change of the gain"):
        clips.add_gain(louder, ["c1"], float("nan"))

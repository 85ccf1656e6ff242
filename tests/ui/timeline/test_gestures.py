"""Tests of what drags on the timeline do to the project."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain import rules
from studio.domain.edits import automation, clips, find, grouping, marks, pace, tracks
from studio.domain.history import History
from studio.domain.project import Clip, Fade, Point, Project
from studio.errors import StudioError
from studio.ui.timeline.gesture import Gesture, Place, Step
from studio.ui.timeline.gestures.begin import begin
from studio.ui.timeline.gestures.held import Held
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.ways import Tool, Ways
from tests.domain.projects import small

SECOND = 48_000


def held(project: Project | None = None, *chosen: str, tool: Tool = Tool.SELECT, **ways: object) -> Held:
    return Held(
        small() if project is None else project,
        clips=frozenset(chosen),
        tool=tool,
        ways=replace(Ways(), **ways),  # pyright: ignore[reportArgumentType]
        playhead=20 * SECOND,
    )


def pressed(now: Held, part: Part, clip_id: str, at: float = 0, *, copy: bool = False) -> Gesture:
    """Press a part of a clip, so many seconds from the begin."""
    row = find.spot(now.project, clip_id).track
    track = now.project.tracks[row].id
    gesture = begin(Hit(part, round(at * SECOND), row, track, clip_id), now, copy=copy)
    assert gesture is not None
    assert gesture.label
    return gesture


def place(
    at: float, row: int = 0, *, rise: float = 0.0, within: float = 0, free: bool = False, fine: bool = False
) -> Place:
    return Place(round(at * SECOND), row, rise, round(within * SECOND), free, fine)


def clip(step: Step, clip_id: str) -> Clip:
    assert rules.problems(step.project) == []
    return find.clip(step.project, clip_id)


def span(step: Step, clip_id: str) -> tuple[float, float]:
    found = clip(step, clip_id)
    return found.start / SECOND, found.end / SECOND


def in_a_row(*spans: tuple[float, float], offset: float = 10) -> Project:
    """Return a project with c1, c2, … on one track, each with so many seconds of media before and after it."""
    found = [
        Clip(f"c{i}", round(a * SECOND), round((b - a) * SECOND), round(offset * SECOND), media="m3")
        for i, (a, b) in enumerate(spans, start=1)
    ]
    project = small()
    return replace(project, tracks=(replace(project.tracks[0], clips=tuple(found)),), markers=(), regions=())


# --------------------------------------------------------------------------------------------------------------- moving


def test_with_ripple_a_clip_that_is_dragged_changes_places() -> None:
    now = held(in_a_row((0, 4), (4, 8), (8, 9)), ripple=True)
    move = pressed(now, Part.CLIP, "c1", 1)
    assert span(move.at(place(5)), "c1") == (4, 8)
    assert span(move.at(place(5)), "c2") == (0, 4)
    assert span(move.at(place(5)), "c3") == (8, 9)
    assert move.at(place(1)).project is now.project
    assert move.at(place(4.9, within=0.5)).snapped is None, "what makes room attracts nothing"
    copy = pressed(now, Part.CLIP, "c1", 1, copy=True).at(place(5))
    assert span(copy, "c2") == (8, 12)
    assert [c.start // SECOND for c in copy.project.tracks[0].clips] == [0, 4, 8, 12]


def test_a_clip_goes_where_it_is_dragged_and_back() -> None:
    now = held()
    gesture = pressed(now, Part.CLIP, "c1", 1)
    assert span(gesture.at(place(3.5)), "c1") == (2.5, 6.5)
    assert gesture.at(place(1)).project == now.project, "every place is taken from the project at the press"
    assert span(gesture.at(place(1.1)), "c1") == (0.1, 4.1)


def test_a_clip_moves_at_most_back_to_the_begin() -> None:
    assert span(pressed(held(), Part.CLIP, "c2", 7).at(place(0)), "c2") == (0, 5)


def test_a_fine_hand_moves_by_a_tenth() -> None:
    assert span(pressed(held(), Part.CLIP, "c2", 7).at(place(8, fine=True)), "c2") == (6.1, 11.1)


def test_a_clip_goes_to_another_track_and_no_further_than_the_last() -> None:
    gesture = pressed(held(), Part.CLIP, "c1", 1)
    for row in (1, 7):
        assert find.track_of(gesture.at(place(1, row)).project, "c1").id == "t2"
    assert find.track_of(pressed(held(), Part.CLIP, "c3", 2).at(place(2, -1)).project, "c3").id == "t1"


def test_chosen_clips_and_groups_keep_their_distance() -> None:
    step = pressed(held(None, "c1", "c3"), Part.CLIP, "c1", 1).at(place(3, 1))
    assert (span(step, "c1"), span(step, "c3")) == ((2, 6), (3, 33))
    assert find.track_of(step.project, "c1").id == "t1", "c3 has no track below"

    grouped, _group = grouping.group(small(), ["c1", "c3"])
    step = pressed(held(grouped), Part.CLIP, "c3", 2).at(place(3))
    assert span(step, "c1") == (1, 5)


def test_a_clip_that_is_not_chosen_moves_alone() -> None:
    step = pressed(held(None, "c1"), Part.CLIP, "c2", 7).at(place(8))
    assert (span(step, "c1"), span(step, "c2")) == ((0, 4), (7, 12))


def test_the_end_that_is_nearer_to_something_attracts() -> None:
    now = held(in_a_row((0, 2), (10, 13), (20, 22)))
    gesture = pressed(now, Part.CLIP, "c2", 11)
    to_its_left = gesture.at(place(3.1, within=0.2))  # the start is at 2.1, the end at 5.1
    assert (span(to_its_left, "c2"), to_its_left.snapped) == ((2, 5), 2 * SECOND)
    to_its_right = gesture.at(place(17.9, within=0.2))  # the end is at 19.9
    assert (span(to_its_right, "c2"), to_its_right.snapped) == ((17, 20), 20 * SECOND)


def test_of_two_ends_the_nearer_one_decides() -> None:
    gesture = pressed(held(in_a_row((0, 2), (5.2, 6), (10, 13))), Part.CLIP, "c3", 11)
    assert gesture.at(place(3.14, within=0.2)).snapped == round(5.2 * SECOND)  # 0.14 and 0.06 away
    assert gesture.at(place(3.04, within=0.2)).snapped == 2 * SECOND  # 0.04 and 0.16


def test_nothing_attracts_while_ctrl_is_held_or_snapping_is_off() -> None:
    gesture = pressed(held(in_a_row((0, 2), (10, 13))), Part.CLIP, "c2", 11)
    assert span(gesture.at(place(3.1, within=0.2, free=True)), "c2") == (2.1, 5.1)
    assert span(gesture.at(place(3.1)), "c2") == (2.1, 5.1)


def test_playhead_and_grid_attract() -> None:
    gesture = pressed(held(in_a_row((0, 2))), Part.CLIP, "c1", 1)
    assert gesture.at(place(21.1, within=0.2)).snapped == 20 * SECOND
    gridded = replace(held(in_a_row((0, 2)), grid=True), grid=3 * SECOND)
    assert gesture.at(place(4.1, within=0.2)).snapped is None
    assert pressed(gridded, Part.CLIP, "c1", 1).at(place(4.1, within=0.2)).snapped == 3 * SECOND


def test_a_clip_does_not_stick_to_where_it_was() -> None:
    assert span(pressed(held(in_a_row((1, 4))), Part.CLIP, "c1", 2).at(place(2.1, within=0.5)), "c1") == (1.1, 4.1)


def test_clips_over_each_other_crossfade() -> None:
    step = pressed(held(in_a_row((0, 4), (6, 10))), Part.CLIP, "c2", 7).at(place(4))
    assert clip(step, "c1").fade_out == clip(step, "c2").fade_in == Fade(SECOND, "equal_power")


def test_alt_drags_copies_away() -> None:
    now = held(None, "c1", "c3")
    gesture = pressed(now, Part.CLIP, "c1", 1, copy=True)
    step = gesture.at(place(41))
    assert (span(step, "c1"), span(step, "c3")) == ((0, 4), (1, 31))
    assert (span(step, "c100"), span(step, "c101")) == ((40, 44), (41, 71))
    assert gesture.at(place(1)).project == now.project, "a copy is none that lies where its original does"

    step = pressed(held(), Part.CLIP, "c1", 1, copy=True).at(place(1, 1))
    assert [c.start for c in step.project.tracks[1].clips] == [0, SECOND]
    assert find.clip(step.project, "c1").start == 0


def test_a_copy_goes_at_most_back_to_the_begin() -> None:
    step = pressed(held(in_a_row((1, 4))), Part.CLIP, "c1", 2, copy=True).at(place(0.5))
    assert span(step, "c100") == (0, 3)


def test_a_copy_comes_to_rest_at_its_original() -> None:
    step = pressed(held(in_a_row((1, 4))), Part.CLIP, "c1", 2, copy=True).at(place(4.9, within=0.2))
    assert step.snapped == 4 * SECOND


def test_what_is_locked_is_refused_in_words() -> None:
    locked = clips.set_locked(small(), ["c1"], on=True)
    with pytest.raises(StudioError, match="is locked"):
        pressed(held(locked), Part.CLIP, "c1", 1).at(place(2))
    onto = tracks.set_track(small(), "t2", locked=True)
    with pytest.raises(StudioError, match="Music is locked"):
        pressed(held(onto), Part.CLIP, "c1", 1).at(place(2, 1))


# ------------------------------------------------------------------------------------------------------------- trimming


def test_the_edges_trim_as_far_as_the_media_goes() -> None:
    now = held()
    start = pressed(now, Part.CLIP_START, "c2", 6)
    assert span(start.at(place(7)), "c2") == (7, 11)
    assert span(start.at(place(0)), "c2") == (5, 11), "there is a second of media before it"
    end = pressed(now, Part.CLIP_END, "c1", 4)
    assert span(end.at(place(5)), "c1") == (0, 5)
    assert span(end.at(place(50)), "c1") == (0, 10)
    assert end.at(place(4)).project is now.project


def test_a_sample_is_left_of_a_trimmed_clip() -> None:
    assert clip(pressed(held(), Part.CLIP_END, "c2", 11).at(place(0)), "c2").length == 1
    assert clip(pressed(held(), Part.CLIP_START, "c2", 6).at(place(99)), "c2").length == 1


def test_an_edge_comes_to_rest() -> None:
    step = pressed(held(), Part.CLIP_END, "c1", 4).at(place(5.9, within=0.2))
    assert (span(step, "c1"), step.snapped) == ((0, 6), 6 * SECOND)
    assert pressed(held(in_a_row((0, 4))), Part.CLIP_END, "c1", 4).at(place(4.1, within=0.5)).snapped is None


def test_without_ripple_nothing_follows() -> None:
    step = pressed(held(in_a_row((0, 4), (6, 8))), Part.CLIP_END, "c1", 4).at(place(3))
    assert span(step, "c2") == (6, 8)


def test_with_ripple_what_is_later_follows() -> None:
    now = held(in_a_row((0, 4), (6, 8), (9, 10)), ripple=True)
    end = pressed(now, Part.CLIP_END, "c1", 4)
    for to, others in ((3, ((5, 7), (8, 9))), (5, ((7, 9), (10, 11))), (4, ((6, 8), (9, 10)))):
        step = end.at(place(to))
        assert (span(step, "c1"), span(step, "c2"), span(step, "c3")) == ((0, to), *others)
    assert end.at(place(5.9, within=0.2)).snapped is None, "what goes along does not attract"
    start = pressed(now, Part.CLIP_START, "c2", 6)
    step = start.at(place(7))
    assert (span(step, "c2"), span(step, "c3"), clip(step, "c2").offset) == ((6, 7), (8, 9), 11 * SECOND)
    step = start.at(place(4))
    assert (span(step, "c1"), span(step, "c2"), span(step, "c3")) == ((0, 4), (6, 10), (11, 12))
    assert clip(step, "c2").offset == 8 * SECOND


# ----------------------------------------------------------------------------------------------------- slip and stretch


def test_slipping_moves_the_sound_under_the_clip() -> None:
    now = held(tool=Tool.SLIP)
    gesture = pressed(now, Part.CLIP, "c2", 7)
    assert clip(gesture.at(place(7.5)), "c2").offset == SECOND // 2
    assert clip(gesture.at(place(6)), "c2").offset == 2 * SECOND
    assert clip(gesture.at(place(60)), "c2").offset == 0
    assert span(gesture.at(place(60)), "c2") == (6, 11)
    assert gesture.at(place(7)).project is now.project


def test_slipping_follows_the_pointer_in_a_stretched_clip() -> None:
    project = pace.set_stretch(small(), "c2", 2.0)
    step = pressed(held(project, tool=Tool.SLIP), Part.CLIP, "c2", 7).at(place(6))
    assert clip(step, "c2").offset == 1.5 * SECOND


def test_the_corner_stretches_as_far_as_sound_can_be() -> None:
    now = held()
    gesture = pressed(now, Part.STRETCH, "c1", 4)
    step = gesture.at(place(6))
    assert (span(step, "c1"), clip(step, "c1").stretch) == ((0, 6), 1.5)
    assert clip(gesture.at(place(90)), "c1").stretch == 4.0
    assert clip(gesture.at(place(0)), "c1").stretch == 0.25
    assert gesture.at(place(7.9, within=0.2)).snapped == 8 * SECOND
    assert gesture.at(place(4)).project is now.project


# ------------------------------------------------------------------------------------------------------ fades and gains


def test_the_handles_fade() -> None:
    step = pressed(held(), Part.FADE_IN, "c1", 0).at(place(1))
    assert clip(step, "c1").fade_in == Fade(SECOND)
    step = pressed(held(step.project), Part.FADE_OUT, "c1", 4).at(place(2.5))
    assert (clip(step, "c1").fade_in.length, clip(step, "c1").fade_out.length) == (SECOND, 1.5 * SECOND)
    again = pressed(held(step.project), Part.FADE_OUT, "c1", 2.5)
    assert clip(again.at(place(3)), "c1").fade_out.length == SECOND
    assert clip(again.at(place(0)), "c1").fade_out.length == 3 * SECOND, "the fades do not meet"
    assert clip(again.at(place(5)), "c1").fade_out == Fade()


def test_fading_in_ends_where_fading_out_begins() -> None:
    step = pressed(held(), Part.FADE_OUT, "c1", 4).at(place(3))
    step = pressed(held(step.project), Part.FADE_IN, "c1", 0).at(place(3.5))
    assert clip(step, "c1").fade_in == Fade(3 * SECOND)


def test_a_fade_keeps_its_curve() -> None:
    project = small()
    curved = replace(find.clip(project, "c1"), fade_in=Fade(SECOND, "smooth"))
    project = replace(
        project,
        tracks=(replace(project.tracks[0], clips=(curved, *project.tracks[0].clips[1:])), *project.tracks[1:]),
    )
    assert clip(pressed(held(project), Part.FADE_IN, "c1", 1).at(place(2)), "c1").fade_in == Fade(2 * SECOND, "smooth")


@pytest.mark.parametrize(
    ("part", "dragged", "other", "to", "crossed"),
    [(Part.FADE_OUT, "c1", "c2", 4.5, (4.0, 4.5)), (Part.FADE_IN, "c2", "c1", 3.5, (3.5, 4.0))],
)
def test_a_fade_dragged_over_the_neighbour_crossfades(
    part: Part, dragged: str, other: str, to: float, crossed: tuple[float, float]
) -> None:
    step = pressed(held(in_a_row((0, 4), (4, 8))), part, dragged, 4).at(place(to))
    assert (span(step, "c2")[0], span(step, "c1")[1]) == crossed
    assert clip(step, "c1").fade_out == clip(step, "c2").fade_in == Fade(SECOND // 2, "equal_power")
    assert span(step, other) == {"c1": (0, 4), "c2": (4, 8)}[other]


def test_the_gain_follows_the_pointer() -> None:
    now = held(clips.set_gain(small(), ["c3"], -10.0), "c1", "c3")
    step = pressed(now, Part.GAIN, "c1").at(place(0, rise=3.04))
    assert (clip(step, "c1").gain_db, clip(step, "c3").gain_db, clip(step, "c2").gain_db) == (3.0, -7.0, 0.0)
    assert clip(pressed(now, Part.GAIN, "c1").at(place(0, rise=3.0, fine=True)), "c1").gain_db == 0.3
    loudest = pressed(now, Part.GAIN, "c2").at(place(0, rise=99.0))
    assert (clip(loudest, "c2").gain_db, clip(loudest, "c1").gain_db) == (24.0, 0.0)
    assert clip(pressed(now, Part.GAIN, "c2").at(place(0, rise=-999.0)), "c2").gain_db == -90.0


# ----------------------------------------------------------------------------------------------------------- automation


def with_line(what: str = "volume") -> Project:
    points = [Point(0, 0.0), Point(4 * SECOND, -0.5), Point(8 * SECOND, 0.0)]
    return automation.set_points(small(), "t2", points, what=what)


def test_a_point_moves_between_its_neighbours() -> None:
    gesture = begin(Hit(Part.POINT, 4 * SECOND, 1, "t2", index=1, line="volume"), held(with_line()))
    assert gesture is not None
    assert gesture.at(place(5, 1, rise=-6.0)).project.tracks[1].volume[1] == Point(5 * SECOND, -6.5)
    assert gesture.at(place(99, 1)).project.tracks[1].volume[1].at == 8 * SECOND - 1
    assert gesture.at(place(0, 1)).project.tracks[1].volume[1].at == 1
    assert gesture.at(place(4, 1)).project == with_line()


def test_chosen_points_go_together_up_to_the_next_that_is_not() -> None:
    chosen = frozenset({PointAt("t2", "volume", 0), PointAt("t2", "volume", 4 * SECOND), PointAt("t1", "volume", 0)})
    now = replace(held(with_line()), points=chosen)
    gesture = begin(Hit(Part.POINT, 4 * SECOND, 1, "t2", index=1, line="volume"), now)
    assert gesture is not None
    step = gesture.at(place(5, 1, rise=-6.0))
    assert step.project.tracks[1].volume[:2] == (Point(SECOND, -6.0), Point(5 * SECOND, -6.5))
    assert step.points == {PointAt("t2", "volume", SECOND), PointAt("t2", "volume", 5 * SECOND)}
    assert step.told == "−6.5 dB · 0:05.000"
    assert [p.at for p in gesture.at(place(99, 1)).project.tracks[1].volume] == [
        4 * SECOND - 1,
        8 * SECOND - 1,
        8 * SECOND,
    ]
    assert gesture.at(place(0, 1)).project.tracks[1].volume[0].at == 0, "none goes before the begin"
    assert [p.at for p in gesture.at(place(4, 0)).project.tracks[1].volume] == [8 * SECOND]


def test_a_press_in_the_lane_adds_a_point_there_that_comes_to_rest() -> None:
    hit = Hit(Part.LINE_LANE, round(19.9 * SECOND), 1, "t2", value=-21.04, line="volume")
    gesture = begin(hit, held(with_line()))
    assert gesture is not None
    step = gesture.at(place(19.9, 1, within=0.2))
    assert step.project.tracks[1].volume[-1] == Point(20 * SECOND, -21.0), "the playhead attracts"
    assert step.snapped == 20 * SECOND
    assert gesture.at(place(19.9, 1)).project.tracks[1].volume[-1].at == round(19.9 * SECOND)


def test_a_point_that_is_dragged_off_goes_and_comes_back() -> None:
    gesture = begin(Hit(Part.POINT, 4 * SECOND, 1, "t2", index=1, line="volume"), held(with_line()))
    assert gesture is not None
    assert [p.at for p in gesture.at(place(4, 0)).project.tracks[1].volume] == [0, 8 * SECOND]
    assert len(gesture.at(place(4, 1)).project.tracks[1].volume) == 3


def test_a_press_on_the_line_adds_a_point() -> None:
    now = held(with_line("panning"))
    gesture = begin(Hit(Part.LINE, 6 * SECOND, 1, "t2", line="panning"), now)
    assert gesture is not None
    assert gesture.at(place(6, 1)).project.tracks[1].panning[2] == Point(6 * SECOND, -0.25)
    assert gesture.at(place(6, 1, rise=5.0)).project.tracks[1].panning[2].value == 1.0
    assert gesture.at(place(6, 0)).project == now.project


def test_a_line_without_points_lies_at_zero() -> None:
    gesture = begin(Hit(Part.LINE, SECOND, 0, "t1", line="volume"), held())
    assert gesture is not None
    assert gesture.at(place(1, rise=-4.0)).project.tracks[0].volume == (Point(SECOND, -4.0),)


def test_the_points_of_a_clip_count_from_its_start() -> None:
    gesture = begin(Hit(Part.LINE, 7 * SECOND, 0, "t1", "c2", line="volume"), held())
    assert gesture is not None
    step = gesture.at(place(8.05, rise=-4.0, within=0.1))
    assert clip(step, "c2").volume == (Point(2 * SECOND, -4.0),)
    assert step.snapped == 8 * SECOND, "the marker attracts"


# ------------------------------------------------------------------------------------------------------ marks and loops


def test_markers_move() -> None:
    gesture = begin(Hit(Part.MARKER, 8 * SECOND, id="n2"), held())
    assert gesture is not None
    assert find.marker(gesture.at(place(9)).project, "n2").at == 9 * SECOND
    step = gesture.at(place(8.1, within=0.5))
    assert (find.marker(step.project, "n2").at, step.snapped) == (8.1 * SECOND, None), "not held by where it was"
    assert gesture.at(place(10.9, within=0.5)).snapped == 11 * SECOND
    assert find.marker(gesture.at(place(-5)).project, "n2").at == 0


def test_regions_move_and_change() -> None:
    def region(part: Part, pressed_at: float, to: Place) -> tuple[float, float]:
        gesture = begin(Hit(part, round(pressed_at * SECOND), id="r1"), held())
        assert gesture is not None
        found = find.region(gesture.at(to).project, "r1")
        return found.start / SECOND, found.end / SECOND

    assert region(Part.REGION, 3, place(4)) == (3, 8)
    assert region(Part.REGION, 3, place(0)) == (0, 5)
    assert region(Part.REGION, 3, place(3.9, within=0.2)) == (3, 8), "its end comes to rest at the marker"
    assert region(Part.REGION_START, 2, place(3)) == (3, 7)
    assert region(Part.REGION_START, 2, place(30)) == (7, 7)
    assert region(Part.REGION_END, 7, place(9)) == (2, 9)
    assert region(Part.REGION_END, 7, place(0)) == (2, 2)


def test_the_loop_is_drawn_moved_and_changed() -> None:
    def loop(part: Part, now: Held, pressed_at: float, to: Place) -> tuple[float, float]:
        gesture = begin(Hit(part, round(pressed_at * SECOND)), now)
        assert gesture is not None
        step = gesture.at(to)
        assert step.project is now.project
        assert step.loop is not None
        return step.loop[0] / SECOND, step.loop[1] / SECOND

    assert loop(Part.LOOP, held(), 3, place(5)) == (3, 5)
    assert loop(Part.LOOP, held(), 3, place(1)) == (1, 3)
    assert loop(Part.LOOP, held(), 3, place(3)) == (3, 3)
    looped = replace(held(), loop=(2 * SECOND, 5 * SECOND))
    assert loop(Part.LOOP, looped, 3, place(4)) == (3, 6)
    assert loop(Part.LOOP, looped, 3, place(0)) == (0, 3)
    assert loop(Part.LOOP_START, looped, 2, place(4)) == (4, 5)
    assert loop(Part.LOOP_START, looped, 2, place(9)) == (5, 9)
    assert loop(Part.LOOP_END, looped, 5, place(5.9, within=0.2)) == (2, 6)
    assert loop(Part.LOOP_END, looped, 5, place(5)) == (2, 5)


# ------------------------------------------------------------------------------------------------------------ the rest


def test_the_blade_splits_where_the_pointer_is() -> None:
    now = held(tool=Tool.BLADE)
    gesture = pressed(now, Part.CLIP, "c1", 1)
    step = gesture.at(place(1))
    assert (span(step, "c1"), span(step, "c100")) == ((0, 1), (1, 4))
    assert span(gesture.at(place(1.9, within=0.2)), "c1") == (0, 2), "at the region's start"
    assert gesture.at(place(5)).project is now.project
    marked, _marker = marks.add_marker(small(), round(3.85 * SECOND))
    gesture = pressed(held(marked, tool=Tool.BLADE), Part.CLIP, "c1", 1)
    assert span(gesture.at(place(3.95, within=0.2)), "c1") == (0, 3.85), "its own end attracts no cut"
    for part in (Part.CLIP_END, Part.GAIN, Part.FADE_IN, Part.STRETCH):
        assert len(pressed(now, part, "c1", 1).at(place(1)).project.tracks[0].clips) == 3


@pytest.mark.parametrize("part", [Part.NOTHING, Part.LANE, Part.RULER, Part.PLAYHEAD])
def test_nothing_begins_where_there_is_nothing_to_drag(part: Part) -> None:
    assert begin(Hit(part, 0), held()) is None


def test_a_drag_is_one_step_and_none_when_it_ends_where_it_began() -> None:
    project = marks.add_marker(small(), 5)[0]
    gesture = pressed(held(project), Part.CLIP, "c1", 1)
    history = History((project,))
    for to in (2, 3, 1, 1.5):
        history = history.do(gesture.label, gesture.at(place(to)).project, merge="press 1")
    assert history.labels == (gesture.label,)
    assert history.undo().now == project
    gone_back = history.do(gesture.label, gesture.at(place(1)).project, merge="press 1")
    assert (gone_back.now, gone_back.labels) == (project, ())

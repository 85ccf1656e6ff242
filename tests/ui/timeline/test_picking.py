"""What is picked is what is drawn there."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.project import Clip, Fade, Marker, Point, Project, Region, Track
from studio.ui.timeline import figures, levels, lines, picking
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.picking import Shown
from studio.ui.timeline.scale import Scale
from tests.domain.projects import media, random_project

SCALE = Scale(0.0, 1_000.0, 1_200)
CLIP_PARTS = {Part.CLIP, Part.CLIP_START, Part.CLIP_END, Part.FADE_IN, Part.FADE_OUT, Part.GAIN, Part.STRETCH}


def _project() -> Project:
    return Project(
        "",
        next_id=100,
        media=(media("m1", seconds=60),),
        tracks=(
            Track(
                "t1",
                "",
                clips=(
                    Clip("c1", 100_000, 200_000, media="m1", fade_in=Fade(50_000), fade_out=Fade(60_000)),
                    Clip("c2", 400_000, 200_000, media="m1", gain_db=-12.0),
                    Clip("c3", 700_000, 200_000, media="m1", locked=True),
                ),
                volume=(Point(200_000, -6.0), Point(800_000, 6.0)),
                panning=(Point(100_000, 1.0),),
            ),
            Track("t2", "", height=30, clips=(Clip("c4", 0, 500_000, media="m1"), Clip("c5", 1_000_000, 2_000))),
        ),
        markers=(Marker("n1", 300_000, "Here"),),
        regions=(Region("r1", 500_000, 900_000, "Part"),),
    )


def _at(
    x: float, y: float, shown: Shown | None = None, project: Project | None = None, *, lanes: Lanes | None = None
) -> Hit:
    project = project or _project()
    return picking.hit(project, SCALE, lanes or Lanes.of(project), shown or Shown(), x, y)


def _middle(box: figures.Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def test_every_part_of_a_clip_can_be_reached() -> None:
    project = _project()
    lanes = Lanes.of(project)
    figure = figures.clip_figure(project.tracks[0].clips[0], SCALE, lanes, 0)
    body = figure.body
    wanted = {
        Part.FADE_IN: (150.0, body.top + 5),
        Part.FADE_OUT: (240.0, body.top + 5),
        Part.CLIP_START: (102.0, body.top + 40),
        Part.CLIP_END: (298.0, body.top + 40),
        Part.STRETCH: (295.0, body.bottom - 3),
        Part.GAIN: (200.0, figure.gain),
        Part.CLIP: (200.0, body.bottom - 10),
    }
    for part, (x, y) in wanted.items():
        found = _at(x, y)
        assert found == Hit(part, round(x * 1_000), 0, "t1", "c1")


def test_a_clip_without_fades_has_handles_and_edges() -> None:
    lanes = Lanes.of(_project())
    top = lanes.y(0)
    assert _at(404, top + 4).part is Part.FADE_IN
    assert _at(597, top + 4).part is Part.FADE_OUT
    assert _at(402, top + 30).part is Part.CLIP_START
    assert _at(598, top + 30).part is Part.CLIP_END


def test_the_line_of_the_gain_says_how_loud() -> None:
    project = _project()
    figure = figures.clip_figure(project.tracks[0].clips[1], SCALE, Lanes.of(project), 0)
    found = _at(500, figure.gain)
    assert (found.part, found.value) == (Part.GAIN, -12.0)
    assert figure.gain > figures.clip_figure(project.tracks[0].clips[0], SCALE, Lanes.of(project), 0).gain


def test_the_middle_of_a_clip_moves_it() -> None:
    project = _project()
    for clip in project.tracks[0].clips:
        body = figures.clip_figure(clip, SCALE, Lanes.of(project), 0).body
        if not clip.gain_db:
            assert _at(*_middle(body)).part is Part.CLIP


def test_what_is_locked_or_flat_or_under_another_tool_is_taken_as_a_whole() -> None:
    lanes = Lanes.of(_project())
    assert _at(702, lanes.y(0) + 30).part is Part.CLIP
    assert _at(702, lanes.y(0) + 4).part is Part.CLIP
    assert _at(402, lanes.y(0) + 30, Shown(whole=True)).part is Part.CLIP
    assert _at(250, lanes.y(1) + 3).part is Part.CLIP
    assert _at(2, lanes.y(1) + 3).part is Part.CLIP_START
    assert _at(1_001, lanes.y(1) + 10).id == "c5"


def test_empty_places() -> None:
    lanes = Lanes.of(_project())
    assert _at(350, lanes.y(0) + 30) == Hit(Part.LANE, 350_000, 0, "t1")
    assert _at(350, lanes.y(2) + 1) == Hit(Part.NOTHING, 350_000)


def test_the_later_clip_of_an_overlap_is_on_top() -> None:
    clips = (Clip("c1", 0, 300_000), Clip("c2", 200_000, 300_000))
    project = Project("", tracks=(Track("t1", "", clips=clips),))
    assert _at(250, Lanes.of(project).y(0) + 60, project=project).id == "c2"
    assert _at(150, Lanes.of(project).y(0) + 60, project=project).id == "c1"


def test_the_ruler() -> None:
    project = _project()
    lanes = Lanes.of(project)
    shown = Shown(loop=(100_000, 200_000), playhead=50_000)
    loop, marks, regions, time = (s.top + 4 for s in (lanes.loop, lanes.marks, lanes.regions, lanes.time))
    wanted = [
        (102, loop, Part.LOOP_START, ""),
        (150, loop, Part.LOOP, ""),
        (199, loop, Part.LOOP_END, ""),
        (305, marks, Part.MARKER, "n1"),
        (502, regions, Part.REGION_START, "r1"),
        (700, regions, Part.REGION, "r1"),
        (899, regions, Part.REGION_END, "r1"),
        (50, lanes.time.bottom - 3, Part.PLAYHEAD, ""),
        (600, time, Part.RULER, ""),
        (700, marks, Part.RULER, ""),
    ]
    for x, y, part, name in wanted:
        assert _at(x, y, shown) == Hit(part, x * 1_000, id=name)


def test_where_no_loop_is_its_strip_is_there_to_draw_one() -> None:
    assert _at(150, 4).part is Part.LOOP
    assert _at(150, 4, Shown(loop=(500_000, 600_000))).part is Part.RULER


@pytest.mark.parametrize(("what", "index", "value"), [("volume", 1, 6.0), ("panning", 0, 1.0)])
def test_points_and_lines_of_an_automation(what: str, index: int, value: float) -> None:
    project = _project()
    lanes = Lanes.of(project, lines={"t1": ("volume", "panning")})
    point = lines.points_of(project.tracks[0], what)[index]
    x, y = SCALE.x(point.at), figures.line_height(lanes, 0, point.value, what)
    found = _at(x, y, lanes=lanes)
    assert (found.part, found.index, found.row, found.line) == (Part.POINT, index, 0, what)
    assert found.value == pytest.approx(value)
    beyond = _at(x + 50, y, lanes=lanes)
    assert (beyond.part, beyond.index, beyond.line) == (Part.LINE, index, what)
    empty = _at(x + 50, figures.line_height(lanes, 0, -value, what), lanes=lanes)
    assert (empty.part, empty.row, empty.track, empty.line) == (Part.LINE_LANE, 0, "t1", what)
    assert empty.value == pytest.approx(-value)


def test_between_two_points_the_line_runs_straight() -> None:
    lanes = Lanes.of(_project(), lines={"t1": ("volume",)})
    found = _at(500, figures.line_height(lanes, 0, 0.0, "volume"), lanes=lanes)
    assert (found.part, found.index) == (Part.LINE, 0)
    assert found.value == pytest.approx(0.0, abs=1e-6)


def test_lanes_of_lines_leave_the_clips_as_they_are() -> None:
    project = _project()
    plain, with_lines = Lanes.of(project), Lanes.of(project, lines={"t1": ("volume", "panning")})
    for clip in project.tracks[0].clips:
        assert figures.clip_figure(clip, SCALE, plain, 0) == figures.clip_figure(clip, SCALE, with_lines, 0)
    below = figures.clip_figure(project.tracks[1].clips[0], SCALE, with_lines, 1)
    assert _at(20, below.body.bottom - 2, lanes=with_lines).id == "c4"


def test_the_volume_of_a_clip_is_grabbed_by_its_points_and_along_its_line() -> None:
    project = _project()
    track = project.tracks[0]
    points = (Point(-5_000, 3.0), Point(100_000, 0.0), Point(150_000, -24.0))
    clip = replace(track.clips[1], volume=points)
    project = replace(project, tracks=(replace(track, clips=(track.clips[0], clip, track.clips[2])),))
    figure = figures.clip_figure(clip, SCALE, Lanes.of(project), 0)
    x, y = SCALE.x(clip.start + 150_000), figures.gain_height(figure.body, -36.0)
    found = _at(x, y, project=project)
    assert (found.part, found.id, found.index, found.value, found.line) == (Part.POINT, "c2", 2, -24.0, "volume")
    middle = figures.gain_height(figure.body, -24.0)
    along = _at(SCALE.x(clip.start + 125_000), middle, project=project)
    assert (along.part, along.id, along.value) == (Part.GAIN, "c2", -12.0)
    assert [index for index, _x, _y in figures.clip_points(clip, figure, SCALE)] == [1, 2], "one lies before the clip"
    locked = replace(project, tracks=(replace(project.tracks[0], locked=True),))
    assert _at(x, y, project=locked).part is Part.CLIP


@settings(max_examples=60, deadline=None)
@given(st.floats(-60, 24), st.sampled_from(("volume", "panning")))
def test_heights_and_values_are_each_others_inverse(value: float, what: str) -> None:
    if what == "panning":
        value = value / 60
    assert levels.value_at(levels.height_of(value, what=what), what=what) == pytest.approx(value, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.floats(-5, 1_250), st.floats(-5, 700), st.sampled_from(((), ("volume", "panning"))))
def test_what_is_picked_is_drawn_there(seed: int, x: float, y: float, below: tuple[str, ...]) -> None:
    random = Random(seed)
    project = random_project(random)
    scale = Scale(0.0, random.choice((50.0, 1_000.0, 20_000.0)), 1_200)
    there = {track.id: below for track in project.tracks}
    lanes = Lanes.of(project, top=random.randrange(60), lines=there, tall=random.choice((0.5, 1.0, 3.0)))
    found = picking.hit(project, scale, lanes, Shown((48_000, 96_000), 24_000), x, y)
    assert found.at == scale.sample(x)
    if found.part in CLIP_PARTS:
        clip = next(clip for clip in project.tracks[found.row].clips if clip.id == found.id)
        body = figures.clip_figure(clip, scale, lanes, found.row).body
        assert body.top <= y < body.bottom
        assert body.left <= x < max(body.right, body.left + 1)
        assert found.track == project.tracks[found.row].id
    elif found.part is Part.LANE:
        assert lanes.y(found.row) <= y < lanes.y(found.row) + lanes.height(found.row)
        for clip in project.tracks[found.row].clips:
            body = figures.clip_figure(clip, scale, lanes, found.row).body
            assert not body.holds(x, y)
    elif found.part in {Part.POINT, Part.LINE, Part.LINE_LANE} and not found.id:
        assert lanes.line_y(found.row, found.line) <= y < lanes.line_y(found.row, found.line) + lanes.line
        if found.part is Part.POINT:
            point = lines.points_of(project.tracks[found.row], found.line)[found.index]
            assert abs(scale.x(point.at) - x) <= figures.POINT
    elif found.part is Part.POINT:
        clip = next(clip for clip in project.tracks[found.row].clips if clip.id == found.id)
        assert abs(scale.x(clip.start + clip.volume[found.index].at) - x) <= figures.POINT
    elif found.part is Part.NOTHING:
        assert y >= lanes.y(lanes.count)
    elif found.row < 0:
        assert y < lanes.ruler


def test_a_clip_that_cannot_be_told_from_its_neighbours_can_be_picked() -> None:
    clips = tuple(Clip(f"c{n}", n * 1_000, 900) for n in range(1, 50))
    project = Project("", tracks=(Track("t1", "", clips=clips),))
    found = _at(20.2, Lanes.of(project).y(0) + 20, project=project)
    assert (found.part, found.id) == (Part.CLIP, "c20")
    assert _at(20.2, Lanes.of(project).y(0) + 20, project=replace(project, tracks=(Track("t1", ""),))).part is Part.LANE

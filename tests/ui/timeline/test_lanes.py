"""Where lanes and strips lie."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.project import Project, Style, Track
from studio.ui.timeline import lanes
from studio.ui.timeline.lanes import Lanes
from tests.domain.projects import small


def _of(heights: list[int], *, top: int = 0, size: float = 1.0) -> Lanes:
    tracks = tuple(Track(f"t{n}", "", height=height) for n, height in enumerate(heights, 1))
    return Lanes.of(Project("", tracks=tracks), top=top, size=size)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 1_000), max_size=8), st.integers(0, 500), st.sampled_from((1.0, 1.15, 1.5)))
def test_every_pixel_of_a_lane_belongs_to_it(heights: list[int], top: int, size: float) -> None:
    found = _of(heights, top=top, size=size)
    for row in range(found.count):
        assert found.height(row) >= round(lanes.LEAST * size)
        assert found.row_at(found.y(row)) == row
        assert found.row_at(found.y(row) + found.height(row) - 1) == row
        assert found.y(row + 1) == found.y(row) + found.height(row)
    assert found.row_at(found.y(0) - 1) == -1
    assert found.row_at(found.y(found.count)) == found.count
    assert found.row_at(found.y(found.count) + 10 * round(lanes.LANE * size)) > found.count


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(24, 200), max_size=12), st.integers(0, 2_000), st.integers(100, 900))
def test_lanes_are_seen_that_lie_in_the_picture(heights: list[int], top: int, height: int) -> None:
    found = _of(heights, top=top)
    seen = {row for row in range(found.count) if found.y(row) < height and found.y(row + 1) > found.ruler}
    assert seen <= set(found.seen(height))
    assert set(found.seen(height)) <= set(range(found.count))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1_000), st.sampled_from(((), ("volume",), ("volume", "panning")))), max_size=6),
    st.sampled_from((0.4, 1.0, 4.0)),
    st.integers(0, 300),
)
def test_every_pixel_below_the_clips_belongs_to_the_lane_of_a_line(
    rows: list[tuple[int, tuple[str, ...]]], tall: float, top: int
) -> None:
    tracks = tuple(Track(f"t{n}", "", height=height) for n, (height, _below) in enumerate(rows))
    shown = {f"t{n}": below for n, (_height, below) in enumerate(rows)}
    found = Lanes.of(Project("", tracks=tracks), top=top, tall=tall, lines=shown)
    plain = Lanes.of(Project("", tracks=tracks), top=top, tall=tall)
    for row, (_height, below) in enumerate(rows):
        assert found.height(row) == plain.height(row) == lanes.lane_height(tracks[row], tall=tall)
        assert found.whole(row) == found.height(row) + len(below) * found.line
        end = found.y(row) + found.height(row)
        assert found.line_at(row, end - 1) == ""
        for number, what in enumerate(below):
            y = found.line_y(row, what)
            assert y == end + number * found.line
            for inside in (y, y + found.line - 1):
                assert (found.row_at(inside), found.line_at(row, inside)) == (row, what)
        assert found.y(row + 1) == end + len(below) * found.line


def test_a_track_without_a_height_has_the_usual_one() -> None:
    assert _of([0, 100]).edges == (0, 72, 172)


def test_strips_lie_below_each_other_and_bars_are_counted_where_there_is_a_tempo() -> None:
    plain = Lanes.of(small())
    with_tempo = Lanes.of(replace(small(), style=Style(bpm=120)))
    for found in (plain, with_tempo):
        strips = (found.loop, found.regions, found.marks, found.beats, found.time)
        assert [one.bottom for one in strips[:-1]] == [one.top for one in strips[1:]]
        assert strips[-1].bottom == found.ruler == found.y(0)
    assert plain.beats.top == plain.beats.bottom
    assert with_tempo.beats.bottom > with_tempo.beats.top


def test_lanes_scroll_until_the_last_is_seen() -> None:
    found = _of([100] * 10)
    assert found.most_scrolled(found.ruler + 400) >= 600
    assert _of([100]).most_scrolled(600) == 0

"""What is seen of a track, against looking at every clip."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.project import Clip, Track
from studio.ui.timeline import visible
from studio.ui.timeline.scale import Scale

CLIPS = st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 3_000)), max_size=40)
SCALES = st.builds(
    Scale,
    st.floats(0, 6_000),
    st.sampled_from((0.5, 1.0, 3.0, 7.5, 40.0, 400.0)),
    st.integers(1, 800),
)


def _track(spans: list[tuple[int, int]]) -> Track:
    clips = [Clip(f"c{n}", start, length) for n, (start, length) in enumerate(spans, 1)]
    return Track("t1", "", clips=tuple(sorted(clips, key=lambda clip: (clip.start, clip.id))))


def _seen(track: Track, scale: Scale) -> list[int]:
    return [n for n, clip in enumerate(track.clips) if clip.end > scale.first and clip.start < scale.last]


@settings(max_examples=200, deadline=None)
@given(CLIPS, SCALES)
def test_pieces_are_the_clips_that_are_seen(spans: list[tuple[int, int]], scale: Scale) -> None:
    track = _track(spans)
    found = visible.pieces(track, scale)
    assert [place for piece in found for place in range(piece.first, piece.last)] == _seen(track, scale)
    for piece in found:
        clips = track.clips[piece.first : piece.last]
        assert piece.x == (min(clip.start for clip in clips) - scale.first) / scale.per_pixel
        assert piece.end == (max(clip.end for clip in clips) - scale.first) / scale.per_pixel
        if len(clips) > 1:
            assert all(clip.length / scale.per_pixel < visible.THIN for clip in clips)
            assert piece.thin


@settings(max_examples=200, deadline=None)
@given(CLIPS, SCALES)
def test_strokes_reach_wherever_a_clip_is_seen_and_nowhere_else(spans: list[tuple[int, int]], scale: Scale) -> None:
    track = _track(spans)
    beyond = 7.0
    found, exact = visible.strokes(track, scale, beyond), visible.pieces(track, scale)
    seen = _seen(track, scale)
    assert visible.most(track, scale) >= len(seen)
    if visible.most(track, scale) * visible.FEW > scale.width:
        spans_seen = [(piece.x, piece.end) for piece in exact]
    else:
        clips = [track.clips[place] for place in seen]
        spans_seen = [(scale.x(one.start), scale.x(one.end)) for one in clips]
    wanted = [(max(-beyond, x), min(scale.width + beyond, end)) for x, end in spans_seen]
    assert [x for x, _ in found] == pytest.approx([x for x, _ in wanted])
    assert [x + wide for x, wide in found] == pytest.approx([end for _, end in wanted])


@settings(max_examples=100, deadline=None)
@given(CLIPS, st.integers(-10, 9_000), st.integers(0, 3_000))
def test_clips_between_two_moments(spans: list[tuple[int, int]], first: int, wide: int) -> None:
    track = _track(spans)
    last = first + wide
    wanted = [n for n, clip in enumerate(track.clips) if clip.end > first and clip.start < last]
    assert visible.between(track, first, last) == wanted


def test_thin_neighbours_are_one_and_a_gap_that_shows_parts_them() -> None:
    track = _track([(0, 10), (10, 10), (25, 10), (100, 10)])
    found = visible.pieces(track, Scale(0.0, 10.0, 100))
    assert [(piece.first, piece.last) for piece in found] == [(0, 3), (3, 4)]


def test_a_wide_clip_stays_alone() -> None:
    found = visible.pieces(_track([(0, 10), (10, 500), (510, 10)]), Scale(0.0, 10.0, 100))
    assert [(piece.first, piece.last) for piece in found] == [(0, 1), (1, 2), (2, 3)]


def test_a_changed_track_is_looked_at_anew() -> None:
    scale = Scale(0.0, 1.0, 1_000)
    assert len(visible.pieces(_track([(0, 100)]), scale)) == 1
    assert len(visible.pieces(_track([(0, 100), (200, 100)]), scale)) == 2

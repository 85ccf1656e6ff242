"""Tests of gaps and silences that are cut short."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import rules, samples
from studio.domain.edits import clips, find, marks, pace, tightening, tracks
from studio.domain.project import Fade, Project
from studio.errors import StudioError
from tests.domain.projects import projects, small

SECOND = 48_000


def starts(project: Project, track: int = 0) -> list[float]:
    """Return where the clips of a track begin, in seconds."""
    return [clip.start / SECOND for clip in project.tracks[track].clips]


def test_a_longer_gap_becomes_as_long_as_asked_and_a_shorter_one_stays() -> None:
    project, late = clips.add_clip(small(), "t1", media="m1", start=11 * SECOND + 100)
    closed = tightening.close_gaps(project, longest=SECOND // 2)
    assert starts(closed) == [0.0, 4.5, 4.5 + 5 + 100 / SECOND]
    assert [c.start for c in closed.tracks[1].clips] == [SECOND], "the music does not follow unless asked"
    assert closed.markers[1].at == 8 * SECOND - SECOND * 3 // 2
    assert find.clip(closed, late).length == find.clip(project, late).length
    assert tightening.close_gaps(closed, longest=SECOND // 2) == closed


def test_everywhere_what_comes_later_follows_and_what_has_begun_stays() -> None:
    project, later = clips.add_clip(small(), "t2", media="m3", start=40 * SECOND, length=SECOND)
    closed = tightening.close_gaps(project, longest=0, tracks=["t1"], everywhere=True)
    assert starts(closed) == [0.0, 4.0]
    assert starts(closed, 1) == [1.0, 38.0]
    assert later


def test_of_chosen_clips_only_the_gaps_between_them_close() -> None:
    project, third = clips.add_clip(small(), "t1", media="m1", start=20 * SECOND, length=SECOND)
    project, fourth = clips.add_clip(project, "t1", media="m1", start=30 * SECOND, length=SECOND)
    closed = tightening.close_gaps(project, longest=0, clips=["c2", third])
    assert starts(closed) == [0.0, 6.0, 11.0, 21.0]
    assert fourth


def test_two_speakers_stay_in_order() -> None:
    project, track = tracks.add_track(small(), "Ben", kind="speech")
    project, answer = clips.add_clip(project, track, media="m1", start=5 * SECOND, length=SECOND // 2)
    closed = tightening.close_gaps(project, longest=0)
    assert starts(closed) == [0.0, 4.5]
    assert find.clip(closed, answer).start == 4 * SECOND


def test_a_clip_within_a_longer_one_ends_nothing() -> None:
    project, inner = clips.add_clip(small(), "t1", media="m1", start=SECOND, length=SECOND)
    closed = tightening.close_gaps(project, longest=SECOND)
    assert starts(closed) == [0.0, 1.0, 5.0]
    assert find.clip(closed, inner).length == SECOND


def test_what_is_locked_or_wrong_is_said() -> None:
    locked = clips.set_locked(small(), ["c2"], on=True)
    with pytest.raises(StudioError, match="locked"):
        tightening.close_gaps(locked, longest=0)
    with pytest.raises(StudioError, match="shorter than nothing"):
        tightening.close_gaps(small(), longest=-1)
    with pytest.raises(StudioError, match="shorter than nothing"):
        tightening.remove_silences(small(), ["c1"], {}, keep=-1)


def test_silences_are_cut_to_what_is_kept_and_the_words_stay() -> None:
    silences = {"m1": [(1.0, 2.0), (2.5, 2.6)]}
    project = tightening.remove_silences(small(), ["c1"], silences, keep=SECOND // 5)
    first, second, third = project.tracks[0].clips
    assert (first.id, first.start, first.end) == ("c1", 0, SECOND + SECOND // 10)
    assert (second.start, second.offset) == (first.end, 2 * SECOND - SECOND // 10)
    assert second.end == round(3.2 * SECOND)
    assert third.id == "c2"
    assert third.start == round(5.2 * SECOND)
    assert (first.fade_in, first.fade_out, second.fade_in) == (Fade(), Fade(240), Fade(240))
    assert second.offset - first.length == round(0.8 * SECOND)


def test_silence_at_the_ends_goes_as_well_and_a_fade_stays() -> None:
    silences = {"m2": [(0.0, 2.0), (5.0, 20.0)]}
    project = tightening.remove_silences(small(), ["c2"], silences, keep=0)
    clip = find.clip(project, "c2")
    assert (clip.start, clip.offset, clip.length) == (6 * SECOND, 2 * SECOND, 3 * SECOND)
    assert clip.fade_in == clip.fade_out == Fade(240)


def test_a_silent_clip_stays() -> None:
    assert tightening.remove_silences(small(), ["c1"], {"m1": [(0.0, 10.0)]}, keep=0) == small()


def test_no_time_is_taken_from_under_another_speaker() -> None:
    project, track = tracks.add_track(small(), "Ben", kind="speech")
    project, answer = clips.add_clip(project, track, media="m3", start=SECOND, length=SECOND // 2)
    after, following = clips.add_clip(project, track, media="m3", start=9 * SECOND, length=SECOND)
    cut = tightening.remove_silences(after, ["c1"], {"m1": [(1.0, 2.0)]}, keep=0, everywhere=True)
    assert find.clip(cut, answer).start == SECOND
    assert find.clip(cut, following).start == 9 * SECOND - SECOND // 2
    assert find.clip(cut, "c2").start == 6 * SECOND - SECOND // 2
    assert find.clip(cut, "c3").start == SECOND
    alone = tightening.remove_silences(after, ["c1"], {"m1": [(1.0, 2.0)]}, keep=0)
    assert find.clip(alone, following).start == 9 * SECOND
    assert find.clip(alone, "c2").start == 5 * SECOND


def test_members_of_a_group_are_no_silence() -> None:
    from studio.domain.edits import grouping

    project, _ = grouping.group(small(), ["c1", "c3"])
    cut = tightening.remove_silences(project, ["c1"], {"m1": [(1.0, 2.0)]}, keep=0)
    assert len(cut.tracks[0].clips) == 3
    assert len(cut.tracks[1].clips) == 1


def test_a_stretched_clip_is_cut_at_its_own_times() -> None:
    project = pace.set_stretch(small(), "c1", 2.0)
    cut = tightening.remove_silences(project, ["c1"], {"m1": [(1.0, 2.0)]}, keep=0)
    first, second = cut.tracks[0].clips[:2]
    assert (first.length, second.offset) == (2 * SECOND, 2 * SECOND)
    assert second.length == 4 * SECOND


def test_chapters_move_along() -> None:
    project, late = marks.add_marker(small(), 5 * SECOND, "later", chapter=True)
    cut = tightening.remove_silences(project, ["c1"], {"m1": [(1.0, 2.0)]}, keep=0)
    assert find.marker(cut, late).at == 4 * SECOND


@given(
    st.lists(st.floats(0, 10), min_size=2, max_size=12, unique=True),
    st.integers(0, SECOND),
    st.sampled_from([1.0, 0.7, 2.0]),
)
def test_every_word_is_still_heard_once_and_in_order(edges: list[float], keep: int, stretch: float) -> None:
    ordered = sorted(edges)[: len(edges) // 2 * 2]
    silences = list(zip(ordered[::2], ordered[1::2], strict=True))
    project = pace.set_stretch(clips.remove(small(), ["c2"]), "c1", stretch)
    whole = find.clip(project, "c1")
    cut = tightening.remove_silences(project, ["c1"], {"m1": silences}, keep=keep)
    heard = [c for c in cut.tracks[0].clips if c.take == "k1"]
    played = [
        (samples.stretched(c.offset, c.stretch), samples.stretched(c.offset, c.stretch) + c.length) for c in heard
    ]
    assert all(a[1] <= b[0] for a, b in pairwise(played))
    quiet = [(samples.stretched(samples.from_seconds(t, SECOND), stretch) for t in pair) for pair in silences]
    spans = [(a, b) for a, b in quiet]
    missing = [(0, played[0][0]), *((a[1], b[0]) for a, b in pairwise(played)), (played[-1][1], whole.length)]
    near = SECOND // 100 + 4
    for a, b in missing:
        assert a == b or any(start - near <= a and b <= end + near for start, end in spans), "a word was cut"
    assert all(left.end <= right.start for left, right in pairwise(cut.tracks[0].clips))
    assert rules.problems(cut) == []


@given(projects(), st.integers(0, 5_000), st.booleans())
def test_any_project_keeps_the_rules(project: Project, longest: int, everywhere: bool) -> None:
    try:
        closed = tightening.close_gaps(project, longest=longest, everywhere=everywhere)
        names = [clip.id for track in closed.tracks for clip in track.clips]
        silences = {media.id: [(0.0, 0.01), (0.02, 0.5)] for media in project.media}
        closed = tightening.remove_silences(closed, names, silences, keep=longest, everywhere=everywhere)
    except StudioError:
        return
    assert rules.problems(closed) == []

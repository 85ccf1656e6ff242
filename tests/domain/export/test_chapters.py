"""Chapters of a stretch of the timeline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export.chapters import Chapter, chapters, file_stems, pieces
from studio.domain.project import Marker
from tests.domain.export.projects import SECOND, chapter, clip, plain

_BOOK = plain(
    clip(1, 0, 60),
    markers=(chapter(1, 5, "One"), Marker("x9", 7 * SECOND, "no chapter"), chapter(2, 20, "Two"), chapter(3, 40, "")),
)


def test_each_lasts_to_the_next_and_the_last_to_the_end():
    assert chapters(_BOOK, 0, 60 * SECOND) == (
        Chapter(5 * SECOND, 20 * SECOND, "One"),
        Chapter(20 * SECOND, 40 * SECOND, "Two"),
        Chapter(40 * SECOND, 60 * SECOND, "Chapter 3"),
    )


def test_the_one_under_way_begins_with_the_export_and_later_ones_are_left_out():
    assert chapters(_BOOK, 25 * SECOND, 40 * SECOND) == (Chapter(25 * SECOND, 40 * SECOND, "Two"),)
    assert chapters(_BOOK, 0, 5 * SECOND) == ()
    assert chapters(plain(clip(1, 0, 60)), 0, 60 * SECOND) == ()


def test_of_two_at_one_moment_the_second_counts():
    twice = plain(clip(1, 0, 9), markers=(chapter(1, 0, "A"), chapter(2, 0, "B")))
    assert chapters(twice, 0, 9 * SECOND) == (Chapter(0, 9 * SECOND, "B"),)


def test_pieces_hold_what_comes_before_the_first_chapter():
    found = pieces(_BOOK, 0, 60 * SECOND)
    assert found[0] == Chapter(0, 5 * SECOND, "Opening")
    assert file_stems(found) == ["00 Opening", "01 One", "02 Two", "03 Chapter 3"]
    assert file_stems(pieces(_BOOK, 20 * SECOND, 60 * SECOND)) == ["01 Two", "02 Chapter 2"]


def test_file_stems_are_safe_and_sort_in_order():
    many = tuple(Chapter(n, n + 1, "a/b: c?") for n in range(120))
    stems = file_stems(many)
    assert stems[0] == "001 a b c"
    assert sorted(stems) == stems
    assert len(set(stems)) == 120


@given(
    st.lists(st.integers(0, 100), max_size=8).map(sorted),
    st.integers(0, 99),
    st.integers(1, 100),
)
def test_pieces_are_the_whole_stretch_without_gap_or_overlap(moments, start, length):
    end = min(100, start + length)
    book = plain(clip(1, 0, 100), markers=tuple(Marker(f"x{i}", m, chapter=True) for i, m in enumerate(moments)))
    found = pieces(book, start, end)
    at = start
    for piece in found:
        assert piece.start == at < piece.end
        at = piece.end
    assert at == end or not found
    assert bool(found) == any(m < end for m in moments)

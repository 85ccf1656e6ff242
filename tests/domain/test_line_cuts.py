"""Heard words are shared out among the lines of which they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.line_cuts import cuts
from studio.domain.quality import ANYTHING

LINES = ("The old bridge was closed.", "Why was it closed?", "It was too old.")


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("the old bridge was closed why was it closed it was too old", [5, 9]),
        ("the cold fridge was closed why was it clothed it was two old", [5, 9]),
        ("the old bridge was closed it was too old", [5, 5]),  # the second is missing
        ("why was it closed it was too old", [0, 4]),
        ("the old bridge was closed", [5, 5]),
        ("the old bridge was closed well well why was it closed it was too old", [5, 11]),
        ("nothing of it", [1, 3]),
        ("", [0, 0]),
    ],
)
def test_each_line_gets_its_own_words(heard, found):
    assert cuts(LINES, heard.split()) == found


def test_figures_and_respelt_words_are_words_too():
    heard = ["I", "paid", "3.50", "dollars", "for", "it", "some", "tomato", "soup"]
    assert cuts(["I paid $3.50 for it.", f"Some {ANYTHING} soup."], heard) == [6]


@given(st.lists(st.lists(st.sampled_from(["one", "two", "red", "old"]), max_size=5), min_size=1, max_size=5), st.data())
def test_cuts_are_in_order_and_within(lines, data):
    heard = data.draw(st.lists(st.sampled_from(["one", "two", "red", "old", "new"]), max_size=20))
    found = cuts([" ".join(line) for line in lines], heard)
    assert len(found) == len(lines) - 1
    assert found == sorted(found)
    assert all(0 <= place <= len(heard) for place in found)


@given(
    st.lists(st.lists(st.sampled_from(["one", "two", "red", "old"]), min_size=1, max_size=5), min_size=1, max_size=5)
)
def test_what_is_heard_as_written_is_cut_as_written(lines):
    found = cuts([" ".join(line) for line in lines], [word for line in lines for word in line])
    assert found == [sum(map(len, lines[:number])) for number in range(1, len(lines))]

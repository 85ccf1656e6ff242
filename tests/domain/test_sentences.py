"""Where sentences end; long ones are cut; nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.sentences import split

ABBREVIATIONS = ("Mr.", "Dr", "e.g.", "No.", "5", "3.5", "J.", "I", "...", "…")
MARKS = (".", "!", "?", '"', "”", ")", ",", ";", "—", "。", "\uff0c")
WORDS = (" ", " ", "  ", "\n", "\n\n", "Hello", "and", "ok", "a" * 30, "e\u0301", "\u0301")

texts = st.one_of(st.text(), st.lists(st.sampled_from((*ABBREVIATIONS, *MARKS, *WORDS)), max_size=60).map("".join))


@pytest.mark.parametrize(
    "sentences",
    [
        ["Hello there.", "How are you?", "Fine!"],
        ["Mr. Smith met Mrs. Jones and Dr. No."],
        ["Bring fruit, e.g. Apples, i.e. the red ones, etc. and so on."],
        ["We had tea, cake, etc.", "Then we left."],
        ["It was Spain vs. Italy on St. Anne's day."],
        ["Track No. 5 is on.", "No.", "I mean it."],
        ["J. R. R. Tolkien lived in the U.S. for a week."],
        ["So am I.", "You too?"],
        ["It grew by 3.5 percent in version 2.0.1 of it."],
        ["Well... maybe not.", "Wait… what?"],
        ["I... I don't know.", "Oh...", "Then go."],
        ["“Stop!” she said.", "“Never.”", "He ran."],
        ['He said "no."', '"Really?"', "(She laughed.)", "End."],
        ["What?!", "no way!", "fine."],
        ["1. Open the box.", "2. Close it."],
        ["今日は。", "元気\uff1f", "はい\uff01"],
        ["मैं ठीक हूँ।", "आप कैसे हैं?"],
        ["كيف حالك؟", "بخير."],
        ["👍 Nice.", "🎉"],
    ],
    ids=lambda sentences: sentences[0],
)
def test_where_sentences_end(sentences: list[str]):
    assert split(" ".join(sentences)) == sentences


def test_an_empty_line_ends_a_sentence_and_a_line_end_does_not():
    assert split("A title\n \nThe text\ngoes on.\r\nReally.") == ["A title", "The text goes on.", "Really."]


def test_nothing_gives_nothing():
    assert split("") == split(" \n\t\n ") == []


def test_long_sentences_are_cut_at_marks_first():
    assert split("one two three, four five six seven", 20) == ["one two three,", "four five six seven"]
    assert split("one two three—four five six seven", 20) == ["one two three—", "four five six seven"]
    assert split("one, two, three four", 9) == ["one, two,", "three", "four"]
    assert split("one two three four five six", 14) == ["one two three", "four five six"]


def test_a_comma_inside_a_number_is_no_place_to_cut():
    assert split("about 1,000,000 people came", 14) == ["about", "1,000,000", "people came"]


def test_the_whole_length_may_be_used():
    assert split("aaaa, bbbb cccc", 5) == ["aaaa,", "bbbb", "cccc"]
    assert split("a" * 10, 5) == ["aaaaa"] * 2


def test_a_hard_cut_keeps_an_accent_with_its_letter():
    assert split("aaae\u0301bbb", 4) == ["aaa", "e\u0301bb", "b"]


def test_a_length_below_one_is_refused():
    with pytest.raises(ValueError, match="longest"):
        split("a", 0)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(texts, st.integers(1, 60))
def test_parts_are_short_enough_and_lose_nothing(text: str, longest: int):
    parts = split(text, longest)
    assert all(0 < len(part) <= longest for part in parts)
    assert all(part == " ".join(part.split()) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


words = st.lists(st.text("abcIM.!?,'\"—1", min_size=1, max_size=12), max_size=40).map(" ".join)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(words)
def test_cuts_at_spaces_join_to_the_text_again(text: str):
    assert " ".join(split(text)) == text or "—" in text
    assert " ".join(split(text.replace("—", "-"), 12)) == text.replace("—", "-")


@pytest.mark.slow
@pytest.mark.parametrize("unit", [".", '."', ". ", "a. ", '"', "\n ", "\u0301", "a", "Mr. ", ",", " "])
def test_a_megabyte_of_anything_is_no_trap(unit: str):
    # Not a timing: with a quadratic search this would not end before the test's time limit.
    text = unit * (1_000_000 // len(unit)) + "x"
    assert sum(len("".join(part.split())) for part in split(text)) == len("".join(text.split()))

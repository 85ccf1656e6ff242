"""A dictionary respells whole words, and what is respelt reaches the engine as it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain import dialogue
from studio.domain.spoken import pieces
from studio.domain.spoken.pronunciations import LONGEST_RESPELLING, LONGEST_WORD, MOST_ENTRIES, Finder, apply, check
from studio.errors import StudioError

DICTIONARY = {
    "Angen": "AN-jen",
    "angen studio": "AN-jen STOO-dee-oh",
    "C++": "see plus plus",
    ".NET": "dot net",
    "Siân": "Sharn",
    "o'neill": "oh NEEL",
    "हिन्दी": "hindi",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Angen, ANGEN and angen.", "AN-jen, AN-jen and AN-jen."),
        ("Angen's tool, Angen’s own", "AN-jen's tool, AN-jen’s own"),
        ("Angen Studio is Angen", "AN-jen STOO-dee-oh is AN-jen"),
        ("Angen Studios", "AN-jen Studios"),
        ("Angens, xAngen, Angen2, Siâna", "Angens, xAngen, Angen2, Siâna"),
        ("C++ and .NET", "see plus plus and dot net"),
        ("Siân met O’Neill", "Sharn met oh NEEL"),
        ("हिन्दी हिन्दीक", "hindi हिन्दीक"),
        ("", ""),
    ],
)
def test_whole_words_in_any_case(text: str, said: str):
    assert apply(DICTIONARY, text) == said


def test_an_empty_dictionary_changes_nothing():
    assert apply({}, "Angen") == "Angen"


@pytest.mark.parametrize(
    ("dictionary", "said"),
    [
        ({str(n): "x" for n in range(MOST_ENTRIES + 1)}, "at most"),
        ({"x" * (LONGEST_WORD + 1): "x"}, "at most"),
        ({"x": "y" * (LONGEST_RESPELLING + 1)}, "at most"),
        ({"": "x"}, "no letters"),
        ({"...": "x"}, "no letters"),
        ({"x": " "}, "no letters"),
        ({"x": "a]]b"}, "brackets"),
        ({"x\n": "a"}, "control"),
    ],
)
def test_hostile_dictionaries_are_refused_in_words(dictionary: dict[str, str], said: str):
    with pytest.raises(StudioError, match=said) as refused:
        check(dictionary)
    assert refused.value.hint


_words = st.text(st.sampled_from("aAbéß '-."), min_size=1, max_size=5).filter(lambda w: any(c.isalnum() for c in w))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.dictionaries(_words, st.just("X1"), max_size=4), st.text(st.sampled_from("aAbéß '-.Z"), max_size=25))
def test_what_is_found_is_an_entry_and_nothing_else_changes(dictionary: dict[str, str], text: str):
    entries = {" ".join(word.split()).lower() for word in dictionary}
    at = 0
    for start, end, _ in Finder(dictionary).found(text):
        assert at <= start < end <= len(text)
        assert text[start:end].lower() in entries
        at = end


def _given(text: str, language: str, dictionary: dict[str, str], *, in_words: bool = True) -> list[str]:
    found, _ = dialogue.units(dialogue.parse(text), supported=frozenset({"laughs"}))
    return [pieces.read(p, language=language, finder=Finder(dictionary), in_words=in_words) for p in found]


def test_what_an_engine_gets():
    text = "[S1] ANGEN has 5 [[5 km]] (laughs) for Dr. [[FBI]]. Chapter IV."
    dictionary = {"Angen": "AN-jen 5", "laughs": "x"}
    assert _given(text, "en-us", dictionary) == ["AN-jen 5 has five 5 km (laughs) for doctor FBI.", "Chapter four."]
    assert _given(text, "es", dictionary)[0] == "AN-jen 5 has 5 5 km (laughs) for Dr. FBI."
    assert _given(text, "en-us", dictionary, in_words=False)[0] == "AN-jen 5 has 5 5 km (laughs) for Dr. FBI."
    assert _given("105 people", "en-gb", {}) == ["one hundred and five people"]

"""Words looked up in the pronouncing dictionary without reading all of it."""

from __future__ import annotations

import pytest

from studio.domain import lyrics_view
from studio.services.word_sounds import sounds_of


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("a", "AH0"),
        ("lighthouse", "L AY1 T HH AW2 S"),
        ("zulu", "Z UW1 L UW2"),
        ("don't", "D OW1 N T"),
        ("night", "N AY1 T"),
    ],
)
def test_a_word_is_found_wherever_it_stands(word, sounds):
    assert " ".join(sounds_of(word)) == sounds


@pytest.mark.parametrize("word", ["", "straße", "xqzt", "two words", "a\nb", "x" * 1000, "\ud800"])
def test_what_is_no_english_word_has_no_sounds(word):
    assert sounds_of(word) == ()


def test_rhymes_are_heard_where_they_are_not_seen():
    def end(word: str) -> str:
        return lyrics_view.rhyme_of(word, sounds_of)

    assert end("blue") == end("through") == end("shoe")
    assert end("rough") != end("though")

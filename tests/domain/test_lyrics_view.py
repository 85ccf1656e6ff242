"""Lyrics as an editor shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import lyrics_view

_KNOWN = {"sea": "S IY1", "me": "M IY1", "light": "L AY1 T", "lonely": "L OW1 N L IY0", "only": "OW1 N L IY0"}


def _sounds(word: str) -> list[str]:
    return _KNOWN.get(word, "").split()


def _unknown(_word: str) -> list[str]:
    return []


def test_each_line_says_its_part_its_syllables_and_its_rhyme():
    lines = lyrics_view.lines_of("[Verse 1]\nthe lonely sea\nso lonely me\n\n[Chorus]\nlight", _sounds)
    assert [line.tag for line in lines] == ["Verse 1", "", "", "", "Chorus", ""]
    assert [line.kind for line in lines] == ["verse"] * 4 + ["chorus"] * 2
    assert [line.syllables for line in lines] == [0, 4, 4, 0, 0, 1]
    assert [line.rhyme for line in lines] == ["", "A", "A", "", "", "A"]


def test_stanzas_without_tags_begin_their_rhymes_anew():
    lines = lyrics_view.lines_of("sea\nlight\n\nlight\nsea", _sounds)
    assert [line.rhyme for line in lines] == ["A", "B", "", "A", "B"]


@pytest.mark.parametrize(
    ("one", "other"), [("lonely", "only"), ("sea", "me"), ("winter", "splinter"), ("haus", "maus"), ("leben", "geben")]
)
def test_words_that_rhyme_share_their_end(one, other):
    assert lyrics_view.rhyme_of(one, _sounds) == lyrics_view.rhyme_of(other, _sounds)


def test_words_that_do_not_rhyme_share_nothing():
    assert lyrics_view.rhyme_of("sea", _sounds) != lyrics_view.rhyme_of("light", _sounds)
    assert lyrics_view.rhyme_of("lonely", _sounds) != lyrics_view.rhyme_of("me", _sounds), "the stress counts"
    assert lyrics_view.rhyme_of("haus", _unknown) != lyrics_view.rhyme_of("baum", _unknown)


@pytest.mark.parametrize(
    ("word", "count"),
    [("banana", 3), ("straße", 2), ("träume", 2), ("hm", 1), ("don't", 1)],
)
def test_unknown_words_are_counted_by_their_vowels(word, count):
    assert lyrics_view.syllables(word, _unknown) == count


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("Verse 2", "verse"),
        ("pre chorus", "pre-chorus"),
        ("Post-Chorus", "post-chorus"),
        ("Strophe", ""),
        ("Solo: sax", "solo"),
    ],
)
def test_a_tag_names_a_part(tag, kind):
    assert lyrics_view.tag_of(f" [{tag}] ") == tag
    assert lyrics_view.kind_of(tag) == kind


@given(st.text(max_size=200))
def test_any_text_has_one_answer_for_each_line(text):
    assert len(lyrics_view.lines_of(text, _unknown)) == text.count("\n") + 1

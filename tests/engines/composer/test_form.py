"""Sections fit any length exactly, and follow lyrics of any size."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.composer import form as forms
from studio.engines.composer import stylebook, words

STYLES = st.sampled_from([s.name for s in stylebook.STYLES] + ["rock in 5/4", "jazz waltz", "pop in 7/8"])


def laid(
    style: str = "", seconds: float = 60.0, lyrics: str = "", bpm: float = 0.0, intensity: float = 0.5
) -> forms.Form:
    plan = words.understand(style, bpm=bpm, key=None, rng=random.Random(3))
    return forms.lay_out(plan, seconds, forms.read_lyrics(lyrics)[0], intensity=intensity)


def check(form: forms.Form) -> None:
    bar = 0
    for stretch in form.stretches:
        assert stretch.bar == bar
        assert stretch.bars > 0
        assert 0 < stretch.energy <= 1
        bar += stretch.bars
    assert bar == form.bars
    assert form.at(form.close) < form.seconds
    assert form.ring > 0
    assert form.ring <= 2 * form.bar_beats + 1e-6 or form.bars == 0


@given(STYLES, st.floats(1, 600), st.sampled_from([0.0, 40.0, 97.3, 240.0]), st.floats(0, 1))
def test_any_length_is_filled(style, seconds, bpm, intensity):
    form = laid(style, seconds, bpm=bpm, intensity=intensity)
    check(form)
    if bpm:
        assert form.bpm == bpm


@given(STYLES, st.floats(1, 600), st.text("ab \n[]verse chorus()1", max_size=300))
def test_any_lyrics_fit_somehow(style, seconds, lyrics):
    check(laid(style, seconds, lyrics))


def test_a_long_piece_has_a_form():
    kinds = [s.kind for s in laid("pop", 180).stretches]
    assert kinds[0] == "intro"
    assert kinds[-1] == "outro"
    assert kinds.count("chorus") >= 2
    assert "bridge" in kinds
    assert all(s.bars % 4 == 0 for s in laid("pop", 180).stretches[:-2])


def test_blues_goes_in_twelves():
    assert {s.bars for s in laid("blues", 180).stretches if s.kind in {"verse", "chorus"}} >= {12}


def test_the_last_chorus_is_the_loudest():
    choruses = [s.energy for s in laid("rock", 240).stretches if s.kind == "chorus"]
    assert choruses == sorted(choruses)
    assert choruses[-1] > choruses[0]


def test_tags_set_the_form():
    lyrics = "[Verse 1]\nOne line here\nAnd another\n[Chorus: all]\nSing it out\nSing it loud\n[Bridge]\nOh\n[Outro]\n"
    form = laid("pop", 60, lyrics)
    kinds = [s.kind for s in form.stretches if s.kind != "intro"]
    assert kinds[:4] == ["verse", "chorus", "bridge", "outro"]
    assert form.left_out == 0
    assert next(s for s in form.stretches if s.kind == "verse").lines == (3, 4)


def test_tags_have_german_names_too():
    verses, unknown = forms.read_lyrics("[Strophe 1]\na\n[Refrain]\nb\n[Brücke: leise]\nc\n[Schluss]\nd\n[Wolke]\ne\n")
    assert [v.kind for v in verses] == ["verse", "chorus", "bridge", "outro", "verse"]
    assert unknown == ("Wolke",)


def test_stanzas_without_tags():
    verses, unknown = forms.read_lyrics("a b c\nd e\n\nla la\nla la la\n\nx y\n\nla la\nla la la\n")
    assert [v.kind for v in verses] == ["verse", "chorus", "verse", "chorus"]
    assert not unknown


def test_an_unknown_tag_is_a_verse_and_is_named():
    verses, unknown = forms.read_lyrics("[Wibble]\nhello\n[hook]\nhey")
    assert [v.kind for v in verses] == ["verse", "chorus"]
    assert unknown == ("Wibble",)


def test_words_in_brackets_are_sung():
    assert forms.read_lyrics("(oh yeah)\nhello")[0] == (forms.Verse("verse", (2, 2)),)


def test_one_word_and_ten_thousand_lines():
    assert sum(len(s.lines) for s in laid("pop", 30, "Yes").stretches) >= 1
    form = laid("pop", 60, "word after word\n" * 10_000)
    check(form)
    assert form.left_out > 9_900
    assert laid("pop", 60, "\n \n\t\n").left_out == 0


@pytest.mark.parametrize(
    ("line", "count"),
    [("hello", 2), ("love", 1), ("I will remember you", 6), ("make me whole", 3), ("a little apple", 5), ("...", 1),
     ("Привет", 2), ("naïve café", 3), ("歌を歌う", 2), ("42", 1)],
)  # fmt: skip
def test_syllables(line, count):
    assert abs(forms.syllables(line) - count) <= 1

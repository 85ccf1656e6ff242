"""Which lines were sung: for songs of any words, of which any lines are left out, or sung otherwise."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.domain import sung_words
from studio.domain.sung_words import GARBLED, SKIPPED, SUNG, SungLine, again, checked, from_dicts, lines_to_sing
from studio.domain.words import Word

# No two of them sound or look alike, and none is a number or a vocable.
WORDS = (
    "harbour", "lantern", "winter", "silver", "morning", "thunder", "carpet", "yellow", "window", "pocket", "velvet",
    "garden", "engine", "mirror", "copper", "island", "feather", "marble", "candle", "ribbon",
)  # fmt: skip
OTHERS = ("zephyr", "quixotic", "bumblebee", "xylophone", "juggler")
CHORUS = "never let the fire go out"

lines = st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=7).map(" ".join), min_size=1, max_size=12)


def sounding(*texts: str, pace: float = 0.5) -> list[Word]:
    """What a recogniser hears of lines that are sung one after the other, two words a second."""
    said = [word for text in texts for word in text.split()]
    return [Word(word, n * pace, n * pace + 0.4) for n, word in enumerate(said)]


def verdicts(found: tuple[SungLine, ...]) -> list[str]:
    return [line.verdict for line in found]


@given(lines)
def test_what_is_sung_as_written_is_found_where_it_is_sung(song: list[str]):
    found = checked("[Verse 1]\n" + "\n".join(song), sounding(*song), 1000.0)
    assert verdicts(found) == [SUNG] * len(song)
    at = 0
    for line, text in zip(found, song, strict=True):
        assert (line.text, line.heard, line.start) == (text, text, at * 0.5)
        at += len(text.split())
        assert line.end == pytest.approx(at * 0.5 - 0.1)
    assert [line.number for line in found] == list(range(2, len(song) + 2))


@given(lines, st.data())
def test_lines_that_are_left_out_are_the_skipped_ones(song: list[str], data: st.DataObject):
    song = [f"{text} {WORDS[n]}{n} number" for n, text in enumerate(song)]  # none is like another
    left = data.draw(st.sets(st.integers(0, len(song) - 1)))
    found = checked("\n".join(song), sounding(*(text for n, text in enumerate(song) if n not in left)), 500.0)
    assert [n for n, line in enumerate(found) if line.verdict == SKIPPED] == sorted(left)
    assert all(line.verdict == SUNG for n, line in enumerate(found) if n not in left)
    for before, line in pairwise(found):
        assert before.end <= line.start + 1e-6


@given(lines, st.data())
def test_a_line_of_which_other_words_are_heard_is_garbled(song: list[str], data: st.DataObject):
    bad = data.draw(st.integers(0, len(song) - 1))
    heard = [" ".join(OTHERS[: len(text.split())]) if n == bad else text for n, text in enumerate(song)]
    assume(len(song[bad].split()) <= len(OTHERS))
    found = checked("\n".join(song), sounding(*heard), 500.0)
    assert found[bad].verdict == GARBLED
    assert found[bad].heard == heard[bad]
    assert [line.verdict for n, line in enumerate(found) if n != bad] == [SUNG] * (len(song) - 1)


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=60), st.randoms(use_true_random=False))
def test_whatever_is_written_and_heard_something_is_said_of_each_line(text: str, said: list[str], dice: random.Random):
    times = sorted(dice.uniform(0, 60) for _ in said)
    heard = [Word(word, start, start + 0.3) for word, start in zip(said, times, strict=True)]
    found = checked(text, heard, 60.0)
    assert [(line.number, line.text) for line in found] == lines_to_sing(text)
    for line in found:
        assert line.verdict in sung_words.VERDICTS
        assert 0 <= line.start <= line.end <= 61
        assert line.verdict == SKIPPED or line.heard in " ".join(said)
        start, end = again(line, 60.0)
        assert 0 <= start < end <= 60
    assert verdicts(from_dicts([line.to_dict() for line in found])) == verdicts(found)


def test_a_chorus_that_is_left_out_is_told_from_the_ones_before_and_after():
    verse, other = "the harbour lies in winter light", "a ribbon on the garden gate"
    song = [CHORUS, verse, CHORUS, other, CHORUS]
    for left in (0, 2, 4):
        heard = sounding(*(text for n, text in enumerate(song) if n != left))
        assert [n for n, line in enumerate(checked("\n".join(song), heard, 60)) if line.verdict == SKIPPED] == [left]


def test_a_first_word_that_two_lines_share_goes_with_the_rest_of_its_line():
    found = checked("the sea is grey\nthe sky is blue", sounding("the sky is blue"), 10.0)
    assert verdicts(found) == [SKIPPED, SUNG]
    assert (found[1].start, found[0].start, found[0].end) == (0.0, 0.0, 0.0)


def test_spelling_near_words_numbers_and_what_is_only_a_tone_are_no_mistakes():
    text = "[Intro]\nOoh, la la la\n\n[Verse 1]\nThey're 25 grey harbours, ooh yeah\nDon't look at the lanterns"
    found = checked(text, sounding("their twenty five gray harbor", "do not look at the lantern"), 20.0)
    assert [(line.number, line.verdict) for line in found] == [(5, SUNG), (6, SUNG)]


def test_times_before_lines_are_no_words():
    text = "[00:01.00][verse]\n[00:02.50] [1:10]<1:10.2>Summer <1:11>rain is falling\n[00:05]\n12:30 is no time here"
    assert lines_to_sing(text) == [(2, "Summer rain is falling"), (4, "12:30 is no time here")]


def test_signs_without_spaces_are_words():
    found = checked("海は青い\n空は高い", [Word("海は青い", 0, 2)], 5.0)
    assert verdicts(found) == [SUNG, SKIPPED]


def test_what_was_not_heard_lies_between_its_neighbours_and_gets_room_to_be_sung():
    heard = [*sounding("silver morning thunder"), Word("ribbon", 20, 20.4), Word("candle", 21, 21.4)]
    found = checked("silver morning thunder\ncarpet yellow window\nvelvet garden\nribbon candle", heard, 22.0)
    assert verdicts(found) == [SUNG, SKIPPED, SKIPPED, SUNG]
    assert found[1].start == pytest.approx(1.4)
    assert found[1].end == pytest.approx(found[2].start)
    assert found[2].end == pytest.approx(20.0)
    assert found[1].end - found[1].start > found[2].end - found[2].start, "by their length"
    tight = SungLine(1, "silver morning thunder carpet yellow window", SKIPPED, 30.0, 30.0)
    start, end = again(tight, 30.0)
    assert (round(end - start, 2), end) == (2.7, 30.0)
    assert again(SungLine(1, "silver", GARBLED, 10.0, 14.0), 30.0) == (9.75, 14.25)


def test_what_no_song_has_is_refused_and_what_is_no_result_is_none():
    many = " ".join(["word"] * 4000)
    with pytest.raises(sung_words.TooLong, match="4,000 words"):
        checked(many, sounding(many), 600.0)
    line = SungLine(1, "a", SUNG, 0.0, 1.0).to_dict()
    for wrong in ({"verdict": "great"}, {"start": -1}, {"end": float("inf")}, {"number": "x"}):
        assert from_dicts([line | wrong]) == ()
    assert from_dicts(None) == from_dicts("abc") == from_dicts([{}]) == ()

"""Judging lines: words heard against words written, pace, levels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import quality
from studio.domain.quality import ANYTHING, Levels, best, judged, word_error

_CLEAN = Levels(level_db=-20.0, clipped=0)
_TEXT = "The old bridge was closed on Monday morning."


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("You've got colour, grey neighbours; it's nice.", "you have got color gray neighbors it is nice"),
        ("We walked along the riverbank.", "We walked along the river bank."),
        ("a well-known river bank", "A wellknown riverbank"),
        ("Two pears, please.", "To pairs please"),
        ("It cost $3.50 on 5 May at 3 p.m.", "It cost three dollars and fifty cents on the fifth of May at three p m"),
        ("I realised he travelled by the theatre’s van.", "I realized he traveled by the theater's van."),
        ("Don’t! Can’t you? Cannot.", "do not can't you can not"),
        ("Café naïve", "cafe naive"),
        (f"That is {ANYTHING} news", "That is no tow rear news"),
        (f"That is {ANYTHING} news", "That is news"),
        ("", "  … "),
    ],
)
def test_another_spelling_is_no_error(written, heard):
    assert word_error(written, heard) == 0.0


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [
        (f"{_TEXT} {_TEXT} {_TEXT}", False),
        (f"{_TEXT} The old ridge was closed on Sunday morning. {_TEXT}", False),  # two of 24: mishearings
        (f"{_TEXT} {_TEXT}", True),  # a line is missing
        ("", True),
    ],
)
def test_several_lines_are_others_when_one_is_missing(heard, wrong):
    assert quality.misheard(f"{_TEXT} {_TEXT} {_TEXT}", heard) is wrong
    assert quality.misheard("Yes.", "No.")
    assert not quality.misheard("", "")


@pytest.mark.parametrize(
    ("written", "heard", "error"),
    [
        ("one two three four", "one two three", 0.25),
        ("one two three four", "one two three four five", 0.25),
        ("He laughed.", "He left.", 0.5),
        ("Hello.", "", 1.0),
        ("Hello.", "Hello. Hello. Hello.", 2.0),
        ("", "hello", 1.0),
        (f"{ANYTHING} news is good", "something new is bad", 2 / 3),
    ],
)
def test_the_share_of_wrong_words(written, heard, error):
    assert word_error(written, heard) == pytest.approx(error)


_PLAIN = st.lists(st.sampled_from(["cat", "dog", "bird", "horse", "fish"]), max_size=8)


def _edits(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """The definition, tried in full."""
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return _edits(a[1:], b[1:])
    return 1 + min(_edits(a[1:], b), _edits(a, b[1:]), _edits(a[1:], b[1:]))


@given(_PLAIN.filter(bool), _PLAIN)
def test_it_is_the_smallest_number_of_changes(written, heard):
    expected = _edits(tuple(written[:6]), tuple(heard[:6])) / len(written[:6])
    assert word_error(" ".join(written[:6]), " ".join(heard[:6])) == pytest.approx(expected)


@given(st.text(max_size=120))
def test_any_text_is_itself(text):
    text = text.replace(ANYTHING, "")
    assert word_error(text, text) == 0.0


@pytest.mark.parametrize(
    ("heard", "seconds", "levels", "badge"),
    [
        (_TEXT, 2.8, _CLEAN, "good"),
        (_TEXT, 1.2, _CLEAN, "fast"),
        (_TEXT, 9.0, _CLEAN, "slow"),
        ("The cold fridge was closed on money morning.", 2.8, _CLEAN, "unclear"),
        ("The old bridge was closed on Sunday morning.", 2.8, _CLEAN, "good"),
        ("", 2.8, _CLEAN, "unclear"),
        (_TEXT, 2.8, replace(_CLEAN, level_db=-80.0), "unclear"),
        (_TEXT, 2.8, replace(_CLEAN, clipped=30), "clipped"),
        (_TEXT, 2.8, replace(_CLEAN, trailing_seconds=1.0, trailing_db=-40.0), "noisy"),
        (_TEXT, 2.8, replace(_CLEAN, trailing_seconds=1.0, trailing_db=-70.0), "good"),
        (_TEXT, 2.8, replace(_CLEAN, trailing_seconds=0.1, trailing_db=-30.0), "good"),
    ],
)
def test_the_badge_says_the_worst(heard, seconds, levels, badge):
    found = judged(_TEXT, heard, seconds=seconds, levels=levels)
    assert found.badge == badge
    assert found.sentence
    assert quality.from_dict(found.to_dict()).badge == badge


def test_the_pace_of_a_few_words_says_nothing():
    assert judged("Yes, of course.", "Yes of course", seconds=0.4, levels=_CLEAN).badge == "good"


def test_the_best_take_has_the_right_words_then_the_best_badge_then_an_ordinary_pace():
    good = judged(_TEXT, _TEXT, seconds=2.9, levels=_CLEAN)
    hasty = judged(_TEXT, _TEXT, seconds=1.9, levels=_CLEAN)
    noisy = replace(good, badge="noisy")
    wrong = judged(_TEXT, "The old bridge was closed on Sunday morning.", seconds=2.9, levels=_CLEAN)
    assert best([wrong, noisy, hasty, good]) == 3
    assert best([wrong, noisy, hasty]) == 2
    assert best([wrong, noisy]) == 1
    assert best([replace(good, badge="slow"), replace(good, badge="clipped")]) == 0
    assert best([good, good]) == 0

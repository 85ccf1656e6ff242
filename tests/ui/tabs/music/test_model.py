"""What the music room knows without widgets."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import tests.engines.composer  # noqa: F401 — from then on the modules of the composer find one another
from studio.domain.project import Style
from studio.engines.composer import stylebook, words
from studio.engines.manifest import read_manifest
from studio.ui.tabs.music import model

_COMPOSER = Path(model.__file__).parents[3] / "engines" / "composer"


@pytest.fixture
def composer():
    return read_manifest(_COMPOSER)


@pytest.mark.parametrize(
    ("style", "word", "after"),
    [
        ("", "jazz", "jazz"),
        ("slow,  waltz ", "dark", "slow, waltz, dark"),
        ("slow, Jazz, dark", "jazz", "slow, dark"),
        ("acid jazz", "jazz", "acid jazz, jazz"),
    ],
)
def test_a_word_is_added_to_a_style_or_taken_out(style, word, after):
    assert model.toggled(style, word) == after
    assert model.has_word(after, word) != model.has_word(style, word)


def test_every_word_that_is_offered_says_something_to_the_composer():
    for word in (*model.STYLES, *model.MOODS):
        plan = words.understand(word, bpm=0.0, key=None, rng=random.Random(1))
        assert not plan.unknown, word
    assert {style.name for style in stylebook.STYLES} == set(model.STYLES)


def test_variations_differ_in_their_seeds_alone(composer):
    made = model.wishes(composer, style=" pop ", lyrics="la", values={"duration": 5.0}, seed=9, variations=3)
    assert made[0].seed == 9
    assert len({wish.seed for wish in made}) == 3
    assert all(dict(wish.params) == {"duration": 5.0, "style": "pop"} and wish.script == "la" for wish in made)


def test_a_style_is_told_in_one_line():
    assert model.described(Style("lofi", 7, 80.0, "A minor", name="x")) == "lofi · 80 bpm · A minor"
    assert model.described(Style()) == ""

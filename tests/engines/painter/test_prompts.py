"""What the painter understands of a prompt."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engines.painter.workshop import catalogue, prompts

read = prompts.read


def test_it_knows_more_than_a_hundred_things_of_which_each_can_be_painted():
    things = {name for kind, name in prompts.LEXICON.values() if kind == "thing"}
    assert things == set(catalogue.KINDS) | catalogue.SPANNING
    assert prompts.concepts() > 150


def test_a_whole_prompt():
    wanted = read(
        "Three tall pines and a red balloon over misty mountains at sunrise, watercolour, lonely, low horizon"
    )
    assert wanted.places == ("mountains",)
    assert (wanted.time, wanted.weather, wanted.style, wanted.moods) == ("dawn", ("fog",), "watercolour", ("lonely",))
    assert wanted.composition == ("lowhorizon",)
    assert [(t.name, t.count, t.colour) for t in wanted.things] == [("pine", 3, ""), ("balloon", 1, "red")]
    assert wanted.things[0].size > 1
    assert wanted.colours == ()  # the red is the balloon's
    assert wanted.unknown == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [("birches", "birch"), ("wolves", "wolf"), ("butterflies", "butterfly"), ("churches", "church"), ("Palms", "palm"),
     ("hot-air balloons", "balloon"), ("cacti", "cactus"), ("sailboats", "ship")],
)  # fmt: skip
def test_plurals_and_synonyms(text, name):
    (thing,) = read(text).things
    assert (thing.name, thing.count) == (name, 0)


@pytest.mark.parametrize("text", ["a meadow without flowers", "no flowers, a meadow", "meadow, not a single flower"])
def test_what_is_refused_does_not_appear(text):
    wanted = read(text)
    assert wanted.places == ("meadow",)
    assert wanted.things == ()
    assert wanted.banned == {"flower"}


def test_words_that_are_their_own_plural():
    texts = ("a sheep", "sheep", "nine sheep", "a flock of birds")
    assert [read(text).things[0].count for text in texts] == [1, 0, 9, 0]


def test_the_negative_prompt_refuses_as_well():
    wanted = read("a boat on a lake, birds, clouds", "birds, cloud")
    assert [t.name for t in wanted.things] == ["boat"]
    assert wanted.sky == ()


def test_a_refusal_ends_with_what_it_refuses():
    wanted = read("no people but a cat")
    assert wanted.banned == {"person"}
    assert [t.name for t in wanted.things] == ["cat"]


def test_unknown_words_are_told_once():
    assert read("zorblax, mountains and a zorblax, and quuxes").unknown == ("zorblax", "quuxes")
    assert read("a very beautiful picture of the sea").unknown == ()


def test_colours_belong_to_the_word_behind_them_or_to_the_whole():
    assert read("blue mountains").place_colours == {"mountains": "blue"}
    assert read("mountains, teal and orange").colours == ("teal", "orange")


@example("two², ²", "²")  # a digit to some, but no number
@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_read(prompt, negative):
    wanted = read(prompt, negative)
    assert not {t.name for t in wanted.things} & wanted.banned
    assert not set(wanted.places) & wanted.banned
    assert all(0 <= t.count <= 24 for t in wanted.things)


def test_a_hundred_thousand_characters_are_read_in_time():
    assert "mountains" in read("mountains " * 10_000).places

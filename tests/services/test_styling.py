"""One style for every engine, and what each cannot take of it."""

from __future__ import annotations

import pytest

from studio.domain.project import Style
from studio.engines.manifest import Manifest, read_manifest
from studio.paths import RESOURCES
from studio.services import styling

STYLE = Style("lofi, calm", 7, 76.0, "A minor", "m1", "Night drive")
ENGINES = RESOURCES.parent / "studio" / "engines"


def engine(name: str) -> Manifest:
    return read_manifest(ENGINES / name)


@pytest.mark.parametrize(
    ("name", "params", "reference", "in_words", "left_out"),
    [
        ("acestep", {"style": "lofi, calm", "bpm": 76.0, "key": "A minor"}, True, (), ()),
        ("composer", {"style": "lofi, calm", "bpm": 76.0, "key": "A minor"}, False, (), ("reference",)),
        ("musicgen", {"style": "lofi, calm, 76 bpm, A minor"}, False, ("tempo", "key"), ("reference",)),
        ("stableaudio", {"style": "lofi, calm, 76 bpm, A minor"}, False, ("tempo", "key"), ("reference",)),
    ],
)
def test_a_style_goes_to_each_engine_as_far_as_it_goes(name, params, reference, in_words, left_out):
    fits = styling.fitted(STYLE, engine(name))
    assert (fits.params, fits.reference) == (params, reference)
    assert (fits.in_words, fits.left_out) == (in_words, left_out)
    for param in engine(name).params:
        assert param.name not in fits.params or not param.problem(fits.params[param.name])
    assert len(fits.told("It")) == bool(in_words) + bool(left_out), "what it cannot take is said"


def test_what_a_style_does_not_say_is_the_engines_own():
    fits = styling.fitted(Style("pop"), engine("acestep"))
    assert fits.params == {"style": "pop", "bpm": 0.0, "key": ""}
    assert (fits.reference, fits.in_words, fits.left_out) == (False, (), ())
    assert styling.fitted(Style("pop"), engine("musicgen")).params == {"style": "pop"}
    wordless = styling.fitted(Style(bpm=0.0, seed=7), engine("diffrhythm2"))
    assert wordless.params == {"style": "warm indie pop, acoustic guitar, female vocal"}, "it takes no empty one"


def test_words_say_a_thing_once_and_no_more_than_an_engine_reads():
    said = styling.fitted(Style("jazz, 90 bpm, in a minor", bpm=76.0, key="A minor"), engine("musicgen"))
    assert said.params == {"style": "jazz, 90 bpm, in a minor"}
    long = styling.fitted(Style(", ".join(["soft strings"] * 60)), engine("composer"))
    assert len(long.params["style"]) <= 500
    assert long.params["style"].endswith("strings")
    assert long.left_out == ("words beyond 500 characters",)
    fast = styling.fitted(Style("pop", bpm=280.0), engine("composer"))
    assert (fast.params["style"], fast.in_words) == ("pop, 280 bpm", ("tempo",))
    assert fast.params["bpm"] == 0.0, "no other tempo stays in the field"


@pytest.mark.parametrize(
    ("name", "bpm"), [("acestep", 20.0), ("acestep", 29.9), ("composer", 30.0), ("composer", 39.0)]
)
def test_a_tempo_that_an_engine_would_refuse_stands_in_the_words(name, bpm):
    slow = styling.fitted(Style("pop", bpm=bpm), engine(name))
    assert (slow.params["bpm"], slow.params["style"]) == (0.0, f"pop, {bpm:g} bpm")


def test_an_engine_without_words_gets_none():
    fits = styling.fitted(STYLE, engine("hibari"))
    assert (fits.params, fits.left_out) == ({}, ("tempo", "key", "words", "reference"))


def test_a_recipe_from_anywhere_is_a_style():
    recipe = {"params": {"prompt": " soft ", "bpm": 84, "key": "D"}, "seed": 9}
    assert styling.of_recipe(recipe, "x") == Style("soft", 9, 84.0, "D", name="x")
    assert styling.of_recipe({"params": [1], "seed": "y"}, "x") == Style(name="x")
    assert styling.of_recipe({"seed": 2**40}, "x") == Style(name="x"), "no engine takes such a seed"

"""Words become a plan: styles, moods, instruments, tempo, key, metre; and what is not understood is said."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.composer import instruments, stylebook, theory, words


def understood(text: str, seed: int = 1, **more) -> words.Plan:
    return words.understand(text, bpm=more.get("bpm", 0.0), key=more.get("key"), rng=random.Random(seed))


def programs(plan: words.Plan) -> set[int]:
    return {layer.program for layer in plan.style.layers} | {plan.style.lead}


@pytest.mark.parametrize("style", stylebook.STYLES, ids=lambda s: s.name)
def test_each_word_of_a_style_means_it(style):
    for word in (style.name, *style.words):
        plan = understood(f"some {word.upper()} music, please")
        assert plan.style.name == style.name, word
        assert not plan.unknown, word
        assert style.bpm[0] <= plan.bpm <= style.bpm[1]
        assert plan.key.mode in style.modes


def test_no_word_means_two_styles():
    every = [word for style in stylebook.STYLES for word in {style.name, *style.words}]
    assert sorted(set(every)) == sorted(every)
    assert not set(every) & set(instruments.BY_WORDS)


def test_nothing_is_a_sensible_default():
    assert understood("").style.name == stylebook.DEFAULT
    assert understood("").said == (stylebook.DEFAULT,)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("slow rock", 100, 120), ("fast rock", 160, 185), ("rock 97.5 bpm", 97.5, 97.5), ("rock, adagio", 68, 68),
     ("half time drum and bass", 80, 90), ("rock at 500 bpm", 240, 240)],
)  # fmt: skip
def test_tempo_words(text, low, high):
    assert low <= understood(text).bpm <= high


def test_a_tempo_out_of_range_is_said():
    assert "999" in " ".join(understood("rock 999 bpm").advice)


@pytest.mark.parametrize(
    ("text", "key"),
    [("rock in A minor", "A minor"), ("jazz in Bb", "Bb major"), ("F# dorian funk", "F# dorian"),
     ("pop in e flat major, happy", "Eb major"), ("key of G", "G major")],
)  # fmt: skip
def test_a_key_among_the_words(text, key):
    plan = understood(text)
    assert plan.key.name == key
    assert not plan.unknown


def test_in_a_club_is_no_key():
    assert {understood("house in a club", seed).key.tonic for seed in range(9)} != {9}


@pytest.mark.parametrize(
    ("text", "modes"),
    [("happy rock", {"major"}), ("sad pop", {"minor"}), ("dark house", {"minor", "phrygian"}),
     ("dorian pop", {"dorian"})],
)  # fmt: skip
def test_moods_choose_the_mode(text, modes):
    assert {understood(text, seed).key.mode for seed in range(12)} <= modes


def test_moods_change_the_rest():
    plain, epic, calm, dark = (understood(t) for t in ("rock", "epic rock", "calm rock", "dark rock"))
    assert epic.energy > plain.energy > calm.energy
    assert len(epic.style.layers) > len(plain.style.layers)
    assert dark.style.tilt < plain.style.tilt
    assert calm.bpm < plain.bpm


@pytest.mark.parametrize("word", sorted(instruments.BY_WORDS))
def test_an_instrument_that_is_asked_for_is_there(word):
    wanted = instruments.BY_WORDS[word]
    for style in ("techno", "folk", "metal"):
        plan = understood(f"{style} with {word}")
        assert wanted.program in programs(plan) | {plan.style.bass}, style
        assert not plan.unknown


def test_leaving_out():
    assert not understood("rock without drums").style.groove
    assert not understood("no bass, techno").style.line
    assert understood("pop, no melody").style.lead_energy > 1


def test_alone():
    for text in ("jazz, piano only", "jazz, solo piano", "piano solo, jazz"):
        plan = understood(text)
        assert programs(plan) == {0}
        assert plan.style.name == "jazz"
        assert not plan.style.groove


def test_a_piano_without_a_style_plays_what_is_written_for_it():
    assert understood("slow piano").style.name == "classical piano"
    assert understood("lofi piano").style.name == "lofi"


def test_two_styles_lend_each_other_what_they_are():
    plan = understood("jazz waltz")
    assert plan.style.metre == (3, 4)
    assert plan.style.lead == stylebook.BY_NAME["jazz"].lead
    assert plan.style.name == "jazz / waltz"


@pytest.mark.parametrize("metre", sorted(words.METRES))
def test_a_metre_that_is_asked_for(metre):
    plan = understood(f"rock in {metre[0]}/{metre[1]}")
    assert plan.style.metre == metre
    assert plan.style.groove


def test_a_metre_that_is_none_is_said():
    plan = understood("rock in 4/5")
    assert plan.style.metre == (4, 4)
    assert "4/5" in plan.advice[0]


def test_slips_and_strangers():
    plan = understood("chipptune frobnicate blorp ambients")
    assert plan.style.name.startswith("chiptune")
    assert plan.unknown == ("frobnicate", "blorp")


@given(st.text(max_size=500), st.integers(0, 3))
def test_any_text_makes_a_plan(text, seed):
    plan = understood(text, seed)
    assert words.SLOWEST <= plan.bpm <= words.FASTEST
    assert plan.key.mode in theory.SCALES
    assert plan.style.metre in words.METRES
    assert len(plan.unknown) <= 500


@given(
    st.lists(
        st.sampled_from(sorted({*words._STYLE_WORDS, *words._MOOD_WORDS, *instruments.BY_WORDS, "no drums", "solo"})),
        max_size=8,
    )
)
def test_known_words_are_all_taken(found):
    plan = understood(", ".join(found))
    assert not plan.unknown
    assert all(0 <= layer.program <= 127 for layer in plan.style.layers)

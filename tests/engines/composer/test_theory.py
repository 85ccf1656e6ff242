"""Keys as people write them, chords, and voices that move little."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.composer import theory

KEYS = st.builds(theory.Key, st.integers(0, 11), st.sampled_from(sorted(theory.SCALES)))
DEGREES = st.sampled_from("1234567")


@pytest.mark.parametrize(
    ("text", "tonic", "mode", "name"),
    [
        ("C", 0, "major", "C major"),
        ("c", 0, "major", "C major"),
        ("A minor", 9, "minor", "A minor"),
        ("Am", 9, "minor", "A minor"),
        ("am", 9, "minor", "A minor"),
        ("CM", 0, "major", "C major"),
        ("F# dorian", 6, "dorian", "F# dorian"),
        ("f sharp  DORIAN", 6, "dorian", "F# dorian"),
        ("Bb", 10, "major", "Bb major"),
        ("bb minor", 10, "minor", "Bb minor"),
        ("B-flat major", 10, "major", "Bb major"),
        ("b", 11, "major", "B major"),
        ("B minor", 11, "minor", "B minor"),
        ("Cb", 11, "major", "Cb major"),
        ("E♭ lydian", 3, "lydian", "Eb lydian"),
        ("c#_minor", 1, "minor", "C# minor"),
        ("D harmonic minor", 2, "harmonic minor", "D harmonic minor"),
        ("h-Moll", 11, "minor", "B minor"),
        ("H DUR", 11, "major", "B major"),
        ("b-moll", 10, "minor", "Bb minor"),
        ("cis-Moll", 1, "minor", "C# minor"),
        ("Es-Dur", 3, "major", "Eb major"),
        ("as moll", 8, "minor", "Ab minor"),
        ("F# moll", 6, "minor", "F# minor"),
    ],
)
def test_keys(text, tonic, mode, name):
    key = theory.parse_key(text)
    assert (key.tonic, key.mode, key.name) == (tonic, mode, name)


@pytest.mark.parametrize(
    "text",
    ["H", "H moll is no key", "es", "bis-Dur", "", "C##", "A minor minor", "12", "C locrian", "Q major", "A" * 40, "♯"],
)
def test_what_is_no_key(text):
    with pytest.raises(theory.KeyProblem):
        theory.parse_key(text)


@given(st.text(max_size=40))
def test_any_text_is_a_key_or_is_not(text):
    try:
        key = theory.parse_key(text)
    except theory.KeyProblem:
        return
    assert theory.parse_key(key.name).tonic == key.tonic


@given(KEYS, DEGREES, st.sampled_from(["triad", "seventh", "ninth"]))
def test_chords_lie_in_their_key(key, degree, extension):
    chord = theory.chord(degree, key, extension)
    natural = set(key.scale) | ({(key.tonic + 10) % 12} if key.mode == "harmonic minor" else set())
    assert set(chord.classes) <= natural
    assert 6 not in chord.steps  # nothing diminished


@given(KEYS, DEGREES)
def test_a_chords_scale_holds_the_chord(key, degree):
    chord = theory.chord(f"{degree}:7", key)
    scale = theory.chord_scale(key, chord)
    assert set(chord.classes) <= set(scale)
    assert 5 <= len(scale) <= 9


@given(KEYS, st.lists(DEGREES, min_size=2, max_size=12), st.integers(50, 70))
def test_voices_move_little(key, degrees, centre):
    before: tuple[int, ...] = ()
    for degree in degrees:
        chord = theory.chord(degree, key, "seventh")
        now = theory.voice(chord, before, centre=centre)
        assert {p % 12 for p in now} <= set(chord.classes)
        assert chord.classes[1] in {p % 12 for p in now}  # the third says what it is
        assert abs(sum(now) / len(now) - centre) <= 13
        if before:
            moves = [min(abs(p - q) for q in before) for p in now]
            assert sum(moves) / len(moves) <= 3.5
        before = now


def test_voice_leading_is_better_than_chance():
    rng = random.Random(1)
    key = theory.Key(0, "major")
    chords = [theory.chord(rng.choice("123456"), key) for _ in range(200)]
    led, jumped, before, old = 0.0, 0.0, (), ()
    for chord in chords:
        now = theory.voice(chord, before, centre=60)
        plain = tuple(60 + c for c in sorted(chord.classes))
        if before:
            led += sum(min(abs(p - q) for q in before) for p in now)
            jumped += sum(min(abs(p - q) for q in old) for p in plain)
        before, old = now, plain
    assert led <= jumped
    assert led / 200 / 3 < 1.5


@given(st.floats(20, 110), st.sets(st.integers(0, 11), min_size=1))
def test_nearest(pitch, classes):
    found = theory.nearest(pitch, classes)
    assert found % 12 in classes
    assert abs(found - pitch) <= 6.5 or not 6 < pitch < 121 or len(classes) == 1

"""Sounds that are no words: lengths, spectra and levels as the real ones have them, and their place among words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.dialogue import NONVERBALS
from studio.engines.shared import nonverbals

RATE = nonverbals.RATE
LEVEL = 0.1
# Seconds, and where the middle of the energy lies, in Hz.
EXPECTED = {
    "inhales": (0.6, 0.9, 2000, 4000),
    "exhales": (0.8, 1.3, 600, 1800),
    "sighs": (1.5, 2.3, 900, 2300),
    "gasps": (0.3, 0.45, 2400, 4500),
    "sniffs": (0.4, 0.9, 3000, 6000),
    "coughs": (0.6, 0.8, 900, 3000),
    "claps": (1.2, 1.5, 1000, 4000),
    "applause": (2.9, 3.1, 1200, 4000),
    "beep": (0.55, 0.65, 990, 1010),
    "whistles": (0.9, 1.2, 1250, 2500),
    "humming": (2.0, 2.4, 150, 500),
}


def _centre(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float((np.fft.rfftfreq(sound.size, 1 / RATE) * power).sum() / power.sum())


def test_all_have_an_expectation():
    assert set(EXPECTED) == nonverbals.NAMES <= set(NONVERBALS)


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("seed", [0, 7, -3, 2**63])
def test_each_is_like_the_real_one(name, seed):
    shortest, longest, low, high = EXPECTED[name]
    sound = nonverbals.made(name, seed, voice_level=LEVEL)
    assert sound.dtype == np.float32
    assert shortest <= sound.size / RATE <= longest
    assert low <= _centre(sound) <= high
    assert 0.01 < np.abs(sound).max() < 0.98
    assert sound[0] == sound[-1] == 0
    assert np.array_equal(sound, nonverbals.made(name, seed, voice_level=LEVEL))
    if name != "beep":
        assert not np.array_equal(sound, nonverbals.made(name, seed + 1, voice_level=LEVEL)[: sound.size])


@pytest.mark.parametrize("name", ["inhales", "exhales", "sniffs", "sighs"])
def test_breath_is_softer_than_the_voice(name):
    sound = nonverbals.made(name, 1, voice_level=LEVEL)
    assert 0.02 < nonverbals.active_level(sound) / LEVEL < 0.4


def test_a_man_hums_lower():
    hers = nonverbals.made("humming", 1, voice_level=LEVEL, pitch=nonverbals.WOMAN)
    his = nonverbals.made("humming", 1, voice_level=LEVEL, pitch=nonverbals.MAN)
    assert _centre(his) < _centre(hers)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello.", ["Hello."]),
        ("(sighs)", ["", "sighs", ""]),
        ("Well (sighs), I think so.", ["Well,", "sighs", "I think so."]),
        ("I see (sighs).", ["I see.", "sighs", ""]),
        ("(gasps) No! (claps)", ["", "gasps", "No!", "claps", ""]),
        ("(claps)(claps) Yes", ["", "claps", "", "claps", "Yes"]),
        ("(sighs)... and then", ["", "sighs", "and then"]),
        ("It (the box) fell (laughs).", ["It (the box) fell (laughs)."]),
    ],
)
def test_a_sentence_is_cut_at_its_sounds(text, parts):
    assert nonverbals.split(text, nonverbals.NAMES) == parts


@given(st.lists(st.sampled_from(["one", "two,", "three.", "(sighs)", "(beep)"]), max_size=8).map(" ".join))
def test_no_word_and_no_sound_is_lost(text):
    parts = nonverbals.split(text, nonverbals.NAMES)
    assert [w.strip(",.") for part in parts[::2] for w in part.split()] == [
        w.strip(",.") for w in text.split() if w[0] != "("
    ]
    assert parts[1::2] == [w.strip("()") for w in text.split() if w[0] == "("]


def test_words_and_sounds_in_a_row():
    def say(words: str):
        return np.full(100 * len(words), 0.2, np.float32) if words != "..." else None

    made: list[tuple[str, int, float]] = []

    def sound(name: str, number: int, level: float):
        made.append((name, number, level))
        return np.full(50, 0.5, np.float32)

    row = nonverbals.sentence("Oh (sighs) no (beep)", nonverbals.NAMES, say=say, sound=sound)
    assert row is not None
    assert [(name, number) for name, number, _ in made] == [("sighs", 0), ("beep", 1)]
    assert made[0][2] == pytest.approx(0.2, rel=1e-3)
    assert np.count_nonzero(row) == 400 + 100
    assert row.size > 500 + 3 * 2000
    assert nonverbals.sentence("...", nonverbals.NAMES, say=say, sound=sound) is None

"""Where a dialogue is cut: nothing lost, borders between speakers, lengths that a model speaks well."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.shared import stretches
from studio.engines.shared.stretches import Turn

_WORDS = st.integers(1, 400).map(lambda n: ("so it is and " * 40)[:n].strip() or "a")
_TURNS = st.lists(st.builds(Turn, _WORDS, st.sampled_from("abc")), min_size=1, max_size=40)


def _lasts(turns: list[Turn], numbers: range) -> float:
    return sum(stretches.seconds_of(turns[n].text) for n in numbers)


def _line(seconds: float, voice: str) -> Turn:
    return Turn("a" * round((seconds - 0.2) * 15), voice)


@given(_TURNS, st.floats(5, 35), st.sets(st.integers(0, 39)), st.sets(st.sampled_from("abc")))
def test_every_sentence_is_in_one_stretch_and_none_is_too_long(turns, longest, breaks, carried):
    found = stretches.cut(turns, longest=longest, breaks=breaks, carried=carried)
    assert [n for numbers in found for n in numbers] == list(range(len(turns)))
    for numbers in found:
        assert len(numbers) > 0
        assert not breaks & set(numbers[1:])
        if len(numbers) > 1:
            assert _lasts(turns, numbers) <= longest + 1e-6
            assert len({turns[n].voice for n in numbers}) <= 2


def test_it_is_cut_where_somebody_else_begins():
    turns = [_line(4, "a"), _line(4, "b"), _line(4, "b"), _line(4, "a"), _line(4, "a"), _line(4, "b")]
    found = stretches.cut(turns, longest=17.0)
    for before, after in pairwise(found):
        assert turns[before[-1]].voice != turns[after[0]].voice
    assert len(found) == 2


def test_a_long_speech_is_cut_within():
    turns = [_line(4, "a")] * 12
    assert [len(numbers) for numbers in stretches.cut(turns, longest=20.0)] == [5, 5, 2]


def test_the_last_is_not_left_short():
    turns = [_line(4, "a"), _line(4, "b")] * 2 + [_line(3, "a")]
    assert stretches.cut(turns, longest=16.5) == [range(2), range(2, 5)]


def test_what_carries_a_voice_is_short_and_the_rest_is_not():
    turns = [_line(4, "a"), _line(4, "b")] * 6
    lengths = [_lasts(turns, numbers) for numbers in stretches.cut(turns, longest=20.0, carried="ab")]
    assert lengths[0] == pytest.approx(8, abs=0.2)
    assert max(lengths[1:]) > 15


def test_a_third_voice_begins_a_stretch():
    turns = [_line(2, voice) for voice in "aba" + "cac"]
    assert stretches.cut(turns, longest=20.0) == [range(3), range(3, 6)]


def test_sounds_count():
    assert stretches.seconds_of("(laughs) (coughs)") > 1.5
    assert stretches.seconds_of("Well.") < 1.0


@given(st.text(st.characters(codec="utf-8"), max_size=400), st.floats(2, 10), st.integers(40, 300))
def test_a_sentence_beyond_all_measure_is_parted_and_whole(text, seconds, size):
    parts = stretches.parted(text, most_seconds=seconds, most_bytes=size)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part.encode()) <= size for part in parts)


def test_times_are_shared_out_by_length():
    found = stretches.spans(["Well.", "That is a longer one."], 2.0, 5.0)
    assert found[0][0] == 2.0
    assert found[-1][1] == 5.0
    assert found[0][1] == found[1][0]
    assert found[0][1] - 2.0 < 5.0 - found[0][1]

"""Descriptions of voices: what is written comes back, and nothing else does."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import voice
from studio.domain.voice import Binding, Consent, Profile, Sample
from studio.errors import StudioError

HASHES = ["0" * 64, "1" * 63 + "a"]
SAMPLES = (
    Sample("s1", f"{HASHES[0]}.wav", f"{HASHES[1]}.flac", "a.flac", 7.5, "Words.", facts={"snr_db": 20.0}),
    Sample("s2", f"{HASHES[1]}.wav", HASHES[1], "b", 12.0, facts={"snr_db": 30.0, "advice": [{"code": "noisy"}]}),
)
ANN = Profile(
    "v12", "Ann", Consent("Mine.", "own", "Ann", "2026-01-31"), "2026-02-01", "en-gb", "CC0-1.0", "Low.", SAMPLES,
    (Binding("kokoro", voice="af_heart"), Binding("likeness", sample="s2", params={"strength": 1})),
)  # fmt: skip


def test_what_is_written_comes_back():
    assert voice.from_dict(json.loads(json.dumps(voice.to_dict(ANN)))) == ANN


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(_JUNK)
def test_what_is_no_voice_is_refused_in_words(data):
    with pytest.raises(StudioError, match="damaged"):
        voice.from_dict(data)


@given(st.data())
def test_one_thing_of_another_kind_is_refused_or_harmless(data):
    found: Any = copy.deepcopy(voice.to_dict(ANN))
    place = found
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(_JUNK)
        break
    try:
        profile = voice.from_dict(found)
    except StudioError as e:
        said = e.hint
        assert said
    else:
        assert list(voice.problems(profile)) == []
        assert all(voice.is_file(name) for name in profile.files)
        assert voice.from_dict(voice.to_dict(profile)) == profile


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"consent": Consent("  ")}, "nobody has allowed"),
        ({"consent": Consent("x", kind="perhaps")}, "kind of consent"),
        ({"created": "yesterday"}, "no day"),
        ({"id": "v"}, "no id"),
        ({"id": "../v1"}, "no id"),
        ({"name": " Ann"}, "name"),
        ({"name": "A|nn"}, "letters"),
        ({"name": "-x"}, "letters"),
        ({"name": "x" * 61}, "60"),
        ({"name": "a\nb"}, "letters"),
        ({"name": "Reference"}, "stands for a recording"),
        ({"notes": "x" * 20_001}, "longer"),
        ({"samples": (SAMPLES[0], SAMPLES[0])}, "one id"),
        ({"samples": (replace(SAMPLES[0], file="../../etc/passwd"),)}, "by its hash"),
        ({"samples": (replace(SAMPLES[0], original=f"{HASHES[0]}.wav/x"),)}, "by its hash"),
        ({"samples": (replace(SAMPLES[0], seconds=0.0),)}, "lasts"),
        ({"samples": (replace(SAMPLES[0], id="t1"),)}, "no id of a recording"),
        ({"bindings": (Binding("kokoro", sample="s9"),)}, "no recording"),
        ({"bindings": (Binding("kokoro"),)}, "either"),
        ({"bindings": (Binding("kokoro", voice="a", sample="s1"),)}, "either"),
        ({"bindings": (Binding("../kokoro", voice="a"),)}, "engine's id"),
        ({"bindings": (Binding("kokoro", voice="a"), Binding("kokoro", voice="b"))}, "twice"),
    ],
)
def test_each_rule(changes, said):
    assert any(said in wrong for wrong in voice.problems(replace(ANN, **changes)))


def test_the_sound_profile_breaks_no_rule():
    assert list(voice.problems(ANN)) == []


def test_the_clearest_recording_is_the_best_unless_it_is_short():
    assert ANN.best() == SAMPLES[1]
    short = replace(ANN, samples=(SAMPLES[0], replace(SAMPLES[1], seconds=2.0)))
    assert short.best() == SAMPLES[0]
    assert replace(ANN, samples=()).best() is None
    odd = replace(ANN, samples=(replace(SAMPLES[0], facts={"snr_db": "loud"}),))
    assert odd.best() is not None


@given(st.text(min_size=1, max_size=70), st.integers(0, 30))
def test_a_name_that_is_taken_gets_a_number(name, count):
    name = name[: voice.LONGEST_NAME]
    taken: set[str] = set()
    for _ in range(count):
        taken.add(voice.free_name(name, frozenset(taken)).casefold())
    assert len(taken) == count
    assert all(len(n) <= voice.LONGEST_NAME + 20 for n in taken)

"""Cards, filters and words, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.domain.voice import Binding, Consent, Profile, Sample
from studio.engines.manifest import EngineVoice, Licence, Manifest
from studio.engines.registry import Entry, Registry
from studio.services import voice_work
from studio.services.voice_work import Advice, Prepared
from studio.ui.tabs.voices import model
from studio.ui.tabs.voices.model import Filter

_SAMPLE = Sample("s1", "0" * 64 + ".wav", "0" * 64, "ann.wav", 8.0)
_ANN = Profile("v1", "Ann", Consent("Mine."), "2026-01-02", language="en", notes="Tired.", samples=(_SAMPLE,))


def _manifest(name: str, *tasks: str) -> Manifest:
    voice = EngineVoice("af_heart", "Heart", "en-us", "female", "American", preview="Hello there.")
    licence = Licence("MIT", "MIT")
    return Manifest(name, name.title(), "1", tasks, "app", licence, Path(), voices=(voice,))


PLAIN, CLONES = _manifest("kokoro", "speech"), _manifest("likeness", "speech", "clone")


def test_a_kept_voice_says_which_engines_speak_with_it():
    card = model.kept_card(_ANN, None, [PLAIN, CLONES])
    assert (card.engines, card.serves) == (("likeness",), "Likeness")
    bound = replace(_ANN, bindings=(Binding("kokoro", voice="af_heart"),))
    assert model.kept_card(bound, None, [PLAIN, CLONES]).engines == ("kokoro", "likeness")
    assert model.kept_card(replace(_ANN, samples=()), None, [PLAIN, CLONES]).engines == ()


def test_a_voice_that_two_engines_have_is_one_card(tmp_path: Path):
    (tmp_path / "runner.py").touch()
    known = [replace(m, folder=tmp_path) for m in (PLAIN, CLONES, replace(PLAIN, id="secret", hidden=True))]
    registry = Registry(Entry(m.id, m.folder, builtin=True, manifest=m) for m in known)
    [(voice, engines)] = voice_work.engine_voices(registry)
    card = model.engine_card(voice, engines, None)
    assert (card.engines, card.about) == (("kokoro", "likeness"), "American English · Woman")


@pytest.mark.parametrize(
    ("wanted", "engines_own", "kept"),
    [
        (Filter(), True, True),
        (Filter(text="heart AMERICAN"), True, False),
        (Filter(text="tired"), False, True),
        (Filter(text="tired kokoro"), False, False),
        (Filter(whose="kept"), False, True),
        (Filter(whose="engines"), True, False),
        (Filter(language="en"), True, True),
        (Filter(language="fr"), False, False),
        (Filter(sex="female"), True, False),
        (Filter(sex="male"), False, False),
    ],
)
def test_filters_show_what_fits(wanted, engines_own, kept):
    heart = model.engine_card(PLAIN.voices[0], [PLAIN], None)
    ann = model.kept_card(_ANN, None, [CLONES])
    assert (wanted.fits(heart), wanted.fits(ann)) == (engines_own, kept)


def test_words_that_are_not_those_heard_are_told():
    heard = "The old lighthouse keeper climbed the stairs."
    assert model.mismatch(4.0, "the old lighthouse keeper climbed the stairs", heard) == ""
    assert model.mismatch(4.0, "a recipe for soup with leeks and cream", heard) != ""
    assert "more words" in model.mismatch(1.0, "one two three four five six seven eight", "")
    assert "Without" in model.mismatch(4.0, "  ", heard)


def test_every_advice_has_words_of_the_window():
    prepared = Prepared(None, {"seconds": 8.0, "speech_share": 0.5, "snr_db": 9.4, "clipped": 0.012}, ())
    codes = ("silence", "no_speech", "too_short", "short", "part_picked", "noisy", "two_speakers")
    for code in (*codes, "clipped", "quiet", "narrow_band"):
        text, hint = model.advice_words(Advice("warning", code, "raw", "`studio clean`"), prepared)
        assert text != "raw"
        assert hint
        assert "`" not in hint
    assert "4.0 s" in model.advice_words(Advice("warning", "short", "", ""), prepared)[0]
    assert model.advice_words(Advice("info", "other", "Something.", "Do."), prepared) == ("Something.", "Do.")


def test_the_nearer_two_voices_are_the_stronger_the_words():
    said = [model.similarity_words(value) for value in (0.95, 0.75, 0.65, 0.2)]
    assert len(set(said)) == 4


def test_advice_from_elsewhere_may_be_anything():
    assert voice_work.advice_in({"advice": [1, {"level": 2, "code": "noisy"}, None]}) == (Advice("2", "noisy", "", ""),)
    assert voice_work.advice_in({"advice": "no"}) == ()

"""From a script to sentences: silences, seeds, voices, and keys that change exactly with what is heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.requests import Gaps, Request
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services.tasks import speech
from studio.services.tasks.work import Wish, role_of
from studio.settings import Settings

_FAKE = find_engines(RESOURCES / "no engines here").manifest("fake")
_WORDS = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1, max_size=4).map(" ".join)
_SENTENCES = st.lists(_WORDS.map(lambda w: f"{w.capitalize()}."), min_size=1, max_size=6)


def _request(script, **changes):
    plain = Request(
        task="speech", engine="fake", params={"seconds": 0.0}, seed=7, script=script,
        cast=speech.cast_voices(_FAKE, script, {}), gaps=Gaps(0.25, 0.5),
    )  # fmt: skip
    return replace(plain, **changes)


def _plan(script, *, identity=None, **changes):
    return speech.plan(_request(script, **changes), _FAKE, identity or {})


def _column(plan, name):
    return [piece[name] for piece in plan.inputs["pieces"]]


@pytest.mark.parametrize("script", ["\u200b", "\x01", "… !", "\u200b\n\u2060"])
def test_what_only_looks_like_text_has_nothing_to_say(script):
    with pytest.raises(StudioError, match="nothing to say"):
        speech.check_script(script)


def test_silence_between_sentences_and_between_speakers():
    plan = _plan("[S1] One. Two. [S2] Three.\n[S1] Four.")
    assert _column(plan, "text") == ["One.", "Two.", "Three.", "Four."]
    assert _column(plan, "before") == [0.0, 0.25, 0.5, 0.5]
    assert plan.inputs["after"] == 0.0


def test_a_pause_in_the_script_takes_the_place_of_the_gap():
    plan = _plan("[pause 700ms] One. [pause:1s] Two. [pause 0ms] Three. [pause 300ms]")
    assert _column(plan, "before") == [0.7, 1.0, 0.0]
    assert plan.inputs["after"] == 0.3


def test_too_much_silence_is_refused():
    script = "One. " + "[pause 60s] Two. " * 200
    with pytest.raises(StudioError, match="minutes"):
        _plan(script)


@given(_SENTENCES, st.integers(0, 2**31 - 1))
def test_each_sentence_has_a_seed_of_its_own_that_follows_from_the_jobs(sentences, seed):
    first, again = (_column(_plan(" ".join(sentences), seed=seed), "seed") for _ in range(2))
    assert first == again
    assert len(set(first)) == len(first)
    assert all(0 <= s < 2**31 for s in first)
    assert first != _column(_plan(" ".join(sentences), seed=(seed + 1) % 2**31), "seed")


@given(_SENTENCES, _WORDS, st.data())
def test_a_changed_sentence_changes_its_own_key_only(sentences, words, data):
    at = data.draw(st.integers(0, len(sentences) - 1))
    changed = [*sentences[:at], f"Now {words}.", *sentences[at + 1 :]]
    before, after = _plan(" ".join(sentences)).keys, _plan(" ".join(changed)).keys
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [at]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 8},
        {"cast": {"": "high"}},
        {"params": {"seconds": 0.1}},
        {"identity": {"precision": "fp16"}},
        {"identity": {"model": "other"}},
        {"identity": {"device": "local/cuda0"}},
    ],
)
def test_keys_change_with_what_is_heard(changes):
    plain, changed = _plan("One. Two.").keys, _plan("One. Two.", **changes).keys
    assert len(plain) == len(changed) == 2
    assert not set(plain) & set(changed)


@pytest.mark.parametrize(
    "changes", [{"gaps": Gaps(1.0, 2.0)}, {"device": "cpu"}, {"allow_cpu": False}, {"environment": {"A": "b"}}]
)
def test_keys_do_not_change_with_what_is_not_heard_in_a_sentence(changes):
    assert _plan("One. Two.").keys == _plan("One. Two.", **changes).keys


def test_the_same_sentence_twice_is_made_twice():
    keys = _plan("Again. Again.").keys
    assert keys[0] != keys[1]


def test_pauses_and_speakers_names_do_not_cost_finished_sentences():
    assert _plan("One. Two.").keys == _plan("One. [pause 2s] Two.").keys
    assert _plan("[Ann] One.").keys == _plan("[Ben] One.").keys


def test_speakers_get_different_voices_while_there_are_enough():
    assert speech.cast_voices(_FAKE, "[S1] A. [S2] B. [S1] C.", {}) == {"S1": "low", "S2": "high"}
    assert speech.cast_voices(_FAKE, "[S1] A. [S2] B.", {"S1": "high"}) == {"S1": "high", "S2": "low"}
    assert speech.cast_voices(_FAKE, "[S1] A. [S2] B.", {"S2": "low"}) == {"S1": "high", "S2": "low"}
    assert speech.cast_voices(_FAKE, "[A] A. [B] B. [C] C.", {}) == {"A": "low", "B": "high", "C": "low"}
    assert speech.cast_voices(_FAKE, "Just text.", {}) == {"": "low"}


@pytest.mark.parametrize(("wanted", "words"), [({"S9": "low"}, "S9"), ({"S1": "lwo"}, "lwo")])
def test_unknown_speakers_and_voices_are_refused(wanted, words):
    with pytest.raises(StudioError, match=words) as raised:
        speech.cast_voices(_FAKE, "[S1] A.", wanted)
    assert raised.value.hint


def test_what_cannot_be_heard_is_noted_with_its_line():
    notes = _plan("[S1] One (burps) two.\n[S1] (laughs) Three (waves). [pause banana]").notes
    assert [n.line for n in notes] == [1, 2, 2]
    assert "burps" in notes[0].text
    assert "waves" in notes[1].text
    assert "banana" in notes[2].text


@pytest.mark.parametrize("script", ["", "  \n", "\t"])
def test_no_text_at_all(script):
    with pytest.raises(StudioError, match="empty"):
        speech.check_script(script)


def test_the_length_of_one_job_is_limited():
    speech.check_script("a" * speech.MOST_CHARACTERS)
    with pytest.raises(StudioError, match="hours"):
        speech.check_script("a" * (speech.MOST_CHARACTERS + 1))


_KOKORO = find_engines(RESOURCES / "no engines here").manifest("kokoro")


def _spoken(script, **changes):
    request = Request(
        task="speech", engine="kokoro", params={}, seed=7, script=script,
        cast=speech.cast_voices(_KOKORO, script, {}), **changes,
    )  # fmt: skip
    return speech.plan(request, _KOKORO, {})


def test_figures_are_put_into_words_and_the_dictionary_is_obeyed():
    plan = _spoken("Angen costs $5.", pronunciations={"angen": "AN-jen"})
    assert _column(plan, "text") == ["AN-jen costs five dollars."]
    assert _column(_plan("It costs $5."), "text") == ["It costs $5."]  # an engine that does not ask for words


def test_the_language_is_the_speakers_or_else_the_voices():
    script = "[Ann] Bonjour. [Bob] Hello."
    assert _column(_spoken(script, languages={"Ann": "fr-fr"}), "language") == ["fr-fr", "en-us"]


def test_a_text_in_another_language_is_told_and_one_in_letters_nobody_reads_is_refused():
    text = "Le chat est dans la maison et il ne veut pas sortir."
    (note,) = _spoken(text).notes
    assert "French" in note.text
    assert "--language fr-fr" in note.text
    assert not _spoken(text, languages={"": "fr-fr"}).notes
    with pytest.raises(StudioError, match="looks like Russian") as told:
        speech.check_texts(_KOKORO, "Привет, как дела?", {})
    assert "Spanish" in told.value.hint
    speech.check_texts(_KOKORO, "Привет, как дела?", {"": "en-us"})  # the user insists


@pytest.mark.parametrize(("cast", "other"), [("af_heart", "reference"), ("reference", "reference:Ann")])
def test_a_voice_given_by_a_file_is_known_by_the_files_content(cast, other):
    def keys(voice, file):
        request = Request(
            "speech", "likeness", {}, 7, script="Hello.", cast={"": voice}, files={voice: file} if file else {}
        )
        return set(speech.plan(request, _KOKORO, {}).keys)

    file = "" if cast == "af_heart" else "a" * 64 + ".wav"
    assert keys(cast, file).isdisjoint(keys(other, "b" * 64 + ".wav"))
    assert keys(other, "c" * 64 + ".wav") == keys(other, "c" * 64 + ".wav")
    assert len(keys(other, "c" * 64 + ".wav")) == 2  # the sentence, and what was worked out about the voice


_XTTS = find_engines(RESOURCES / "no engines here").manifest("xtts")
_GERMAN = "Das ist nicht der Hund, und das ist auch nicht die Katze."


@pytest.mark.parametrize(
    ("engine", "voice", "script", "language"),
    [
        ("xtts", "reference", _GERMAN, "de"),
        ("xtts", "claribel-dervla", _GERMAN, "de"),  # each of its voices speaks all of its languages
        ("xtts", "reference", "Hm.", "en"),
        ("xtts", "reference", "これは山です。", "ja"),
        ("likeness", "reference", "This is the text that I have for you.", "en-us"),
        ("likeness", "reference", _GERMAN, "en-us"),
        ("likeness", "bf_emma", "This is the text that I have for you.", "en-gb"),
    ],
)
def test_a_voice_reads_the_language_of_the_text_where_its_engine_can(engine, voice, script, language):
    manifest = find_engines(RESOURCES / "no engines here").manifest(engine)
    files = {voice: "a" * 64 + ".wav"} if voice == "reference" else {}
    request = Request("speech", engine, {}, 7, script=script, cast={"": voice}, files=files)
    plan = speech.plan(request, manifest, {})
    assert set(_column(plan, "language")) == {language}
    assert not [note for note in plan.notes if "looks like" in note.text and engine == "xtts"]
    named = speech.plan(replace(request, languages={"": "fr"}), manifest, {})
    assert set(_column(named, "language")) == {"fr"}


def test_each_recording_of_a_voice_and_how_it_is_listened_to_is_in_the_key():
    def fits(params=None, **more):
        files = {"reference:Ann": "a" * 64 + ".wav", **{f"reference+{n[1]}:Ann": name for n, name in more.items()}}
        request = Request(
            "speech", "xtts", params or {}, 7, script="[Ann] Hello.", cast={"Ann": "reference:Ann"}, files=files
        )
        plan = speech.plan(request, _XTTS, {})
        return plan.inputs["fits"]["reference:Ann"], plan.inputs["pieces"][0]["key"]

    one, two, other = fits(), fits(n2="b" * 64 + ".wav"), fits(n2="c" * 64 + ".wav")
    assert len({*one, *two, *other}) == 6
    assert fits() == one
    assert fits({"reference_seconds": 6})[0] != one[0]
    assert fits({"temperature": 0.9})[0] == one[0]  # the voice is what it was, however it speaks


def test_no_more_recordings_are_taken_than_an_engine_listens_to():
    names = ["reference", *(f"reference+{n}" for n in range(2, 12))]
    files = dict.fromkeys(names[:10], "a" * 64 + ".wav")
    assert speech.prepare(Wish(script="Hi.", voices={"": "reference"}, kept=files), _XTTS, Settings())["cast"]
    likeness = find_engines(RESOURCES / "no engines here").manifest("likeness")
    with pytest.raises(StudioError, match="10 recordings of one voice were given; the engine likeness listens to 1"):
        speech.prepare(Wish(script="Hi.", voices={"": "reference"}, kept=files), likeness, Settings())
    known = [role_of(speech.WORK, name) for name in names]
    assert known == [speech.VOICE] * 10 + [None]
    for wrong in ("reference+1", "reference+02", "reference+2:", "reference+:Ann", "reference+2+3", "cover+2"):
        assert role_of(speech.WORK, wrong) is None
    assert role_of(speech.WORK, "reference+2:Ann") is speech.VOICE


def test_an_engine_without_cloning_refuses_a_voice_from_a_file():
    with pytest.raises(StudioError, match="cannot speak in another"):
        speech.cast_voices(_FAKE, "Hello.", {"": "reference"})


@pytest.mark.parametrize("voices", [{"": "reference"}, {"": "reference:Ann"}])
def test_a_voice_from_a_file_that_is_not_given_is_refused_before_anything_is_planned(voices):
    engine = replace(_KOKORO, tasks=("speech", "clone"))
    wish = Wish(script="Hello.", voices=voices, kept={"reference:Ben": "a" * 64 + ".wav"})
    with pytest.raises(StudioError, match="no recording") as told:
        speech.prepare(wish, engine, Settings())
    assert told.value.hint

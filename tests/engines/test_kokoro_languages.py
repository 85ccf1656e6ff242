"""Other languages than English: what espeak says, in the symbols the model knows, with the punctuation kept."""

# ruff: noqa: RUF001

import importlib.util
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.shared.kokoro import espeak, reading
from studio.protocol import messages
from tests.engines.harness import Worker, piece, started


@pytest.fixture(scope="module")
def library() -> espeak.Espeak:
    return espeak.Espeak()


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    spec = importlib.util.find_spec("hibari")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return frozenset(json.loads((Path(spec.submodule_search_locations[0]) / "assets" / "vocab.json").read_text()))


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "Hola, ¿qué tal?", "ˈola, kˈe tˈal?"),
        ("es", "El niño (de 3,5 años)...", "el nˈiɲo (de tɾˈes koma θˈinko ˈaɲos)..."),
        ("es", 'Dijo "mucho" — y rió.', 'dˈixo "mˈuʧo" — i riˈo.'),
        ("fr-fr", "Bonjour, le week-end !", "bɔ̃ʒˈuʁ, lə wˈiːkˈɛnd !"),
        ("it", "Ciao, la pizza!", "ʧˈao, la pˈiʦːa!"),
        ("pt-br", "Não.", "nˈɐ̃ʊ̃."),
        ("hi", "गाड़ी कहाँ है?", "ɡˈaːɽi kˈʌhã hɛː?"),
    ],
)
def test_what_is_said(library, language, text, said):
    assert library.convert(reading.readable(text, language)[0], language) == unicodedata.normalize("NFD", said)


def test_a_foreign_word_is_said_without_naming_its_language(library):
    assert "(" not in library.convert("मुझे computer पसंद है", "hi")


def test_the_languages_do_not_disturb_each_other(library):
    alone = library.convert("chat", "fr-fr")
    assert library.convert("chat", "es") != alone
    assert library.convert("chat", "fr-fr") == alone


@given(st.sampled_from(sorted(espeak.LANGUAGES)), st.text("aeñçãत्नी 09.,?!()\"—'-ß%", max_size=60))
def test_any_text_goes_to_the_model(library, known, language, text):
    readable, _ = reading.readable(text, language)
    sounds, lost = reading.phonemes(readable, lambda part: library.convert(part, language), known)
    assert all(0 < len(sound) <= reading.LONGEST_SOUND and set(sound) <= known for sound in sounds)
    assert not lost


@pytest.mark.parametrize(
    ("language", "text", "lost"),
    [
        ("hi", "नमस्ते hello", ""),
        ("ja", "今日は、コーヒー。", ""),
        ("es", "día नमस्ते", "नमसत"),
        ("fr-fr", "où Привет", "Привет"),
    ],
)
def test_letters_that_cannot_be_read(language, text, lost):
    assert reading.readable(text, language)[1] == lost


def test_japanese_without_its_dictionary_is_said():
    if importlib.util.find_spec("pyopenjtalk") is None:
        from studio.engines.shared.kokoro import japanese
        from studio.worker.failures import UserMistake

        with pytest.raises(UserMistake, match="dictionary for Japanese"):
            japanese.converter()


# ---------------------------------------------------------------------------------------------------- in the process


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("kokoro") as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Buenos días, ¿cómo está usted?"),
        ("fr-fr", "Bonjour, où est la gare ?"),
        ("it", "Buongiorno, dov'è la stazione?"),
        ("pt-br", "Bom dia, onde fica a estação?"),
        ("hi", "नमस्ते, आप कैसे हैं?"),
    ],
)
def test_any_voice_speaks_any_language(worker, tmp_path, language, text):
    pieces = [piece(text, voice=voice, language=language, line=n) for n, voice in enumerate(("ef_dora", "am_onyx"))]
    reply = worker.run(tmp_path, pieces)
    assert reply.result is not None, reply.failed
    assert not reply.notes
    assert all(1.0 < p["end"] - p["start"] < 4.5 for p in reply.result.facts["pieces"])


@pytest.mark.slow
def test_letters_of_another_script_are_named(worker, tmp_path):
    reply = worker.run(tmp_path, [piece("Hola नमस्ते", voice="ef_dora", language="es")])
    assert any("न" in note.text for note in reply.notes)


@pytest.mark.slow
def test_a_language_nobody_can_read_is_the_users_mistake(worker, tmp_path):
    reply = worker.run(tmp_path, [piece("Hei.", voice="ef_dora", language="fi")])
    assert reply.failed is not None
    assert reply.failed.failure == "user"

"""Languages are named and told apart, and nobody guesses where it is not sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain import languages


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The boat left the harbour early in the morning."),
        ("es", "El barco salió del puerto por la mañana y no volvió."),
        ("fr", "Le bateau a quitté le port tôt le matin, et personne ne l'a vu."),
        ("it", "La barca è partita dal porto la mattina presto e nessuno l'ha vista."),
        ("pt", "O barco saiu do porto de manhã cedo e ninguém o viu partir."),
        ("de", "Das Boot verließ den Hafen früh am Morgen, und niemand sah es."),
        ("nl", "De boot verliet de haven vroeg in de ochtend en niemand zag het."),
        ("pl", "Łódź wypłynęła z portu wcześnie rano i nikt jej nie widział."),
        ("sv", "Båten lämnade hamnen tidigt på morgonen och det var ingen som såg den."),
        ("ru", "Лодка вышла из гавани рано утром."),
        ("uk", "Човен вийшов із гавані рано вранці."),
        ("el", "Φεύγουμε νωρίς με τη βάρκα."),
        ("ar", "القارب غادر الميناء"),
        ("fa", "قایق صبح زود بندر را ترک کرد و چیزی نگفت"),
        ("he", "הסירה עזבה את הנמל"),
        ("hi", "नाव सुबह जल्दी बंदरगाह से निकली।"),
        ("th", "เรือออกจากท่าเรือแต่เช้า"),
        ("ko", "배가 아침 일찍 항구를 떠났다."),
        ("ja", "船は朝早く港を出た。"),
        ("zh", "船一早就离开了港口。"),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str):
    assert languages.guess(text) == language


@pytest.mark.parametrize(
    "text", ["", "123", "Hello.", "Angen Studio Kokoro Hibari", "da da da da", "東京", "ok ok Привет"]
)
def test_nobody_guesses_where_it_is_not_sure(text: str):
    assert languages.guess(text) is None


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.text())
def test_a_guess_has_a_name(text: str):
    found = languages.guess(text)
    assert found is None or languages.name_of(found) != found


def test_names():
    assert languages.name_of("pt-br") == "Brazilian Portuguese"
    assert languages.name_of("PT_BR") == "Brazilian Portuguese"
    assert languages.name_of("es-mx") == "Spanish"
    assert languages.name_of("xx") == "xx"


def test_countries_do_not_part_a_language():
    assert languages.same_language("en-gb", "en-US")
    assert languages.same_language("pt", "pt_BR")
    assert not languages.same_language("en", "es")

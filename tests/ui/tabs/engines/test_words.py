"""What services say of packs, licences and failures in English is said in German as well, where the room shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engines.manifest import Model
from studio.engines.pack import read_packs
from studio.engines.registry import find_engines
from studio.engines.terms import all_terms, terms_of
from studio.runtime import ladder
from studio.runtime.environments.progress import STAGES
from studio.services.envelope import Experience, Situation
from studio.services.proofs import Proof
from studio.ui import language
from studio.ui.language import catalogue
from studio.ui.tabs.engines import model, models_page, words

GERMAN = catalogue("de")
PLACE = Situation("painter", "", "512x512", "local/cpu", "", "fp32")


def test_german_has_what_tables_and_files_say() -> None:
    terms = [*all_terms().values(), terms_of(Model("x", licence="A licence that nobody knows"))]
    texts = {text for one in terms for text in (one.results, one.summary)}
    texts |= {note for pack in read_packs().packs for note in pack.notes}
    texts |= {*ladder.TITLES.values(), *words._STAGES.values(), *words._STATES.values(), *words._VERDICTS.values()}
    texts |= {state[2] for table in (model._STATES, models_page._STATES) for state in table.values()}
    assert len(texts) > 40
    assert sorted(text for text in texts if text not in GERMAN) == []


def test_a_pinned_model_is_shown_with_its_revision() -> None:
    ((title, told),) = model.models_of(find_engines(Path("no engines here")).manifest("xtts"))
    assert title == "XTTS v2.0.3"
    assert "revision v2.0.3" in told.splitlines()
    assert "CPML" in told.splitlines()


def test_every_stage_of_a_build_has_words() -> None:
    assert set(STAGES) == set(words._STAGES)


@pytest.mark.parametrize(
    ("known", "said", "told"),
    [
        (Experience(PLACE, worked=12), "512×512: 12 of 12 worked", "512×512: 12 von 12 gelungen"),
        (
            Experience(PLACE, worked=2, dirty=2),
            "512×512: crashed 2 of 2 in cleanup, the results were kept",
            "512×512: beim Aufräumen 2 von 2 Mal abgestürzt, die Ergebnisse blieben erhalten",
        ),
        (
            Experience(PLACE, worked=1, failures={"hang": 2, "native_crash": 1}),
            "512×512: 1 of 4 worked; no progress 2 times; a crash once",
            "512×512: 1 von 4 gelungen; kein Fortschritt: 2 Mal; Absturz: einmal",
        ),
    ],
)
def test_what_was_learned_is_said_in_both_languages(known: Experience, said: str, told: str) -> None:
    assert words.experience(known) == said
    language.use("de")
    assert words.experience(known) == told


@pytest.mark.parametrize("facts", [{}, {"seconds": "x", "checks": 3}, {"seconds": 0, "checks": [None, {"error": "?"}]}])
def test_figures_that_are_none_are_left_out(facts: dict[str, object]) -> None:
    """They come from a file that may have been edited."""
    assert words.figures_of(Proof("core", "", "", "local/cpu", "CPU", "good", "", ("fp32",), facts)) == ""

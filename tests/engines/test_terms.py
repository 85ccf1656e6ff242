"""The terms of models: each model that is downloaded has words of ours, and no words change unseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines.manifest import Model
from studio.engines.registry import find_engines
from studio.engines.terms import all_terms, terms_of


def _models() -> list[Model]:
    return [m for manifest in find_engines(Path("none")).manifests() for m in manifest.models if m.repo]


def test_every_model_of_ours_comes_under_terms_that_are_described() -> None:
    assert _models()
    for model in _models():
        terms = terms_of(model)
        assert terms in all_terms().values(), model.licence
        assert terms.url.startswith("https://")
        assert terms.results
        assert terms.summary
        assert (terms.commercial == "yes") == model.commercial, model.id


@pytest.mark.parametrize(
    ("licence", "ask", "commercial"),
    [
        ("CPML", True, "no"),
        ("CreativeML Open RAIL-M", True, "yes"),
        ("CreativeML Open RAIL++-M", True, "yes"),
        ("Stability AI Community Licence", True, "limited"),
        ("CC-BY-NC-4.0", True, "no"),
        ("Apache-2.0", False, "yes"),
        ("MIT", False, "yes"),
    ],
)
def test_whoever_limits_has_to_be_agreed_with(licence, ask, commercial) -> None:
    terms = terms_of(Model("m", licence=licence))
    assert (terms.ask, terms.commercial) == (ask, commercial)


def test_unknown_terms_have_to_be_accepted_too() -> None:
    terms = terms_of(Model("m", licence="My own 1.0", url="https://example.org/terms", commercial=False))
    assert (terms.ask, terms.title, terms.url, terms.commercial) == (
        True, "My own 1.0", "https://example.org/terms", "no",
    )  # fmt: skip
    assert terms_of(Model("m")).ask


def test_other_words_are_another_version() -> None:
    terms = terms_of(Model("m", licence="CPML"))
    assert replace(terms, summary=terms.summary + " And more.").version != terms.version

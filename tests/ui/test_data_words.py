"""What engines, services and tables say in English is said in German as well, where the window shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.domain import languages, quality
from studio.engines.registry import find_engines
from studio.runtime import devices
from studio.ui.language import catalogue

STUDIO = Path(devices.__file__).parents[1]
ENGINES = [m for m in find_engines(Path("nowhere")).manifests() if not m.hidden]
GERMAN = catalogue("de")


@pytest.mark.parametrize("engine", ENGINES, ids=lambda m: m.id)
def test_what_an_engine_says_of_itself(engine) -> None:
    words = [engine.title, engine.summary]
    words += [text for p in engine.params for text in (p.title, p.help, p.group, *p.choices)]
    words += [text for voice in engine.voices for text in (voice.sex, voice.accent, voice.note)]
    assert [text for text in words if text and text not in GERMAN] == []


@pytest.mark.parametrize("engine", ENGINES, ids=lambda m: m.id)
def test_a_form_shows_words_for_every_parameter(engine) -> None:
    assert [p.name for p in engine.params if not p.title] == []


def test_languages_badges_and_reasons() -> None:
    codes = {voice.language for m in ENGINES for voice in m.voices} | {code for m in ENGINES for code in m.languages}
    words = {languages.name_of(code) for code in codes}
    words |= {*quality.BADGES, *quality.BADGES.values()}
    reasons = (
        (STUDIO / "runtime" / "devices.py").read_text(encoding="utf-8").partition("def _why")[2].partition("\ndef ")[0]
    )
    words |= set(re.findall(r'"([a-z][^"]{8,})"', reasons))
    assert sorted(word for word in words if word not in GERMAN) == []


def test_stages_of_jobs() -> None:
    found: set[str] = set()
    for file in [*STUDIO.glob("engines/**/*.py"), *STUDIO.glob("audio/**/*.py"), *STUDIO.glob("services/*.py")]:
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'\bprogress\(\s*(?:[\w.]+, )?"([a-z ]+)"', text))
        found |= set(re.findall(r'^_?(?:STAGE|SEARCHING) = "([a-z ]+)"', text, re.MULTILINE))
    assert {"speaking", "painting", "checking"} <= found
    assert sorted(stage for stage in found if stage not in GERMAN) == []

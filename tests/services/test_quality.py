"""Checking spoken lines: which stretches are listened to, what is kept and said, and that a failure harms nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import pytest

from studio.domain.quality import ANYTHING
from studio.domain.requests import Request
from studio.domain.words import Heard, Word
from studio.engines.registry import Registry
from studio.errors import Cancelled, EngineFailure
from studio.services.quality import Quality, lines_of
from studio.services.recogniser import Recogniser
from studio.services.tasks.work import Wish

SCRIPT = "[Ada] Hello there. How are you? [Ben] Fine.\n[Ada] It is [[toh-MAH-toh]] soup. [pause 3s] (laughs) Good!"


@pytest.fixture
def kokoro(studio):
    return studio.registry.manifest("kokoro")


def _spans(count: int) -> list[dict[str, float]]:
    return [{"line": 1, "start": float(n), "end": n + 0.5} for n in range(count)]


def _request(**changes) -> Request:
    cast = {"Ada": "af_heart", "Ben": "bm_george"}
    return Request(
        **{"task": "speech", "engine": "kokoro", "params": {}, "seed": 1, "script": SCRIPT, "cast": cast, **changes}
    )


def test_a_line_is_what_one_speaker_says_in_a_source_line(kokoro):
    found = lines_of(_request(), kokoro, _spans(5))
    assert [(line.number, line.speaker, line.start, line.end, line.spoken) for line in found] == [
        (1, "Ada", 0.0, 1.5, 1.0),
        (1, "Ben", 2.0, 2.5, 0.5),
        (2, "Ada", 3.0, 4.5, 1.0),
    ]
    assert [line.language for line in found] == ["en-us", "en-gb", "en-us"]
    assert found[0].text == "Hello there. How are you?"
    assert found[2].expected.split()[2] == ANYTHING, "nobody knows how respelt words will be written down"
    assert "laugh" not in found[2].expected
    assert lines_of(_request(languages={"Ada": "es"}), kokoro, _spans(5))[0].language == "es"


@pytest.mark.parametrize(
    "spans",
    [
        *(None, [], _spans(4), _spans(6), [{"start": "x"}] * 5, "hello", [1, 2, 3, 4, 5]),
        *([{**span, "start": start} for span in _spans(5)] for start in (10**400, float("nan"), float("inf"))),
    ],
)
def test_places_that_do_not_fit_the_script_are_not_judged(kokoro, spans):
    assert lines_of(_request(), kokoro, spans) == ()


@dataclass
class _Ear:
    """Stands for the recogniser."""

    heard: tuple[str, ...] = ()
    failure: Exception | None = None
    asked: int = 0

    def listen(self, _sound, spans, _following):
        self.asked += 1
        if self.failure:
            raise self.failure
        return tuple(
            Heard(text, tuple(Word(w, begin, begin + 0.1) for w in text.split()))
            for text, (begin, _) in zip(self.heard, spans, strict=True)
        )


@dataclass
class _Shown:
    """Engines as they are, but none is hidden."""

    registry: Registry

    def manifest(self, name):
        return replace(self.registry.manifest(name), hidden=False)


@pytest.fixture
def job(studio):
    assert studio.ownership.try_take()
    made = studio.generation.ask(Wish(script="[A] Hello there friend.\n[B] Fine.", engine="fake", seed=3))
    studio.dispatcher.run(until=lambda: studio.jobs.get(made).settled)
    assert studio.jobs.get(made).state == "succeeded"
    return made


def _quality(studio, ear, **settings):
    changed = replace(studio.settings, speech=replace(studio.settings.speech, **settings))
    return Quality(cast("Registry", _Shown(studio.registry)), studio.jobs, studio.library, ear, studio.sound, changed)


@pytest.mark.slow
def test_what_was_found_is_kept_with_the_sound_and_bad_lines_are_said(studio, job):
    before = studio.library.of_job(job)[0]
    found = _quality(studio, _Ear(("Yellow bear friend", "Fine."))).check(job)
    assert [found[n].word_error for n in (0, 1)] == [pytest.approx(2 / 3), 0.0]
    after = studio.library.of_job(job)[0]
    lines = after.facts.pop("lines")
    assert after == before
    assert [(line["line"], line["speaker"], line["text"]) for line in lines] == [
        (1, "A", "Hello there friend."),
        (2, "B", "Fine."),
    ]
    assert lines[0]["qa"]["badge"] == "unclear"
    assert lines[1]["start"] == pytest.approx(after.facts["pieces"][1]["start"], abs=0.001)
    (note,) = [n for n in studio.jobs.get(job).notes if n.get("line") == 1]
    assert "Yellow bear friend" in note["text"]


@pytest.mark.slow
@pytest.mark.parametrize("failure", [EngineFailure("It broke."), OSError("no disk"), Cancelled("Stopped.")])
def test_a_check_that_fails_is_a_note_and_no_more(studio, job, failure):
    assert _quality(studio, _Ear(failure=failure)).check(job) == {}
    found = studio.jobs.get(job)
    assert found.state == "succeeded"
    assert [n["level"] for n in found.notes] == ["info"]
    assert "lines" not in studio.library.of_job(job)[0].facts


@pytest.mark.slow
def test_nothing_is_listened_to_where_it_is_turned_off_or_the_engine_is_for_tests(studio, job):
    ear = _Ear(("a", "b"))
    assert _quality(studio, ear, check_lines=False).check(job) == {}
    listener = cast("Recogniser", ear)
    hidden = Quality(studio.registry, studio.jobs, studio.library, listener, studio.sound, studio.settings)
    assert hidden.check(job) == {}
    assert ear.asked == 0
    assert not studio.jobs.get(job).notes

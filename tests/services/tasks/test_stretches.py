"""A script as the stretches of an engine for dialogue: silences, and keys that change with what carries a voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.domain import dialogue
from studio.domain.requests import Gaps, Request
from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.services.tasks import speech

_DIA = find_engines(RESOURCES / "no engines here").manifest("dia")
_SHORT = "It rained all day in the town."
_LONG = "It was a long day in the town by the sea, and nobody who was there would ever forget it."


def _pieces(script: str, **changes: Any) -> list[dict[str, Any]]:
    request = Request(
        task="speech", engine="dia", params={"max_seconds": 20.0}, seed=7, script=script,
        cast=speech.cast_voices(_DIA, script, {}), gaps=Gaps(0.25, 0.5),
    )  # fmt: skip
    plan = speech.plan(replace(request, **changes), _DIA, {})
    assert plan.keys[: len(plan.inputs["pieces"])] == tuple(p["key"] for p in plan.inputs["pieces"])
    return plan.inputs["pieces"]


def test_two_speakers_are_one_stretch():
    (piece,) = _pieces("[Ann] Hello (laughs) you. How are you?\n[Ben] Fine.")
    assert [(t["voice"], t["line"]) for t in piece["turns"]] == [("first", 1), ("first", 1), ("second", 2)]
    assert piece["text"] == "Hello (laughs) you. How are you? Fine."
    assert piece["carriers"] == []


def test_a_silence_that_is_asked_for_stands_between_two_stretches():
    pieces = _pieces("[Ann] One. [pause 700ms] Two.\n[Ben] Three.")
    assert [p["text"] for p in pieces] == ["One.", "Two. Three."]
    assert [p["before"] for p in pieces] == [0.0, 0.7]


def test_every_sentence_is_there_in_its_order():
    script = "\n".join(f"[{'Ann' if n % 3 else 'Ben'}] Line {n}. {_LONG}" for n in range(60))
    pieces = _pieces(script)
    units, _ = dialogue.units(dialogue.parse(script), supported=frozenset())
    assert [t["text"] for p in pieces for t in p["turns"]] == [u.text for u in units]
    assert 15 < len(pieces) < 60


def test_later_stretches_are_carried_by_the_first_and_hang_on_it():
    script = "\n".join(f"[{name}] {n}. {_SHORT}" for n in range(20) for name in ("Ann", "Ben"))
    plain = _pieces(script)
    assert len(plain) > 4
    assert {piece["carriers"][0] for piece in plain[1:]} == {plain[0]["key"]}
    changed = _pieces(script.replace("0. It", "0. This", 1))
    assert not {p["key"] for p in changed} & {p["key"] for p in plain}
    tail = _pieces(script[: -len(_SHORT)] + _SHORT.upper())
    assert [p["key"] for p in tail[:-1]] == [p["key"] for p in plain[:-1]]
    assert tail[-1]["key"] != plain[-1]["key"]


def test_voices_with_recordings_need_no_carrier_and_bring_the_recording_into_the_key():
    script = "\n".join(f"[{name}] {n}. {_LONG}" for n in range(4) for name in ("Ann", "Ben"))
    given: dict[str, Any] = {
        "cast": {"Ann": "reference:Ann", "Ben": "reference:Ben"},
        "files": {"reference:Ann": "1" * 64, "reference:Ben": "2" * 64},
        "transcripts": {"reference:Ann": "I am Ann.", "reference:Ben": "I am Ben."},
    }
    pieces = _pieces(script, **given)
    assert not any(piece["carriers"] for piece in pieces)
    other = _pieces(script, **{**given, "transcripts": {**given["transcripts"], "reference:Ann": "I am."}})
    assert not {p["key"] for p in other} & {p["key"] for p in pieces}

"""Subtitles say what is said, when it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.requests import Request
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services import subtitles

_KOKORO = find_engines(RESOURCES / "no engines here").manifest("kokoro")


def _request(script):
    return Request("speech", "kokoro", {}, 7, script=script, cast={"Ada": "af_heart"})


def test_each_sentence_stands_at_its_time_without_its_sounds():
    facts = {"pieces": [{"line": 1, "start": 0.0, "end": 1.25}, {"line": 1, "start": 1.5, "end": 3.0}]}
    script = "[Ada] Hello there (sighs), the [[tick-ets]] are gone. Really?"
    found = subtitles.of_speech(_request(script), _KOKORO, facts, "srt")
    assert found.replace("\r", "") == (
        "1\n00:00:00,000 --> 00:00:01,250\nHello there, the tick-ets are gone.\n\n"
        "2\n00:00:01,500 --> 00:00:03,000\nReally?\n"
    )
    assert subtitles.of_speech(_request(script), _KOKORO, facts, "vtt").startswith("WEBVTT")


def test_times_that_do_not_fit_and_other_endings_are_refused():
    with pytest.raises(StudioError, match="times"):
        subtitles.of_speech(_request("[Ada] One. Two."), _KOKORO, {"pieces": []}, "srt")
    with pytest.raises(StudioError, match="ending"):
        subtitles.check_target(Path("a.txt"), force=False)

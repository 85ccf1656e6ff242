"""Subtitles say what is said, when it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.edits import lines, takes
from studio.domain.project import Media, Project
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


def _project(*texts):
    project = Project("a play")
    for number, text in enumerate(texts, 1):
        sha = f"{number:064x}"
        project, media = takes.add_media(project, Media("", "", f"media/{sha}.wav", sha, 48_000, 1, 96_000))
        speaker = "Ada" if number % 2 else "Ben"
        project, _ = takes.add_take(project, media, speaker=speaker, text=text, line=f"l{number}")
    return lines.alone(project, project.takes, [0.0] + [0.5] * (len(texts) - 1))


def test_chosen_takes_become_subtitles_in_the_form_of_the_ending(tmp_path):
    written = subtitles.write_takes(tmp_path / "play", _project("Hello.", "Good evening."))
    assert written.name == "play.srt"
    assert written.read_text(encoding="utf-8").replace("\r", "") == (
        "1\n00:00:00,000 --> 00:00:02,000\nAda: Hello.\n\n2\n00:00:02,500 --> 00:00:04,500\nBen: Good evening.\n"
    )
    assert subtitles.write_takes(tmp_path / "play.vtt", _project("Hello.")).read_text().startswith("WEBVTT")


def test_nothing_made_and_unknown_forms_are_refused(tmp_path):
    with pytest.raises(StudioError, match="nothing to write"):
        subtitles.write_takes(tmp_path / "play.srt", Project("a play"))
    with pytest.raises(StudioError, match="format"):
        subtitles.write_takes(tmp_path / "play.docx", _project("Hello."))
    assert list(tmp_path.iterdir()) == []

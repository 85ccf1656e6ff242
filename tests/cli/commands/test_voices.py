"""Keeping a voice: what is refused before a recording is looked at."""

from __future__ import annotations

from argparse import Namespace

import pytest

from studio.app import Studio
from studio.cli.commands.voices import _add, _lines
from studio.cli.output import Output
from studio.domain.voice import Consent, Profile, Sample
from studio.errors import StudioError


def test_a_name_under_which_an_engine_speaks_already_is_refused(tmp_path):
    studio = Studio(tmp_path / "data")
    try:
        with pytest.raises(StudioError, match="voice of the engine kokoro") as told:
            _add(studio, Namespace(name="AF_Heart"), Output(as_json=True, quiet=True))
    finally:
        studio.close()
    assert told.value.hint


@pytest.mark.parametrize("advice", [5, "x", [1, None, {"text": 5}], {"a": 1}])
def test_an_imported_voice_is_shown_whatever_its_facts_hold(advice, capsys):
    file = "a" * 64 + ".wav"
    sample = Sample("s1", file, file, "a.wav", 5.0, transcript="\x1b[31mhi\x9b2J\x00", facts={"advice": advice})
    profile = Profile("v1", "Ann", Consent("mine"), "2026-01-01", samples=(sample,))
    Output(as_json=False, quiet=True).result({}, "\n".join(_lines(profile)))
    shown = capsys.readouterr().out
    assert "hi" in shown
    assert not {"\x1b", "\x9b", "\x00"} & set(shown)

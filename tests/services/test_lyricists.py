"""Who writes lyrics where nobody names an engine."""

from __future__ import annotations

from dataclasses import replace

from studio.engines.registry import find_engines
from studio.services import lyricists
from studio.settings import Settings


def test_the_first_model_that_is_ready_goes_before_the_sketch(tmp_path):
    settings, waiting = Settings(), {"verses": True, "writer": False}
    assert lyricists.preferred(settings, waiting) == ""
    assert lyricists.preferred(settings, {**waiting, "writer": True}) == "writer"
    assert find_engines(tmp_path / "no engines here").manifest(lyricists.SKETCH).tasks == ("lyrics",)


def test_an_engine_that_the_settings_name_stays():
    named = replace(Settings(), defaults=replace(Settings().defaults, lyrics="other"))
    assert lyricists.preferred(named, {"verses": True, "writer": True}) == ""

"""Trying an engine apart from all jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.services.engine_test import EngineTest, Following, Tried


def _try(studio, engine: str, *, cancelled=lambda: False, **defaults) -> tuple[Tried, list[str]]:
    said: list[str] = []
    manifest = studio.registry.manifest(engine)
    params = tuple(replace(p, default=defaults.get(p.name, p.default)) for p in manifest.params)
    following = Following(said.append, cancelled)
    test = EngineTest(replace(manifest, params=params), studio.readiness, studio.paths, studio.settings, following)
    return test.run(), said


@pytest.mark.slow
def test_an_engine_that_works_makes_something_and_leaves_nothing_behind(studio):
    tried, said = _try(studio, "verses")
    assert (tried.state, tried.made) == ("passed", True)
    assert any(line.startswith("made: text") for line in said)
    assert list(studio.paths.scratch.iterdir()) == []
    assert studio.jobs.newest(5) == []


@pytest.mark.slow
def test_one_that_needs_a_recording_is_loaded(studio):
    tried, said = _try(studio, "speaker")
    assert (tried.state, tried.made) == ("passed", False)
    assert any(line.startswith("loaded") for line in said)


@pytest.mark.slow
def test_one_that_crashes_says_what_it_printed(studio):
    tried, _said = _try(studio, "fake", behaviour="abort")
    assert tried.state == "failed"
    assert tried.error is not None
    assert tried.error.message
    assert str(studio.paths.logs / "tests") in tried.error.log


@pytest.mark.slow
def test_a_cancelled_test_ends(studio):
    tried, _said = _try(studio, "verses", cancelled=lambda: True)
    assert tried.state == "cancelled"
    assert list(studio.paths.scratch.iterdir()) == []


def test_settings_that_leave_no_device_are_told(studio):
    studio.settings = replace(studio.settings, engines=replace(studio.settings.engines, allow_cpu=False))
    tried, said = _try(studio, "verses")
    assert tried.state == "failed"
    assert tried.error is not None
    assert "CPU" in tried.error.message
    assert said == []

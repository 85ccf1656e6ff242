"""Trying an engine apart from all jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.app import Studio
from studio.protocol import messages
from studio.services.engine_test import EngineTest, Following, Tried, bytes_of
from tests.smoke.plugins import TWO_MODELS, manifest, param, write_engine

_MODELS = f"{TWO_MODELS}[models.defaults]\nsteps = 2\n"
_TELLING = """
from studio.worker.runner import Output, Runner as Base

class Runner(Base):
    def run(self, context):
        context.note(f"{context.params['steps']} steps")
        with context.create("a.txt") as unfinished:
            unfinished.write_text("la")
        return Output(context.scratch / "a.txt", "text")
"""


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
def test_it_works_with_the_values_that_the_model_which_is_here_wants(tmp_path):
    toml = manifest("lyrics", _MODELS, param("steps", "int", 25))
    write_engine(tmp_path / "data" / "engines" / "twin", runner=_TELLING, toml=toml)
    studio = Studio(tmp_path / "data")
    try:
        following = Following((said := []).append, lambda: False)
        engine = studio.registry.manifest("twin")
        tried = EngineTest(engine, studio.readiness, studio.paths, studio.settings, following).run()
    finally:
        studio.close()
    assert (tried.state, tried.made) == ("passed", True)
    assert "2 steps" in said


def test_what_was_announced_counts_only_as_a_file_with_something_in_it_in_its_own_folder(tmp_path):
    own = tmp_path / "own"
    (own / "folder").mkdir(parents=True)
    for name, content in {"own/a.txt": "la", "own/empty.txt": "", "b.txt": "secret"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")

    def size(name: str) -> int:
        return bytes_of(messages.Result(job=0, file=f"{own}/{name}", sha256="", media="text"), str(own))

    assert size("a.txt") == 2
    assert [size(name) for name in ("empty.txt", "none.txt", "../b.txt", "folder", "nul\0l", "n" * 300)] == [0] * 6


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

"""Engines that are described and tried before they can do anything: announced, never offered, never silently queued."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.domain import jobs as states
from studio.domain.requests import Target
from studio.services import engine_list
from studio.services.generation import Wish

TOML = """
id = "hum"
title = "Hum"
version = "1"
tasks = ["lyrics"]
pack = "app"
[licence]
code = "MIT"
weights = "none"
"""


@pytest.fixture
def with_hum(tmp_path):
    folder = tmp_path / "data" / "engines" / "hum"
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(TOML, encoding="utf-8")
    (folder / "smoke.py").write_text("def make(folder): ...\ndef check(folder, device): return {}\n", encoding="utf-8")
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


def _state(studio: Studio, engine: str) -> str:
    rows = engine_list.rows(studio.registry, studio.readiness, studio.settings.engines)
    return next(row.state for row in rows if row.id == engine)


def _asked(studio: Studio, tmp_path, engine: str):
    target = Target(str(tmp_path / f"{engine}.txt"), "txt")
    return studio.jobs.get(studio.generation.ask(Wish(task="lyrics", engine=engine, seed=1, target=target)))


def test_it_is_listed_and_not_offered(with_hum):
    entry = next(e for e in with_hum.registry.entries() if e.id == "hum")
    assert engine_list.describe(entry, with_hum.readiness)["usable"] is False
    assert engine_list.describe(entry, with_hum.readiness)["error"] is None
    assert _state(with_hum, "hum") == engine_list.NO_RUNNER
    assert {m.id for m in with_hum.registry.able("lyrics")} == {"verses", "writer"}
    (entry.folder / "runner.py").touch()
    assert _state(with_hum, "hum") == engine_list.READY
    assert {m.id for m in with_hum.registry.able("lyrics")} == {"verses", "writer", "hum"}


def test_a_job_for_it_is_blocked_and_says_why(with_hum, tmp_path):
    job = _asked(with_hum, tmp_path, "hum")
    assert job.state == states.BLOCKED
    assert job.error is not None
    assert "makes nothing yet" in job.error["message"]
    assert "jobs retry" in job.error["hint"]


def test_without_its_pack_the_way_to_it_is_named(studio, tmp_path):
    job = _asked(studio, tmp_path, "writer")
    assert job.state == states.BLOCKED
    assert job.error is not None
    assert "studio engines install writer" in job.error["hint"]
    assert _state(studio, "writer") == engine_list.NO_ENVIRONMENT


def test_hidden_engines_and_those_to_come_are_nobody_s_choice(studio):
    able = {m.id for m in studio.registry.able()}
    assert able == {m.id for m in studio.registry.manifests() if m.has_runner and not m.hidden}
    assert "fake" not in able
    voices = {row["engine"] for row in engine_list.voices(studio.registry, "")}
    assert voices <= able
    assert engine_list.voices(studio.registry, "dia")  # who names it may look

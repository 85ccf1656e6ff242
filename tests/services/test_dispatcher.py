"""The loop that runs jobs: a bug costs one job, a dead owner's rows are told, an owner cleans up."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace

import pytest

from studio.app import Studio
from studio.domain.requests import Request, Target
from studio.runtime.environments.marker import Marker
from studio.services import dispatcher
from studio.services.generation import Wish
from studio.services.ownership import Ownership
from studio.settings import Settings, Storage

pytestmark = pytest.mark.slow


def _ask(studio, **changes):
    return studio.generation.ask(Wish(script="Hi there.", engine="fake", seed=1, **changes))


def _run(studio, *numbers):
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: all(studio.jobs.get(n).final for n in numbers))


@pytest.mark.parametrize("when", ["before", "after the row was claimed", "after success"])
def test_a_bug_costs_its_job_only_and_writes_a_report(studio, monkeypatch, when):
    first, second = _ask(studio), _ask(studio)
    real = dispatcher.Execution

    class Buggy(real):
        def __init__(self, tools, job, *, stop):
            if when == "before" and job.id == first:
                raise ZeroDivisionError("our own mistake")
            super().__init__(tools, job, stop=stop)

        def run(self):
            if when == "after success":
                super().run()
            if self._job.id == first:
                raise ZeroDivisionError("our own mistake")
            if when != "after success":
                super().run()

    monkeypatch.setattr(dispatcher, "Execution", Buggy)
    _run(studio, first, second)
    job = studio.jobs.get(first)
    (report,) = studio.paths.logs.glob("bug-job-1-*.txt")
    assert "ZeroDivisionError: our own mistake" in report.read_text()
    assert studio.jobs.get(second).state == "succeeded"
    if when == "after success":
        assert job.state == "succeeded"
        assert any("our own mistake" in n["text"] for n in job.notes)
    else:
        assert job.state == "failed"
        assert job.error is not None
        assert "our own mistake" in job.error["message"]
        assert str(report) in job.error["hint"]


def test_a_detached_job_has_its_file_written_and_a_failure_to_do_so_is_a_note(studio, tmp_path):
    good = _ask(studio, target=Target(str(tmp_path / "a.wav"), "wav", detached=True))
    bad = _ask(studio, target=Target(str(tmp_path / "gone" / "b.wav"), "wav", detached=True))
    mine = _ask(studio, target=Target(str(tmp_path / "c.wav"), "wav"))
    _run(studio, good, bad, mine)
    assert (tmp_path / "a.wav").read_bytes() == studio.library.of_job(good)[0].file.read_bytes()
    assert not (tmp_path / "c.wav").exists()  # whoever asked for it writes it
    job = studio.jobs.get(bad)
    assert job.state == "succeeded"
    assert any("b.wav" in n["text"] for n in job.notes)


def test_a_new_owner_tells_the_rows_of_a_dead_one_and_sweeps(studio):
    number = _ask(studio)
    studio.jobs.claim()
    half = [
        studio.paths.scratch / "1" / "piece.wav",
        studio.paths.library / "files" / ".x.part",
        studio.paths.parts / "ab" / ".y.wav.12345678.part",
        studio.paths.kits / ".fake.part" / "boot.py",
    ]
    whole = [studio.paths.library / "files" / "x.wav", studio.paths.parts / "ab" / "y.wav"]
    for path in half + whole:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"1")
    assert Ownership(studio.paths, studio.jobs).try_take()
    assert studio.jobs.get(number).state == "interrupted"
    assert not any(p.exists() for p in half)
    assert not (studio.paths.kits / ".fake.part").exists()
    assert all(p.exists() for p in whole)


def test_only_one_owns_and_asking_twice_changes_nothing(studio):
    other = Ownership(studio.paths, studio.jobs)
    assert studio.ownership.try_take()
    number = _ask(studio)
    studio.jobs.claim()
    assert studio.ownership.try_take()
    assert not other.try_take()
    assert studio.jobs.get(number).state == "preparing"
    studio.ownership.release()
    assert other.try_take()
    assert studio.jobs.get(number).state == "interrupted"
    other.release()


def test_what_was_replaced_goes_when_somebody_runs_jobs_and_not_whenever_the_folder_is_opened(studio):
    pack = studio.paths.environments / "core"
    old = pack / "0badf00d" / "pyvenv.cfg"
    old.parent.mkdir(parents=True)
    old.touch()
    marker = Marker("core", "1a2b3c4d", "cpu", "cpu", "", "3.11.7", "python", "2.13.0+cpu", "", 1, "uv", "")
    (pack / "env.json").write_text(json.dumps(asdict(marker)), "utf-8")
    Studio(studio.paths.root).close()
    assert old.exists()
    assert studio.ownership.try_take()
    assert not old.exists()


def test_stop_ends_the_running_job_as_interrupted(studio):
    number = studio.generation.ask(
        Wish(script="Hi there. And on. And on.", engine="fake", seed=1, params={"seconds": 20.0})
    )
    studio.bus.subscribe(lambda event: studio.dispatcher.stop() if getattr(event, "state", "") == "running" else None)
    _run(studio, number)
    assert studio.jobs.get(number).state == "interrupted"


def test_a_second_equal_job_makes_no_sentence_again_and_the_process_stays_warm(studio):
    first, second = _ask(studio, params={"seconds": 0.0}), _ask(studio, params={"seconds": 0.0})
    _run(studio, first, second)
    parts = list(studio.paths.parts.rglob("*.piece"))
    assert len(parts) == 1
    assert studio.jobs.get(second).timing["loading"] == 0.0
    shas = {studio.library.of_job(n)[0].sha256 for n in (first, second)}
    assert len(shas) == 1


def test_every_cache_is_held_to_its_size(studio):
    studio.dispatcher._tools = replace(studio.dispatcher._tools, settings=Settings(storage=Storage(cache_megabytes=1)))
    kept = []
    for folder in (studio.paths.parts, studio.paths.conformed, studio.paths.peaks):
        folder.mkdir(parents=True)
        for name, age in (("old", 1), ("new", 2)):
            (folder / name).write_bytes(bytes(900_000))
            os.utime(folder / name, (age, age))
        kept.append(folder / "new")
    _run(studio, _ask(studio, params={"seconds": 0.0}))
    assert all(file.exists() for file in kept)
    assert not any((file.parent / "old").exists() for file in kept)


@pytest.mark.parametrize(("age", "state"), [(0, "left"), (0, "filled"), (7200, "left")])
def test_a_folder_that_a_dead_export_made_goes_while_it_is_fresh_and_empty(studio, tmp_path, age, state):
    made, users = tmp_path / "stems", tmp_path / "mine"
    pieces = [{"path": str(folder / "a.wav"), "use": "stem", "start": 0, "end": 1} for folder in (made, users)]
    request = Request(task="export", engine="", params={"pieces": pieces, "makes": [str(made)]}, seed=0)
    studio.jobs.enqueue(request, units=1.0)
    studio.jobs.claim()
    made.mkdir()
    users.mkdir()
    if state == "filled":
        (made / "note.txt").write_text("mine")
    if age:
        studio.jobs.interrupt_orphans()
        with studio.database.transaction() as connection:
            connection.execute("update jobs set finished = finished - ?", (age,))
    owner = Ownership(studio.paths, studio.jobs)
    assert owner.try_take()
    owner.release()
    assert made.exists() == (age > 0 or state == "filled")
    assert users.exists()

"""What is said of a job that ended too early: of what is kept, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.domain.requests import Request
from studio.errors import Cancelled
from studio.events import Event, JobProgress
from studio.services import kept_parts
from studio.services.generation import Wish
from studio.services.tasks.table import TASKS
from tests.smoke.plugins import TOML, write_engine

# It makes a part where it is told a key for it, and is at work until somebody ends it.
_ENDLESS = """
from array import array
from studio.engines.shared import speech
from studio.worker.runner import Runner as Base

class Runner(Base):
    def run(self, context):
        if context.task == "speech":
            first = speech.pieces_of(context)[0]
            speech.keep(context, first, array("f", [0.25, -0.25] * 6000), rate=24000)
        context.progress("working", 0.5)
        context.wait(600)
"""


@pytest.mark.parametrize(
    ("done", "of", "message", "hint"),
    [
        (0, 4, "The job was cancelled.", "`studio jobs retry` makes it from the start."),
        (1, 4, "The job was cancelled; 1 of its 4 pictures is finished and kept.", "goes on with the rest."),
        (2, 4, "The job was cancelled; 2 of its 4 pictures are finished and kept.", "goes on with the rest."),
        (4, 4, "The job was cancelled; 4 of its 4 pictures are finished and kept.", "goes on with it."),
        (1, 1, "The job was cancelled; its picture is finished and kept.", "goes on with it."),
    ],
)
def test_a_cancelled_job_says_how_many_of_its_parts_are_kept(done: int, of: int, message: str, hint: str) -> None:
    error = kept_parts.cancelled("picture", done, of)
    assert error.message == message
    assert error.hint.endswith(hint)
    assert (error.kept is None) == (done == 0)


@pytest.mark.parametrize("task", [*TASKS, "export"])
def test_after_a_crash_only_what_keeps_parts_is_said_to_keep_them(task: str) -> None:
    request = Request(task=task, engine="any", params={}, seed=1)
    keeps = {"speech": "sentences", "clone": "sentences"}
    hint = kept_parts.interrupted(task, request).hint
    assert ("are not made again" in hint) == (task in keeps)
    assert keeps.get(task, "from the start") in hint
    several = kept_parts.interrupted(task, replace(request, params={"count": 4})).hint
    assert ("finished pictures" in several) == (task == "image")


@pytest.mark.parametrize(("task", "hint"), [("speech", "are not made again"), ("music", "makes it from the start")])
def test_what_is_ended_before_it_is_planned_promises_only_what_may_be_kept(task: str, hint: str) -> None:
    request = Request(task=task, engine="any", params={}, seed=1)
    cancelled = kept_parts.unplanned(task, request, closing=False)
    closed = kept_parts.unplanned(task, request, closing=True)
    assert hint in cancelled.hint
    assert cancelled.hint == closed.hint
    assert (cancelled.message, isinstance(cancelled, Cancelled)) == ("The job was cancelled.", True)
    assert (closed.message, isinstance(closed, Cancelled)) == (
        "The studio was closed while it worked on this job.", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("task", "message", "hint"),
    [
        ("speech", "The job was cancelled; 1 of its 2 sentences is finished and kept.", "goes on with the rest."),
        ("music", "The job was cancelled.", "makes it from the start."),
        ("lyrics", "The job was cancelled.", "makes it from the start."),
        ("image", "The job was cancelled.", "makes it from the start."),
    ],
)
def test_a_job_that_is_cancelled_at_work_tells_it(tmp_path: Path, task: str, message: str, hint: str) -> None:
    toml = TOML.replace('tasks = ["speech"]', f'tasks = ["{task}"]')
    write_engine(tmp_path / "data" / "engines" / "endless", runner=_ENDLESS, toml=toml)
    studio = Studio(tmp_path / "data")
    try:
        assert studio.ownership.try_take()
        job = studio.generation.ask(Wish(task=task, script="Hi there. And here.", engine="endless", seed=1))

        def hear(event: Event) -> None:
            if isinstance(event, JobProgress) and event.fraction == 0.5:
                studio.jobs.cancel(job)

        studio.bus.subscribe(hear)
        studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
        error = studio.jobs.get(job).error
    finally:
        studio.close()
    assert error is not None
    assert error["message"] == message
    assert error["hint"].endswith(hint)
    assert ("kept" in error) == (task == "speech")

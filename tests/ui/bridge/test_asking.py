"""Why a job made nothing, in words for somebody who clicks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain import jobs as states
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.ui.application import Application
from studio.ui.bridge.asking import Stopped, failure_of


@pytest.fixture
def job(studio_app: Application) -> Job:
    studio_app.desk.dispatching.close()
    studio = studio_app.studio
    return studio.jobs.get(studio.generation.ask(Wish(task="lyrics", params={"theme": "a train"})))


def test_what_an_engine_told_is_kept_with_its_details(job: Job) -> None:
    error = {"message": "It broke.", "hint": "Take less.", "details": "line 7", "log": "engine.log"}
    found = failure_of(replace(job, state=states.FAILED, error=error))
    assert (found.message, found.hint, found.details, found.log) == ("It broke.", "Take less.", "line 7", "engine.log")


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        (states.FAILED, "Do it again, or look at the log."),
        (states.BLOCKED, "The room Engines says what is missing."),
    ],
)
def test_commands_to_type_are_no_hint_in_a_window(job: Job, state: str, hint: str) -> None:
    error = {"message": "It broke.", "hint": "`studio jobs retry 1` goes on."}
    assert failure_of(replace(job, state=state, error=error)).hint == hint


def test_a_cancelled_job_is_no_error(job: Job) -> None:
    error = {"message": "The job was cancelled; finished sentences are kept."}
    assert isinstance(failure_of(replace(job, state=states.CANCELLED, error=error)), Stopped)

"""What comes of jobs that were asked for, and why one made nothing, in words for somebody who clicks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject

from studio.domain import jobs as states
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.ui import language
from studio.ui.application import Application
from studio.ui.bridge.asking import Asking, Stopped, failure_of


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


def test_what_an_engine_told_is_said_in_the_language_that_is_shown(job: Job) -> None:
    language.use("de")
    error = {"message": "There is no song to work on.", "hint": "Name its file."}
    found = failure_of(replace(job, state=states.FAILED, error=error))
    assert (found.message, found.hint) == ("Es gibt keinen Song, der bearbeitet werden könnte.", "Seine Datei nennen.")


def test_of_a_job_that_ended_with_the_studio_it_is_said_what_goes_on(job: Job) -> None:
    language.use("de")
    error = {"message": "The studio ended while it worked on this job.", "hint": "`studio jobs retry`"}
    found = failure_of(replace(job, state=states.INTERRUPTED, error=error))
    assert found.message.startswith("Das Studio wurde beendet, während es daran arbeitete.")
    assert found.hint == ""


def test_a_cancelled_job_is_no_error(job: Job) -> None:
    error = {"message": "The job was cancelled; finished sentences are kept."}
    assert isinstance(failure_of(replace(job, state=states.CANCELLED, error=error)), Stopped)


@pytest.mark.parametrize(("dropped", "given"), [(False, [["a file"]]), (True, [])])
def test_nothing_is_handed_over_of_what_was_dropped_at_the_last_moment(given: list[Any], *, dropped: bool) -> None:
    later: list[Any] = []
    over = SimpleNamespace(state=states.SUCCEEDED, final=True, settled=True)
    desk: Any = SimpleNamespace(
        jobs=SimpleNamespace(finished=SimpleNamespace(connect=lambda _: None), get=lambda _: over),
        operations=SimpleNamespace(
            change=lambda _owner, work, done, _failed: done(work()),
            run=lambda _owner, work, done, _failed: later.append(lambda: done(work())),
        ),
        studio=SimpleNamespace(
            generation=SimpleNamespace(ask=lambda _: 1), library=SimpleNamespace(of_job=lambda _: ["a file"])
        ),
        hearing=SimpleNamespace(leave=lambda _: None),
    )
    came: list[Any] = []
    owner = QObject()
    asking = Asking(desk, owner)
    ticket = asking.ask(Wish(task="lyrics"), came.append, came.append)
    if dropped:
        asking.drop(ticket)
    later.pop()()
    assert came == given

"""The queue as the window shows it: many jobs at once, each told of, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studio.app import Studio
from studio.domain import jobs as states
from studio.domain.requests import Request
from studio.events import JobChanged
from studio.ui.bridge.events import Events
from studio.ui.bridge.jobs_model import JobsModel
from studio.ui.bridge.notices import Notices
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Services over an empty data folder; nobody runs what is queued."""
    made = Studio(tmp_path)
    yield made
    made.close()


@pytest.fixture
def model(studio: Studio, qtbot: QtBot) -> Iterator[JobsModel]:
    """The model as the window has it, following the bus."""
    notices = Notices()
    events = Events(studio.bus)
    made = JobsModel(studio, notices)
    events.happened.connect(made.hear)
    made.load()
    yield made
    made.close()
    events.close()


def queue(studio: Studio, count: int) -> list[int]:
    """Queue jobs."""
    return [studio.jobs.enqueue(Request("speech", "hibari", {}, 1, script="Hi."), units=1.0) for _ in range(count)]


def test_two_hundred_jobs_at_once_are_all_told_of_and_read_in_few_goes(
    studio: Studio, model: JobsModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    model.changed.connect(told.append)
    reads: list[int] = []
    these = studio.jobs.these
    monkeypatch.setattr(studio.jobs, "these", lambda numbers: (reads.append(len(numbers)), these(numbers))[1])
    monkeypatch.setattr(studio.jobs, "get", None)  # nobody reads them one by one
    jobs = queue(studio, 200)
    qtbot.waitUntil(lambda: len(model.waiting) == 200 and set(told) == set(jobs), timeout=PATIENCE)
    assert len(reads) <= 30
    assert sum(reads) == 200
    assert sorted(told) == jobs


def test_a_job_is_there_for_whoever_asks_before_it_was_told(studio: Studio, model: JobsModel, qtbot: QtBot) -> None:
    heard: list[int] = []
    told: list[int] = []
    model.changed.connect(told.append)
    studio.bus.subscribe(lambda event: heard.append(getattr(event, "job", 0)))
    (job, other) = queue(studio, 2)
    for number in heard:
        model.hear(_changed(number))
    assert not told
    found = model.get(job)
    assert found is not None
    assert found.state == states.QUEUED
    model.catch_up()
    assert [row.id for row in model.waiting] == [job, other]
    qtbot.waitUntil(lambda: set(told) == {job, other}, timeout=PATIENCE)


def test_the_end_of_a_job_is_told_once_however_often_it_is_heard_of(
    studio: Studio, model: JobsModel, qtbot: QtBot
) -> None:
    ended: list[int] = []
    model.finished.connect(ended.append)
    jobs = queue(studio, 40)
    qtbot.waitUntil(lambda: len(model.waiting) == 40, timeout=PATIENCE)
    for job in jobs:
        studio.jobs.cancel(job)
        studio.jobs.note(job, "said afterwards")
    model.load()  # as when somebody forgets what is over meanwhile
    qtbot.waitUntil(lambda: sorted(ended) == jobs, timeout=PATIENCE)
    studio.jobs.note(jobs[0], "and later still")
    qtbot.waitUntil(lambda: len((model.get(jobs[0]) or pytest.fail("it is gone")).notes) == 2, timeout=PATIENCE)
    assert sorted(ended) == jobs


def test_all_that_waits_is_cancelled_a_few_at_a_time(studio: Studio, model: JobsModel, qtbot: QtBot) -> None:
    queue(studio, 60)
    qtbot.waitUntil(lambda: len(model.waiting) == 60, timeout=PATIENCE)
    model.cancel_all()
    assert len(model.waiting) == 60  # the window is not held up
    qtbot.waitUntil(lambda: not model.waiting, timeout=PATIENCE)
    assert {job.state for job in studio.jobs.newest()} == {states.CANCELLED}


def _changed(job: int) -> JobChanged:
    return JobChanged(job, states.QUEUED)

"""The queue: only allowed changes of state, by whoever comes first, and nothing lost."""

from __future__ import annotations

import json
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from studio.domain import jobs as states
from studio.domain import requests
from studio.domain.requests import Gaps, Request, Target
from studio.errors import EngineFailure, StudioError
from studio.events import Bus, JobChanged
from studio.services.jobs import Jobs
from studio.store.database import open_database

pytestmark = pytest.mark.slow

_REQUEST = Request(
    task="speech", engine="fake", params={"seconds": 0.5}, seed=7, script="Grüß [Gott] \U0001f600\n", cast={"": "low"},
    gaps=Gaps(0.1, 0.2), environment={"A": "b"}, target=Target("/x/y.wav", "wav", force=True),
)  # fmt: skip


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def jobs(tmp_path, bus):
    database, _ = open_database(tmp_path / "studio.db")
    yield Jobs(database, bus)
    database.close()


def _states(jobs):
    return {j.id: j.state for j in jobs.newest()}


def _enqueue(jobs, *engines):
    return [jobs.enqueue(replace(_REQUEST, engine=engine), units=1.0) for engine in engines]


def test_at_work_are_the_engines_of_jobs_under_way(jobs):
    first, second, _waiting = _enqueue(jobs, "dia", "xtts", "diffusers")
    jobs.claim()
    jobs.claim()
    jobs.set_state(second, states.PREPARING, states.RUNNING)
    assert jobs.at_work() == {"dia", "xtts"}
    for job in (first, second):
        assert jobs.set_state(job, jobs.get(job).state, states.FAILED)
    assert jobs.at_work() == set()


def test_a_job_whose_engine_is_loaded_overtakes(jobs):
    first, second, third = _enqueue(jobs, "dia", "diffusers", "dia")
    assert [jobs.claim(("diffusers",)).id for _ in range(3)] == [second, first, third]


def test_nobody_is_overtaken_for_ever(jobs):
    old, *_ = _enqueue(jobs, "dia")
    claimed = []
    for _ in range(20):
        _enqueue(jobs, "diffusers")
        claimed.append(jobs.claim(("diffusers",)).id)
    assert claimed.index(old) == 8


def test_what_has_priority_is_overtaken_by_nobody(jobs):
    _enqueue(jobs, "diffusers")
    urgent, *_ = _enqueue(jobs, "dia")
    jobs.to_front(urgent)
    assert jobs.claim(("diffusers",)).id == urgent


def test_a_row_gives_back_what_was_asked(jobs):
    number = jobs.enqueue(_REQUEST, units=12.5)
    job = jobs.get(number)
    assert job.request == _REQUEST
    assert (job.state, job.task, job.engine, job.retry_of, job.cancel) == ("queued", "speech", "fake", None, False)
    assert jobs.units(number) == 12.5
    assert not job.final


def test_a_row_of_a_newer_studio_can_be_read(jobs):
    later = json.loads(_REQUEST.to_json())
    for table in (later, later["target"], later["gaps"]):
        table["later"] = 1
    assert requests.from_json(json.dumps(later)) == _REQUEST


def test_the_oldest_waiting_job_is_claimed_first(jobs):
    numbers = [jobs.enqueue(_REQUEST, units=1) for _ in range(3)]
    jobs.cancel(numbers[1])
    claimed = [jobs.claim(), jobs.claim()]
    assert [j.id for j in claimed if j] == [numbers[0], numbers[2]]
    assert all(j and j.state == states.PREPARING and j.started for j in claimed)
    assert jobs.claim() is None


def test_threads_that_claim_at_once_never_get_the_same_job(jobs):
    numbers = [jobs.enqueue(_REQUEST, units=1) for _ in range(40)]
    got: list[list[int]] = [[] for _ in range(4)]
    begin = threading.Barrier(len(got))

    def claim(mine):
        begin.wait()
        while job := jobs.claim():
            mine.append(job.id)

    threads = [threading.Thread(target=claim, args=(mine,)) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(n for mine in got for n in mine) == numbers


@pytest.mark.parametrize("old", states.STATES)
@pytest.mark.parametrize("new", states.STATES)
def test_a_change_that_is_not_allowed_is_a_bug_and_stores_nothing(jobs, old, new):
    number = jobs.enqueue(_REQUEST, units=1)
    if states.may_follow(old, new):
        return
    with pytest.raises(ValueError, match=f"from {old} to {new}"):
        jobs.set_state(number, old, new)
    assert jobs.get(number).state == "queued"


def test_the_first_of_two_changes_wins(jobs):
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.claim()
    assert jobs.set_state(number, states.PREPARING, states.RUNNING)
    assert jobs.set_state(number, states.RUNNING, states.SUCCEEDED, timing={"running": 2.0})
    assert not jobs.set_state(number, states.RUNNING, states.FAILED, error=StudioError("late"))
    job = jobs.get(number)
    assert (job.state, job.error, job.timing) == ("succeeded", None, {"running": 2.0})
    assert job.finished


def test_a_result_is_stored_with_the_success_or_not_at_all(jobs):
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.claim()
    jobs.set_state(number, states.PREPARING, states.RUNNING)
    bad = ("insert into media (job, kind) values (?, ?)", (number, "audio"))
    with pytest.raises(Exception, match="NOT NULL"):
        jobs.set_state(number, states.RUNNING, states.SUCCEEDED, media=[bad])
    assert jobs.get(number).state == "running"


def test_a_blocked_job_says_why_and_is_never_claimed(jobs):
    number = jobs.enqueue(_REQUEST, units=1, blocked=StudioError("No pack.", "Install it."))
    job = jobs.get(number)
    assert (job.state, job.final) == ("blocked", True)
    assert job.error is not None
    assert (job.error["message"], job.error["hint"], job.error["exit_code"]) == ("No pack.", "Install it.", 2)
    assert jobs.claim() is None
    assert jobs.cancel(number).state == "cancelled"


def test_an_error_keeps_all_it_says(jobs):
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.claim()
    jobs.set_state(number, states.PREPARING, states.FAILED, error=EngineFailure("m", "h", "d", log="/l"))
    assert jobs.get(number).error == {"message": "m", "hint": "h", "details": "d", "log": "/l", "exit_code": 3}


def test_a_running_job_is_only_marked_for_its_owner_to_end(jobs):
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.claim()
    assert not jobs.cancel_wanted(number)
    assert jobs.cancel(number).state == "preparing"
    assert jobs.cancel_wanted(number)


def test_what_a_dead_owner_worked_on_is_interrupted_and_nothing_else(jobs):
    numbers = [jobs.enqueue(_REQUEST, units=1) for _ in range(4)]
    jobs.claim()
    jobs.claim()
    jobs.set_state(numbers[1], states.PREPARING, states.RUNNING)
    jobs.cancel(numbers[2])
    assert jobs.interrupt_orphans() == numbers[:2]
    assert list(_states(jobs).values()) == ["queued", "cancelled", "interrupted", "interrupted"]
    assert "retry" in (jobs.get(numbers[0]).error or {})["hint"]
    assert jobs.interrupt_orphans() == []


def test_notes_come_in_order_even_after_the_end(jobs):
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.note(number, 'one "quoted"', line=3)
    jobs.cancel(number)
    jobs.note(number, "two 🎵", level="info")
    assert jobs.get(number).notes == (
        {"level": "warning", "text": 'one "quoted"', "line": 3},
        {"level": "info", "text": "two 🎵"},
    )


def test_time_left_is_learned_from_this_engine_on_this_device(jobs):
    assert jobs.pace("fake", "local/cpu") is None
    for units, seconds, device in ((10, 5.0, "local/cpu"), (30, 7.0, "local/cpu"), (10, 99.0, "local/cuda0")):
        number = jobs.enqueue(_REQUEST, units=units)
        jobs.claim()
        jobs.set_device(number, device)
        jobs.set_state(number, states.PREPARING, states.RUNNING)
        jobs.set_state(number, states.RUNNING, states.SUCCEEDED, timing={"running": seconds})
    assert jobs.pace("fake", "local/cpu") == pytest.approx(12.0 / 40.0)
    assert jobs.pace("other", "local/cpu") is None


def test_clearing_forgets_what_is_over_and_its_links(jobs):
    first = jobs.enqueue(_REQUEST, units=1)
    jobs.cancel(first)
    waiting = jobs.enqueue(_REQUEST, units=1, retry_of=first)
    assert jobs.clear() == 1
    assert jobs.get(waiting).retry_of is None
    with pytest.raises(StudioError, match="no job"):
        jobs.get(first)
    assert jobs.enqueue(_REQUEST, units=1) > waiting  # a number is never given twice


def test_every_change_is_told(jobs, bus):
    heard: list[JobChanged] = []
    bus.subscribe(lambda event: heard.append(event) if isinstance(event, JobChanged) else None)
    number = jobs.enqueue(_REQUEST, units=1)
    jobs.claim()
    jobs.set_state(number, states.PREPARING, states.RUNNING)
    jobs.set_state(number, states.PREPARING, states.RUNNING)
    jobs.set_state(number, states.RUNNING, states.FAILED)
    assert [e.state for e in heard] == ["queued", "preparing", "running", "failed"]


class Queue(RuleBasedStateMachine):
    """Whatever several processes do in whatever order: states follow the table, final ones stay, none is lost."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "studio.db"
        self.databases = [open_database(path)[0] for _ in range(2)]
        self.queues = [Jobs(database, Bus()) for database in self.databases]
        self.known: dict[int, str] = {}
        self.in_work: set[int] = set()  # claimed, and not yet left by whoever works on them

    def teardown(self):
        for database in self.databases:
            database.close()
        self.folder.cleanup()

    def _queue(self, data):
        return data.draw(st.sampled_from(self.queues))

    def _job(self, data):
        return data.draw(st.sampled_from(sorted(self.known)))

    @rule(data=st.data(), blocked=st.booleans())
    def ask(self, data, blocked):
        why = StudioError("blocked") if blocked else None
        number = self._queue(data).enqueue(_REQUEST, units=1, blocked=why)
        assert number not in self.known
        self.known[number] = states.BLOCKED if blocked else states.QUEUED

    @rule(data=st.data())
    def claim(self, data):
        job = self._queue(data).claim()
        waiting = sorted(n for n, state in self.known.items() if state == states.QUEUED)
        assert (job.id if job else None) == (waiting[0] if waiting else None)
        if job:
            self.known[job.id] = states.PREPARING
            self.in_work.add(job.id)

    @rule(data=st.data(), old=st.sampled_from(states.STATES), new=st.sampled_from(states.STATES))
    def change(self, data, old, new):
        if not self.known or not states.may_follow(old, new):
            return
        number = self._job(data)
        done = self._queue(data).set_state(number, old, new)
        assert done == (self.known[number] == old)
        if done:
            self.known[number] = new
            if new in states.ACTIVE:
                self.in_work.add(number)

    @rule(data=st.data())
    def settle(self, data):
        over = sorted(n for n in self.in_work if self.known[n] in states.FINAL)
        if over:
            number = data.draw(st.sampled_from(over))
            self._queue(data).settle(number)
            self.in_work.remove(number)

    @rule(data=st.data())
    def cancel(self, data):
        if self.known:
            number = self._job(data)
            self._queue(data).cancel(number)
            if self.known[number] in {states.QUEUED, states.BLOCKED}:
                self.known[number] = states.CANCELLED

    @rule(data=st.data())
    def take_over(self, data):
        orphans = self._queue(data).interrupt_orphans()
        assert sorted(orphans) == sorted(n for n, state in self.known.items() if state in states.ACTIVE)
        self.known |= dict.fromkeys(orphans, states.INTERRUPTED)
        self.in_work.clear()

    @rule(data=st.data())
    def clear(self, data):
        self._queue(data).clear()
        kept = {states.BLOCKED, states.QUEUED, *states.ACTIVE}
        self.known = {n: state for n, state in self.known.items() if state in kept or n in self.in_work}

    @invariant()
    def rows_are_as_known(self):
        for jobs in self.queues:
            assert _states(jobs) == self.known
            assert {j.id for j in jobs.newest() if j.final and not j.settled} == {
                n for n in self.in_work if self.known[n] in states.FINAL
            }


def test_the_queue_keeps_its_table_under_any_order_of_events():
    run_state_machine_as_test(
        Queue, settings=settings(max_examples=max(15, settings().max_examples // 10), stateful_step_count=25)
    )


def test_the_job_at_the_front_is_claimed_first(jobs):
    first, second, third = (jobs.enqueue(_REQUEST, units=1) for _ in range(3))
    jobs.to_front(third)
    jobs.to_front(second)
    assert [jobs.claim().id for _ in range(3)] == [second, third, first]


def test_jobs_that_go_to_the_front_together_keep_their_order(jobs):
    first, second, third, fourth = (jobs.enqueue(_REQUEST, units=1) for _ in range(4))
    jobs.to_front(third, fourth)
    assert [jobs.claim().id for _ in range(4)] == [third, fourth, first, second]


def test_a_job_that_runs_or_is_over_has_no_place_in_the_queue(jobs):
    first, second = (jobs.enqueue(_REQUEST, units=1) for _ in range(2))
    jobs.claim()
    jobs.to_front(first)
    jobs.cancel(second)
    jobs.to_front(second)
    assert jobs.enqueue(_REQUEST, units=1) == jobs.claim().id


def test_results_wait_for_their_project_until_they_are_in_it(jobs):
    mine = jobs.enqueue(replace(_REQUEST, project="/p/One.angen", line="l7"), units=1)
    jobs.enqueue(replace(_REQUEST, project="/p/Other.angen", line="l7"), units=1)
    jobs.enqueue(_REQUEST, units=1)
    while (job := jobs.claim()) is not None:
        jobs.set_state(job.id, "preparing", "running")
        jobs.set_state(job.id, "running", "succeeded")
        assert job.id not in [waiting.id for waiting in jobs.landing("/p/One.angen")]  # whoever made it is not done yet
        jobs.settle(job.id)
    assert [(job.id, job.request.line) for job in jobs.landing("/p/One.angen")] == [(mine, "l7")]
    jobs.landed(mine)
    assert jobs.landing("/p/One.angen") == []

"""What was learned of an engine: counted, kept, told in a sentence, and used by the next job."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.runtime import ladder
from studio.services.envelope import Beginning, Envelope, Situation
from studio.services.generation import Wish
from studio.store.database import open_database
from studio.store.migrations import MIGRATIONS

SMALL = Situation("diffusers", "sd15", "768x768", "local/cuda0", "550", "fp16")
LARGE = replace(SMALL, size="1024x1024")
ANY = frozenset({ladder.RESTART, "math_attention", "other_build", "cpu"})


@pytest.fixture(name="envelope")
def _envelope(tmp_path: Path) -> Iterator[Envelope]:
    database, _ = open_database(tmp_path / "studio.db")
    yield Envelope(database)
    database.close()


def usable(failure: str) -> frozenset[str]:
    del failure
    return ANY


def nothing(failure: str) -> frozenset[str]:
    del failure
    return frozenset({ladder.RESTART})


def test_each_size_has_its_own_counts_and_sentence(envelope: Envelope) -> None:
    for _ in range(12):
        envelope.worked(SMALL, (), reason="", dirty=False)
    for _ in range(2):
        envelope.worked(LARGE, (), reason="", dirty=True)
    told = {e.situation.size: e.sentence for e in envelope.proven()}
    assert told == {
        "768x768": "12 of 12 worked",
        "1024x1024": "crashed 2 of 2 in cleanup, the results were kept",
    }


def test_failures_are_counted_by_class(envelope: Envelope) -> None:
    envelope.failed(SMALL, (), "out_of_memory")
    envelope.failed(SMALL, (), "out_of_memory")
    envelope.failed(SMALL, (), "user")  # no class of the ladder: says nothing about the device
    envelope.worked(SMALL, (), reason="", dirty=False)
    (known,) = envelope.proven()
    assert (known.worked, known.tried, dict(known.failures)) == (1, 3, {"out_of_memory": 2})
    assert known.sentence == "1 of 3 worked; out of memory 2 times"


def test_what_worked_last_is_where_the_next_job_begins(envelope: Envelope) -> None:
    assert envelope.beginning(LARGE, usable) == Beginning()
    envelope.worked(LARGE, ("slicing",), reason="out_of_memory", dirty=False)
    assert envelope.beginning(LARGE, usable).rungs == ("slicing",)
    assert envelope.beginning(SMALL, usable) == Beginning()
    envelope.failed(LARGE, ("slicing",), "out_of_memory")
    envelope.worked(LARGE, ("slicing", "offload"), reason="out_of_memory", dirty=False)
    assert envelope.beginning(LARGE, usable).rungs == ("slicing", "offload")


def test_what_the_user_forbids_is_left_out_though_it_worked(envelope: Envelope) -> None:
    envelope.worked(LARGE, ("slicing", "decode_cpu"), reason="out_of_memory", dirty=False)
    begun = envelope.beginning(LARGE, usable, barred=ladder.barred(ladder.Place(on_cpu=False, allow_cpu=False)))
    assert begun == Beginning(("slicing",), "started with slicing, which worked here before")
    envelope.worked(LARGE, ("cpu",), reason="out_of_memory", dirty=False)
    assert envelope.beginning(LARGE, usable, barred=frozenset({"cpu", "decode_cpu"})) == Beginning()
    assert envelope.beginning(LARGE, usable, barred=ladder.barred(ladder.Place(on_cpu=False, allow_cpu=True))).rungs


def test_crashes_in_cleanup_lead_to_safer_settings_only_when_they_repeat(envelope: Envelope) -> None:
    envelope.worked(LARGE, (), reason="", dirty=True)
    assert envelope.beginning(LARGE, usable) == Beginning()
    envelope.worked(LARGE, (), reason="", dirty=False)
    envelope.worked(LARGE, (), reason="", dirty=True)
    assert envelope.beginning(LARGE, usable) == Beginning()
    envelope.worked(LARGE, (), reason="", dirty=True)
    begun = envelope.beginning(LARGE, usable)
    assert begun.rungs == ("math_attention",)
    assert "crashed 2 times in a row while it cleaned up after 1024x1024; every result was kept" in begun.why


def test_where_no_setting_is_safer_cleanup_is_skipped_and_never_the_cpu_taken(envelope: Envelope) -> None:
    for _ in range(2):
        envelope.worked(LARGE, (), reason="", dirty=True)
    assert envelope.beginning(LARGE, nothing).rungs == (ladder.SKIP_CLEANUP,)
    assert envelope.beginning(LARGE, lambda f: nothing(f) | {ladder.CPU}).rungs == (ladder.SKIP_CLEANUP,)
    for _ in range(3):
        envelope.worked(LARGE, (ladder.SKIP_CLEANUP,), reason="", dirty=True)
    assert envelope.beginning(LARGE, nothing).rungs == (ladder.SKIP_CLEANUP,)


def test_it_can_be_forgotten_by_engine_and_whole(envelope: Envelope) -> None:
    envelope.worked(SMALL, (), reason="", dirty=False)
    envelope.worked(replace(SMALL, engine="dia"), (), reason="", dirty=False)
    assert (envelope.reset("dia"), [e.situation.engine for e in envelope.proven()]) == (1, ["diffusers"])
    assert (envelope.reset(), envelope.proven()) == (1, [])


def test_what_was_learned_before_it_was_counted_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    with closing(sqlite3.connect(path)) as old:
        for step in MIGRATIONS[:3]:
            old.executescript(step)
        row = ("fake", "fake", "", "local/cpu", "", "fp32", '["slicing"]', "out_of_memory", 7.0)
        old.execute("insert into envelope values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        old.execute("pragma user_version = 3")
        old.commit()
    database, _ = open_database(path)
    (known,) = Envelope(database).proven()
    assert (known.rungs, known.worked, known.reason) == (("slicing",), 1, "out_of_memory")
    database.close()


def _ask(studio: Studio, behaviour: str) -> list[str]:
    number = studio.generation.ask(Wish(script="Hi.", engine="fake", seed=1, params={"behaviour": behaviour}))
    studio.dispatcher.run(until=lambda: studio.jobs.get(number).settled)
    job = studio.jobs.get(number)
    assert job.state == "succeeded"
    assert studio.library.of_job(number)[0].file.is_file()
    return [str(n["text"]) for n in job.notes]


def test_the_third_job_after_two_crashes_in_cleanup_is_spared_the_crash(tmp_path: Path) -> None:
    for turn in range(3):  # a new process each time: what was learned lies on the disk
        studio = Studio(tmp_path / "data")
        try:
            assert studio.ownership.try_take()
            notes = _ask(studio, "abort_in_cleanup")
            crashed = any("SIGABRT" in n for n in notes)
            spared = any("crashed 2 times in a row" in n and ladder.SKIP_CLEANUP in n for n in notes)
            assert (crashed, spared) == (turn < 2, turn == 2)
        finally:
            studio.close()

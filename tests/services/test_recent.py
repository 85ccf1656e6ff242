"""The newest results of a task or a job."""

from __future__ import annotations

import json

import pytest

from studio.services import recent


@pytest.fixture
def add(studio):
    def add(task="music", *, job=None, role=None, trashed=None):
        facts = {"role": role} if role else {}
        with studio.database.transaction() as connection:
            if job:
                connection.execute(
                    "insert or ignore into jobs (id, state, task, request, created, settled, notes, units)"
                    " values (?, 'succeeded', ?, '{}', 0, 1, '[]', 1)",
                    (job, task),
                )
            cursor = connection.execute(
                "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created, trashed)"
                " values (?, 'audio', 'f', 'f', 'f', 'f', ?, ?, 0, ?)",
                (job, json.dumps(facts), json.dumps({"task": task}), trashed),
            )
        return cursor.lastrowid

    return add


def test_the_newest_of_a_task_come_first(studio, add):
    first, _other, second = add(), add("image"), add()
    assert recent.newest(studio.database, "music") == [second, first]
    assert recent.newest(studio.database, "music", limit=1) == [second]


def test_what_came_along_or_lies_in_the_trash_is_left_out(studio, add):
    kept = add(job=3)
    add(job=3, role="stem")
    add(job=3, trashed=5.0)
    assert recent.newest(studio.database, "music") == [kept]
    assert recent.of_job(studio.database, 3) == [kept]
    assert recent.of_job(studio.database, 0) == []


def test_a_job_has_its_results_alone(studio, add):
    add("image", job=1)
    mine = [add("image", job=2), add("image", job=2)]
    assert recent.of_job(studio.database, 2) == mine[::-1]

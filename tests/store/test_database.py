"""The database opens whatever it finds: nothing, an older one, a newer one, a damaged one; alone or beside others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from subprocess import PIPE

import pytest

from studio.errors import StudioError
from studio.store import database
from studio.store.database import Damaged, open_database

_V1 = "create table a (x integer not null)"
_V2 = "alter table a add column y text not null default 'new'"
_OPEN = """
import sys
from pathlib import Path
from studio.store.database import open_database
print("ready", flush=True)
for line in sys.stdin:
    db, told = open_database(Path(line.strip()))
    with db.transaction() as c:
        c.execute("insert into jobs (state, task, request, created) values ('queued', ?, '', 0)", (sys.argv[1],))
    db.close()
    print(told or "ok", flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "studio.db"


def _version(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("pragma user_version").fetchone()[0]


def _filled(path, rows=3000):
    """A database of some size, in one file."""
    opened, _ = open_database(path)
    with opened.transaction() as connection:
        for n in range(rows):
            connection.execute(
                "insert into jobs (state, task, request, created) values ('queued', 'speech', ?, 0)", (f"{n}" * 30,)
            )
    opened.rows("pragma wal_checkpoint(truncate)")
    opened.close()
    return path.read_bytes()


def test_a_new_one_is_whole_and_has_the_newest_version(path):
    opened, told = open_database(path)
    assert told == ""
    assert opened.integrity() == "ok"
    assert opened.rows("select * from jobs") == []
    assert opened.rows("pragma journal_mode")[0][0] == "wal"
    assert opened.rows("pragma foreign_keys")[0][0] == 1
    opened.close()
    assert _version(path) == len(database.MIGRATIONS)


def test_steps_are_taken_once_and_a_backup_is_made_before_each_upgrade(path, monkeypatch):
    monkeypatch.setattr(database, "MIGRATIONS", (_V1,))
    opened, _ = open_database(path)
    with opened.transaction() as connection:
        connection.execute("insert into a values (1)")
    opened.close()
    assert not list(path.parent.glob("*.backup"))  # nothing to lose before the first version
    monkeypatch.setattr(database, "MIGRATIONS", (_V1, _V2))
    for _ in range(2):
        opened, told = open_database(path)
        assert told == ""
        assert [tuple(r) for r in opened.rows("select x, y from a")] == [(1, "new")]
        opened.close()
    assert _version(path) == 2
    backup = path.with_name("studio.db.v1.backup")
    assert _version(backup) == 1
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("select * from a").fetchall() == [(1,)]


def test_a_step_that_fails_changes_nothing(path, monkeypatch):
    monkeypatch.setattr(database, "MIGRATIONS", (_V1,))
    open_database(path)[0].close()
    monkeypatch.setattr(database, "MIGRATIONS", (_V1, "create table b (x); select * from nowhere"))
    with pytest.raises(sqlite3.OperationalError):
        open_database(path)
    assert _version(path) == 1
    monkeypatch.setattr(database, "MIGRATIONS", (_V1,))
    opened, _ = open_database(path)
    assert [r[0] for r in opened.rows("select name from sqlite_master")] == ["a"]
    opened.close()


def test_one_from_a_newer_studio_is_refused_and_left_alone(path):
    open_database(path)[0].close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StudioError, match="newer studio"):
        open_database(path)
    assert path.read_bytes() == before


def _all_garbage(data):
    return b"garbage " * (len(data) // 8)


def _garbage_in_the_middle(data):
    middle = len(data) // 2 // 4096 * 4096
    return data[:middle] + b"\xa5" * 4096 + data[middle + 4096 :]


def _cut(data):
    return data[: len(data) // 2]


def _cut_in_the_header(data):
    return data[:50]


@pytest.mark.parametrize("damage", [_all_garbage, _garbage_in_the_middle, _cut, _cut_in_the_header])
def test_a_damaged_one_is_set_aside_and_a_fresh_one_started(path, damage):
    damaged = damage(_filled(path))
    path.write_bytes(damaged)
    opened, told = open_database(path)
    asides = list(path.parent.glob("studio.damaged-*.db"))
    assert [p.read_bytes() for p in asides] == [damaged]
    assert str(asides[0]) in told
    assert opened.rows("select * from jobs") == []
    assert opened.integrity() == "ok"
    opened.close()
    assert open_database(path)[1] == ""


def test_two_damaged_ones_in_a_row_are_both_kept(path):
    for _ in range(3):
        path.write_bytes(b"garbage " * 1000)
        open_database(path)[0].close()
    assert len(list(path.parent.glob("studio.damaged-*.db"))) == 3


def test_damage_found_later_says_what_to_do(path):
    whole = _filled(path)
    opened, _ = open_database(path)
    opened.close()
    path.write_bytes(_all_garbage(whole))
    with pytest.raises(Damaged) as raised:
        opened.rows("select * from jobs")
    assert raised.value.hint
    opened.close()


def test_processes_that_open_a_new_folder_at_once_all_find_one_database(tmp_path):
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", _OPEN, str(n)], stdin=PIPE, stdout=PIPE, text=True, bufsize=1)
            )
            for n in range(4)
        ]
        said = [p.stdout.readline() for p in processes if p.stdout is not None]
        assert said == ["ready\n"] * len(processes)
        for place in [tmp_path / f"{n}.db" for n in range(15)]:
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(f"{place}\n")
            said = [p.stdout.readline() for p in processes if p.stdout is not None]
            assert said == ["ok\n"] * len(processes)
            opened, _ = open_database(place)
            assert len(opened.rows("select * from jobs")) == len(processes)
            opened.close()


def test_one_that_vanishes_while_it_is_open_is_told_as_damaged(path):
    _filled(path)
    opened, _ = open_database(path)
    opened.close()
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    with pytest.raises(Damaged):
        opened.rows("select * from jobs")
    fresh, _ = open_database(path)
    with pytest.raises(sqlite3.OperationalError):  # our own mistake stays one
        fresh.rows("select * from nowhere")
    fresh.close()


def test_a_transaction_that_raises_stores_nothing(path):
    opened, _ = open_database(path)
    with pytest.raises(RuntimeError), opened.transaction() as connection:
        connection.execute("insert into jobs (state, task, request, created) values ('queued', 'speech', '', 0)")
        raise RuntimeError
    assert opened.rows("select * from jobs") == []
    opened.close()


def test_threads_write_beside_one_another_without_losing_anything(path):
    opened, _ = open_database(path)
    opened.rows("select 1")
    with opened.transaction() as connection:
        connection.execute("insert into jobs (state, task, request, created, units) values ('queued', '', '', 0, 0)")

    def count():
        for _ in range(50):
            with opened.transaction() as connection:
                units = connection.execute("select units from jobs").fetchone()[0]
                connection.execute("update jobs set units = ?", (units + 1,))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened.rows("select units from jobs")[0][0] == 200
    opened.close()


def test_our_own_mistakes_are_not_taken_for_damage(path):
    opened, _ = open_database(path)
    with pytest.raises(sqlite3.OperationalError):
        opened.rows("select * from nowhere")
    with pytest.raises(sqlite3.IntegrityError), opened.transaction() as connection:
        connection.execute("insert into jobs (state) values (null)")
    opened.close()

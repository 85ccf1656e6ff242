"""The SQLite database: opening with care, and transactions. One `Database` a process; its methods work from any thread.

A connection a thread (SQLite's own rule); readers see the last committed state and never wait.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.store import atomic
from studio.store.lock import FileLock
from studio.store.migrations import MIGRATIONS

Row = sqlite3.Row
_QUICK_CHECK_BYTES = 64_000_000  # below this a full look costs a few milliseconds
_FULL = "disk is full"
_LITTLE = 200_000  # bytes; with less, SQLite's shared memory may fail without saying why


class Damaged(StudioError):
    """The file holds no usable database."""

    def __init__(self, details: str) -> None:
        super().__init__(
            "The database is damaged.",
            "Start the studio again: it sets the damaged one aside and begins a fresh one.",
            details,
        )


class Database:
    """An open database. Close it from the thread that ends the program."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Run a query and return all its rows."""
        with _explained(self._path):
            return self._connection().execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection, None, None]:
        """Everything in the block is stored together or not at all; other writers wait meanwhile."""
        with _explained(self._path):
            connection = self._connection()
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    def integrity(self) -> str:
        """Return "ok", or what SQLite found wrong."""
        return str(self.rows("pragma integrity_check")[0][0])

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self._path)
            self._local.connection = connection
            with self._lock:
                self._connections.append(connection)
        return connection


def open_database(path: Path) -> tuple[Database, str]:
    """Open or make the database, bring it to the newest version; return it and a sentence for the user, mostly empty.

    A damaged one is set aside, never deleted. One from a newer studio raises StudioError.
    """
    told = ""
    if _state(path) != len(MIGRATIONS):
        gate = FileLock(path.with_name("open.lock"))
        while not gate.try_acquire():  # another process is at it; it takes milliseconds
            time.sleep(0.01)
        try:
            if _state(path) == -1:
                told = _set_aside(path)
            _migrate(path)
        finally:
            gate.release()
    return Database(path), told


def _state(path: Path) -> int:
    """Return the database's version, 0 when there is none, -1 when it is damaged."""
    if not path.exists():
        return 0
    try:
        with _explained(path), closing(_connect(path)) as connection:
            version = int(connection.execute("pragma user_version").fetchone()[0])
            if path.stat().st_size < _QUICK_CHECK_BYTES:
                found = connection.execute("pragma quick_check(1)").fetchone()[0]
                if found != "ok":
                    return -1
            connection.execute("select count(*) from sqlite_master").fetchone()
    except Damaged:
        return -1
    if version > len(MIGRATIONS):
        raise StudioError(
            f"The data folder {path.parent} was used by a newer studio (version {version} of its database).",
            "Update this studio, or name another folder with --data-dir.",
        )
    return version


def _migrate(path: Path) -> None:
    with _explained(path), closing(_connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")  # stays in the file; two at once would refuse one of them
        version = int(connection.execute("pragma user_version").fetchone()[0])
        if 0 < version < len(MIGRATIONS):
            with closing(sqlite3.connect(path.with_name(f"{path.name}.v{version}.backup"))) as backup:
                connection.backup(backup)
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            connection.executescript(f"begin immediate; {script}; pragma user_version = {number}; commit;")


def _set_aside(path: Path) -> str:
    aside = atomic.aside(path)
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return (
        f"The database was damaged. It was set aside as {aside} and a fresh one started; "
        f"finished files are still in {path.parent / 'library'}."
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in ("synchronous = normal", "foreign_keys = on"):
            connection.execute(f"pragma {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_empty(path: Path, said: str) -> bool:
    """Whether the file was taken away under us: SQLite then makes a new one with nothing in it."""
    return "no such table" in said and _state(path) == 0


@contextmanager
def _explained(path: Path) -> Generator[None, None, None]:
    """Turn the environment's faults into words; our own mistakes stay what they are."""
    try:
        yield
    except sqlite3.OperationalError as e:
        if _FULL in str(e) or ("disk I/O" in str(e) and shutil.disk_usage(path.parent).free < _LITTLE):
            raise StudioError("The disk of the data folder is full.", "Free some space and try again.", repr(e)) from e
        if "readonly" in str(e) or "unable to open" in str(e) or "disk I/O" in str(e):
            hint = "Check that it is a folder you can write to, or name another with --data-dir."
            raise StudioError("The data folder cannot be written to.", hint, repr(e)) from e
        if "malformed" in str(e) or _is_empty(path, str(e)):
            raise Damaged(str(e)) from e
        raise
    except sqlite3.DatabaseError as e:
        if isinstance(e, (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError)):
            raise
        raise Damaged(str(e)) from e

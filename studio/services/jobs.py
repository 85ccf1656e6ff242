"""The queue: rows that survive everything. The only place that writes a job's state. Any thread."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from studio.domain import jobs as states
from studio.domain import requests
from studio.domain.requests import Request
from studio.errors import Cancelled, StudioError
from studio.events import Bus, JobChanged, JobNote, JobPreview, JobProgress, JobSound
from studio.store.database import Database, Row

_PROGRESS_GAP = 0.5  # seconds between two stored states of progress
_PAST_RUNS = 8
_MOST_OVERTAKEN = 8  # jobs that may go before an older one because their engine is loaded
_LARGEST_ID = 2**63 - 1  # what the database can count to


@dataclass(frozen=True)
class Job:
    """A row of the queue."""

    id: int
    state: str
    task: str
    engine: str | None
    request: Request
    created: float
    started: float | None
    finished: float | None
    cancel: bool
    settled: bool  # final, and whoever worked on it has cleaned up
    retry_of: int | None
    error: dict[str, Any] | None
    notes: tuple[dict[str, Any], ...]
    timing: dict[str, float]
    progress: dict[str, Any] = field(default_factory=dict[str, Any])
    priority: int = 0  # of those that wait, the highest comes first

    @property
    def final(self) -> bool:
        """Whether nothing will change any more by itself."""
        return self.state in states.FINAL


class Jobs:
    """The queue's rows and what may happen to them."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._stored_progress: dict[int, float] = {}

    def enqueue(
        self,
        request: Request,
        *,
        units: float,
        retry_of: int | None = None,
        blocked: StudioError | None = None,
        notes: Sequence[str] = (),
    ) -> int:
        """Store a request; from here on it cannot be lost. `units` measure the work, for estimates of time."""
        state = states.BLOCKED if blocked else states.QUEUED
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "insert into jobs (state, task, engine, request, created, retry_of, error, units, settled, notes,"
                " project) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    state,
                    request.task,
                    request.engine or None,
                    request.to_json(),
                    time.time(),
                    retry_of,
                    _error(blocked) if blocked else None,
                    units,
                    blocked is not None,
                    json.dumps([{"level": "warning", "text": text} for text in notes]),
                    request.project,
                ),
            )
            job = int(cursor.lastrowid or 0)
        self._bus.publish(JobChanged(job, state))
        return job

    def get(self, job: int) -> Job:
        """Return a job; raise StudioError when there is none with this number."""
        known = 0 < job <= _LARGEST_ID
        rows = self._database.rows("select * from jobs where id = ?", (job,)) if known else []
        if not rows:
            raise StudioError(f"There is no job {job}.", "`studio jobs list` shows all.")
        return _job(rows[0])

    def these(self, jobs: Sequence[int]) -> list[Job]:
        """Return jobs by their numbers, at most a few hundred; of those that are gone, nothing."""
        marks = ", ".join("?" * len(jobs))
        return [_job(r) for r in self._database.rows(f"select * from jobs where id in ({marks})", tuple(jobs))]

    def newest(self, limit: int = 1000) -> list[Job]:
        """Return jobs, the newest first."""
        return [_job(r) for r in self._database.rows("select * from jobs order by id desc limit ?", (limit,))]

    def at_work(self) -> set[str]:
        """Return the engines of jobs that are under way, in whatever process."""
        rows = self._database.rows(
            "select distinct engine from jobs where state in (?, ?)", (states.PREPARING, states.RUNNING)
        )
        return {str(row["engine"]) for row in rows if row["engine"]}

    def claim(self, warm: Sequence[str] = ()) -> Job | None:
        """Take the oldest waiting job. Only the owner of the data folder calls this.

        One for an engine that is loaded may overtake: loading costs more than waiting a little. Never by more than
        `_MOST_OVERTAKEN` places, so nobody starves.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(
                "select id, engine, priority, overtaken from jobs where state = ? order by priority desc, id limit ?",
                (states.QUEUED, _MOST_OVERTAKEN + 1),
            ).fetchall()
            if not rows:
                return None
            first = rows[0]
            chosen = first
            if first["overtaken"] < _MOST_OVERTAKEN:
                alike = (r for r in rows if r["engine"] in warm and r["priority"] == first["priority"])
                chosen = next(alike, first)
            job = int(chosen["id"])
            if chosen is not first:
                connection.execute("update jobs set overtaken = overtaken + 1 where id = ?", (first["id"],))
            connection.execute(
                "update jobs set state = ?, started = ? where id = ? and state = ?",
                (states.PREPARING, time.time(), job, states.QUEUED),
            )
        self._bus.publish(JobChanged(job, states.PREPARING))
        return self.get(job)

    def set_state(
        self,
        job: int,
        old: str,
        new: str,
        *,
        error: StudioError | None = None,
        timing: Mapping[str, float] | None = None,
        media: Sequence[tuple[str, Sequence[Any]]] = (),
    ) -> bool:
        """Move a job from one state to another if it is still in the first; say whether it was.

        `media` are statements stored in the same transaction: a result and its success are one fact.
        """
        if not states.may_follow(old, new):
            raise ValueError(f"a job cannot go from {old} to {new}")
        with self._database.transaction() as connection:
            done = connection.execute(
                "update jobs set state = ?, error = ?, timing = ?, finished = ?, settled = ?"
                " where id = ? and state = ?",
                (
                    new,
                    _error(error) if error else None,
                    json.dumps(dict(timing or {})),
                    time.time() if new in states.FINAL else None,
                    new in states.FINAL and old not in states.ACTIVE,  # else its dispatcher says when
                    job,
                    old,
                ),
            ).rowcount
            if done:
                for sql, values in media:
                    connection.execute(sql, values)
        if done:
            self._bus.publish(JobChanged(job, new))
        return bool(done)

    def interrupt_orphans(self) -> list[int]:
        """Mark what a dead owner worked on. Only the owner of the data folder calls this, before it claims."""
        rows = self._database.rows(
            "select id, state, task, request from jobs where state in (?, ?)", tuple(sorted(states.ACTIVE))
        )
        found = [
            int(r["id"])
            for r in rows
            if self.set_state(int(r["id"]), r["state"], states.INTERRUPTED, error=_interrupted(r["task"], r["request"]))
        ]
        with self._database.transaction() as connection:
            marks = ", ".join("?" * len(states.FINAL))
            connection.execute(
                f"update jobs set settled = 1 where settled = 0 and state in ({marks})",
                tuple(states.FINAL),
            )
        return found

    def settle(self, job: int) -> None:
        """Say that nobody works on a final job any more: its notes are complete."""
        with self._database.transaction() as connection:
            connection.execute("update jobs set settled = 1 where id = ?", (job,))
        self._bus.publish(JobChanged(job, self.get(job).state))

    def cancel(self, job: int) -> Job:
        """Want a job's end. A waiting one ends now, a running one as soon as its owner sees it."""
        found = self.get(job)
        if found.state in {states.QUEUED, states.BLOCKED} and self.set_state(job, found.state, states.CANCELLED):
            return self.get(job)
        with self._database.transaction() as connection:
            connection.execute(
                "update jobs set cancel = 1 where id = ? and state in (?, ?)", (job, *sorted(states.ACTIVE))
            )
        return self.get(job)

    def to_front(self, *jobs: int) -> None:
        """Let waiting jobs be the next ones, in this order."""
        with self._database.transaction() as connection:
            for job in reversed(jobs):
                connection.execute(
                    "update jobs set priority = 1 + (select max(priority) from jobs where state = ?)"
                    " where id = ? and state = ?",
                    (states.QUEUED, job, states.QUEUED),
                )
        for job in jobs:
            self._bus.publish(JobChanged(job, self.get(job).state))

    def landing(self, project: str) -> list[Job]:
        """Return the jobs whose result a project does not have yet, the oldest first."""
        rows = self._database.rows(
            "select * from jobs where project = ? and landed = 0 and state = ? and settled = 1 order by id",
            (project, states.SUCCEEDED),
        )
        return [_job(r) for r in rows]

    def landed(self, job: int) -> None:
        """Remember that the project of a job has its result."""
        with self._database.transaction() as connection:
            connection.execute("update jobs set landed = 1 where id = ?", (job,))

    def cancel_wanted(self, job: int) -> bool:
        """Whether somebody wants this job's end."""
        return bool(self._database.rows("select cancel from jobs where id = ?", (job,))[0][0])

    def note(self, job: int, text: str, *, level: str = "warning", line: int | None = None) -> None:
        """Add something the user should know. Notes may come after success: cleanup may crash."""
        note = {"level": level, "text": text} | ({} if line is None else {"line": line})
        with self._database.transaction() as connection:
            connection.execute(
                "update jobs set notes = json_insert(notes, '$[#]', json(?)) where id = ?", (json.dumps(note), job)
            )
        self._bus.publish(JobNote(job, level, text))

    def kept_inputs(self) -> set[str]:
        """Return the names of the inputs that jobs which are not over still need."""
        rows = self._database.rows(
            "select request from jobs where state in (?, ?, ?)", (states.QUEUED, states.PREPARING, states.RUNNING)
        )
        return {name for row in rows for name in requests.from_json(row["request"]).files.values()}

    def progress(self, job: int, stage: str, fraction: float | None, seconds_left: float | None) -> None:
        """Tell how far a job is: listeners now, other processes twice a second."""
        self._bus.publish(JobProgress(job, stage, fraction, seconds_left))
        now = time.monotonic()
        if now - self._stored_progress.get(job, 0.0) >= _PROGRESS_GAP:
            self._stored_progress = {job: now}
            text = json.dumps({"stage": stage, "fraction": fraction, "seconds_left": seconds_left})
            with self._database.transaction() as connection:
                connection.execute("update jobs set progress = ? where id = ?", (text, job))

    def show(self, job: int, file: str) -> None:
        """Tell listeners of an unfinished look at what a job makes."""
        self._bus.publish(JobPreview(job, file))

    def sound(self, job: int, file: Path, rate: int, frames: int) -> None:
        """Tell how much of a running job can be heard already: listeners in this process, nobody else."""
        self._bus.publish(JobSound(job, str(file), rate, frames))

    def pace(self, engine: str | None, device: str) -> float | None:
        """Return the seconds a unit of work took lately on a device; None without experience."""
        rows = self._database.rows(
            "select units, json_extract(timing, '$.running') as seconds from jobs where state = ? and engine is ?"
            " and device = ? and units > 0 order by id desc limit ?",
            (states.SUCCEEDED, engine, device, _PAST_RUNS),
        )
        units = sum(float(r["units"]) for r in rows)
        return sum(float(r["seconds"] or 0.0) for r in rows) / units if units else None

    def set_device(self, job: int, device: str) -> None:
        """Remember where a job runs, for estimates of later ones."""
        with self._database.transaction() as connection:
            connection.execute("update jobs set device = ? where id = ?", (device, job))

    def units(self, job: int) -> float:
        """Return how much work a job is."""
        return float(self._database.rows("select units from jobs where id = ?", (job,))[0][0])

    def clear(self) -> int:
        """Forget the jobs that are over; their results stay in the library. Return how many.

        Blocked ones still wait for something, and others may not be settled: somebody needs their rows.
        """
        over = "select id from jobs where settled = 1 and state != ?"
        with self._database.transaction() as connection:
            connection.execute(
                f"update jobs set retry_of = null where retry_of in ({over})",
                (states.BLOCKED,),
            )
            return connection.execute("delete from jobs where settled = 1 and state != ?", (states.BLOCKED,)).rowcount


def _job(row: Row) -> Job:
    return Job(
        id=row["id"],
        state=row["state"],
        task=row["task"],
        engine=row["engine"],
        request=requests.from_json(row["request"]),
        created=row["created"],
        started=row["started"],
        finished=row["finished"],
        cancel=bool(row["cancel"]),
        settled=bool(row["settled"]),
        retry_of=row["retry_of"],
        error=json.loads(row["error"]) if row["error"] else None,
        notes=tuple(json.loads(row["notes"])),
        timing=json.loads(row["timing"]),
        progress=json.loads(row["progress"]) if row["progress"] else {},
        priority=int(row["priority"]),
    )


def _interrupted(task: str, request: str) -> StudioError:
    from studio.services import kept_parts  # with all tasks, which nobody needs to begin

    return kept_parts.interrupted(task, requests.from_json(request))


def _error(error: StudioError) -> str:
    kept = error.kept if isinstance(error, Cancelled) else None
    return json.dumps(
        {
            "message": error.message,
            "hint": error.hint,
            "details": error.details,
            "log": error.log,
            "exit_code": error.exit_code,
            **({"kept": asdict(kept)} if kept else {}),
        }
    )

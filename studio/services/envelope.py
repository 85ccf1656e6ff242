"""The safe envelope: how engines fared with which rungs, so that the next job starts where it is safe. Any thread."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from typing import Any

from studio.runtime import ladder
from studio.store.database import Database, Row

DIRTY_ENOUGH = 2  # results in a row after which the engine crashed; then it is no accident


@dataclass(frozen=True)
class Situation:
    """What an experience holds for."""

    engine: str
    model: str
    size: str  # of the work, where it matters: "1024x1024"; empty for speech
    device: str
    driver: str
    precision: str


@dataclass(frozen=True)
class Experience:
    """How it went in a situation with these rungs. `worked` counts results, the dirty ones too."""

    situation: Situation
    rungs: tuple[str, ...] = ()
    worked: int = 0
    dirty: int = 0  # results after which the engine crashed while it cleaned up
    dirty_now: int = 0  # how many of the latest were such
    failures: Mapping[str, int] = field(default_factory=dict[str, int])  # class of the ladder → how often
    reason: str = ""  # the class that made these rungs necessary
    updated: float = 0.0

    @property
    def tried(self) -> int:
        """How often it was tried."""
        return self.worked + sum(self.failures.values())

    @property
    def sentence(self) -> str:
        """How it went, in words."""
        said = [f"{self.worked} of {self.tried} worked"] if self.failures or not self.dirty else []
        if self.dirty:
            said.append(f"crashed {self.dirty} of {self.worked} in cleanup, the results were kept")
        said += [f"{ladder.TITLES.get(name, name)} {count} times" for name, count in sorted(self.failures.items())]
        return "; ".join(said)


@dataclass(frozen=True)
class Beginning:
    """The rungs to start with, and why, in a sentence; nothing of either where nothing was learned."""

    rungs: tuple[str, ...] = ()
    why: str = ""


class Envelope:
    """What was learned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beginning(
        self, situation: Situation, usable: Callable[[str], frozenset[str]], *, barred: frozenset[str] = frozenset()
    ) -> Beginning:
        """Return what to start with; `usable` says which rungs there are after a class of failure.

        `barred` are those that the user forbids, also where they worked before.
        """
        rows = self._database.rows(
            "select * from experience where engine = ? and model = ? and size = ? and device = ? and driver = ?"
            " and precision = ? and worked > 0 order by updated desc, rowid desc limit 1",
            astuple(situation),
        )
        if not rows:
            return Beginning()
        known = _experience(rows[0])
        known = replace(known, rungs=tuple(rung for rung in known.rungs if rung not in barred))
        if known.dirty_now >= DIRTY_ENOUGH:
            return self._safer(known, usable)
        if not known.rungs:
            return Beginning()
        return Beginning(known.rungs, f"started with {', '.join(known.rungs)}, which worked here before")

    def worked(self, situation: Situation, rungs: tuple[str, ...], *, reason: str, dirty: bool) -> None:
        """Count a result. `reason` is the class of failure that led to the rungs, if that was in this job; `dirty`
        whether the engine crashed after it."""
        change = "worked = worked + 1, dirty = dirty + ?, dirty_now = (dirty_now + 1) * ?, reason = coalesce(?, reason)"
        self._count(situation, rungs, change, int(dirty), int(dirty), reason or None)

    def failed(self, situation: Situation, rungs: tuple[str, ...], failure: str) -> None:
        """Count a failure of a class that the ladder knows."""
        if failure not in ladder.RUNGS:
            return
        path = f"$.{failure}"
        self._count(
            situation,
            rungs,
            "failures = json_set(failures, ?, coalesce(json_extract(failures, ?), 0) + 1)",
            path,
            path,
        )

    def proven(self) -> list[Experience]:
        """Return everything that was learned, for lists."""
        return [_experience(r) for r in self._database.rows("select * from experience order by engine, size, updated")]

    def reset(self, engine: str = "") -> int:
        """Forget everything, or what one engine taught; return how much there was."""
        with self._database.transaction() as connection:
            return connection.execute("delete from experience where ? in ('', engine)", (engine,)).rowcount

    def _safer(self, known: Experience, usable: Callable[[str], frozenset[str]]) -> Beginning:
        crash = "native_crash"
        rung = ladder.next_rung(crash, (*known.rungs, ladder.RESTART), usable(crash) - {ladder.CPU})
        rungs = (*known.rungs, rung or ladder.SKIP_CLEANUP)
        if ladder.SKIP_CLEANUP in known.rungs:
            rungs = known.rungs
        size = f" after {known.situation.size}" if known.situation.size else ""
        return Beginning(
            rungs,
            f"{known.situation.engine} crashed {known.dirty_now} times in a row while it cleaned up{size}; every result"
            f" was kept. Started with {', '.join(rungs)}, which is safer",
        )

    def _count(self, situation: Situation, rungs: tuple[str, ...], change: str, *values: object) -> None:
        key = (*astuple(situation), _json(rungs))
        with self._database.transaction() as connection:
            connection.execute(
                "insert or ignore into experience (engine, model, size, device, driver, precision, rungs, updated)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (*key, time.time()),
            )
            connection.execute(
                f"update experience set {change}, updated = ? where {_KEY}", (*values, time.time(), *key)
            )


_KEY = "engine = ? and model = ? and size = ? and device = ? and driver = ? and precision = ? and rungs = ?"


def facts(known: Experience) -> dict[str, Any]:
    """Return an experience as lists print it."""
    return asdict(known) | asdict(known.situation) | {"tried": known.tried, "sentence": known.sentence}


def _json(rungs: tuple[str, ...]) -> str:
    return json.dumps(list(rungs))


def _experience(row: Row) -> Experience:
    counts = json.loads(row["failures"])
    return Experience(
        Situation(*(str(row[f.name]) for f in fields(Situation))),
        tuple(json.loads(row["rungs"])),
        int(row["worked"]),
        int(row["dirty"]),
        int(row["dirty_now"]),
        {str(name): int(count) for name, count in counts.items()},
        str(row["reason"]),
        float(row["updated"]),
    )

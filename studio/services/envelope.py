"""The safe envelope: with which rungs an engine worked here, so that the next job starts there. Any thread."""

from __future__ import annotations

import json
import time
from dataclasses import astuple, dataclass

from studio.store.database import Database


@dataclass(frozen=True)
class Situation:
    """What an experience holds for."""

    engine: str
    model: str
    size: str  # of the work, where it matters: "1024x1024"; empty for speech
    device: str
    driver: str
    precision: str


class Envelope:
    """What was learned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remembered(self, situation: Situation) -> tuple[str, ...]:
        """Return the rungs that made it work last time."""
        rows = self._database.rows(
            "select rungs from envelope where engine = ? and model = ? and size = ? and device = ? and driver = ?"
            " and precision = ?",
            astuple(situation),
        )
        return tuple(json.loads(rows[0]["rungs"])) if rows else ()

    def remember(self, situation: Situation, rungs: tuple[str, ...], failure: str) -> None:
        """Keep what made it work."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert or replace into envelope"
                " (engine, model, size, device, driver, precision, rungs, failure, updated)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*astuple(situation), json.dumps(rungs), failure, time.time()),
            )

    def proven(self) -> list[dict[str, object]]:
        """Return everything that was learned, for lists."""
        return [dict(r) | {"rungs": json.loads(r["rungs"])} for r in self._database.rows("select * from envelope")]

    def reset(self) -> int:
        """Forget everything; return how much there was."""
        with self._database.transaction() as connection:
            return connection.execute("delete from envelope").rowcount

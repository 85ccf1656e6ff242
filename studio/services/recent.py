"""What a task or a job made last, the newest first, as numbers of library items. Any thread."""

from __future__ import annotations

from studio.store.database import Database

_MAIN = "trashed is null and json_extract(facts, '$.role') is null"


def newest(database: Database, task: str, limit: int = 100) -> list[int]:
    """Return the newest results of a task; what lies in the trash, or only came along, is left out."""
    rows = database.rows(
        f"select id from media where {_MAIN} and json_extract(recipe, '$.task') = ? order by id desc limit ?",
        (task, limit),
    )
    return [int(row["id"]) for row in rows]


def of_job(database: Database, job: int) -> list[int]:
    """Return the results of a job, the last one first."""
    rows = database.rows(f"select id from media where {_MAIN} and job = ? order by id desc", (job,))
    return [int(row["id"]) for row in rows]


def notes_of(database: Database, item: int) -> list[str]:
    """Return what was noted of the job that made something, while the queue still knows it."""
    rows = database.rows(
        "select json_extract(n.value, '$.text') as text from media m join jobs j on j.id = m.job, json_each(j.notes) n"
        " where m.id = ?",
        (item,),
    )
    return [str(row["text"]) for row in rows]

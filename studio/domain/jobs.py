"""A job's life as a table: which state may follow which. Pure; any thread."""

from __future__ import annotations

QUEUED = "queued"
PREPARING = "preparing"
RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
CANCELLED = "cancelled"
INTERRUPTED = "interrupted"
BLOCKED = "blocked"

STATES = (QUEUED, PREPARING, RUNNING, SUCCEEDED, FAILED, CANCELLED, INTERRUPTED, BLOCKED)
ACTIVE = frozenset({PREPARING, RUNNING})  # some process works on it
UNDERWAY = ACTIVE | {QUEUED}
FINAL = frozenset({SUCCEEDED, FAILED, CANCELLED, INTERRUPTED, BLOCKED})
CAME_TO_NOTHING = FINAL - {SUCCEEDED, CANCELLED}  # over, and nobody wanted that

NEXT: dict[str, frozenset[str]] = {
    QUEUED: frozenset({PREPARING, CANCELLED, BLOCKED}),
    PREPARING: frozenset({RUNNING, FAILED, CANCELLED, INTERRUPTED}),
    RUNNING: frozenset({SUCCEEDED, FAILED, CANCELLED, INTERRUPTED}),
    SUCCEEDED: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
    INTERRUPTED: frozenset(),
    BLOCKED: frozenset({CANCELLED}),
}


def may_follow(old: str, new: str) -> bool:
    """Whether a job may go from one state to another."""
    return new in NEXT[old]

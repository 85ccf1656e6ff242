"""What a task of a helper process is given, checked, and results that are facts and not a file. Its main thread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output


def facts_only(context: RunContext, facts: dict[str, Any]) -> Output:
    """Return facts as a result; they also lie in a file, because every result is one."""
    with context.create("facts.json") as unfinished:
        unfinished.write_text(json.dumps(facts, ensure_ascii=True), encoding="ascii")
    return Output(context.scratch / "facts.json", "text", facts)


def path_in(context: RunContext, name: str) -> Path:
    """Return a path that a task was given."""
    value = context.inputs.get(name)
    if not isinstance(value, str) or not value:
        raise UserMistake(f"The task {context.task} was given no {name!r}.")
    return Path(value)


def number_in(context: RunContext, name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number that a task was given."""
    value = context.inputs.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UserMistake(f"{name} is a whole number from {low} to {high:,}.")
    return value

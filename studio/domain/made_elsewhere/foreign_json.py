"""JSON from files of unknown origin. Pure; any thread."""

from __future__ import annotations

import json
from typing import Any, cast


def table_in(text: object) -> dict[str, Any] | None:
    """Return the object that a text spells, None where it is none.

    NaN, which some programs write, counts as nothing.
    """
    if not isinstance(text, str):
        return None
    try:
        found: object = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return table_of(found) or None


def table_of(value: object) -> dict[str, Any]:
    """Return an object inside of another, an empty one where there is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return a list inside of an object, an empty one where there is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []

"""The settings on disk. A damaged file is set aside and told, never fatal. Any thread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from studio.settings import Settings, changed, with_values
from studio.store import atomic


def load(path: Path) -> tuple[Settings, list[str]]:
    """Read the settings; return them and a sentence for each thing that was wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), []
    except (OSError, ValueError, RecursionError):
        return Settings(), [_set_aside(path)]
    if not isinstance(data, dict) or not all(isinstance(v, dict) for v in cast("dict[Any, Any]", data).values()):
        return Settings(), [_set_aside(path)]
    return with_values(Settings(), cast("dict[str, dict[str, Any]]", data))


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_bytes(path, json.dumps(changed(settings), indent=2, sort_keys=True).encode() + b"\n")
    except OSError as e:
        raise atomic.explain(e, "The settings could not be saved") from e


def _set_aside(path: Path) -> str:
    aside = atomic.aside(path)
    try:
        path.replace(aside)
    except OSError:
        return f"The settings in {path} could not be read; the defaults are used."
    return f"The settings were damaged and set aside as {aside}; the defaults are used."

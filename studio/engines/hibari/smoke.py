"""Tries the engine as it was installed: loads it and speaks a word. The weights come along, so nothing tiny is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import runner

from studio.protocol import messages


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Load and speak; return facts, or raise what went wrong."""
    del folder
    engine = runner.Runner()
    facts = engine.load(messages.Load("hibari", device, "int8", 0, ""))
    return {**facts, "seconds": engine.try_out()}

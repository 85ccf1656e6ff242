"""Tries the engine as it was installed: paints a small picture. There are no weights, so nothing tiny is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import painting
import prompts


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Paint; return facts, or raise what went wrong."""
    del folder, device
    pixels, _ = painting.paint(painting.Order(prompts.read("mountains and a lake"), 96, 64, 7), lambda: None)
    if pixels.shape != (64, 96, 3) or pixels.std() < 5:
        raise ArithmeticError("the picture that was painted for a check is empty")
    return {"width": 96, "height": 64}

"""Tries the engine as it was installed: composes two seconds and plays them. There is no model to make tiny."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import composing
import mixing
import runner

from studio.protocol import messages
from studio.worker.failures import BadNumbers


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Load, compose and play; return facts, or raise what went wrong."""
    import numpy as np

    del folder
    engine = runner.Runner()
    facts = engine.load(messages.Load("composer", device, "fp32", 0, ""))
    sound = engine.play(composing.compose(composing.Order("pop", 2.0, seed=1)))
    if not np.isfinite(sound).all() or float(np.abs(sound).max(initial=0.0)) < 0.1:
        raise BadNumbers("what was played for a check is not music")
    return {**facts, "seconds": len(sound) / mixing.RATE}

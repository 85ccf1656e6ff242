"""Tries the engine as it was installed: loads it and filters a second. The weights come along: nothing is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import native
import runner

from studio.protocol import messages


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Load, filter a second of noise; return facts, or raise what went wrong."""
    import numpy as np

    del folder
    facts = runner.Runner().load(messages.Load("deepfilter", device, "fp32", 0, ""))
    noise = np.random.default_rng(1).normal(0.0, 0.1, native.RATE).astype(np.float32)
    with native.Filter(most_db=100.0) as found:
        made = [found.process(noise[at : at + found.frame]) for at in range(0, native.RATE, found.frame)]
    level = float(np.abs(np.concatenate(made[len(made) // 2 :])).mean())
    if not level < 0.01:
        raise RuntimeError("DeepFilterNet leaves noise as it is; install the studio again")
    return {**facts, "seconds": 1.0}

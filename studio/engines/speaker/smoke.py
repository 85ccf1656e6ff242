"""Tries the engine as it was installed: loads it and listens to a second. The weights come along: nothing is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import runner

from studio.engines.shared.speaker import encoders as speaker
from studio.protocol import messages


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Load both encoders, and have each listen to a hum; return facts, or raise what went wrong."""
    import numpy as np

    del folder
    facts = runner.Runner().load(messages.Load("speaker", device, "int8", 0, ""))
    time = np.arange(16000) / 16000
    hum = np.sum([np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 20)], axis=0).astype(np.float32)
    for name in runner.ENCODERS:
        vector = speaker.load(name).embed(hum, 16000)
        if not np.isfinite(vector).all() or abs(float(np.linalg.norm(vector)) - 1) > 0.01:
            raise RuntimeError(f"the speaker encoder {name!r} is damaged; install the studio again")
    return {**facts, "seconds": 1.0}

"""XTTS with random weights, made with the real classes, and recordings for it to listen to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from studio.protocol import float_wav
from tests.engines.harness import ENGINES, ROOT

_RATE = 24_000
_MAKE = "import smoke, sys; from pathlib import Path; smoke.make(Path(sys.argv[1]))"


def made(python: str, folder: Path) -> Path:
    """Have the engine's own smoke test build a checkpoint; return the folder."""
    places = {"PYTHONPATH": f"{ENGINES / 'xtts'}:{ROOT}", "OMP_NUM_THREADS": "1"}
    subprocess.run([python, "-X", "utf8", "-c", _MAKE, str(folder)], check=True, env=places, cwd=folder, timeout=300)
    return folder


def recording(file: Path, pitch: float, seconds: float = 3.0) -> str:
    """Write something with the pitch and the swell of a voice."""
    time = np.arange(int(seconds * _RATE)) / _RATE
    sound = 0.1 * np.sin(2 * np.pi * pitch * time) * (1 + np.sin(2 * np.pi * 3 * time))
    float_wav.write_float_wav(file, sound.astype(np.float32), rate=_RATE)
    return str(file)

"""An engine in its real environment: a tiny checkpoint by its smoke test, and its process with a spy in front."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.protocol import float_wav, messages
from tests.engines.harness import ENGINES, ROOT, Reply, Worker, started

_PATIENCE = 500.0

_MAKE = """
import sys
from pathlib import Path
sys.path.insert(1, {folder!r})
import smoke
folder = Path(sys.argv[1])
smoke.make(folder)
{more}
"""

# Loads the engine as its process does, after what the test puts before it. `told` writes down what reached something.
# A job with `_broken` has the spy break something. With "cancel" it is cancelled while the first step is computed of a
# network that was given to `in_steps`, and from then on each step that is begun is told.
_SPY = """
import functools, importlib.util, json, sys
sys.path.insert(1, {folder!r})
spec = importlib.util.spec_from_file_location("spied_runner", {folder!r} + "/runner.py")
spied = sys.modules["spied_runner"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(spied)
import studio.worker.context
studio.worker.context._PROGRESS_GAP = 0.0  # all that is told arrives, however fast the machine

def told(**given):
    plain = (int, float, str, list, type(None))
    plain = {{k: v if isinstance(v, plain) else list(getattr(v, "shape", [])) for k, v in given.items()}}
    with open({log!r}, "a") as log:
        log.write(json.dumps(plain) + chr(10))

now = {{"job": 0, "broken": "", "cancelled": None}}

def in_steps(network):
    forward = network.forward

    @functools.wraps(forward)
    def step(self, *given, **named):
        if now["broken"] == "cancel":
            told(begun=now["job"])
            now["cancelled"].set()
        return forward(self, *given, **named)

    network.forward = step

class Runner(spied.Runner):
    def load(self, load):
        prepare(load)
        return super().load(load)

    def run(self, context):
        now.update(job=context.job, broken=context.params.pop("_broken", ""), cancelled=context._cancelled)
        return super().run(context)

{spy}
"""


@dataclass(frozen=True)
class RealEngine:
    """An engine's interpreter, its tiny checkpoint, and a folder with a runner that is spied upon."""

    engine: str
    python: Path
    model: Path
    folder: Path
    log: Path
    made: str  # what making the checkpoint printed

    @contextmanager
    def running(self, *, model: Path | None = None, rungs: str = "", **settings: Any) -> Iterator[Worker]:
        """Start the process and load the model on one thread: with more, two of these on one machine wait for both."""
        with started(self.engine, python=str(self.python), folder=self.folder, patience=_PATIENCE) as worker:
            loaded = worker.load(settings, threads=1, model=str(model or self.model), rungs=rungs.split())
            assert isinstance(loaded, messages.Loaded), loaded
            yield worker

    def refused(self, model: Path) -> messages.Failed:
        """Try to load a model that cannot be; return what is said of it."""
        with started(self.engine, python=str(self.python), folder=self.folder, patience=_PATIENCE) as worker:
            said = worker.load(threads=1, model=str(model))
            assert isinstance(said, messages.Failed), said
            return said

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What was told, in order."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.is_file() else []

    def begun(self, since: int) -> int:
        """How many steps were begun from a cancel on, in what was told after so many calls; the first is that of it."""
        return sum("begun" in call for call in self.calls[since:])


def made(engine: str, python: Path, place: Path, *, spy: str, more: str = "") -> RealEngine:
    """Make the checkpoint in a folder, and what spies on the engine: it defines `prepare(load)`, may call `told`."""
    folder, model, log = place / "engine", place / "model", place / "log"
    folder.mkdir()
    model.mkdir()
    own = str(ENGINES / engine)
    command = [str(python), "-c", _MAKE.format(folder=own, more=more), str(model)]
    env = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    (folder / "runner.py").write_text(_SPY.format(folder=own, log=str(log), spy=spy), encoding="utf-8")
    return RealEngine(engine, python, model, folder, log, done.stdout)


def sound(file: Path) -> np.ndarray:
    """Read a master as (moments, channels)."""
    about = float_wav.read_float_wav(file)
    return np.array(float_wav.read_samples(file), np.float32).reshape(-1, about.channels)


def written(file: Path, seconds: float, *, rate: int = 48_000, channels: int = 2) -> str:
    """Write a sound, as the studio gives it."""
    time = np.arange(round(rate * seconds)) / rate
    tones = [0.3 * np.sin(2 * np.pi * tone * time) for tone in (220.0, 330.0)[:channels]]
    float_wav.write_float_wav(
        file, np.stack(tones, axis=1).astype(np.float32).reshape(-1), rate=rate, channels=channels
    )
    return str(file)


def done(
    worker: Worker, scratch: Path, task: str, params: dict[str, Any], *, text: str = "",
    files: dict[str, str] | None = None, seed: int = 7,
) -> Reply:  # fmt: skip
    """Have a job done that begins with words and files, as the studio sends such."""
    inputs = {"text": text, "files": files or {}, "transcripts": {}}
    return worker.run(scratch, [], task=task, inputs=inputs, params=params, seed=seed)


def fractions(reply: Reply, stage: str = "") -> list[float]:
    """How far the job was, each time that it said so, in a stage or in all."""
    told = [p for p in reply.progress if p.fraction is not None and stage in {"", p.stage}]
    return [p.fraction for p in told if p.fraction is not None]

"""The spied engine for pictures at work over tiny models, and what tests look at of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studio.protocol import messages
from tests.engines.diffusers_spy import SPY
from tests.engines.harness import ENGINES, ROOT, Reply, Worker, started

SIDE = 64


@dataclass
class Place:
    """The spied engine at work, and the folder with all models."""

    worker: Worker
    models: Path
    log: Path
    jobs: int = 0

    def paint(self, scratch: Path, model: str = "small", **params: Any) -> Reply:
        """Do a job and return what was said."""
        self.start(scratch, model, **params)
        return self.worker.finish()

    def start(self, scratch: Path, model: str = "small", **params: Any) -> int:
        """Send a job; what begins with an underscore is not for the pipeline."""
        self.jobs += 1
        files = {role: str(params.pop(f"_{role}")) for role in ("init", "mask") if f"_{role}" in params}
        seed = params.pop("_seed", 7)
        plain = {"prompt": "a lighthouse", "width": SIDE, "height": SIDE, "steps": 3, "preview": False}
        wanted = {**plain, **params, "_model": str(self.models / model)}
        self.worker.start(
            scratch / str(self.jobs), [], task="image", job=self.jobs, seed=seed, params=wanted,
            inputs={"text": "", "files": files},
        )  # fmt: skip
        return self.jobs

    def calls(self, job: int = 0) -> list[dict[str, Any]]:
        """What reached the pipelines in a job, the last one."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["job"] == (job or self.jobs)]


@contextmanager
def spied(python: Path, root: Path, maker: str, own: Mapping[str, str]) -> Iterator[Place]:
    """Have a module make the models, and start the engine; `own` says where which of the engine's own models lie."""
    folder, models, log = root / "engine", root / "models", root / "log"
    folder.mkdir()
    command = [str(python), "-m", f"tests.engines.{maker}", str(models)]
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
    (folder / "runner.py").write_text(SPY.format(folder=str(ENGINES / "diffusers"), log=str(log)), encoding="utf-8")
    with started("diffusers", python=str(python), folder=folder, patience=900.0) as worker:
        settings = {"loras": str(models / "loras"), **{f"model:{name}": str(models / own[name]) for name in own}}
        loaded = worker.load(settings, threads=1, model=str(models / "small"))
        assert isinstance(loaded, messages.Loaded), loaded
        yield Place(worker, models, log)


def pixels(reply: Reply, number: int = 0) -> np.ndarray:
    """Read a picture that was made."""
    assert reply.result is not None, reply.failed
    file = reply.result.file if number == 0 else reply.result.more[number - 1]["file"]
    return np.asarray(Image.open(file))


def texts(reply: Reply) -> str:
    """All notes."""
    return " ".join(note.text for note in reply.notes)


def gradient(file: Path, width: int = SIDE, height: int = SIDE, *, hole: bool = False) -> Path:
    """Write a picture to start from; with a hole, its right half is clear."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    layers = [across, down, 255 - across, np.full_like(across, 255)]
    if hole:
        layers[3][:, width // 2 :] = 0
    Image.fromarray(np.stack(layers, axis=-1).astype(np.uint8)).convert("RGBA" if hole else "RGB").save(file)
    return file

"""Pictures: what a model cannot do is said in time, and what is damaged beside it stops no job."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.protocol import messages
from studio.worker import failures
from tests.engines.harness import ENGINES, ROOT, Reply, started

PackPython = Callable[[str], Path]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_CUT = "The prompt is too long: the model does not read its end."
_MAKE = """
import sys
from pathlib import Path
from tests.engines import diffusers_checkpoints as made
folder = Path(sys.argv[1])
made.smoke.make(folder)
made.flux(folder / "flux")
made.filling(folder / "filling")
made.tiny_decoder(folder / "taesd")
"""
_DAMAGED = """
import gc, json, shutil, sys, weakref
from pathlib import Path
import torch
from previewing import Tiny

folder = Path(sys.argv[1])

def looked(name, channels=4):
    found = Tiny.of(folder / name, channels, torch.device("cpu"), torch.float32)
    print(json.dumps([name, channels, found is not None]))

def spoilt(name, **about):
    shutil.copytree(folder / "taesd", folder / name)
    file = folder / name / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **about}), encoding="utf-8")
    looked(name)

looked("taesd")
looked("taesd", 16)
looked("none")
spoilt("number", num_encoder_blocks=3)
spoilt("words", act_fn="no such")
spoilt("narrower", decoder_block_out_channels=[4, 4, 4, 4])
shutil.copytree(folder / "taesd", folder / "torn")
for file in (folder / "torn").glob("*.safetensors"):
    file.write_bytes(file.read_bytes()[:200])
looked("torn")
shutil.copytree(folder / "taesd", folder / "list")
(folder / "list" / "config.json").write_text("[1]", encoding="utf-8")
looked("list")

from machine import Fitting, Machine
from order import Order

class Job:
    def __init__(self, ends):
        self.ends = ends
    def look(self):
        if self.ends:
            raise InterruptedError

machine = Machine(str(folder / "sd"), "local/cpu", Fitting())
for ends in (False, True):
    job = Job(ends)
    try:
        machine.read(Order("a sea", "", 64, 64), job.look)
    except InterruptedError:
        pass
    known = weakref.ref(job)
    del job
    gc.collect()
    print(json.dumps(["kept", ends, known() is not None]))
"""


def _ran(python: Path, script: str, folder: Path) -> list[Any]:
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ENGINES / 'diffusers'}", "OMP_NUM_THREADS": "1"}
    command = [python, "-c", script, folder]
    said = subprocess.run(command, check=True, cwd=folder, env=env, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines() if line.startswith("[")]


@pytest.fixture(scope="module")
def models(pack_python: PackPython, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny models."""
    folder = tmp_path_factory.mktemp("models")
    _ran(pack_python("core"), _MAKE, folder)
    return folder


def _painted(python: Path, model: Path, scratch: Path, *jobs: dict[str, Any]) -> list[Reply]:
    """Have jobs done by one process of the engine."""
    plain: dict[str, Any] = {"width": 64, "height": 64, "steps": 1, "preview": False, "guidance": 0.0}
    with started("diffusers", python=str(python), patience=500.0) as worker:
        assert isinstance(worker.load(threads=1, model=str(model)), messages.Loaded)
        replies: list[Reply] = []
        for number, job in enumerate(jobs):
            files = job.pop("files", {})
            inputs = {"text": "", "files": files}
            params = {**plain, **job}
            worker.start(scratch / str(number), [], task="image", inputs=inputs, params=params)
            replies.append(worker.finish())
        return replies


def test_a_prompt_that_flux_does_not_read_to_its_end_is_noted(pack_python: PackPython, models: Path, tmp_path: Path):
    fitting, more = "a" * 254, "a" * 255  # each letter is a token, as are the beginning of a word and the end
    jobs = ({"prompt": f"({fitting}:1.2)"}, {"prompt": more})
    fits, cut = _painted(pack_python("core"), models / "flux", tmp_path, *jobs)
    assert fits.result is not None, fits.failed
    assert cut.result is not None, cut.failed
    assert _CUT not in [note.text for note in fits.notes]
    assert _CUT in [note.text for note in cut.notes]


def test_a_model_that_only_fills_in_says_so_where_it_is_to_enlarge(
    pack_python: PackPython, models: Path, tmp_path: Path
):
    init = tmp_path / "init.png"
    Image.new("RGB", (48, 48), (90, 120, 30)).save(init)
    job = {"prompt": "a sea", "upscale": "2", "files": {"init": str(init)}}
    (reply,) = _painted(pack_python("core"), models / "filling", tmp_path, job)
    assert reply.failed is not None
    assert (reply.failed.failure, "enlarges nothing" in reply.failed.message) == (failures.USER, True)
    assert "mask" not in reply.failed.hint
    assert "Swin2SR" in reply.failed.hint


def test_damage_beside_a_model_and_what_a_job_leaves_behind(pack_python: PackPython, models: Path):
    found = _ran(pack_python("core"), _DAMAGED, models)
    looks = [one for one in found if one[0] != "kept"]
    assert [one for one in looks if one[2]] == [["taesd", 4, True]]
    assert len(looks) == 8
    kept = [one for one in found if one[0] == "kept"]
    assert kept == [["kept", False, False], ["kept", True, False]], "what is told of a job outlives it"

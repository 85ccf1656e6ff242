"""The pictures' engine as a copy with a test's own runner, in a data folder with its pack, as if built for a card."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.engines.harness import ENGINES, ROOT

PRELOAD = """
import torch, accelerate, numpy, PIL.Image
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer
"""


def make(python: Path, folder: Path, name: str, *, runner: str, checkpoint: str) -> None:
    """Write the engine as `name` into `folder/data`, its own runner as `well_runner`; a script makes `folder/model`."""
    (folder / "model").mkdir()
    places = {"PYTHONPATH": f"{ENGINES / 'diffusers'}:{ROOT}", "OMP_NUM_THREADS": "1"}
    subprocess.run([python, "-c", checkpoint, folder / "model"], check=True, env=places, cwd=folder, timeout=300)
    copy = folder / "data" / "engines" / name
    shutil.copytree(ENGINES / "diffusers", copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "runner.py").rename(copy / "well_runner.py")
    (copy / "runner.py").write_text(runner, encoding="utf-8")
    toml = (copy / "engine.toml").read_text("utf-8")
    (copy / "engine.toml").write_text(toml.replace('id = "diffusers"', f'id = "{name}"', 1), encoding="utf-8")
    pack = folder / "data" / "environments" / "core"
    (pack / "0a0a0a0a" / "bin").mkdir(parents=True)
    (pack / "0a0a0a0a" / "bin" / "python").symlink_to(python)
    marker = {
        "pack": "core", "folder": "0a0a0a0a", "base": sys.executable, "accelerator": "cuda", "flavour": "cu130",
        "gfx": "", "installer": "uv", "lock_sha": "", "packages": 1, "python_version": "3.11.7", "built": "",
        "smoke": {}, "torch": "",
    }  # fmt: skip
    (pack / "env.json").write_text(json.dumps(marker), encoding="utf-8")

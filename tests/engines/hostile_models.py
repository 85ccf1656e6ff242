# pyright: basic, reportMissingImports=false
"""Folders of pictures' models that bring programs, tried one after the other with the libraries of an interpreter.

`python -m tests.engines.hostile_models FOLDER` does it in the pack's process and prints what was said of each. A
program that runs leaves a file `it ran`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.worker.failures import UserMistake
from tests.engines.harness import ENGINES, ROOT

_PROGRAM = """
from pathlib import Path
Path({mark!r}).touch()
from diffusers import PNDMScheduler, StableDiffusionPipeline
class Evil(PNDMScheduler): pass
class EvilPipeline(StableDiffusionPipeline): pass
"""


def all_refused_but_the_plain_one(python: Path, folder: Path) -> None:
    """Try each way to bring programs; older libraries run what they find."""
    command = [python, "-m", "tests.engines.hostile_models", folder]
    paths = f"{ROOT}{os.pathsep}{ENGINES / 'diffusers'}"
    places = {**os.environ, "PYTHONPATH": paths, "HF_HOME": str(folder / "hf"), "OMP_NUM_THREADS": "1"}
    printed = subprocess.run(command, check=True, cwd=folder, env=places, capture_output=True, text=True).stdout
    tried = [json.loads(line) for line in printed.splitlines() if line.startswith("[")]
    assert [name for name, *_ in tried] == [name for name in ("plain", *_WAYS) for _ in range(2)]
    for name, said, ran in tried:
        wanted = "loaded" if name == "plain" else f"The model in {name} brings programs, and would run them."
        assert (said, ran) == (wanted, False), name


def main(folder: Path) -> None:
    """Try to load each, by the engine's own way and by that of the engines for music."""
    from studio.engines.diffusers import smoke

    smoke.make(folder)
    _tried("plain", folder / "sd")
    mark = folder / "it ran"
    for name, spoil in _WAYS.items():
        hostile = folder / name
        shutil.copytree(folder / "sd", hostile)
        spoil(hostile, _PROGRAM.format(mark=str(mark)))
        _tried(name, hostile)
        mark.unlink(missing_ok=True)


def _tried(name: str, folder: Path) -> None:
    import checkpoint
    import torch

    from studio.engines.shared.neural import loading

    place = checkpoint.Place(folder, checkpoint.SMALL)
    for load in (lambda: checkpoint.load(place, torch.float32), lambda: loading.pipeline(str(folder))):
        try:
            with loading.quiet():
                load()
            said = "loaded"
        except UserMistake as e:
            said = str(e)
        except Exception as e:  # noqa: BLE001 — a library's own refusal, for the test to see
            said = f"{type(e).__name__}: {e}"
        print(json.dumps([name, said, (folder.parent / "it ran").exists()]))


def _named(folder: Path, **parts: Any) -> None:
    """Change what the index says."""
    index = folder / "model_index.json"
    index.write_text(json.dumps({**json.loads(index.read_text("utf-8")), **parts}), encoding="utf-8")


def _a_file_for_a_part(folder: Path, program: str) -> None:
    _named(folder, scheduler=["evil", "Evil"])
    (folder / "scheduler" / "evil.py").write_text(program, encoding="utf-8")


def _a_file_called_as_a_library(folder: Path, program: str) -> None:
    _named(folder, scheduler=["diffusers", "Evil"])
    (folder / "scheduler" / "diffusers.py").write_text(program, encoding="utf-8")


def _a_file_elsewhere(folder: Path, program: str) -> None:
    _named(folder, scheduler=["../unet/evil", "Evil"])
    (folder / "unet" / "evil.py").write_text(program, encoding="utf-8")


def _a_file_for_no_pipeline(folder: Path, program: str) -> None:
    (folder / "None.py").write_text(program, encoding="utf-8")


def _a_file_for_the_pipeline(folder: Path, program: str) -> None:
    _named(folder, _class_name=["evil", "EvilPipeline"])
    (folder / "evil.py").write_text(program, encoding="utf-8")


def _a_pipeline_as_a_part(folder: Path, program: str) -> None:
    inner = folder / "scheduler"
    shutil.copytree(folder, folder.with_name("aside"))
    shutil.rmtree(inner)
    folder.with_name("aside").rename(inner)
    _a_file_for_a_part(inner, program)
    _named(folder, scheduler=["diffusers", "DiffusionPipeline"])


def _a_module_from_anywhere(folder: Path, program: str) -> None:
    del program
    _named(folder, scheduler=["antigravity", "Evil"])  # the library would import it


_WAYS: dict[str, Callable[[Path, str], None]] = {
    "part": _a_file_for_a_part,
    "library": _a_file_called_as_a_library,
    "elsewhere": _a_file_elsewhere,
    "nothing": _a_file_for_no_pipeline,
    "pipeline": _a_file_for_the_pipeline,
    "inner": _a_pipeline_as_a_part,
    "module": _a_module_from_anywhere,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))

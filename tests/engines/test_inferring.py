"""DirectML's build of torch knows no inference mode: engines that compute there do without, and with it elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.engines.registry import find_engines
from tests.engines.harness import ENGINES, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# torch_directml stands in for what exists for Windows only; its device is the processor.
_SCRIPT = """
import functools, json, sys, types
from pathlib import Path
import torch, transformers
sys.modules["torch_directml"] = types.ModuleType("torch_directml")
sys.modules["torch_directml"].device = lambda number=None: torch.device("cpu")
model = getattr(transformers, sys.argv[2])
forward, seen = model.forward, set()

@functools.wraps(forward)
def spied(self, *given, **named):
    seen.add((torch.is_inference_mode_enabled(), torch.is_grad_enabled()))
    return forward(self, *given, **named)

import smoke
folder = Path(sys.argv[1])
smoke.make(folder)
model.forward = spied
for device in ("local/cpu", "local/directml0"):
    seen.clear()
    work(folder, device)
    print(json.dumps([device, sorted(seen)]))
"""
_SWIN2SR = """
def work(folder, device):
    smoke.check(folder, device)
"""
_DIA = """
import calling
from dataclasses import replace
from studio.engines.shared.stretches import Turn

def work(folder, device):
    from machine import Machine, Settings
    machine = Machine(calling.folders(str(folder), {}), device, form="fp32", rungs=(), static=False)
    (call,) = calling.calls([Turn("Hello.", "first")], lambda turns: (), machine.limits)
    machine.speak([replace(call, frames=8)], [7], Settings(3.0, 1.8, 0.9, 45), lambda frame: None)
"""
_MODELS = {
    "swin2sr": ("Swin2SRForImageSuperResolution", _SWIN2SR),
    "dia": ("DiaForConditionalGeneration", _DIA),
}


@pytest.mark.parametrize("engine", _MODELS)
def test_a_model_computes_without_inference_mode_on_directml(
    engine: str, pack_python: Callable[[str], Path], tmp_path: Path
):
    model, work = _MODELS[engine]
    command = [pack_python("core"), "-c", work + _SCRIPT, tmp_path, model]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ENGINES / engine}", "OMP_NUM_THREADS": "1"}
    said = subprocess.run(command, check=True, cwd=tmp_path, env=env, capture_output=True, text=True).stdout
    found = dict(json.loads(line) for line in said.splitlines() if line.startswith("["))
    assert found == {"local/cpu": [[True, False]], "local/directml0": [[False, False]]}


def test_no_other_engine_that_computes_on_directml_asks_for_inference_mode():
    registry = find_engines(Path("nowhere"))
    there = [m.id for m in registry.manifests() if "directml" in m.accelerators]
    assert set(_MODELS) < set(there)
    for file in (file for engine in there for file in (ENGINES / engine).glob("*.py")):
        assert "inference_mode" not in file.read_text("utf-8"), file

"""Each engine's smoke test in its real environment: the real classes load what was made on the spot, and generate."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.engines.registry import find_engines
from studio.errors import EngineFailure
from studio.paths import DataPaths
from studio.runtime.devices import Device
from studio.services import smoke_test
from tests.built_packs import BuiltPacks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parents[2]
CPU = Device("local/cpu", "CPU", "cpu", 0)
CARD = Device("local/cuda0", "a card that is not here", "cuda", 0, environment={"CUDA_VISIBLE_DEVICES": ""})

PackPython = Callable[[str], Path]

# What must come of it: the real rate and length of a sound, the libraries that the pack pins.
EXPECTED: dict[str, dict[str, Any]] = {
    "dia": {"sample_rate": 44100, "transformers": "5.23.0"},
    "diffusers": {"diffusers": "0.42.1", "accelerate": "1.15.0", "peft": "0.21.2"},
    "acestep": {"diffusers": "0.42.1"},
    "stableaudio": {"samples": 12, "torchsde": "0.2.6"},
    "musicgen": {"sample_rate": 32000},
    "writer": {"transformers": "5.23.0"},
    "pocket": {"sample_rate": 24000, "transformers": "5.23.0"},
    "swin2sr": {"width": 150, "transformers": "5.23.0"},
    "xtts": {"sample_rate": 24000, "languages": 17, "coqui-tts": "0.28.0"},
    "diffrhythm2": {"sample_rate": 48000, "samples": 8 * 48000, "transformers": "4.57.6", "phonemes": [17, 4]},
}


def _run(
    engine: str, python: Path, tmp_path: Path, *, device: Device = CPU, keep: Path | None = None
) -> tuple[dict[str, Any], list[str]]:
    paths = DataPaths(tmp_path / "data")
    for folder in (paths.scratch, paths.kits, paths.logs):
        folder.mkdir(parents=True, exist_ok=True)
    told: list[str] = []
    manifest = find_engines(Path("nowhere")).manifest(engine)
    try:
        facts = smoke_test.run(manifest, python, device, paths, tell=told.append, cancelled=lambda: False, keep=keep)
    finally:
        assert list(paths.scratch.iterdir()) == []
    return facts, told


@pytest.mark.parametrize("engine", EXPECTED)
def test_an_engine_works_in_its_environment(engine: str, built_packs: BuiltPacks):
    facts = built_packs.smoke(engine)
    assert EXPECTED[engine].items() <= facts.items()
    assert facts["same_seed_equal"] is True
    assert facts["torch"].partition("+")[0] == "2.13.0"


def test_the_tiny_model_can_be_kept(tmp_path: Path, pack_python: PackPython):
    facts, told = _run("stableaudio", pack_python("core"), tmp_path, keep=tmp_path / "kept")
    assert told == ["building a tiny model", "trying it"]
    kept = sum(f.stat().st_size for f in (tmp_path / "kept").rglob("*") if f.is_file())
    assert kept == facts["checkpoint_bytes"] > 50_000


def test_every_engine_of_a_pack_is_tried_here():
    ours = {m.id for m in find_engines(Path("nowhere")).manifests() if m.pack != "app"}
    assert set(EXPECTED) == ours


LACKING = """
import sys
from pathlib import Path
from safetensors.torch import load_file, save_file

sys.path.insert(1, sys.argv[1])
import smoke

folder = Path(sys.argv[2])
smoke.make(folder)
file = folder / sys.argv[3]
weights = load_file(file)
del weights[next(name for name in sorted(weights) if name.endswith("weight"))]
save_file(weights, file, {"format": "pt"})
smoke.check(folder, "local/cpu")
"""


@pytest.mark.parametrize(
    ("engine", "file"),
    [
        ("dia", "dia/model.safetensors"),
        ("dia", "codec/model.safetensors"),
        ("diffusers", "sd/text_encoder/model.safetensors"),
        ("diffusers", "sd/unet/diffusion_pytorch_model.safetensors"),
        ("acestep", "acestep/condition_encoder/diffusion_pytorch_model.safetensors"),
        ("swin2sr", "swin2sr/model.safetensors"),
    ],
)
def test_a_checkpoint_that_lacks_a_weight_is_refused(engine: str, file: str, tmp_path: Path, pack_python: PackPython):
    folder = ROOT / "studio" / "engines" / engine
    command = [str(pack_python("core")), "-c", LACKING, str(folder), str(tmp_path), file]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 1
    assert "IncompleteWeights" in done.stderr.strip().splitlines()[-1]


def test_a_device_that_torch_was_not_built_for_is_no_reason_to_use_the_processor(
    tmp_path: Path, pack_python: PackPython
):
    with pytest.raises(EngineFailure, match="no kernel image for cuda"):
        _run("writer", pack_python("core"), tmp_path, device=CARD)

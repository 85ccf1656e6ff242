"""The pack for DirectML on its own older libraries, with a stand-in for torch_directml, which exists for Windows only.

torch is the build for the processor, of this machine; everything else is what the pack's lock names.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from studio.engines.pack import Target, read_packs
from studio.engines.registry import find_engines
from studio.paths import DataPaths
from studio.protocol import float_wav, messages
from studio.runtime.devices import Device
from studio.runtime.environments import uv
from studio.runtime.environments.indexes import find_sources
from studio.runtime.environments.planning import pins_for
from studio.services import smoke_test
from tests.engines import forked
from tests.engines.harness import Worker, piece, started
from tests.engines.hostile_models import all_refused_but_the_plain_one
from tests.smoke import driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="torch for the processor is at hand for 3.11"),
]
CARD = Device("local/directml0", "An older card", "directml", 8 << 30)

# As the real one, as far as engines call it; its device is the processor.
STAND_IN = """
import torch
asked = []
def is_available(): return True
def device_count(): return 1
def device_name(number): return "A card that only DirectML reaches"
def device(number=None):
    asked.append(number)
    return torch.device("cpu")
default_device = device
def gpu_memory(number): return [0.0]
def has_float64_support(number): return False
"""


@pytest.fixture(scope="module", name="python")
def _python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the pack's packages and the stand-in."""
    folder = tmp_path_factory.mktemp("directml") / "env"
    packs = read_packs()
    target = Target("linux", ".".join(map(str, sys.version_info[:3])))
    pins = list(pins_for(packs.pack("core-directml").lock, target))
    cpu = pins_for(packs.pack("core").flavour("cpu", "linux", "cpu").lock, target)
    pins += [p for p in cpu if p.name not in {pin.name for pin in pins}]
    lock = folder.with_name("lock.txt")
    lock.write_text("".join(f"{p.line}\n" for p in pins), "utf-8")
    program = uv.find()
    assert program
    subprocess.run([program, "venv", "--no-config", "--quiet", "--python", sys.executable, folder], check=True)
    links = [word for place in find_sources().links for word in ("--find-links", place)]
    words = [program, "pip", "install", "--no-config", "--quiet", "--no-deps", "--python", folder / "bin" / "python"]
    subprocess.run([*words, *links, "--require-hashes", "-r", lock], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    (site / "torch_directml.py").write_text(STAND_IN, "utf-8")
    return folder / "bin" / "python"


@pytest.mark.parametrize("engine", ["dia", "diffusers", "swin2sr"])
def test_an_engine_works_with_the_older_libraries(engine: str, python: Path, tmp_path: Path) -> None:
    manifest = find_engines(Path("nowhere")).manifest(engine)
    assert manifest.pack_for("directml") == "core-directml"
    paths = DataPaths(tmp_path / "data")
    for folder in (paths.scratch, paths.kits, paths.logs):
        folder.mkdir(parents=True, exist_ok=True)
    facts = smoke_test.run(manifest, python, CARD, paths, tell=print, cancelled=lambda: False)
    assert facts["transformers"] == "4.57.6"
    assert facts["same_seed_equal"] is True


_MAKE = "import sys; from pathlib import Path; from studio.engines.dia import smoke; smoke.make(Path(sys.argv[1]))"


def test_a_folder_that_brings_programs_is_refused_by_them_as_well(python: Path, tmp_path: Path) -> None:
    all_refused_but_the_plain_one(python, tmp_path)


def test_dia_speaks_with_them_by_its_own_code(python: Path, tmp_path: Path) -> None:
    """Batches, prompts, both caches and the ladder's rungs: the calls that changed between the libraries' versions."""
    turns = [{"text": "Hi.", "voice": "first", "line": 1}, {"text": "Hi.", "voice": "reference:Ben", "line": 2}]
    plain = [piece("Hi.", voice="first", line=n, seed=n, turns=turns[:1], carriers=[]) for n in (1, 2)]
    cloned = [piece("Hi. Hi.", voice="first", turns=turns, carriers=[])]
    time = np.arange(3 * 24_000) / 24_000
    float_wav.write_float_wav(tmp_path / "ben.wav", (0.2 * np.sin(900 * time)).astype(np.float32), rate=24_000)
    ben = {"files": {"reference:Ben": str(tmp_path / "ben.wav")}, "transcripts": {"reference:Ben": "I am Ben."}}
    with forked.interpreter(python, forked.DIA) as quick:
        driver.in_pack(quick, _MAKE, tmp_path / "model")
        with _dia(quick, tmp_path / "model") as worker:
            made = worker.run(tmp_path / "a", plain, params={"batch": 2, "retries": 0, "temperature": 0.5})
            assert made.result is not None, made.failed
            assert len(made.parts) == 2
            made = worker.run(tmp_path / "b", [], params={"retries": 0}, inputs={"pieces": cloned, "after": 0.0, **ben})
            assert made.result is not None, made.failed
            assert np.abs(np.array(float_wav.read_samples(made.file))).max() > 1e-3
        rungs = ["smaller_batch", "offload", "precision", "math_attention"]
        with _dia(quick, tmp_path / "model", rungs, static_cache=True) as worker:
            made = worker.run(tmp_path / "c", plain[:1], params={"retries": 0})
            assert made.result is not None, made.failed
            assert np.abs(np.array(float_wav.read_samples(made.file))).max() > 1e-3


@contextmanager
def _dia(python: Path, model: Path, rungs: Sequence[str] = (), **settings: bool) -> Iterator[Worker]:
    with started("dia", python=str(python), patience=400.0) as worker:
        worker.send(messages.Load("dia", CARD.id, "auto", 1, str(model), settings, [*rungs]))
        assert isinstance(worker.receive(), messages.Hello)
        while isinstance(loaded := worker.receive(), messages.Heartbeat):
            pass
        assert isinstance(loaded, messages.Loaded), loaded
        assert (loaded.facts["transformers"], loaded.facts["precision"]) == ("4.57.6", "fp32" if rungs else "fp16")
        yield worker

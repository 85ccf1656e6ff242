"""A description that asks for more memory than its weights are worth is refused before any of it is taken."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.harness import ENGINES, ROOT

PackPython = Callable[[str], Path]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Where a place is not counted, so much memory is asked for in earnest, which no machine has.
_HUGE = """
import json, sys, torch
from pathlib import Path
from studio.engines.shared.neural import loading
from studio.worker.failures import UserMistake

HUGE = 10**14
folder = Path(sys.argv[1])

def tried(name, make):
    try:
        make()
        said = "made"
    except UserMistake as e:
        said = str(e)
    except Exception as e:
        said = f"{type(e).__name__}: {e}"
    print(json.dumps([name, said]))

def changed(file, **about):
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **about}), encoding="utf-8")
"""
_MAKERS = """
(folder / "a.safetensors").write_bytes(bytes(100))
few, dice = torch.ones(1), torch.Generator().manual_seed(1)
ways = {
    "empty": lambda n: torch.empty(n), "a list": lambda n: torch.empty([n]), "size": lambda n: torch.empty(size=(n,)),
    "zeros": lambda n: torch.zeros(n, 1), "ones": lambda n: torch.ones((n,)), "full": lambda n: torch.full((n,), 2.0),
    "rand": lambda n: torch.rand(n), "randn": lambda n: torch.randn(1, n, 1), "arange": lambda n: torch.arange(n),
    "dice": lambda n: torch.randn(n, generator=dice), "randint": lambda n: torch.randint(0, 5, (n,)),
    "randperm": lambda n: torch.randperm(n), "linspace": lambda n: torch.linspace(0, 1, n),
    "steps": lambda n: torch.linspace(0, 1, steps=n), "eye": lambda n: torch.eye(n, 2),
    "of another": lambda n: few.new_zeros(n), "out": lambda n: torch.zeros(n, out=torch.ones(2)),
}

def counted(make, count):
    with loading.no_larger_than_its_files(folder):
        return make(count)

for name, make in ways.items():
    tried(name, lambda: counted(make, HUGE))
    torch.manual_seed(3), dice.manual_seed(3)
    plain = [make(2), torch.rand(1)]
    torch.manual_seed(3), dice.manual_seed(3)
    within = [counted(make, 2), torch.rand(1)]
    same = all(torch.equal(a, b) for a, b in zip(plain, within)) or name in {"empty", "a list", "size"}
    print(json.dumps(["same", name, same]))

def many():
    with loading.no_larger_than_its_files(folder):
        for _ in range(5):
            torch.ones(100)

tried("many", many)
(folder / "b.bin").write_bytes(bytes(100))
tried("more files", many)
"""
_COVERS = """
import smoke
from diffusers.pipelines.ace_step import AceStepAudioTokenDetokenizer
smoke.make(folder)
part = folder / "acestep" / "audio_token_detokenizer"
tried("plain", lambda: loading.whole(AceStepAudioTokenDetokenizer, str(part)))
changed(part / "config.json", pool_window_size=HUGE)
tried("window", lambda: loading.whole(AceStepAudioTokenDetokenizer, str(part)))
"""
_SINGING = """
import machine, places, smoke, surroundings
surroundings.prepare()
smoke.make(folder)
import styling
places = places.folders(str(folder), {})
tried("plain", lambda: (styling.Reader(places), machine._decoder(places.own)))
changed(places.own / "decoder.json", upsample_initial_channel=HUGE)
tried("diffrhythm2", lambda: machine._decoder(places.own))
about = json.loads((places.style / "config.json").read_text("utf-8"))
changed(places.style / "config.json", text_transformer={**about["text_transformer"], "dim": HUGE})
tried("MuQ-MuLan-large", lambda: styling.Reader(places))
"""


def printed(python: Path, folder: Path, script: str, engine: str = "") -> list[list[Any]]:
    """Run a script in an engine's environment; return what it prints."""
    paths = [str(ROOT), *([str(ENGINES / engine)] if engine else [])]
    command = [python, "-c", _HUGE + script, folder]
    env = {"PYTHONPATH": ":".join(paths), "OMP_NUM_THREADS": "1"}
    said = subprocess.run(command, check=True, cwd=folder, env=env, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines() if line.startswith("[")]


def refused(folder: str) -> str:
    """What is said of such a description."""
    return f"The description of the model in {folder} asks for far more weights than its files hold."


def test_each_way_to_make_numbers_counts_and_what_fits_stays_the_same(pack_python: PackPython, tmp_path: Path):
    found = printed(pack_python("core"), tmp_path, _MAKERS)
    same = [one for one in found if one[0] == "same"]
    said = dict([one for one in found if one[0] != "same"])
    assert len(same) == 17
    assert [name for _, name, was in same if not was] == []
    assert said.pop("more files") == "made"
    assert set(said.values()) == {refused(tmp_path.name)}, said
    assert len(said) == 18


def test_a_part_that_would_only_be_thrown_by_dice(pack_python: PackPython, tmp_path: Path):
    found = dict(printed(pack_python("core"), tmp_path, _COVERS, "acestep"))
    assert found == {"plain": "made", "window": refused("audio_token_detokenizer")}


def test_what_is_built_by_other_libraries_than_the_weights_are_read_by(pack_python: PackPython, tmp_path: Path):
    found = dict(printed(pack_python("diffrhythm2"), tmp_path, _SINGING, "diffrhythm2"))
    assert found.pop("plain") == "made"
    assert found == {name: refused(name) for name in ("diffrhythm2", "MuQ-MuLan-large")}

"""Each class of failure on each rung of its ladder, on a card: what helps is found, kept, and used by the next job."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.runtime import ladder
from tests.services.card import machine_with_card
from tests.smoke.plugins import TOML, write_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for nvidia-smi is a shell script"),
]

SETTINGS = sorted({rung for rungs in ladder.RUNGS.values() for rung in rungs} - {ladder.CPU, ladder.RESTART})
SICK = (
    TOML.replace("first_step = 10", "first_step = 1").replace("step = 10", "step = 1")
    .replace('pack = "app"', f'pack = "app"\naccelerators = ["cuda", "cpu"]\nrungs = {SETTINGS}')
)  # fmt: skip
# It ails until the ladder has come to the rung that a file names. What it raises is what the libraries raise.
RUNNER = """
import os, time
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.worker.failures import BadNumbers
from studio.worker.runner import Runner as Base

NOTEBOOK = Path({notebook!r})
FAILURE, CURE = NOTEBOOK.read_text().split()
AILED = NOTEBOOK.with_name("ailed")

class OutOfMemoryError(RuntimeError):
    pass

def ail():
    AILED.touch()
    if FAILURE == "out_of_memory":
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    if FAILURE == "bad_numbers":
        raise BadNumbers("the picture is black")
    if FAILURE == "wrong_build":
        raise RuntimeError("HIP error: hipErrorNoBinaryForGpu: Unable to find code object")
    if FAILURE == "unsupported":
        raise RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED")
    if FAILURE == "hang":
        time.sleep(600)
    os.abort()

class Runner(Base):
    def load(self, load):
        self.device = load.device
        return {{}}

    def run(self, context):
        cured = {{"cpu": self.device.endswith("/cpu"), "restart": AILED.exists()}}
        if not cured.get(CURE, CURE in context.rungs):
            ail()
        return speech.speak(context, lambda piece: array("f", [0.25, -0.25] * 600), rate=24000)
"""
# This card knows float8, so nothing has to stand in for it.
ORDERS = {failure: [rung for rung in rungs if rung != "int8"] for failure, rungs in ladder.RUNGS.items()}
CASES = [(failure, rung) for failure, rungs in ORDERS.items() for rung in rungs]


@pytest.mark.parametrize(("failure", "cure"), CASES)
def test_what_helps_is_found_and_kept(failure: str, cure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = tmp_path / "notebook"
    notebook.write_text(f"{failure} {cure}")
    engine = tmp_path / "data" / "engines" / "sick"
    write_engine(engine, toml=SICK, runner=RUNNER.format(notebook=str(notebook)))
    tried = ORDERS[failure][: ORDERS[failure].index(cure) + 1]
    kept = [rung for rung in tried if rung != ladder.RESTART]
    with machine_with_card(tmp_path, monkeypatch) as bench:
        state, device, said = bench.run("sick")
        assert state == "succeeded", said
        assert device == ("local/cpu" if cure == ladder.CPU else "local/cuda0")
        assert said.count(f"({failure})") == len(tried)
        for rung in tried:
            assert f"Trying again with {rung}." in said
    with machine_with_card(tmp_path, monkeypatch) as bench:  # after a restart
        state, device, said = bench.run("sick")
        assert state == "succeeded"
        if kept:
            assert f"started with {', '.join(kept)}, which worked here before" in said
            assert f"({failure})" not in said
        known = next(e for e in bench.studio.envelope.proven() if e.rungs == tuple(kept))
        assert (known.worked, known.reason) == (2, failure)

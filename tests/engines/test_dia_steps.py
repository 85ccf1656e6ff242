"""How Dia's next sound is chosen: as often as the model says, and by nobody's dice but the stretch's own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.engines.harness import ENGINES, ROOT

# Rows of two stretches that say the same: any choice but one; the last only; an unlikely one before a likely one.
_CHOOSE = """
import json
import torch
from machine import Steps

def steps(*seeds):
    return Steps(seeds, 1.0, lambda frame: None)

row = torch.tensor([0.0, 2.0, -1.0, 1.0, 0.5])
impossible = -float("inf")
row[2] = impossible
last = torch.full((5,), impossible)
last[4] = -3.0
rare = torch.tensor([0.0, 9.0, impossible, impossible, impossible])
scores = torch.stack([row, last, rare] * 2)
both, alone, other = steps(1, 2), steps(2), steps(3)
chosen, equal, same = torch.zeros(6, 5), True, True
for _ in range(COUNT):
    one = both(None, scores)
    equal &= torch.equal(one[3:], alone(None, scores[3:]))
    same &= torch.equal(one[3:], other(None, scores[3:]))
    chosen += torch.isfinite(one)
print(json.dumps({"chosen": (chosen / COUNT).tolist(), "said": scores.softmax(-1).tolist(),
                  "equal": equal, "same": same}))
"""
_COUNT = 4_000


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_choice_comes_as_often_as_the_model_says_and_by_its_own_dice(tmp_path: Path, dia_python: Path):
    script = tmp_path / "choose.py"
    script.write_text(_CHOOSE.replace("COUNT", str(_COUNT)), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ENGINES / 'dia'}", "OMP_NUM_THREADS": "1"}
    command = [str(dia_python), str(script)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=250)
    found = json.loads(done.stdout.splitlines()[-1])
    for chosen, said in zip(found["chosen"], found["said"], strict=True):
        assert sum(chosen) == pytest.approx(1.0)
        for often, likely in zip(chosen, said, strict=True):
            assert often == pytest.approx(likely, abs=4 * (likely * (1 - likely) / _COUNT) ** 0.5)
    assert (found["equal"], found["same"]) == (True, False)

"""Weights rounded to a byte: how small, how near to what they were, and that they can be worked with. In the pack."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.harness import ENGINES, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FORMS = ("fp32", "fp16", "bf16")
PAINTING = ("unet", "transformer")
SHARE = {"fp32": 1 / 4, "fp16": 1 / 2, "bf16": 1 / 2}  # that a byte has of a number
REST = 0.02  # of a network's bytes at most: scales, and what is no matrix
# Measured: 0.005 to 0.014, in bf16 up to 0.018; float8 gives ten times as much.
NEAR = {"fp32": 0.02, "fp16": 0.02, "bf16": 0.03}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, pack_python: Callable[[str], Path]) -> dict[str, Any]:
    """Everything that was measured."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ENGINES / 'diffusers'}", "OMP_NUM_THREADS": "1"}
    folder = tmp_path_factory.mktemp("rounding")
    command = [str(pack_python("core")), "-m", "tests.engines.diffusers_rounding", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PAINTING)
def test_a_network_takes_a_byte_a_weight(measured: dict[str, Any], name: str, form: str):
    found = measured["networks"][name][form]
    assert SHARE[form] < found["size"] < SHARE[form] + REST
    assert found["left"] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [*PAINTING, "reader"])
def test_it_stays_near_to_itself_and_does_the_same_each_time(measured: dict[str, Any], name: str, form: str):
    found = measured["networks"][name][form]
    assert 0 < found["apart"] < NEAR[form]
    assert (found["same_again"], found["same_format"]) == (True, True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PAINTING)
def test_it_is_nearer_than_with_float8(measured: dict[str, Any], name: str, form: str):
    found = measured["networks"][name][form]
    assert found["apart"] < found["float8_apart"] / 2


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PAINTING)
def test_a_lora_lies_beside_it_in_its_own_format_and_leaves_no_trace(measured: dict[str, Any], name: str, form: str):
    found = measured["networks"][name][form]
    long = {"fp32": "torch.float32", "fp16": "torch.float16", "bf16": "torch.bfloat16"}[form]
    assert found["lora_formats"] == [long]
    assert found["lora_felt"] > 10 * found["lora_apart"]
    assert found["as_before"]


@pytest.mark.parametrize("form", FORMS)
def test_layers_compute_as_they_did(measured: dict[str, Any], form: str):
    found = measured["layers"][form]
    assert found["even_exact"]  # what whole numbers can say is kept to the bit, empty outputs too
    assert found["faint_apart"] < 0.01  # weights that fp16 can just hold
    assert found["outputs"]["apart"] < 0.015  # however large or small an output's weights are
    assert found["outputs"]["longer"] < 0.0007  # and none is larger or smaller on the whole
    assert found["scale_holds"]  # no scale is so small that a device may take it for nothing
    assert (found["linear_alike"], found["conv_alike"], found["wide_given"]) == (True, True, True)


def test_what_reaches_for_its_weights_itself_is_left_alone(measured: dict[str, Any]):
    assert measured["attention"]


def test_each_part_is_small_before_the_next_is_read_and_no_old_weight_stays(measured: dict[str, Any]):
    parts = measured["parts"]
    large = ["text_encoder", "text_encoder_2", "transformer"]
    assert parts["small"] == sorted(large)
    read = [name for name, _ in parts["order"]]
    for name, before in parts["order"]:
        assert sorted(before) == sorted({*read[: read.index(name)]} & {*large}), name
    assert (parts["alive"], parts["layers"] > 30) == (0, True)

"""Pictures by the whole program: one of several models, several pictures, their metadata, and again from a file."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from studio.paths import DataPaths
from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_MAKE = """
import sys
from pathlib import Path
from tests.engines import diffusers_checkpoints
place = Path(sys.argv[1])
diffusers_checkpoints.large(place / "sdxl", "fp16")
diffusers_checkpoints.large(place / "exact")
diffusers_checkpoints.lora(place / "exact", place / "loras", "ink", 1)
"""
_REVISION = "462165984030d82259a11f4367a4eed129e94a7b"


@pytest.fixture
def data(tmp_path: Path, pack_folder: Path) -> Path:
    """A data folder in which the pack is installed."""
    return driver.with_packs(tmp_path / "data", pack_folder, "core")


@pytest.fixture
def checkpoint(tmp_path: Path, pack_python: Callable[[str], Path]) -> Path:
    """A tiny SDXL, as the hub gives it."""
    made = tmp_path / "made"
    driver.in_pack(pack_python("core"), _MAKE, made)
    return made / "sdxl"


def test_pictures_from_a_picture_by_a_chosen_model_and_again(tmp_path: Path, data: Path, checkpoint: Path) -> None:
    driver.as_downloaded(tmp_path / "hf", "stabilityai/stable-diffusion-xl-base-1.0", checkpoint, _REVISION)
    ours = {"HF_HOME": str(tmp_path / "hf")}
    loras = DataPaths(data).loras
    shutil.copytree(checkpoint.parent / "loras", loras)
    Image.new("RGB", (80, 60), (200, 40, 40)).save(tmp_path / "init.jpg")
    Image.new("L", (80, 60), 255).save(tmp_path / "mask.png")
    made = driver.studio(
        "image", "a lighthouse, (dawn:1.2)", "--negative", "fog", "--engine", "diffusers", "--size", "72x64",
        "--steps", "2", "--count", "2", "--seed", "5", "--set", "scheduler=dpmpp-2m-karras", "--set", "model=sdxl-1.0",
        "--set", "lora=ink:0.5",
        "--init", tmp_path / "init.jpg", "--mask", tmp_path / "mask.png", "--json",
        "-o", tmp_path / "a.png", data=data, env=ours, seconds=300.0,
    )  # fmt: skip
    assert made.code == 0, made.err
    first, second = made.json["outputs"]
    assert (first["width"], first["height"], first["recipe"]["model"]) == (72, 64, "sdxl-1.0")
    terms = "CreativeML Open RAIL++-M AND unstated licence of LoRA ink AND unstated licence of the picture"
    assert first["recipe"]["licence"] == terms
    digest = hashlib.sha256((loras / "ink.safetensors").read_bytes()).hexdigest()
    assert first["recipe"]["loras"] == second["recipe"]["loras"] == {"ink": digest}
    assert first["recipe"]["precision"] == "fp32"  # what was meant by the engine's own choice
    assert set(first["recipe"]["files"]) == {"init", "mask"}
    assert first["recipe"]["revision"] == _REVISION
    with Image.open(second["path"]) as image:
        told = image.text["parameters"]  # type: ignore[attr-defined]
        assert image.size == (72, 64)
    assert told.splitlines()[:2] == ["a lighthouse, (dawn:1.2) <lora:ink:0.5>", "Negative prompt: fog"]
    seed = second["recipe"]["seed"]
    assert f"Steps: 2, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5.0, Seed: {seed}, Size: 72x64" in told
    again = driver.studio(
        "again", second["path"], "-o", tmp_path / "b.png", "--json", data=data, env=ours, seconds=300.0
    )
    assert (again.code, again.json["verdict"], again.json["changed"]) == (0, "identical", []), again.err


def test_a_picture_by_weights_of_a_byte_is_made_again_by_its_recipe(
    tmp_path: Path, data: Path, checkpoint: Path
) -> None:
    ours = {"HF_HOME": str(tmp_path / "hf")}
    model = ("--set", f"model={checkpoint.parent / 'exact'}")
    made = driver.studio(
        "image", "dusk", "--engine", "diffusers", "--size", "64x64", "--steps", "2", "--seed", "5", "--json", *model,
        "--set", "quantised=int8", "-o", tmp_path / "a.png", data=data, env=ours, seconds=300.0,
    )  # fmt: skip
    assert made.code == 0, made.err
    assert made.json["outputs"][0]["recipe"]["params"]["quantised"] == "int8"
    again = driver.studio(
        "again", tmp_path / "a.png", *model, "-o", tmp_path / "b.png", "--json", data=data, env=ours, seconds=300.0
    )
    assert (again.code, again.json["verdict"], again.json["changed"]) == (0, "identical", []), again.err


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_keeps_the_finished_pictures_and_a_retry_makes_the_rest(
    tmp_path: Path, data: Path, checkpoint: Path
) -> None:
    ours = {"HF_HOME": str(tmp_path / "hf")}
    wish = (
        "image", "dusk", "--engine", "diffusers", "--size", "64x64", "--steps", "15", "--count", "16", "--seed", "5",
        "--set", f"model={checkpoint.parent / 'exact'}", "--json",
    )  # fmt: skip
    process = driver.start(*wish, "-o", tmp_path / "a.png", data=data, env=ours)
    while len(driver.parts_kept(data)) < 2:
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(str(driver.finish(process)))
    process.send_signal(signal.SIGINT)
    stopped = driver.finish(process)
    kept = driver.parts_kept(data)
    assert (stopped.code, stopped.json["state"]) == (4, "cancelled"), stopped.err
    assert stopped.error["message"] == f"The job was cancelled; {len(kept)} of its 16 pictures are finished and kept."
    assert stopped.error["hint"] == "`studio jobs retry 1` goes on with the rest."
    before = {file: file.stat().st_ino for file in DataPaths(data).parts.rglob("*.piece")}
    retried = driver.studio("jobs", "retry", "1", "--json", data=data, env=ours, seconds=300.0)
    assert retried.code == 0, retried.err
    assert {file: file.stat().st_ino for file in before} == before  # none was made again
    assert len({one["sha256"] for one in retried.json["outputs"]}) == 16


def test_without_its_model_a_job_is_blocked_with_the_way_out(tmp_path: Path, data: Path) -> None:
    wishes = ("image", "dusk", "--engine", "diffusers", "-o", tmp_path / "a.png", "--json")
    ours = {"HF_HOME": str(tmp_path / "hf")}
    for model, told in ((), "sd-1.5"), (("--set", "model=sdxl-turbo"), "sdxl-turbo"):
        made = driver.studio(*wishes, *model, data=data, env=ours)
        assert made.code == 2
        assert f"studio models download {told}" in made.error["hint"]
    unknown = driver.studio(*wishes, "--set", "model=sdxl-2", data=data, env=ours)
    assert "sd-1.5, sdxl-1.0" in unknown.error["hint"]

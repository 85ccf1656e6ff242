"""A picture made larger by the whole program with a model: exact, the same again, and blocked without the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_MAKE = """
import sys
from pathlib import Path
sys.path.insert(1, sys.argv[1])
import smoke
smoke.make(Path(sys.argv[2]), times=4)
"""


@pytest.fixture
def data(tmp_path: Path, pack_folder: Path) -> Path:
    """A data folder in which the pack is installed."""
    return driver.with_packs(tmp_path / "data", pack_folder, "core")


def test_a_picture_of_the_painter_becomes_larger_and_the_same_again(
    tmp_path: Path, data: Path, pack_python: Callable[[str], Path]
) -> None:
    folder, ours = driver.ROOT / "studio" / "engines" / "swin2sr", {"OMP_NUM_THREADS": "1"}
    driver.in_pack(pack_python("core"), _MAKE, folder, tmp_path / "model")
    small, large, again = (tmp_path / name for name in ("small.png", "large.png", "again.png"))
    painted = driver.studio("image", "a red house", "--size", "75x70", "--seed", "4", "-o", small, "--json", data=data)
    assert painted.code == 0, painted.err
    made = driver.studio(
        "image", "--init", small, "--upscale", "2", "--engine", "swin2sr", "--set", f"model={tmp_path / 'model'}",
        "--set", "tile=64", "-o", large, "--json", data=data, env=ours, seconds=300.0,
    )  # fmt: skip
    assert made.code == 0, made.err
    (output,) = made.json["outputs"]
    assert (output["width"], output["height"]) == (150, 140)
    recipe = output["recipe"]
    assert (recipe["engine"], recipe["params"]) == ("swin2sr", {"upscale": "2", "tile": 64, "number_format": "auto"})
    assert (recipe["precision"], set(recipe["files"])) == ("fp32", {"init"})
    with Image.open(large) as image:
        assert np.asarray(image.convert("RGB")).shape == (140, 150, 3)
    repeated = driver.studio(
        "again",
        large,
        "-o",
        again,
        "--set",
        f"model={tmp_path / 'model'}",
        "--json",
        data=data,
        env=ours,
        seconds=300.0,
    )
    assert (repeated.code, repeated.json["verdict"], repeated.json["changed"]) == (0, "identical", []), repeated.err


def test_without_its_model_a_job_is_blocked_with_the_way_out(tmp_path: Path, data: Path) -> None:
    Image.new("RGB", (80, 60), (200, 40, 40)).save(tmp_path / "a.png")
    wishes = ("image", "--init", tmp_path / "a.png", "--upscale", "4", "--engine", "swin2sr", "-o", tmp_path / "b.png")
    for model, told in ((), "swin2sr-x2"), (("--set", "model=swin2sr-real-x4"), "swin2sr-real-x4"):
        made = driver.studio(*wishes, *model, "--json", data=data, env={"HF_HOME": str(tmp_path / "hf")})
        assert made.code == 2
        assert f"studio models download {told}" in made.error["hint"]

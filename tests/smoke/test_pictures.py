"""Pictures by the whole program without a model: like another, in a grid, enlarged, and again from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_TOLD = (
    "a red house at dawn\nNegative prompt: fog\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 41, Size: 192x128, Model: somebodys, VAE: sharp.pt"
)


def _studio(data: Path, *words: str | Path) -> driver.Ran:
    return driver.studio(*words, "--json", data=data)


def test_like_a_picture_of_another_program_and_then_larger(tmp_path: Path) -> None:
    data, foreign = tmp_path / "data", tmp_path / "foreign.png"
    info = PngInfo()
    info.add_text("parameters", _TOLD)
    Image.new("RGB", (192, 128)).save(foreign, pnginfo=info)
    told = _studio(data, "recipe", foreign)
    assert (told.json["source"], told.json["seed"], told.json["scheduler"]) == ("A1111", 41, "euler-ancestral")

    like = _studio(data, "image", "--like", foreign, "-o", tmp_path / "like.png")
    assert like.code == 0, like.err
    recipe = like.json["outputs"][0]["recipe"]
    assert (recipe["params"]["prompt"], recipe["params"]["negative"], recipe["seed"]) == (
        "a red house at dawn",
        "fog",
        41,
    )
    assert (like.json["outputs"][0]["width"], like.json["outputs"][0]["height"]) == (192, 128)
    assert "Not taken over: VAE: sharp.pt." in like.err
    assert "has no steps" in like.err

    other = _studio(
        data, "image", "a blue house", "--like", tmp_path / "like.png", "--seed", "3", "-o", tmp_path / "o.png"
    )
    recipe = other.json["outputs"][0]["recipe"]
    assert (recipe["params"]["prompt"], recipe["params"]["negative"], recipe["seed"]) == ("a blue house", "fog", 3)

    larger = _studio(data, "image", "--init", tmp_path / "like.png", "--upscale", "2", "-o", tmp_path / "larger.png")
    assert larger.code == 0, larger.err
    assert any("Lanczos" in note for note in larger.notes)
    with Image.open(tmp_path / "like.png") as small, Image.open(tmp_path / "larger.png") as large:
        expected = small.convert("RGB").resize((384, 256), Image.Resampling.LANCZOS)
        assert np.array_equal(np.asarray(large.convert("RGB")), np.asarray(expected))
    recipe = larger.json["outputs"][0]["recipe"]
    assert (recipe["params"]["upscale"], recipe["params"]["prompt"]) == ("2", "a red house at dawn")
    again = _studio(data, "again", tmp_path / "larger.png", "-o", tmp_path / "again.png")
    assert again.json["verdict"] == "identical"


def test_a_grid_and_its_sheet(tmp_path: Path) -> None:
    made = _studio(
        tmp_path / "data", "image", "a {red|blue} house", "--grid", "--seeds", "2", "--size", "96x64", "--seed", "5",
        "-o", tmp_path / "g.png",
    )  # fmt: skip
    assert made.code == 0, made.err
    outputs = made.json["outputs"]
    assert [Path(one["path"]).name for one in outputs] == ["g-1.png", "g-2.png", "g-3.png", "g-4.png"]
    assert [(one["row"], one["column"]) for one in outputs] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [one["recipe"]["params"]["prompt"] for one in outputs] == ["a red house", "a blue house"] * 2
    seeds = [one["recipe"]["seed"] for one in outputs]
    assert seeds[0] == seeds[1] == 5 != seeds[2] == seeds[3]
    assert outputs[3]["label"] == f"blue · seed {seeds[3]}"
    with Image.open(tmp_path / "g.png") as sheet:
        assert sheet.size == (made.json["sheet"]["width"], made.json["sheet"]["height"])
        with Image.open(tmp_path / "g-4.png") as last:
            place = (sheet.width - 12 - 96, sheet.height - 12 - 64)
            corner = sheet.crop((*place, place[0] + 96, place[1] + 64))
            assert np.array_equal(np.asarray(corner), np.asarray(last.convert("RGB")))

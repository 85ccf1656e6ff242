"""What an engine here can follow of how a picture was made elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.domain import prompt_grid
from studio.domain.picture_recipe import Lora, PictureRecipe
from studio.domain.requests import Target
from studio.engines import params
from studio.errors import StudioError
from studio.services.contact_sheet import write_sheet
from studio.services.lora_shelf import loras_here
from studio.services.picture_recipes import fitted, read_picture_recipe

TOLD = PictureRecipe(
    "A1111", prompt="a fox", negative="fog", seed=7, steps=20, guidance=6.5, scheduler="dpmpp-2m-karras", width=640,
    height=448, model="v1-5-pruned-emaonly", model_hash="6ce016", loras=(Lora("ink", 0.5), Lora("gone", 1.0)),
    clip_skip=1, lost=("VAE: sharp.pt",),
)  # fmt: skip


def test_a_picture_is_read_in_the_picture_process(studio, tmp_path):
    info = PngInfo()
    info.add_text("parameters", "a fox\nSteps: 3, Sampler: Euler, Seed: 8")
    Image.new("RGB", (64, 48)).save(tmp_path / "a.png", pnginfo=info)
    found = read_picture_recipe(studio.pictures, tmp_path / "a.png")
    assert (found.prompt, found.seed, found.steps, found.width, found.height) == ("a fox", 8, 3, 64, 48)
    Image.new("RGB", (64, 48)).save(tmp_path / "b.png")
    (tmp_path / "c.png").write_text("no picture", encoding="utf-8")
    with pytest.raises(StudioError, match=r"b\.png does not tell"):
        read_picture_recipe(studio.pictures, tmp_path / "b.png")
    with pytest.raises(StudioError, match=r"c\.png is no picture"):
        read_picture_recipe(studio.pictures, tmp_path / "c.png")


def test_an_engine_with_a_model_takes_all_of_it(studio):
    studio.paths.loras.mkdir(parents=True)
    (studio.paths.loras / "ink.safetensors").write_bytes(b"x")
    engine = studio.registry.manifest("diffusers")
    found = fitted(TOLD, engine, loras_here(studio.paths))
    assert found.params == {
        "prompt": "a fox", "negative": "fog", "steps": 20, "guidance": 6.5, "scheduler": "dpmpp-2m-karras",
        "width": 640, "height": 448, "lora": "ink:0.5", "clip_skip": 1,
    }  # fmt: skip
    assert (found.seed, found.model) == (7, "sd-1.5")
    assert found.notes == ("Not taken over: VAE: sharp.pt.", "The LoRA gone is not here; left out.")
    params.complete(engine.params, found.params, engine="diffusers")


def test_the_painter_takes_what_it_knows_and_says_the_rest(studio):
    engine = studio.registry.manifest("painter")
    found = fitted(replace(TOLD, lost=(), loras=()), engine)
    assert found.params == {"prompt": "a fox", "negative": "fog", "width": 640, "height": 448}
    assert found.notes == tuple(
        f"Sketch painter has no {name}; left out." for name in ("steps", "guidance", "scheduler", "clip_skip")
    )
    params.complete(engine.params, found.params, engine="painter")


def test_values_beyond_what_it_takes_come_as_near_as_can_be(studio):
    engine = studio.registry.manifest("diffusers")
    far = PictureRecipe(
        "A1111", prompt="a", steps=900, guidance=99.0, width=4096, height=1024, model="somebodys", model_hash="9f",
        scheduler="of tomorrow",
    )  # fmt: skip
    found = fitted(far, engine)
    assert found.params == {"prompt": "a", "steps": 150, "guidance": 30.0, "width": 2048, "height": 512}
    assert (found.seed, found.model) == (-1, "")
    said = " ".join(found.notes)
    for part in ("steps was 900; ", "guidance was 99.0", "scheduler 'of tomorrow'", "the model somebodys (9f)"):
        assert part in said
    assert found.other == "somebodys (9f)"
    params.complete(engine.params, found.params, engine="diffusers")
    chosen = fitted(far, engine, chosen=True)
    assert (chosen.other, "somebodys" in " ".join(chosen.notes)) == ("", False)


def test_a_picture_beyond_the_sizes_of_an_engine_keeps_its_shape(studio):
    engine = studio.registry.manifest("diffusers")

    def size(width: int, height: int) -> tuple[object, object, tuple[str, ...]]:
        found = fitted(PictureRecipe("A1111", prompt="a", width=width, height=height), engine)
        params.complete(engine.params, found.params, engine="diffusers")
        return found.params["width"], found.params["height"], found.notes

    assert size(40, 20) == (128, 64, (f"The size was 40x20; {engine.title} takes 128x64.",))
    assert size(1000, 4000)[:2] == (512, 2048)
    assert size(640, 448) == (640, 448, ())
    wide = size(9_000, 60)
    assert wide[:2] == (2048, 64), "as near as can be"
    assert len(wide[2]) == 2


def test_a_number_below_the_least_becomes_that_and_not_the_one_that_stands_for_none(studio):
    engine = studio.registry.manifest("diffusers")
    steps = params.Param("steps", "int", default=0, min=0, least=4, max=150)
    engine = replace(engine, params=tuple(steps if param.name == "steps" else param for param in engine.params))
    found = fitted(PictureRecipe("A1111", steps=2), engine)
    assert found.params == {"steps": 4}
    assert fitted(PictureRecipe("A1111", steps=900), engine).params == {"steps": 150}


def test_further_values_are_for_the_engine_that_they_come_from(studio):
    own = PictureRecipe("Angen Studio", prompt="a", engine="painter", more={"style": "ink", "palette": "no such"})
    found = fitted(own, studio.registry.manifest("painter"))
    assert found.params == {"prompt": "a", "style": "ink"}
    assert found.notes == ("Sketch painter does not take palette 'no such'; left out.",)
    assert fitted(own, studio.registry.manifest("diffusers")).params == {"prompt": "a"}


def test_a_sheet_is_written_whole_and_over_nothing(studio, tmp_path):
    files = []
    for number, colour in enumerate(("red", "blue")):
        Image.new("RGB", (64, 48), colour).save(tmp_path / f"{number}.png")
        files.append(tmp_path / f"{number}.png")
    grid = prompt_grid.grid("a {red|blue} cat", [1])
    target = Target(str(tmp_path / "sheet.jpg"), "jpg")
    size = write_sheet(studio.pictures, grid, files, target)
    with Image.open(tmp_path / "sheet.jpg") as image:
        assert (image.format, image.size) == ("JPEG", size)
    before = (tmp_path / "sheet.jpg").read_bytes()
    with pytest.raises(StudioError, match="appeared meanwhile"):
        write_sheet(studio.pictures, grid, files, target)
    assert (tmp_path / "sheet.jpg").read_bytes() == before
    files[1].unlink()
    with pytest.raises(StudioError, match=r"no file 1\.png"):
        write_sheet(studio.pictures, grid, files, Target(str(tmp_path / "other.png"), "png"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0.png", "data", "sheet.jpg"]

"""Swin2SR in its real environment: the real classes with random weights, in the real process."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.worker import failures
from tests.engines.harness import Reply, Worker
from tests.engines.real_engine import RealEngine, fractions, made

PackPython = Callable[[str], Path]
DEFAULTS = {
    p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("swin2sr").params if p.at == "run"
}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_MORE = """
smoke.make(folder, times=4, name="four")
smoke.make(folder, times=4, name="real", upsampler="nearest+conv")
"""
# Tells what reaches the model, and breaks what a test says. What is cancelled is so in the first layer of a tile.
_SPY = """
def prepare(load):
    import torch
    from transformers.models.swin2sr import modeling_swin2sr as library
    if "forward" in now:
        return
    now["forward"] = forward = library.Swin2SRForImageSuperResolution.forward

    def spied(self, pixel_values, **given):
        told(shape=list(pixel_values.shape), dtype=str(pixel_values.dtype))
        made = forward(self, pixel_values=pixel_values, **given)
        narrow = pixel_values.dtype != torch.float32
        if now["broken"] == "nan" or (now["broken"] == "narrow" and narrow):
            made.reconstruction[0, 0, 0, 0] = float("nan")
        if now["broken"] == "black":
            made.reconstruction[:] = -0.5
        return made

    library.Swin2SRForImageSuperResolution.forward = spied
    in_steps(library.Swin2SRLayer)
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("swin2sr", pack_python("core"), tmp_path_factory.mktemp("swin2sr"), spy=_SPY, more=_MORE)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    with engine.running() as worker:
        yield worker


@pytest.fixture(scope="module")
def four(engine: RealEngine) -> Iterator[Worker]:
    with engine.running(model=engine.model / "four") as worker:
        yield worker


def blotches(file: Path, width: int, height: int, *, seed: int = 7) -> Path:
    """Write a picture with some contrast."""
    dice = np.random.default_rng(seed).integers(0, 256, (-(-height // 10), -(-width // 10), 3), np.uint8)
    Image.fromarray(dice.repeat(10, axis=0).repeat(10, axis=1)[:height, :width]).save(file)
    return file


def enlarged(worker: Worker, scratch: Path, init: Path | None, **params: Any) -> Reply:
    """Have a picture made larger."""
    inputs = {"text": "", "files": {"init": str(init)} if init else {}}
    worker.start(scratch, [], task="image", inputs=inputs, params={**DEFAULTS, **params})
    return worker.finish()


def pixels(reply: Reply) -> np.ndarray:
    """Read what was made."""
    with Image.open(reply.file) as image:
        return np.asarray(image)


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far points differ, of 255."""
    return np.abs(one.astype(int) - other)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 3), (8, 8), (33, 64), (101, 47)])
@pytest.mark.parametrize("upscale", ["2", "4"])
def test_any_picture_becomes_exactly_so_many_times_as_large(
    running: Worker, tmp_path: Path, width: int, height: int, upscale: str
):
    reply = enlarged(running, tmp_path, blotches(tmp_path / "a.png", width, height), upscale=upscale, tile=64)
    assert reply.result is not None, reply.failed
    wide, high = width * int(upscale), height * int(upscale)
    assert pixels(reply).shape == (high, wide, 3)
    assert reply.result.facts == {"width": wide, "height": high, "seed": 7}
    assert fractions(reply, "enlarging") == sorted(fractions(reply))
    assert fractions(reply)[-1] == 1.0


def test_it_is_what_the_library_s_model_makes_of_the_whole(running: Worker, engine: RealEngine, tmp_path: Path):
    """At 64 x 48 nothing is added around it, so the model sees the picture itself."""
    reply = enlarged(running, tmp_path, blotches(tmp_path / "a.png", 64, 48))
    assert engine.calls[-1] == {"shape": [1, 3, 48, 64], "dtype": "torch.float32"}
    code = (
        "import sys, numpy as np, torch; from PIL import Image\n"
        "from transformers import Swin2SRForImageSuperResolution\n"
        "torch.set_num_threads(1); model = Swin2SRForImageSuperResolution.from_pretrained(sys.argv[1]).eval()\n"
        "given = torch.from_numpy(np.asarray(Image.open(sys.argv[2]))).permute(2, 0, 1)[None] / 255\n"
        "with torch.no_grad(): made = model(given).reconstruction[0].clamp(0, 1).mul(255).round().to(torch.uint8)\n"
        "Image.fromarray(made.permute(1, 2, 0).numpy()).save(sys.argv[3])"
    )
    place = engine.model / "swin2sr"
    subprocess.run(
        [str(engine.python), "-c", code, str(place), str(tmp_path / "a.png"), str(tmp_path / "b.png")], check=True
    )
    assert np.array_equal(pixels(reply), np.asarray(Image.open(tmp_path / "b.png")))


def test_tiles_give_nearly_the_picture_that_the_whole_gives(running: Worker, engine: RealEngine, tmp_path: Path):
    init = blotches(tmp_path / "a.png", 203, 117)
    whole = pixels(enlarged(running, tmp_path / "whole", init, tile=1024))
    before = len(engine.calls)
    for side, most in ((128, 20), (64, 24), (47, 32)):
        reply = enlarged(running, tmp_path / str(side), init, tile=side)
        found = apart(whole, pixels(reply))
        assert found.max() <= most, side
        assert found.mean() < 1.5, side
        shapes = [call["shape"] for call in engine.calls[before:]]
        before = len(engine.calls)
        assert {tuple(shape) for shape in shapes} == {(1, 3, min(side // 8 * 8, 120), side // 8 * 8)}
        assert len(shapes) >= 4 or side == 128
        told = [round(share, 6) for share in fractions(reply)]
        assert len(set(told)) > 4 * len(shapes), "it is told how far each tile is"


def test_short_of_memory_tiles_are_small(engine: RealEngine, tmp_path: Path):
    with engine.running(rungs="empty_cache slicing") as worker:
        reply = enlarged(worker, tmp_path, blotches(tmp_path / "a.png", 100, 70))
    assert pixels(reply).shape == (140, 200, 3)
    assert engine.calls[-1]["shape"] == [1, 3, 64, 64]


def test_a_model_for_four_times_is_reduced_to_two(four: Worker, tmp_path: Path):
    init = blotches(tmp_path / "a.png", 45, 30)
    own, half = (enlarged(four, tmp_path / upscale, init, upscale=upscale) for upscale in ("4", "2"))
    assert (pixels(own).shape, pixels(half).shape) == ((120, 180, 3), (60, 90, 3))
    smaller = Image.fromarray(pixels(own)).resize((90, 60), Image.Resampling.LANCZOS)
    assert apart(np.asarray(smaller)[:-8, :-8], pixels(half)[:-8, :-8]).max() <= 2
    assert [note.text for note in half.notes] == ["This model enlarges 4 times; what it made was reduced to 2 times."]
    assert not own.notes


def test_a_model_for_two_times_works_twice_for_four(running: Worker, tmp_path: Path):
    init = blotches(tmp_path / "a.png", 40, 24)
    once = enlarged(running, tmp_path / "once", init)
    twice = enlarged(running, tmp_path / "twice", once.file)
    reply = enlarged(running, tmp_path / "both", init, upscale="4")
    assert np.array_equal(pixels(reply), pixels(twice))
    assert [note.text for note in reply.notes] == ["This model enlarges 2 times, so it worked more than once."]


def test_the_model_for_photographs_is_of_another_form(engine: RealEngine, tmp_path: Path):
    with engine.running(model=engine.model / "real") as worker:
        reply = enlarged(worker, tmp_path, blotches(tmp_path / "a.png", 21, 35), upscale="4")
    assert pixels(reply).shape == (140, 84, 3)
    assert pixels(reply).std() > 5


def test_clear_parts_stay_clear_and_leave_no_fringe(running: Worker, tmp_path: Path):
    plain = blotches(tmp_path / "a.png", 40, 40)
    image = Image.open(plain).convert("RGBA")
    alpha = np.full((40, 40), 255, np.uint8)
    alpha[:, 24:] = 0
    alpha[:, 20:24] = 128
    image.putalpha(Image.fromarray(alpha))
    made_of: list[np.ndarray] = []
    for number, hidden in enumerate(((0, 0, 0), (255, 255, 255))):
        colours = np.asarray(image).copy()
        colours[:, 24:, :3] = hidden
        Image.fromarray(colours).save(tmp_path / f"{number}.png")
        made_of.append(pixels(enlarged(running, tmp_path / str(number), tmp_path / f"{number}.png")))
    assert made_of[0].shape == (80, 80, 4)
    larger = Image.fromarray(alpha).resize((80, 80), Image.Resampling.LANCZOS)
    assert np.array_equal(made_of[0][..., 3], np.asarray(larger))
    assert np.array_equal(made_of[0], made_of[1]), "what lies under clear parts, where nobody sees it, is of no account"
    grey = tmp_path / "grey.png"
    Image.new("L", (9, 9), 90).save(grey)
    assert pixels(enlarged(running, tmp_path / "grey", grey)).shape == (18, 18, 3)


@pytest.mark.parametrize("form", ["bf16", "fp16"])
def test_what_comes_to_nothing_is_computed_again_in_fp32(
    engine: RealEngine, running: Worker, tmp_path: Path, form: str
):
    init = blotches(tmp_path / "a.png", 90, 40)
    exact = pixels(enlarged(running, tmp_path / "exact", init, tile=64))
    with engine.running(number_format=form) as worker:
        plain = enlarged(worker, tmp_path / "plain", init, tile=64)
        narrow = str(engine.calls[-1]["dtype"])
        reply = enlarged(worker, tmp_path / "again", init, tile=64, _broken="narrow")
        assert [call["dtype"] for call in engine.calls[-4:]] == [narrow, "torch.float32"] * 2
        after = enlarged(worker, tmp_path / "after", init, tile=64)
        assert engine.calls[-1]["dtype"] == narrow, "it goes on as before"
    assert narrow == {"bf16": "torch.bfloat16", "fp16": "torch.float16"}[form]
    assert apart(pixels(plain), exact).max() <= 12
    assert apart(pixels(reply), exact).max() <= 8, "its weights stay rounded"
    assert np.array_equal(pixels(after), pixels(plain))
    assert [note.text for note in reply.notes] == ["Tiles that came to nothing were computed again in fp32 (2)."]


@pytest.mark.parametrize("broken", ["nan", "black"])
def test_what_stays_nothing_is_refused(running: Worker, tmp_path: Path, broken: str):
    reply = enlarged(running, tmp_path, blotches(tmp_path / "a.png", 30, 30), _broken=broken)
    assert reply.failed is not None
    assert (reply.failed.failure, reply.idle) == (failures.BAD_NUMBERS, True)
    assert not list(tmp_path.glob("picture*"))


def test_a_picture_of_one_colour_may_come_out_as_one(running: Worker, tmp_path: Path):
    Image.new("RGB", (20, 20), (0, 0, 0)).save(tmp_path / "a.png")
    reply = enlarged(running, tmp_path, tmp_path / "a.png", _broken="black")
    assert not pixels(reply).any()


def test_a_cancel_is_heard_within_a_tile_and_the_next_picture_is_whole(
    engine: RealEngine, running: Worker, tmp_path: Path
):
    init = blotches(tmp_path / "a.png", 64, 64)
    before = enlarged(running, tmp_path / "a", init)
    reply = enlarged(running, tmp_path / "b", init, _broken="cancel")
    assert reply.failed is not None
    assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
    assert engine.calls[-2:] == [{"shape": [1, 3, 64, 64], "dtype": "torch.float32"}, {"begun": 1}], "of four layers"
    assert not list((tmp_path / "b").glob("picture*"))
    assert np.array_equal(pixels(before), pixels(enlarged(running, tmp_path / "c", init)))


def test_what_cannot_be_is_said(engine: RealEngine, running: Worker, tmp_path: Path):
    nothing = enlarged(running, tmp_path, None)
    assert nothing.failed is not None
    assert (nothing.failed.failure, nothing.failed.message) == (failures.USER, "There is no picture to enlarge.")
    Image.new("L", (9000, 2)).save(tmp_path / "long.png")
    large = enlarged(running, tmp_path, tmp_path / "long.png")
    assert large.failed is not None
    assert "18,000 × 4" in large.failed.message
    for change in ({"upscale": 1}, {"num_channels": 1, "num_channels_out": 1}):
        place = tmp_path / "-".join(change)
        shutil.copytree(engine.model / "swin2sr", place)
        about = json.loads((place / "config.json").read_text())
        (place / "config.json").write_text(json.dumps({**about, **change}))
        said = engine.refused(place)
        assert (said.failure, "no pictures in colour" in said.message) == (failures.USER, True), said
    empty = engine.refused(tmp_path)
    assert (empty.failure, "config.json is missing" in empty.message) == (failures.USER, True)
    assert "studio models download swin2sr-x2" in empty.hint
    (engine.model / "cut").mkdir()
    shutil.copy(engine.model / "swin2sr" / "config.json", engine.model / "cut")
    assert "safe to read" in engine.refused(engine.model / "cut").message

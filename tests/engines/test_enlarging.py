"""Pictures made larger: tiles without seams, and the plain way, without a model."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.engines.shared import enlarging
from studio.worker.failures import UserMistake
from tests.engines.harness import ENGINES


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diffusers_upscaling", ENGINES / "diffusers" / "upscaling.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


upscaling = _module()
_SIDES = st.integers(1, 150)


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


@given(_SIDES, _SIDES, st.integers(32, 96), st.integers(32, 96))
def test_tiles_that_nothing_was_done_to_give_the_picture_itself(wide, high, width, height):
    canvas = noise(wide, high)
    assert np.array_equal(upscaling.painted(canvas, width, height, lambda *given: given[2]), canvas)


@given(_SIDES, _SIDES, st.integers(32, 96), st.integers(32, 96))
def test_every_tile_is_of_one_size_and_in_its_turn(wide, high, width, height):
    seen: list[tuple[int, int]] = []

    def paint(number, count, under):
        assert under.shape == (min(height, high), min(width, wide), 3)
        seen.append((number, count))
        return under

    upscaling.painted(noise(wide, high), width, height, paint)
    assert seen == [(number, len(seen)) for number in range(len(seen))]


@pytest.mark.parametrize(("wide", "high"), [(200, 64), (64, 200), (190, 170), (257, 131)])
def test_tiles_of_other_brightness_pass_into_each_other(wide, high):
    """Each tile comes out in a grey of its own: what is between them is a slope, and nowhere a step."""
    lightest = 120

    def paint(number, count, under):
        return np.full_like(under, lightest * number // max(1, count - 1))

    made = upscaling.painted(np.zeros((high, wide, 3), np.uint8), 64, 64, paint).astype(int)
    slope = lightest / 16 + 2  # a tile comes in over at least sixteen points
    assert np.abs(np.diff(made, axis=0)).max(initial=0) <= slope
    assert np.abs(np.diff(made, axis=1)).max(initial=0) <= slope
    assert made.max() == lightest
    assert made.min() == 0


def test_a_flat_picture_stays_flat(tmp_path: Path):
    Image.new("RGB", (50, 30), (90, 120, 33)).save(tmp_path / "a.png")
    canvas = np.asarray(enlarging.plainly(tmp_path / "a.png", 4))
    assert canvas.shape == (120, 200, 3)
    made = upscaling.painted(canvas, 64, 64, lambda number, count, under: under)
    assert (made == (90, 120, 33)).all()


def test_clear_parts_stay_clear_in_the_plain_way(tmp_path: Path):
    image = Image.new("RGBA", (16, 16), (200, 0, 0, 255))
    image.paste((0, 255, 0, 0), (8, 0, 16, 16))
    image.save(tmp_path / "a.png")
    made = np.asarray(enlarging.plainly(tmp_path / "a.png", 2))
    assert made[5, 31, 3] == 0
    assert tuple(made[5, 2]) == (200, 0, 0, 255)


@pytest.mark.parametrize(
    ("params", "files", "said"),
    [
        ({"upscale": "3"}, {"init": "a"}, "one of"),
        ({"upscale": "2"}, {}, "no picture to enlarge"),
        ({"upscale": "2"}, {"init": "a", "mask": "b"}, "takes no mask"),
    ],
)
def test_what_cannot_be_enlarged_is_said(params, files, said):
    with pytest.raises(UserMistake, match=said):
        enlarging.factor(params, files)
    assert enlarging.factor({}, {}) == 1
    assert enlarging.factor({"upscale": "4"}, {"init": "a"}) == 4


def test_nothing_becomes_larger_than_the_studio_takes(tmp_path: Path):
    Image.new("L", (4100, 10)).save(tmp_path / "a.png")
    with pytest.raises(UserMistake, match="16,400 × 40"):
        enlarging.plainly(tmp_path / "a.png", 4)
    Image.new("1", (2600, 2500)).save(tmp_path / "b.png")
    with pytest.raises(UserMistake, match="50 megapixels"):
        enlarging.plainly(tmp_path / "b.png", 4)

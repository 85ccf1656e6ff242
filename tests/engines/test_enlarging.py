"""Pictures made larger: tiles without seams, and the plain way, without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.engines.shared import enlarging, holes, tiling
from studio.worker.failures import UserMistake

_SIDES = st.integers(1, 150)


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


@given(_SIDES, _SIDES, st.integers(32, 96), st.integers(32, 96))
def test_tiles_that_nothing_was_done_to_give_the_picture_itself(wide, high, width, height):
    canvas = noise(wide, high)
    assert np.array_equal(tiling.painted(canvas, width, height, lambda *given: given[2]), canvas)


@given(_SIDES, _SIDES, st.integers(32, 96), st.integers(32, 96))
def test_every_tile_is_of_one_size_and_in_its_turn(wide, high, width, height):
    seen: list[tuple[int, int]] = []

    def paint(number, count, under):
        assert under.shape == (min(height, high), min(width, wide), 3)
        seen.append((number, count))
        return under

    tiling.painted(noise(wide, high), width, height, paint)
    assert seen == [(number, len(seen)) for number in range(len(seen))]


@pytest.mark.parametrize(("wide", "high"), [(200, 64), (64, 200), (190, 170), (257, 131)])
def test_tiles_of_other_brightness_pass_into_each_other(wide, high):
    """Each tile comes out in a grey of its own: what is between them is a slope, and nowhere a step."""
    lightest = 120

    def paint(number, count, under):
        return np.full_like(under, lightest * number // max(1, count - 1))

    made = tiling.painted(np.zeros((high, wide, 3), np.uint8), 64, 64, paint).astype(int)
    slope = lightest / 16 + 2  # a tile comes in over at least sixteen points
    assert np.abs(np.diff(made, axis=0)).max(initial=0) <= slope
    assert np.abs(np.diff(made, axis=1)).max(initial=0) <= slope
    assert made.max() == lightest
    assert made.min() == 0


@given(st.integers(1, 12), st.integers(1, 12), st.integers(4, 9), st.integers(4, 9), st.sampled_from([0.0, 0.25]))
def test_larger_tiles_make_a_larger_picture_and_begin_at_multiples(wide, high, width, height, unseen):
    canvas, seen = noise(8 * wide, 8 * high), np.zeros((high, wide), bool)
    for number, cell in enumerate(np.ndindex(high, wide)):  # each cell of the grid is of a colour of its own
        canvas[8 * cell[0] : 8 * cell[0] + 8, 8 * cell[1] : 8 * cell[1] + 8] = (number, 7, 9)

    def paint(number, count, under):
        cells = under[::8, ::8, 0]
        assert np.array_equal(cells.repeat(8, axis=0).repeat(8, axis=1), under[:, :, 0]), "begun within a cell"
        seen[np.isin(np.arange(high * wide).reshape(high, wide), cells)] = True
        return under.repeat(3, axis=0).repeat(3, axis=1)

    made = tiling.painted(canvas, 8 * width, 8 * height, paint, times=3, grid=8, unseen=unseen)
    assert np.array_equal(made, canvas.repeat(3, axis=0).repeat(3, axis=1))
    assert seen.all()


def test_the_edges_of_tiles_can_be_left_out():
    """A frame of four points around each tile is spoilt: none of it is seen but at the edges of the whole."""

    def paint(number, count, under):
        made = np.full_like(under, 255)
        made[4:-4, 4:-4] = under[4:-4, 4:-4]
        return made

    canvas = np.zeros((150, 170, 3), np.uint8)
    made = tiling.painted(canvas, 64, 64, paint, grid=2, unseen=0.25)
    assert not made[4:-4, 4:-4].any()
    assert tiling.painted(canvas, 64, 64, paint)[4:-4, 4:-4].any()


def test_clear_parts_get_the_colours_around_them():
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30], clear = (200, 40, 10), np.zeros((40, 60), bool)
    clear[:, 30:] = True
    made = holes.filled(pixels, clear)
    assert (made == (200, 40, 10)).all()
    pixels[:20, :30] = (0, 0, 250)
    made = holes.filled(pixels, clear)
    assert np.array_equal(made[:, :30], pixels[:, :30])
    assert made[2, 30, 2] > made[38, 30, 2], "those near by count most"


def test_a_flat_picture_stays_flat(tmp_path: Path):
    Image.new("RGB", (50, 30), (90, 120, 33)).save(tmp_path / "a.png")
    canvas = np.asarray(enlarging.plainly(tmp_path / "a.png", 4))
    assert canvas.shape == (120, 200, 3)
    made = tiling.painted(canvas, 64, 64, lambda number, count, under: under)
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


def _grey(number, count, under):
    """Paint each tile in a grey of its own, the first the darkest."""
    return np.full_like(under, (40 + 60 * number) % 256)


def test_after_each_tile_but_the_last_there_is_a_look_at_what_is_painted_so_far():
    looks: list[np.ndarray] = []
    canvas = np.zeros((100, 150, 3), np.uint8)
    made = tiling.painted(canvas, 100, 64, _grey, lambda look: looks.append(look()))
    assert len(looks) == 3, "of four"
    assert all(look.shape == canvas.shape for look in looks)
    first, second, third = looks
    assert (first[:64, :100] == 40).all()
    assert not first[64:].any()
    assert not first[:, 100:].any()
    assert second[32, -1, 0] == 100
    assert not second[64:].any(), "the second row is not yet begun"
    assert third[-1, 0, 0] == 160
    assert not third[-1, -1].any()
    done = third[:36]  # above the second row nothing comes any more
    assert np.array_equal(done, made[:36])
    assert np.array_equal(third[:, :50], made[:, :50]), "as what is painted passes into what lies under it"


def test_looks_change_nothing_of_the_picture_and_need_not_be_taken():
    canvas = noise(200, 170)
    plain = tiling.painted(canvas, 64, 64, _grey)
    assert np.array_equal(tiling.painted(canvas, 64, 64, _grey, lambda look: look()[:].fill(0)), plain)
    assert np.array_equal(tiling.painted(canvas, 64, 64, _grey, lambda _look: None), plain)


@pytest.mark.parametrize(("wide", "high"), [(1300, 40), (1024, 1024), (513, 700), (5000, 1)])
def test_a_look_is_small_however_large_the_picture(wide, high):
    looks: list[np.ndarray] = []
    tiling.painted(noise(wide, high), 300, 300, _grey, lambda look: looks.append(look()))
    assert looks
    assert all(256 <= max(look.shape[:2]) <= 512 for look in looks)
    assert all(abs(look.shape[1] / look.shape[0] - wide / high) < 0.1 * wide / high for look in looks if high > 1)

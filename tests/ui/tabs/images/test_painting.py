"""What was painted as files for a job: the picture itself where nothing is added, a canvas and a mask where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from studio.ui.tabs.images.framing import Frame, around
from studio.ui.tabs.images.mask import Brush, Mask
from studio.ui.tabs.images.painting import Painting

pytestmark = pytest.mark.usefixtures("qapp")
FILE = Path("of the user.png")


def _painting(frame: Frame, *, dab: bool = False) -> Painting:
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor(200, 60, 30))
    mask = Mask(64, 48)
    if dab:
        mask.begin(Brush(10, 0.0), QPointF(32, 24))
        mask.end()
    return Painting(FILE, picture, mask, frame)


def test_an_untouched_picture_is_given_as_it_is(tmp_path: Path) -> None:
    painting = _painting(Frame(64, 48))
    assert not painting.touched
    assert painting.painted(clears=True).written(tmp_path) == {"init": FILE}


def test_a_mask_goes_beside_the_picture_itself(tmp_path: Path) -> None:
    files = _painting(Frame(128, 96), dab=True).painted(clears=True).written(tmp_path)
    assert files["init"] == FILE
    mask = QImage(str(files["mask"]))
    assert (mask.width(), mask.height()) == (64, 48)
    assert [mask.pixelColor(*at).red() for at in ((32, 24), (5, 5))] == [255, 0]


def test_where_clear_parts_are_continued_the_frame_is_clear(tmp_path: Path) -> None:
    files = _painting(Frame(128, 96, left=32, bottom=16)).painted(clears=True).written(tmp_path)
    assert files.keys() == {"init"}
    canvas = QImage(str(files["init"]))
    assert (canvas.width(), canvas.height()) == (160, 112)
    assert [canvas.pixelColor(*at).alpha() for at in ((31, 50), (32, 50), (100, 95), (100, 96))] == [0, 255, 255, 0]
    assert canvas.pixelColor(40, 20).red() == 200


@pytest.mark.parametrize(("clears", "dab"), [(False, False), (True, True)])
def test_else_the_mask_says_that_all_around_is_painted(tmp_path: Path, *, clears: bool, dab: bool) -> None:
    files = _painting(Frame(128, 96, left=32, bottom=16), dab=dab).painted(clears=clears).written(tmp_path)
    canvas, mask = QImage(str(files["init"])), QImage(str(files["mask"]))
    assert not canvas.hasAlphaChannel()
    assert canvas.pixelColor(10, 10).red() == 200, "the picture is drawn out below"
    assert (mask.width(), mask.height()) == (160, 112)
    level = [mask.pixelColor(*at).red() for at in ((10, 50), (100, 104), (32, 20), (60, 20), (159, 20), (60, 0))]
    assert level[:2] == [255, 255]
    assert 0 < level[2] < 255, "a seam into the picture"
    assert level[3:] == [0, 0, 0], "no seam where nothing is added"
    assert mask.pixelColor(96, 48).red() == (255 if dab else 0)


def test_an_edge_goes_in_steps_no_farther_in_than_the_picture_and_no_farther_out_than_the_engine() -> None:
    frame = Frame(512, 384)
    assert frame.grown("right", 61, most=2048).size == (576, 384)
    assert frame.grown("left", -100, most=2048) == frame
    assert frame.grown("top", 5000, most=1024).size == (512, 1024)
    wide = frame.grown("left", 400, most=1024)
    assert wide.grown("right", 400, most=1024).size == (1024, 384)
    assert wide.grown("left", -400, most=1024) == frame


@pytest.mark.parametrize(
    ("picture", "wanted", "size"),
    [
        ((4000, 3000), (512, 512), (512, 384)),
        ((64, 64), (768, 512), (512, 512)),
        ((3000, 100), (512, 512), (512, 64)),
        ((100, 5000), (1024, 1024), (64, 1024)),
    ],
)
def test_a_frame_begins_as_large_as_the_size_lets_the_picture_be(picture, wanted, size) -> None:
    width, height = picture
    assert around(width, height, wanted, least=64, most=2048).size == size

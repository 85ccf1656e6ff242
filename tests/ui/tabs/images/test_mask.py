"""Where to paint: strokes and their edges."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage

from studio.ui.tabs.images.mask import Brush, Mask

pytestmark = pytest.mark.usefixtures("qapp")
HARD = Brush(10, 0.0)


def _stroke(mask: Mask, brush: Brush, *points: tuple[float, float]) -> None:
    mask.begin(brush, QPointF(*points[0]))
    for point in points[1:]:
        mask.go_on(QPointF(*point))
    mask.end()


def _grey(mask: Mask, x: int, y: int) -> int:
    return mask.greys().pixelColor(x, y).red()


def test_a_hard_stroke_is_white_inside_and_black_outside() -> None:
    mask = Mask(100, 60)
    assert mask.empty
    _stroke(mask, HARD, (20, 30), (80, 30))
    assert [_grey(mask, 50, y) for y in (20, 27, 30, 33, 40)] == [0, 255, 255, 255, 0]
    assert not mask.empty


def test_a_soft_stroke_fades_and_does_not_grow_lighter_where_it_crosses_itself() -> None:
    mask, once = Mask(100, 60), Mask(100, 60)
    soft = Brush(40, 1.0)
    _stroke(once, soft, (20, 30), (80, 30))
    _stroke(mask, soft, (20, 30), (80, 30), (20, 30), (80, 30))
    fading = [_grey(once, 50, y) for y in (30, 36, 42, 48, 55)]
    assert fading == sorted(fading, reverse=True)
    assert len(set(fading)) == 5
    again = [_grey(mask, 50, y) for y in (30, 36, 42, 48, 55)]
    assert all(abs(one - other) <= 16 for one, other in zip(fading, again, strict=True)), "one step of its edge"


def test_the_soft_edge_of_a_stroke_takes_nothing_from_another() -> None:
    mask = Mask(100, 60)
    _stroke(mask, Brush(40, 0.5), (20, 30), (80, 30))
    _stroke(mask, Brush(40, 0.5), (20, 48), (80, 48))
    assert _grey(mask, 50, 30) == 255


def test_the_eraser_takes_away_what_was_painted() -> None:
    mask = Mask(100, 60)
    _stroke(mask, Brush(40, 0.0), (20, 30), (80, 30))
    _stroke(mask, Brush(10, 0.0, erases=True), (50, 5), (50, 55))
    assert [_grey(mask, x, 30) for x in (30, 50, 70)] == [255, 0, 255]


def test_what_lies_outside_and_nothing_at_all_changes_nothing() -> None:
    mask = Mask(50, 50)
    mask.begin(HARD, QPointF(-100, -100))
    mask.go_on(QPointF(-50, -80))
    assert (mask.end(), mask.clear(), mask.empty, mask.go_on(QPointF(9, 9))) == (None, None, True, QRect())


@pytest.mark.parametrize("clear", [False, True])
def test_a_mask_begins_as_a_picture_says(clear: bool) -> None:
    """White in it is painted, or what is not clear where parts are."""
    picture = QImage(30, 20, QImage.Format.Format_ARGB32)
    picture.fill(QColor(0, 0, 0, 0 if clear else 255))
    picture.setPixelColor(5, 6, QColor(0, 0, 200) if clear else QColor("white"))
    mask = Mask.of(picture)
    assert [_grey(mask, *at) for at in ((5, 6), (6, 6))] == [255, 0]
    _stroke(mask, HARD, (20, 10))
    assert [_grey(mask, *at) for at in ((5, 6), (20, 10))] == [255, 255]

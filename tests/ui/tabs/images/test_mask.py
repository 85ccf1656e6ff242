"""Where to paint: strokes, their edges, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, QRect

from studio.ui.tabs.images import mask as masks
from studio.ui.tabs.images.mask import Brush, Mask

if TYPE_CHECKING:
    pass

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


def test_every_step_is_undone_and_done_again_to_the_bit() -> None:
    mask = Mask(120, 80)
    seen = [mask.greys()]
    for act in (
        lambda: _stroke(mask, Brush(30, 0.7), (10, 10), (100, 70)),
        lambda: _stroke(mask, Brush(20, 0.3, erases=True), (60, 0), (60, 79)),
        mask.invert,
        mask.clear,
        lambda: _stroke(mask, HARD, (5, 5)),
    ):
        act()
        seen.append(mask.greys())
    for before in reversed(seen[:-1]):
        mask.undo()
        assert mask.greys() == before
    assert not mask.can_undo
    for after in seen[1:]:
        mask.redo()
        assert mask.greys() == after
    assert not mask.can_redo


def test_a_new_step_ends_what_could_be_done_again() -> None:
    mask = Mask(50, 50)
    _stroke(mask, HARD, (10, 10))
    mask.undo()
    _stroke(mask, HARD, (40, 40))
    assert (mask.can_redo, _grey(mask, 10, 10), _grey(mask, 40, 40)) == (False, 0, 255)


def test_what_was_done_long_ago_is_forgotten_before_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "_MOST_KEPT", 50_000)
    mask = Mask(100, 100)  # each of these steps is kept in 20,000 bytes
    for _ in range(5):
        mask.invert()
    steps = 0
    while mask.can_undo:
        mask.undo()
        steps += 1
    assert steps == 2


def test_what_lies_outside_and_nothing_at_all_changes_nothing() -> None:
    mask = Mask(50, 50)
    _stroke(mask, HARD, (-100, -100), (-50, -80))
    mask.clear()
    assert (mask.can_undo, mask.empty, mask.undo(), mask.redo()) == (False, True, QRect(), QRect())

"""The way back of what is painted on: strokes and frames, in the order in which they were made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from studio.ui.tabs.images import history as histories
from studio.ui.tabs.images.framing import Frame
from studio.ui.tabs.images.mask import Brush, Mask
from studio.ui.tabs.images.painting import Painting

pytestmark = pytest.mark.usefixtures("qapp")
HARD = Brush(10, 0.0)
WIDE = 64


def _painting(width: int = 100, height: int = 80) -> Painting:
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    return Painting(Path("a.png"), picture, Mask(width, height), Frame(width, height))


def _stroke(painting: Painting, brush: Brush, *points: tuple[float, float]) -> None:
    painting.mask.begin(brush, QPointF(*points[0]))
    for point in points[1:]:
        painting.mask.go_on(QPointF(*point))
    painting.lift()


def _widen(painting: Painting, side: str, by: int) -> None:
    before = painting.frame
    painting.frame = before.grown(side, by, most=2048)
    painting.framed(before)


def _seen(painting: Painting) -> tuple[QImage, Frame]:
    return painting.mask.greys(), painting.frame


def test_strokes_and_frames_are_undone_and_done_again_in_one_order_to_the_bit() -> None:
    painting = _painting()
    seen = [_seen(painting)]
    for act in (
        lambda: _stroke(painting, Brush(30, 0.7), (10, 10), (90, 70)),
        lambda: _widen(painting, "right", WIDE),
        lambda: _stroke(painting, Brush(20, 0.3, erases=True), (60, 0), (60, 79)),
        lambda: _widen(painting, "top", WIDE),
        painting.invert,
        painting.clear,
        lambda: _stroke(painting, HARD, (5, 5)),
    ):
        act()
        assert _seen(painting) != seen[-1]
        seen.append(_seen(painting))
    assert seen[6][1] == Frame(100, 80), "to paint nowhere takes the frame back in the same step"
    for before in reversed(seen[:-1]):
        painting.undo()
        assert _seen(painting) == before
    assert not painting.history.can_undo
    for after in seen[1:]:
        painting.redo()
        assert _seen(painting) == after
    assert not painting.history.can_redo


def test_a_new_step_ends_what_could_be_done_again() -> None:
    painting = _painting()
    _widen(painting, "left", WIDE)
    painting.undo()
    _stroke(painting, HARD, (40, 40))
    assert not painting.history.can_redo
    painting.redo()
    assert painting.frame == Frame(100, 80)


def test_what_changes_nothing_is_no_step() -> None:
    painting = _painting()
    _widen(painting, "left", -WIDE)
    _stroke(painting, HARD, (-100, -100))
    painting.clear()
    assert not painting.history.can_undo
    assert painting.undo().isEmpty()
    assert painting.redo().isEmpty()


def test_what_was_done_long_ago_is_forgotten_before_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "_MOST_KEPT", 50_000)
    painting = _painting(100, 100)  # each time it is inverted, 20,000 bytes are kept
    for _ in range(5):
        painting.invert()
        _widen(painting, "right", 8)
    steps = 0
    while painting.history.can_undo:
        painting.undo()
        steps += 1
    assert steps == 5, "two that are large, and the small ones around them"


@pytest.mark.parametrize(("most", "held"), [(0, True), (128, True), (164, False)])
def test_a_frame_that_an_engine_does_not_make_goes_back_to_the_picture(most: int, held: bool) -> None:
    painting = _painting()
    _widen(painting, "right", WIDE)
    painting.hold(most)
    assert painting.frame.extended is not held

"""Brush, eraser and frame in the hands of somebody with a mouse, and of somebody with keys alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QToolButton

from studio.ui.bridge.memory import Memory
from studio.ui.tabs.images.framing import Frame
from studio.ui.tabs.images.mask import Mask
from studio.ui.tabs.images.paint_page import PaintPage
from studio.ui.tabs.images.painting import Painting
from studio.ui.tabs.images.picture_view import SLIDER, PictureView
from tests.ui.conftest import click, find, press

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture(name="page")
def _page(qtbot: QtBot, tmp_path: Path) -> PaintPage:
    page = PaintPage(Memory(tmp_path / "window.json"))
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    picture = QImage(256, 192, QImage.Format.Format_RGB32)
    picture.fill(QColor(200, 60, 30))
    painting = Painting(Path("a.png"), picture, Mask(256, 192), Frame(512, 384))
    page.open(painting, "a.png", most=1024, may_frame=True)
    qtbot.waitExposed(page)
    return page


def _painting(page: PaintPage) -> Painting:
    assert page.view.painting is not None
    return page.view.painting


def _at(page: PaintPage, x: float, y: float) -> QPoint:
    """Where a point of the picture, in parts of its size, is in the view."""
    canvas = page.view._canvas()
    return QPointF(canvas.left() + x * canvas.width(), canvas.top() + y * canvas.height()).toPoint()


def _grey(page: PaintPage, x: float, y: float) -> int:
    return _painting(page).mask.greys().pixelColor(int(256 * x), int(192 * y)).red()


def _drag(page: PaintPage, start: QPoint, end: QPoint) -> None:
    view, left = page.view, Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, left, pos=end)


def test_a_stroke_is_painted_where_the_mouse_goes_and_taken_back(page: PaintPage) -> None:
    _drag(page, _at(page, 0.2, 0.5), _at(page, 0.8, 0.5))
    assert [_grey(page, x, 0.5) for x in (0.05, 0.2, 0.5, 0.8, 0.95)] == [0, 255, 255, 255, 0]
    assert _grey(page, 0.5, 0.1) == 0
    tint = page.view.grab().toImage()
    inside, outside = (tint.pixelColor(_at(page, x, 0.5)).blue() for x in (0.5, 0.95))
    assert inside > outside + 50, "what is painted is seen"
    click(find(page, QPushButton, "Eraser"))
    _drag(page, _at(page, 0.5, 0.2), _at(page, 0.5, 0.8))
    assert [_grey(page, x, 0.5) for x in (0.2, 0.5, 0.8)] == [255, 0, 255]
    press(page.view, "Ctrl+Z")
    assert _grey(page, 0.5, 0.5) == 255
    press(page.view, "Ctrl+Shift+Z")
    assert _grey(page, 0.5, 0.5) == 0
    click(find(page, QToolButton, "Undo"))
    click(find(page, QToolButton, "Undo"))
    assert _painting(page).mask.empty
    assert not find(page, QToolButton, "Undo").isEnabled()


def test_keys_alone_move_the_brush_put_it_down_and_lift_it(page: PaintPage) -> None:
    view = page.view
    view.setFocus()
    press(view, "Space")
    for _ in range(8):
        press(view, "Right")
    assert "it paints" in view.accessibleDescription()
    press(view, "Space")
    for _ in range(8):
        press(view, "Down")
    assert [_grey(page, *at) for at in ((0.5, 0.5), (0.7, 0.5), (0.7, 0.9))] == [255, 255, 0]
    assert "it paints" not in view.accessibleDescription()
    press(view, "E")
    press(view, "Space")
    press(view, "Space")
    press(view, "I")
    assert [_grey(page, *at) for at in ((0.5, 0.5), (0.1, 0.1))] == [0, 255]
    press(view, "Del")
    assert _painting(page).mask.empty


def test_a_stroke_that_is_being_made_is_what_undo_takes_back(page: PaintPage) -> None:
    view = page.view
    _drag(page, _at(page, 0.2, 0.5), _at(page, 0.8, 0.5))
    before = _painting(page).mask.greys()
    view.setFocus()
    press(view, "Space")
    press(view, "Up")
    assert _painting(page).mask.greys() != before
    press(view, "Ctrl+Z")
    assert "it paints" not in view.accessibleDescription()
    assert _painting(page).mask.greys() == before, "the stroke before it stays"
    press(view, "Space")
    press(view, "I")
    press(view, "Ctrl+Z")
    press(view, "Ctrl+Z")
    assert _painting(page).mask.greys() == before, "each step is one of its own"
    press(view, "Ctrl+Z")
    assert _painting(page).mask.empty


def test_brackets_sliders_and_the_wheel_change_the_brush(page: PaintPage) -> None:
    view = page.view
    QTest.keyClicks(view, "]]")
    assert view.breadth == pytest.approx(60 * 1.25**2)
    QTest.keyClicks(view, "[[[")
    assert view.breadth == pytest.approx(48)
    find(page, QSlider, "Brush size").setValue(200)
    find(page, QSlider, "Soft edge").setValue(100)
    assert (view.breadth, view.soft) == (200, 1.0)
    _drag(page, _at(page, 0.5, 0.5), _at(page, 0.5, 0.5))
    fading = [_grey(page, 0.5 + x, 0.5) for x in (0.0, 0.05, 0.1, 0.15)]
    assert fading == sorted(fading, reverse=True)
    assert len(set(fading)) == 4


def test_the_picture_comes_nearer_where_the_wheel_turns_and_is_painted_there(page: PaintPage) -> None:
    view = page.view
    before, at = view.scale, _at(page, 0.25, 0.25)
    turn = QWheelEvent(QPointF(at), QPointF(at), QPoint(), QPoint(0, 360), Qt.MouseButton.NoButton,
                       Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.scale == pytest.approx(before * 1.25**3)
    assert (_at(page, 0.25, 0.25) - at).manhattanLength() <= 2, "what is under it stays there"
    _drag(page, at, at)
    assert _grey(page, 0.25, 0.25) == 255
    QTest.keyClicks(view, "0")
    assert view.scale == pytest.approx(before)


def test_an_edge_of_the_frame_is_dragged_out_and_back(page: PaintPage) -> None:
    press(page.view, "F")
    scale = page.view.scale
    right = _at(page, 1.0, 0.5)
    _drag(page, right, right + QPoint(round(128 * scale), 0))
    assert _painting(page).frame == Frame(512, 384, right=128)
    top = _at(page, 0.5, 0.0)
    _drag(page, top, top - QPoint(0, round(64 * page.view.scale)))
    assert _painting(page).frame.size == (640, 448)
    left, bottom = _at(page, 0.0, 0.5), _at(page, 0.5, 1.0)
    _drag(page, left, left - QPoint(round(64 * page.view.scale), 0))
    _drag(page, bottom, bottom + QPoint(0, 4000))
    _drag(page, _at(page, 0.5, 1.0), QPoint(bottom.x(), 0))
    press(page.view, "Left")
    press(page.view, "Shift+Up")
    assert _painting(page).frame == Frame(512, 384, left=72, top=56, right=128)
    far = _at(page, 1.0, 0.5)
    _drag(page, far, far + QPoint(4000, 0))
    assert _painting(page).frame.size[0] == 1024, "no wider than the engine makes"
    assert _painting(page).mask.empty, "the frame paints nothing"
    click(find(page, QPushButton, "Clear"))
    assert _painting(page).frame == Frame(512, 384)


def test_where_the_engine_lets_nobody_choose_a_size_there_is_no_frame(page: PaintPage) -> None:
    page.view.choose("frame")
    page.open(_painting(page), "a.png", most=0, may_frame=False)
    press(page.view, "F")
    assert page.view.tool == "brush"
    assert not page._tools["frame"].isVisible()


def test_the_line_between_two_pictures_is_dragged_and_moved_by_keys(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    red, blue = (QImage(400, 300, QImage.Format.Format_RGB32) for _ in range(2))
    red.fill(QColor("red"))
    blue.fill(QColor("blue"))
    view.show_picture(red)
    view.compare_with(blue, SLIDER)

    def seen() -> list[str]:
        shot = view.grab().toImage()
        return [shot.pixelColor(x, 150).name() for x in (50, 150, 250, 350)]

    assert seen() == ["#ff0000", "#ff0000", "#0000ff", "#0000ff"]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mouseMove(view, QPoint(100, 150))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 150))
    assert seen() == ["#ff0000", "#0000ff", "#0000ff", "#0000ff"]
    for _ in range(10):
        press(view, "Right")
    assert seen() == ["#ff0000", "#ff0000", "#ff0000", "#0000ff"]
    view.compare_with(blue)
    assert seen()[0] == seen()[1] == "#ff0000"
    assert seen()[2] == seen()[3] == "#0000ff"


def test_each_drag_and_each_key_that_is_held_is_one_step_back_among_the_strokes(page: PaintPage) -> None:
    view, undo = page.view, find(page, QToolButton, "Undo")
    _drag(page, _at(page, 0.2, 0.5), _at(page, 0.8, 0.5))
    press(view, "F")
    right = _at(page, 1.0, 0.5)
    _drag(page, right, right + QPoint(round(128 * view.scale), 0))
    for held in (False, True, True):
        QApplication.sendEvent(view, _key(QEvent.Type.KeyPress, Qt.Key.Key_Up, held=held))
    QApplication.sendEvent(view, _key(QEvent.Type.KeyRelease, Qt.Key.Key_Up, held=False))
    press(view, "Down")
    press(view, "B")
    _drag(page, _at(page, 0.5, 0.2), _at(page, 0.5, 0.2))
    frames = [Frame(512, 384), Frame(512, 384, right=128), Frame(512, 384, right=128, top=24)]
    frames += [Frame(512, 384, right=128, top=24, bottom=8)]
    assert _painting(page).frame == frames[-1]
    dabbed = _painting(page).mask.greys()
    view.setFocus()
    press(view, "Ctrl+Z")
    stroked = _painting(page).mask.greys()
    assert (stroked != dabbed, _painting(page).frame) == (True, frames[3])
    seen: list[Frame] = []
    for _ in range(3):
        click(undo)
        seen.append(_painting(page).frame)
    assert seen == frames[2::-1]
    assert _painting(page).mask.greys() == stroked, "the first stroke was made before them"
    assert "512 × 384" in view.accessibleDescription()
    click(undo)
    assert _painting(page).mask.empty
    assert not undo.isEnabled()
    for _ in range(5):
        press(view, "Ctrl+Shift+Z")
    assert (_painting(page).mask.greys(), _painting(page).frame) == (dabbed, frames[3])
    assert not find(page, QToolButton, "Redo").isEnabled()


def test_an_edge_that_is_being_dragged_is_what_undo_takes_back(page: PaintPage) -> None:
    view, left = page.view, Qt.MouseButton.LeftButton
    press(view, "F")
    at, before = _at(page, 1.0, 0.5), view.scale
    QTest.mousePress(view, left, pos=at)
    QTest.mouseMove(view, at + QPoint(round(64 * view.scale), 0))
    assert _painting(page).frame == Frame(512, 384, right=64)
    view.setFocus()
    press(view, "Ctrl+Z")
    QTest.mouseMove(view, at + QPoint(round(96 * view.scale), 0))
    assert _painting(page).frame == Frame(512, 384), "the mouse holds nothing any more"
    QTest.mouseRelease(view, left, pos=at)
    assert not find(page, QToolButton, "Undo").isEnabled()
    assert view.scale == pytest.approx(before)
    press(view, "Ctrl+Y")
    assert _painting(page).frame == Frame(512, 384, right=64)


def test_what_undo_brings_back_is_no_larger_than_the_engine_makes(page: PaintPage) -> None:
    press(page.view, "F")
    press(page.view, "Right")
    click(find(page, QPushButton, "Clear"))
    page.open(_painting(page), "a.png", most=512, may_frame=True)
    press(page.view, "Ctrl+Z")
    assert _painting(page).frame == Frame(512, 384)


def _key(kind: QEvent.Type, key: Qt.Key, *, held: bool) -> QKeyEvent:
    return QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", held)

"""Every control of every room: it has a name for ears, a tooltip where it has no words, and nothing of it is cut."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QToolButton, QWidget

from studio.services.tasks.work import Wish
from studio.ui import rooms
from studio.ui.tabs.dialogue.rows import Column
from studio.ui.timeline.heads import TrackHeads
from studio.ui.widgets.basics import ElidedLabel
from tests.ui.conftest import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.main_window import MainWindow

pytestmark = pytest.mark.slow
_SETTLES, _PATIENT = 400, 10  # milliseconds until a room has read and laid out what it shows, and how often to wait
_LOOKS = [(language, size) for language in ("en", "de") for size in (100, 150)]


@pytest.fixture
def window(request: pytest.FixtureRequest, start: Callable[..., Application], qtbot: QtBot) -> MainWindow:
    """The demo at the smallest size that is promised, in a language and at a size of text."""
    application = start(drawer=True)
    language, size = request.param
    application.change("window.language", language)
    application.change("window.text_size", size)
    window = application.window
    assert window is not None
    window.resize(1280, 800)
    window.actions_table.trigger("project.demo")
    qtbot.waitUntil(lambda: bool(application.desk.project.value.script), timeout=PATIENCE)
    desk = application.desk
    for wish in (Wish(task="music", params={"duration": 2.0}), Wish(task="image", params={"width": 64, "height": 64})):
        desk.operations.run(desk, partial(desk.studio.generation.ask, wish), lambda _job: None)
    qtbot.waitUntil(lambda: len([job for job in desk.jobs.rows if job.final and job.settled]) == 2, timeout=PATIENCE)
    return window


@pytest.mark.parametrize("window", _LOOKS, indirect=True)
def test_every_control_of_every_room_can_be_told_and_read(window: MainWindow) -> None:
    wrong: list[str] = []
    for entry in rooms.TABLE:
        window.show_room(entry.id)
        found = ["is not looked at"]
        for _ in range(_PATIENT):  # a room that is still being filled is not laid out yet
            QTest.qWait(_SETTLES)
            found = _wrong(window)
            if not found:
                break
        wrong += [f"{entry.id}: {problem}" for problem in found]
    assert not wrong, "\n" + "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("window", [("en", 100)], indirect=True)
def test_tab_goes_through_a_room_as_it_is_read(window: MainWindow) -> None:
    for entry in rooms.TABLE:
        room = window.show_room(entry.id)
        QTest.qWait(_SETTLES)
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window, PATIENCE)
        window.rail.findChildren(QToolButton)[0].setFocus()
        visited: list[QWidget] = []
        while (here := QApplication.focusWidget()) is not None and here not in visited:
            visited.append(here)
            QTest.keyClick(here, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is visited[0], f"{entry.id}: Tab does not come round"
        inside = [one for one in visited if room.isAncestorOf(one)]
        assert len(inside) > 3, f"{entry.id}: Tab passes by"
        button = room.primary
        if button is not None and button.isVisible() and button.isEnabled():
            assert inside[-1] is button, f"{entry.id}: after its button comes {_said(inside[-1])}"
        QTest.keyClick(visited[0], Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        assert QApplication.focusWidget() is visited[-1], f"{entry.id}: there is no way back"


@pytest.mark.parametrize("window", [("en", 100), ("de", 150)], indirect=True)
def test_the_drawer_keeps_room_for_three_jobs(window: MainWindow) -> None:
    for entry in rooms.TABLE:
        window.show_room(entry.id)
        QTest.qWait(50)
        area = window.drawer.findChildren(QAbstractScrollArea)[0]
        row = window.fontMetrics().height() * 2
        assert area.viewport().height() >= 3 * row, entry.id


def _wrong(window: MainWindow) -> list[str]:
    shown = [w for w in window.findChildren(QWidget) if w.isVisible() and not w.visibleRegion().isEmpty()]
    found = [f"{_said(widget)} {problem}" for widget in shown for problem in _problems(window, widget)]
    if (window.width(), window.height()) != (1280, 800):
        found.append(f"takes {window.width()}x{window.height()}")
    return found


def _problems(window: MainWindow, widget: QWidget) -> list[str]:
    found: list[str] = []
    focusable = widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    if focusable and not _name(widget) and widget.focusProxy() is None:
        found.append("has no name")
    if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip():
        found.append("has neither words nor a tooltip")
    if isinstance(widget, QToolButton) and widget.accessibleName():
        keys = {
            window.actions_table.keys_of(entry.id)
            for entry in window.actions_table.usable()
            if window.actions_table.get(entry.id).text() == widget.accessibleName()
        } - {""}
        found += [f"does not tell its key {key}" for key in keys if key not in widget.toolTip()]
    if cut := _cut(widget):
        found.append(cut)
    return found


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None and interface.isValid() else ""


def _cut(widget: QWidget) -> str:
    """Say how much of a button or a text is cut; "" for nothing. What is scrolled out of sight is not cut."""
    needs = _needed(widget)
    if needs is None:
        return ""
    if needs.width() > widget.width() + 1 or needs.height() > widget.height() + 1:
        return f"needs {needs.width()}x{needs.height()} and has {widget.width()}x{widget.height()}"
    above, scrolls = widget, False
    while (above := above.parentWidget()) is not None and not above.isWindow():
        place = QRect(widget.mapTo(above, QPoint(0, 0)), widget.size())
        rolls = isinstance(above, (Column, TrackHeads)) or isinstance(above.parentWidget(), QAbstractScrollArea)
        scrolls = scrolls or rolls
        if place.left() < 0 or place.right() > above.width():
            return f"sticks out of {_said(above)} sideways: {place.left()} to {place.right()} of {above.width()}"
        if not scrolls and place.bottom() > above.height():
            return f"sticks out of {_said(above)} below: {place.bottom()} of {above.height()}"
    return ""


def _needed(widget: QWidget) -> QSize | None:
    """Return the room that the words or the sign of a widget take; None where they may be shortened, or are none."""
    if isinstance(widget, QToolButton) and not widget.text():
        return widget.iconSize() + QSize(8, 8)
    if isinstance(widget, QAbstractButton):
        return widget.sizeHint()
    if not isinstance(widget, QLabel) or isinstance(widget, ElidedLabel) or not widget.text():
        return None
    if widget.wordWrap():
        return QSize(widget.minimumSizeHint().width(), widget.heightForWidth(widget.width()))
    return widget.sizeHint()


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
    return f"{type(widget).__name__} “{(widget.accessibleName() or text or widget.objectName())[:60]}”"

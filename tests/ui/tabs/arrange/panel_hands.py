"""Hands on the room's panel and its menus: by click and by key, each with what comes of it shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from studio.ui.tabs.arrange.panel_fields import ChoiceField, Spin
from tests.ui import conftest
from tests.ui.conftest import find

if TYPE_CHECKING:
    from studio.ui.tabs.arrange.view import ArrangeRoom


def awake(widget: QWidget) -> None:
    """Let the window have the keys; where windows are only painted, a menu that was closed leaves none active."""
    widget.window().activateWindow()
    assert QTest.qWaitForWindowActive(widget.window())
    for _ in range(3):  # the last step is told of, then shown, then laid out
        QApplication.processEvents()


def click(widget: QWidget) -> None:
    """Click, and let what comes of it be shown."""
    window = widget.window()
    conftest.click(widget)
    awake(window)


def next_of(room: ArrangeRoom, name: str) -> None:
    """Take the next choice by key."""
    awake(room)
    field = find(room.side, ChoiceField, name)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    awake(room)


def typed(spin: Spin, number: str) -> None:
    """Write a number and confirm it."""
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, number)
    QTest.keyClick(spin, Qt.Key.Key_Return)


def titles(menu: QMenu) -> list[str]:
    """Return what a menu offers."""
    return [action.text() for action in menu.actions() if not action.isSeparator()]

"""Hands on the room Arrange: a mouse whose moves carry the keys that are held, and where on the canvas things lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from studio.domain.project import Clip, Track
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline import figures
from tests.ui import conftest
from tests.ui.conftest import PATIENCE, find
from tests.ui.conftest import click as click_widget

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.library.view import LibraryRoom
    from studio.ui.timeline.canvas import Canvas

RATE = 48_000
NO_KEYS = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


def room_of(application: Application) -> ArrangeRoom:
    """Return the room, shown."""
    assert application.window
    room = application.window.show_room("arrange")
    assert isinstance(room, ArrangeRoom)
    return room


def press(room: ArrangeRoom, keys: str) -> None:
    """Press a shortcut; where windows are only painted, a list that was closed leaves none of them active."""
    window = room.window()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    conftest.press(window, keys)


def tracks(room: ArrangeRoom) -> tuple[Track, ...]:
    """Return the tracks as they are."""
    return room.state.project.tracks


def clip_of(room: ArrangeRoom, clip_id: str) -> Clip:
    """Return a clip as it is now."""
    return next(clip for track in tracks(room) for clip in track.clips if clip.id == clip_id)


def row_of(room: ArrangeRoom, clip_id: str) -> int:
    """Return the row of the track on which a clip lies."""
    return next(n for n, track in enumerate(tracks(room)) if any(clip.id == clip_id for clip in track.clips))


def figure(room: ArrangeRoom, clip_id: str) -> figures.Figure:
    """Return where a clip and its handles are drawn."""
    canvas = room.lanes.canvas
    return figures.clip_figure(clip_of(room, clip_id), room.state.scale, canvas.lanes, row_of(room, clip_id))


def body(room: ArrangeRoom, clip_id: str) -> QPointF:
    """Return a place of a clip that is neither an edge nor a handle nor its line."""
    box = figure(room, clip_id).body
    return QPointF((box.left + box.right) / 2, box.bottom - 16)


def along(room: ArrangeRoom, sample: int, row: int) -> QPointF:
    """Return where a moment of a track is drawn, in the lower half of its lane."""
    lanes = room.lanes.canvas.lanes
    return QPointF(room.state.scale.x(sample), lanes.y(row) + lanes.height(row) - 20)


def _mouse(
    canvas: QWidget, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier, button: Qt.MouseButton, *, held: bool
) -> None:
    nothing = Qt.MouseButton.NoButton
    which = nothing if kind == QEvent.Type.MouseMove else button
    place = QPointF(canvas.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, place, which, button if held else nothing, keys))


def hold(canvas: QWidget, at: QPointF, *, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
    """Press a button and keep it down."""
    _mouse(canvas, QEvent.Type.MouseMove, at, keys, button, held=False)
    _mouse(canvas, QEvent.Type.MouseButtonPress, at, keys, button, held=True)


def go(canvas: QWidget, at: QPointF, *, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
    """Move with the button down."""
    _mouse(canvas, QEvent.Type.MouseMove, at, keys, button, held=True)


def let_go(canvas: QWidget, at: QPointF, *, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
    """Release the button."""
    _mouse(canvas, QEvent.Type.MouseButtonRelease, at, keys, button, held=False)


def drag(
    canvas: QWidget,
    start: QPointF,
    *places: QPointF,
    keys: Qt.KeyboardModifier = NO_KEYS,
    button: Qt.MouseButton = LEFT,
) -> None:
    """Press, go from place to place, and let go at the last."""
    hold(canvas, start, keys=keys, button=button)
    for place in places:
        for share in (0.4, 0.8, 1.0):
            go(canvas, start + (place - start) * share, keys=keys, button=button)
    let_go(canvas, places[-1] if places else start, keys=keys, button=button)


def by(canvas: QWidget, start: QPointF, x: float, y: float = 0.0, *, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Drag so many pixels to the right and down."""
    drag(canvas, start, start + QPointF(x, y), keys=keys)


def click(canvas: QWidget, at: QPointF, *, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Press and let go."""
    drag(canvas, at, keys=keys)


def double_click(canvas: QWidget, at: QPointF) -> None:
    """Click twice."""
    click(canvas, at)
    _mouse(canvas, QEvent.Type.MouseButtonDblClick, at, NO_KEYS, LEFT, held=True)
    let_go(canvas, at)


def wheel(canvas: Canvas, at: QPointF, notches: float, *, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Turn the wheel; away from oneself is up."""
    place = QPointF(canvas.mapToGlobal(at.toPoint()))
    turned, phase = QPoint(0, round(120 * notches)), Qt.ScrollPhase.NoScrollPhase
    no_button = Qt.MouseButton.NoButton
    QApplication.sendEvent(canvas, QWheelEvent(at, place, QPoint(), turned, no_button, keys, phase, False))


def drop(widget: QWidget, files: Iterable[Path], at: QPointF) -> None:
    """Let files go over a place of a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    bring(widget, data, at)
    QApplication.sendEvent(widget, QDropEvent(at, Qt.DropAction.CopyAction, data, LEFT, NO_KEYS))


def bring(widget: QWidget, data: QMimeData, at: QPointF) -> None:
    """Come over a widget with what is dragged; it must be welcome there."""
    entered = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    QApplication.sendEvent(widget, entered)
    assert entered.isAccepted()


def drag_from_library(application: Application, qtbot: QtBot, item: int, place: Callable[[], QPointF]) -> None:
    """Drag something from its row in the library to the timeline, and let it go at a place there."""
    window = application.window
    assert window
    click_widget(find(window.rail, QToolButton, "Library"))
    library: LibraryRoom = window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: item in library.pane.found.ids, timeout=PATIENCE)
    rows = library.pane.view.model()
    number = library.pane.found.ids.index(item)
    qtbot.waitUntil(lambda: library.pane.found.item(number) is not None, timeout=PATIENCE)
    carry(application, qtbot, rows.mimeData([rows.index(number, 0)]), place)


def carry(application: Application, qtbot: QtBot, data: QMimeData, place: Callable[[], QPointF]) -> None:
    """Take what is dragged over the rail to the timeline, and let it go at a place there."""
    window = application.window
    assert window
    button = find(window.rail, QToolButton, "Arrange")
    bring(button, data, QPointF(button.rect().center()))
    qtbot.waitUntil(lambda: window.room.room_id == "arrange", timeout=PATIENCE)
    QApplication.sendEvent(button, QDragLeaveEvent())
    room = room_of(application)
    at = place()
    bring(room.lanes.canvas, data, at)
    QApplication.sendEvent(room.lanes.canvas, QDropEvent(at, Qt.DropAction.CopyAction, data, LEFT, NO_KEYS))


def choose(room: ArrangeRoom, *path: str) -> None:
    """Take an entry of the menu that is open, by its texts."""
    menu = find(room.window(), QMenu)
    for text in path:
        action = next(action for action in menu.actions() if action.text() == text)
        menu.setActiveAction(action)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        inner = action.menu()
        menu = inner if isinstance(inner, QMenu) else menu

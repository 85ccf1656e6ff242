"""A real window over a real data folder, and hands to use it with. Whatever it leaves behind fails the test."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QPointF, Qt, QThread, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QWidget

from studio.settings import Settings, with_value
from studio.store import settings_file

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

W = TypeVar("W", bound=QWidget)
Q = TypeVar("Q", bound=QObject)
QUICK = frozenset({"test_window", "test_actions"})
PATIENCE = 60_000  # milliseconds; a slow machine is no failure


def prepared(root: Path, **memory: Any) -> Path:
    """Make a data folder in which the window is English and has been seen before."""
    root.mkdir(parents=True, exist_ok=True)
    settings = Settings()
    for name, value in (("window.language", "en"), ("window.theme", "dark")):
        settings = with_value(settings, name, value)
    settings_file.save(root / "settings.json", settings)
    (root / "window.json").write_text(json.dumps({"welcomed": True, **memory}), encoding="utf-8")
    return root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what opens whole windows to the full run; the fast one opens a few. `items` are those of all folders."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "start" in getattr(item, "fixturenames", ()) and item.path.stem not in QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What one test shows in another language, theme or size, the next one shows in English, dark and plain again."""
    from studio.ui import language
    from studio.ui.theme import tokens
    from studio.ui.theme.look import look

    language.use("en")
    yield
    language.use("en")
    if look.scale != 1.0 or look.theme is not tokens.DARK:
        look.show("dark", 100)


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Application]]:
    """Start windows over folders of one's own; each is closed at the end, and must leave nothing behind."""
    monkeypatch.setenv("STUDIO_AUDIO_SINK", "null")
    _leave_aside(monkeypatch)
    started: list[Application] = []

    def begin(root: Path | None = None, **memory: Any) -> Application:
        from studio.ui.application import Application

        root = root or tmp_path / "data"
        application = Application(root if (root / "settings.json").exists() else prepared(root, **memory))
        started.append(application)
        window = application.window
        assert window is not None
        window.resize(1280, 800)
        qtbot.waitExposed(window)
        application.begin()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
        return application

    yield begin
    for application in started:
        if application.window is not None:  # a test may have closed it, to open another one over the same folder
            application.close()
    QGuiApplication.clipboard().clear()  # painted only, it would outlive the interpreter that its end asks for
    _settle()
    _complain()
    for application in started:  # in their own slots nothing else would notice a mistake
        for report in application.studio.paths.logs.glob("bug-window-*.txt"):
            pytest.fail(report.read_text(encoding="utf-8"), pytrace=False)


@pytest.fixture
def studio_app(start: Callable[..., Application]) -> Application:
    """One window, shown, over an empty data folder with the real engines."""
    return start()


def click(widget: QWidget) -> None:
    """Click the middle of a widget, as a person would: it must be there to be clicked."""
    assert widget.isVisible(), f"{widget.accessibleName() or widget} is not shown"
    assert widget.isEnabled(), f"{widget.accessibleName() or widget} is off"
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def type_text(widget: QWidget, text: str) -> None:
    """Type into a widget, key by key."""
    widget.setFocus()
    for line, part in enumerate(text.split("\n")):
        if line:
            QTest.keyClick(widget, Qt.Key.Key_Return)
        QTest.keyClicks(widget, part)


def press(widget: QWidget, keys: str) -> None:
    """Press a shortcut such as Ctrl+K where the focus is."""
    from PySide6.QtGui import QKeySequence

    QTest.keySequence(widget, QKeySequence(keys))


def drop(window: QWidget, *files: Path) -> None:
    """Drop files on the middle of a window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    place = window.rect().center()
    left, no_keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(place, copy, data, left, no_keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, left, no_keys))


def type_number(editor: QAbstractSpinBox, value: str) -> None:
    """Write another number in the place of what a field says."""
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, value)
    QTest.keyClick(editor, Qt.Key.Key_Tab)


def find(root: QObject, kind: type[W], name: str = "") -> W:
    """Return the one widget of a kind that is shown and bears this accessible name (or text)."""
    found = [w for w in root.findChildren(kind) if w.isVisible() and (not name or _is_called(w, name))]
    names = sorted({w.accessibleName() for w in root.findChildren(kind) if w.isVisible()})
    assert found, f"no {kind.__name__} called {name!r} is shown; there are {names}"
    return found[0]


def shown(root: QObject, kind: type[W], name: str = "") -> list[W]:
    """Return all such widgets."""
    return [w for w in root.findChildren(kind) if w.isVisible() and (not name or _is_called(w, name))]


def _is_called(widget: QWidget, name: str) -> bool:
    said = {widget.accessibleName(), widget.objectName()}
    if isinstance(widget, QAbstractButton):
        said.add(widget.text())
    return name in said


def _settle() -> None:
    """Let what was told to go be gone."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()


def _leave_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the collector look only at what comes from here on: what was there before cost a quarter of each test."""
    gc.collect()
    gc.freeze()
    for name in ("freeze", "unfreeze"):  # the window does the same, and undoes it
        monkeypatch.setattr(gc, name, lambda: None)


def _complain() -> None:
    left = [
        f"the window {w!r} {w.accessibleName() or w.objectName()}"
        for w in QApplication.topLevelWidgets()
        if w.isVisible()
    ]
    left += [
        f"a running timer of {timer.parent()!r}, {timer.interval()} ms" for timer in _came(QTimer) if timer.isActive()
    ]
    left += [f"the thread {thread!r}" for thread in _came(QThread) if thread.isRunning()]
    for widget in QApplication.topLevelWidgets():
        widget.close()
    if left:
        pytest.fail("the window left behind:\n" + "\n".join(left), pytrace=False)


def _came(kind: type[Q]) -> list[Q]:
    return [o for o in gc.get_objects() if isinstance(o, kind) and shiboken6.isValid(o)]

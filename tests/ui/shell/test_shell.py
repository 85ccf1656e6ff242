"""What surrounds the rooms: theme, text, language, keys for playing, and what is remembered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QSlider, QToolButton

from studio.domain.edits import whole
from studio.services.demo_project import SAMPLE
from studio.ui.bridge.player import Playable
from studio.ui.theme.look import look
from tests.ui.conftest import PATIENCE, click, find, prepared, press, type_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.main_window import MainWindow


def _window(application: Application) -> MainWindow:
    assert application.window is not None
    return application.window


def _active(application: Application, qtbot: QtBot) -> MainWindow:
    """Another language or size makes another window, which the system brings to the front a moment later."""
    window = _window(application)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    return window


def test_a_key_switches_the_theme_and_it_stays(start: Callable[..., Application], tmp_path: Path) -> None:
    application = start()
    assert look.theme.name == "dark"
    press(_window(application), "Ctrl+Shift+L")
    assert look.theme.name == "light"
    assert application.studio.settings.window.theme == "light"
    application.close()
    start(tmp_path / "data")
    assert look.theme.name == "light"


def test_the_theme_of_the_system_is_followed(studio_app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform without a screen has no theme of its own, so the test says what it is, and sends its signal."""
    shown = [Qt.ColorScheme.Dark]
    hints = SimpleNamespace(colorScheme=lambda: shown[-1])
    real = QGuiApplication.styleHints()
    studio_app.change("window.theme", "system")
    monkeypatch.setattr("studio.ui.theme.look.QGuiApplication", SimpleNamespace(styleHints=lambda: hints))
    for scheme, name in ((Qt.ColorScheme.Light, "light"), (Qt.ColorScheme.Dark, "dark")):
        shown.append(scheme)
        real.colorSchemeChanged.emit(scheme)
        assert look.theme.name == name
    studio_app.change("window.theme", "dark")
    shown.append(Qt.ColorScheme.Light)
    real.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert look.theme.name == "dark", "who chose a theme keeps it"


def test_text_grows_and_shrinks_with_keys(studio_app: Application, qtbot: QtBot) -> None:
    before = _window(studio_app).rail.width()
    for keys, scale in (("Ctrl+=", 1.15), ("Ctrl+=", 1.3), ("Ctrl+=", 1.5), ("Ctrl+-", 1.3)):
        press(_active(studio_app, qtbot), keys)
        assert look.scale == scale
    assert _window(studio_app).rail.width() > before
    press(_active(studio_app, qtbot), "Ctrl+0")
    assert look.scale == 1.0
    assert _window(studio_app).rail.width() == before


def test_another_language_keeps_project_and_room(studio_app: Application) -> None:
    press(_window(studio_app), "Ctrl+3")
    first, folder = _window(studio_app), studio_app.desk.project.folder
    studio_app.change("window.language", "de")
    second = _window(studio_app)
    assert second is not first
    assert second.room.room_id == "music"
    assert second.room.accessibleName() == "Musik"
    assert studio_app.desk.project.folder == folder
    find(second.rail, QToolButton, "Stimmen")
    studio_app.change("window.language", "en")


@pytest.mark.parametrize("size", [100, 150])
@pytest.mark.parametrize("code", ["en", "de"])
def test_the_words_of_the_rail_are_whole(studio_app: Application, size: int, code: str) -> None:
    studio_app.change("window.text_size", size)
    studio_app.change("window.language", code)
    rail = _window(studio_app).rail
    for made in rail.findChildren(QToolButton):
        assert made.fontMetrics().horizontalAdvance(made.text()) + 4 <= made.width(), made.text()
    studio_app.change("window.language", "en")


@pytest.mark.parametrize("code", ["en", "de"])
def test_in_a_low_window_with_large_text_the_buttons_of_the_rail_move_together(
    studio_app: Application, qtbot: QtBot, code: str
) -> None:
    studio_app.change("window.text_size", 150)
    studio_app.change("window.language", code)
    rail = _window(studio_app).rail
    buttons = rail.findChildren(QToolButton)

    def whole() -> bool:
        return all(
            made.height() >= made.sizeHint().height() and made.visibleRegion().boundingRect() == made.rect()
            for made in buttons
        )

    _window(studio_app).resize(1280, 800)
    qtbot.waitUntil(lambda: rail.height() > 700 and whole(), timeout=PATIENCE)
    apart = buttons[0].height()
    _window(studio_app).resize(960, 640)
    qtbot.waitUntil(lambda: rail.height() < 600 and whole(), timeout=PATIENCE)
    assert buttons[0].height() < apart
    _window(studio_app).resize(1280, 800)
    qtbot.waitUntil(lambda: buttons[0].height() == apart and whole(), timeout=PATIENCE)
    studio_app.change("window.language", "en")


def test_where_the_rail_is_lower_than_its_buttons_the_rooms_scroll(studio_app: Application, qtbot: QtBot) -> None:
    rail = _window(studio_app).rail
    rail.setMaximumHeight(320)
    last, settings = find(rail, QToolButton, "Engines"), find(rail, QToolButton, "Settings")
    qtbot.waitUntil(lambda: rail.height() == 320 and last.visibleRegion().isEmpty(), timeout=PATIENCE)
    assert settings.visibleRegion().boundingRect() == settings.rect()
    _window(studio_app).show_room("engines")
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect(), timeout=PATIENCE)


def test_space_plays_what_is_selected_and_pauses_it(studio_app: Application, qtbot: QtBot) -> None:
    window, player = _window(studio_app), studio_app.desk.player
    player.select(Playable("sample", "A sample", file=SAMPLE))
    find(window.player_bar, QToolButton, "Play  (Space)")
    window.setFocus()
    press(window, "Space")
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    find(window.player_bar, QToolButton, "Pause  (Space)")
    press(window, "Space")
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    assert player.seconds > 20


def test_what_is_selected_is_drawn_before_anybody_plays_it(studio_app: Application, qtbot: QtBot) -> None:
    player = studio_app.desk.player
    player.select(Playable("sample", "A sample", file=SAMPLE))
    qtbot.waitUntil(lambda: bool(player.outline), timeout=PATIENCE)
    assert player.seconds > 20
    assert not player.playing
    player.select(Playable("none", "Not there", file=SAMPLE.with_name("not there.wav")))
    assert player.outline == ()
    assert player.seconds == 0


def test_space_stays_a_space_where_one_writes(studio_app: Application, qtbot: QtBot) -> None:
    window, player = _window(studio_app), studio_app.desk.player
    player.select(Playable("sample", "A sample", file=SAMPLE))
    press(window, "Ctrl+K")
    edit = find(window.palette_box, QLineEdit)
    type_text(edit, "a b")
    assert edit.text() == "a b"
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    QTest.keyClicks(line, "one two")
    assert line.text() == "one two"
    assert not player.playing
    line.deleteLater()


def test_space_presses_the_button_that_has_the_focus(studio_app: Application) -> None:
    window, player = _window(studio_app), studio_app.desk.player
    player.select(Playable("sample", "A sample", file=SAMPLE))
    button = find(window.rail, QToolButton, "Images")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.room.room_id == "images"
    assert not player.playing


def test_volume_and_loop_reach_the_player(studio_app: Application) -> None:
    window, player = _window(studio_app), studio_app.desk.player
    slider = find(window.player_bar, QSlider, "Volume")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert player.volume == 0.0
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert player.volume == 1.0
    click(find(window.player_bar, QToolButton, "Play around and around"))
    assert player.loop


def test_the_window_comes_back_as_it_was(start: Callable[..., Application], tmp_path: Path) -> None:
    application = start(prepared(tmp_path / "data"))
    window = _window(application)
    window.resize(1100, 720)
    press(window, "Ctrl+J")
    assert window.drawer.isVisible()
    press(window, "Ctrl+5")
    window.close()
    application.close()
    again = _window(start(tmp_path / "data"))
    assert again.drawer.isVisible()
    assert again.room.room_id == "library"


def test_the_device_is_named_with_its_memory(studio_app: Application, qtbot: QtBot) -> None:
    window = _window(studio_app)
    name = studio_app.studio.devices[0]
    short = "CPU" if name.kind == "cpu" else name.name
    qtbot.waitUntil(lambda: any(short in b.text() for b in _buttons(window)), timeout=PATIENCE)
    badge = next(b for b in _buttons(window) if short in b.text())
    assert "GB" in badge.text()
    assert name.name in badge.accessibleName()
    click(badge)
    assert window.room.room_id == "engines"


def _buttons(window: MainWindow) -> list[QPushButton]:
    return window.project_bar.findChildren(QPushButton)


def test_a_toast_offers_the_way_back(studio_app: Application) -> None:
    window, project = _window(studio_app), studio_app.desk.project
    before = project.value.name
    project.do("Rename", lambda value: whole.rename(value, "Another"), told="Renamed.")
    assert window.toast.isVisible()
    click(find(window.toast, QPushButton, "Undo"))
    assert project.value.name == before
    assert not window.toast.isVisible()
    press(window, "Ctrl+Shift+Z")
    assert project.value.name == "Another"

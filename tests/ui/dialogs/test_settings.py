"""The settings, as somebody changes them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QScrollArea, QToolButton

from studio.settings import Settings
from studio.ui.dialogs.settings import SettingsDialog
from studio.ui.theme.look import look
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

KINDS = (QComboBox, QCheckBox, QDoubleSpinBox, QLineEdit)


def _dialog(application: Application) -> SettingsDialog:
    assert application.window is not None
    press(application.window, "Ctrl+,")
    return find(application.window, SettingsDialog)


def _choose(box: QComboBox, title: str) -> None:
    """Choose from a box with the keys."""
    wanted = box.findText(title)
    assert wanted >= 0, f"{title} is not among {[box.itemText(n) for n in range(box.count())]}"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(wanted):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_every_setting_has_a_field(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    page = find(dialog, QScrollArea).widget()
    assert page is not None
    named = {w.accessibleName() for kind in KINDS for w in page.findChildren(kind)}
    for group in fields(Settings()):
        for spec in fields(getattr(Settings(), group.name)):
            assert spec.metadata.get("hidden") or spec.metadata["title"], f"{group.name}.{spec.name}"
            if spec.type in {"str", "bool", "float"} and not spec.metadata.get("hidden"):
                assert spec.metadata["title"] in named
    dialog.accept()


def test_a_theme_holds_at_once_and_the_default_comes_back(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    _choose(find(dialog, QComboBox, "Colours"), "Light")
    assert look.theme.name == "light"
    assert studio_app.studio.settings.window.theme == "light"
    click(find(dialog, QPushButton, "Back to the defaults: Window"))
    assert studio_app.studio.settings.window.theme == "system"
    assert studio_app.studio.settings.speech == Settings().speech


def test_numbers_are_stored_when_they_are_whole(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot
) -> None:
    application = start()
    dialog = _dialog(application)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=PATIENCE)
    number = find(dialog, QDoubleSpinBox, "Pause between speakers")
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, number.locale().toString(1.5, "f", 2))
    QTest.keyClick(number, Qt.Key.Key_Tab)
    assert application.studio.settings.speech.turn_gap == 1.5
    box = find(dialog, QCheckBox, "Listen to spoken lines and judge them")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not application.studio.settings.speech.check_lines
    dialog.accept()
    application.close()
    again = start(tmp_path / "data").studio
    assert again.settings.speech.turn_gap == 1.5
    assert not again.settings.speech.check_lines


def test_a_text_is_kept_when_it_is_written_and_not_letter_by_letter(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    field = find(dialog, QLineEdit, "Mirror of the package index")
    field.setFocus()
    QTest.keyClicks(field, "https://mirror.example/simple")
    assert studio_app.studio.settings.engines.mirror == ""
    QTest.keyClick(field, Qt.Key.Key_Escape)  # whatever closes the page
    assert studio_app.studio.settings.engines.mirror == "https://mirror.example/simple"


def test_engines_are_chosen_from_those_that_can(studio_app: Application) -> None:
    dialog = _dialog(studio_app)
    box = find(dialog, QComboBox, "Music")
    able = {m.id for m in studio_app.studio.registry.able("music")}
    assert {box.itemData(n) for n in range(box.count())} == able
    assert box.currentData() == studio_app.studio.settings.defaults.music
    assert box.currentText() == studio_app.studio.registry.manifest(box.currentData()).title


def test_the_devices_there_are_can_be_chosen(studio_app: Application, qtbot: QtBot) -> None:
    dialog = _dialog(studio_app)
    box = find(dialog, QComboBox, "Device")
    found = studio_app.studio.devices
    qtbot.waitUntil(lambda: box.count() == 1 + len(found), timeout=PATIENCE)
    _choose(box, found[0].name)
    assert studio_app.studio.settings.engines.device == found[0].id
    _choose(box, "The best there is")
    assert studio_app.studio.settings.engines.device == ""


def test_another_language_shows_the_page_again_in_it(studio_app: Application, qtbot: QtBot) -> None:
    first = studio_app.window
    _choose(find(_dialog(studio_app), QComboBox, "Language"), "Deutsch")
    window = studio_app.window
    assert window is not None
    assert window is not first
    qtbot.waitUntil(lambda: bool(shown(window, SettingsDialog)), timeout=PATIENCE)
    dialog = find(window, SettingsDialog)
    assert dialog.windowTitle() == "Einstellungen"
    assert find(dialog, QComboBox, "Sprache").currentText() == "Deutsch"
    find(window.rail, QToolButton, "Bibliothek")
    click(find(dialog, QPushButton, "Schließen"))
    assert not shown(window, SettingsDialog)
    studio_app.change("window.language", "en")
    assert not shown(studio_app.window, SettingsDialog) if studio_app.window else False


@pytest.mark.slow
def test_what_is_changed_reaches_the_services_that_run(studio_app: Application) -> None:
    assert studio_app.studio.generation is not None
    assert studio_app.studio.dispatcher is not None
    studio_app.change("engines.threads", 3)
    studio_app.change("engines.idle_minutes", 2)
    from studio.services.generation import Wish

    job = studio_app.studio.generation.ask(Wish(script="A. B.", engine="fake"))
    assert studio_app.studio.supervisor.idle_seconds == 120
    studio_app.change("speech.sentence_gap", 2.0)
    other = studio_app.studio.generation.ask(Wish(script="A. B.", engine="fake"))
    jobs = studio_app.studio.jobs
    assert (jobs.get(job).request.gaps.sentence, jobs.get(other).request.gaps.sentence) == (0.25, 2.0)

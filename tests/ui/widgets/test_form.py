"""The form of an engine in its room: basic and advanced, presets of one's own, the engine's values again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton

from studio.ui.widgets.form import Field, Form
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def form_of(application: Application) -> Form:
    """Go to the pictures and return their form."""
    assert application.window
    press(application.window, "Ctrl+4")
    return find(application.window.room, Form)


def choose(qtbot: QtBot, entry: str) -> None:
    """Choose an entry of the menu that is open, with the keys."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=PATIENCE)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.text() == entry)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_values_are_kept_as_a_preset_used_again_and_reset(studio_app: Application, qtbot: QtBot) -> None:
    form = form_of(studio_app)
    prompt = form.fields["prompt"]
    QTest.keyClicks(prompt.editor, "a red boat")
    assert form.values["prompt"] == "a red boat"
    click(find(form, QPushButton, "Presets"))
    choose(qtbot, "Keep these values as a preset…")
    qtbot.waitUntil(lambda: bool(form.findChildren(QInputDialog)), timeout=PATIENCE)
    dialog = form.findChildren(QInputDialog)[0]
    dialog.setTextValue("Boats")
    press(dialog, "Return")
    assert "Boats" in form.presets()
    click(find(form, QPushButton, "Reset"))
    assert form.values["prompt"] == prompt.param.default
    click(find(form, QPushButton, "Presets"))
    choose(qtbot, "Boats")
    assert form.values["prompt"] == "a red boat"


def test_a_form_has_exactly_what_its_engine_takes(studio_app: Application) -> None:
    """What no engine offers has no control; what is for the few waits behind a button."""
    form = form_of(studio_app)
    manifest = studio_app.desk.studio.registry.manifest("painter")
    assert set(form.fields) <= {param.name for param in manifest.params}
    advanced = [name for name, field in form.fields.items() if field.param.advanced]
    if advanced:
        before = len(shown(form, Field))
        click(find(form, QPushButton, "Advanced"))
        assert len(shown(form, Field)) == before + len(advanced)

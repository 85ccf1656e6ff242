"""The first page, as somebody sees it who has never been here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from studio.ui.shell.welcome import Welcome
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.fixture
def first(start: Callable[..., Application]) -> Application:
    return start(welcomed=False)


def _page(application: Application) -> Welcome:
    assert application.window is not None
    return find(application.window, Welcome)


def test_one_click_plays_a_sample(first: Application, qtbot: QtBot) -> None:
    page, player = _page(first), first.desk.player
    assert any("offline" in label.text() for label in shown(page, QLabel))
    qtbot.waitUntil(lambda: player.selected is not None, timeout=PATIENCE)
    click(find(page, QPushButton, "Listen to a sample"))
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    click(find(page, QPushButton, "Pause"))
    assert not player.playing


def test_the_demo_opens_with_its_lines(first: Application, qtbot: QtBot) -> None:
    click(find(_page(first), QPushButton, "Open the demo project"))
    assert first.window is not None
    project = first.desk.project
    qtbot.waitUntil(lambda: project.value.name == "Demo", timeout=PATIENCE)
    assert first.window.room.room_id == "dialogue"
    assert first.window.room.isVisible()
    assert len(project.value.takes) > len(project.value.script_lines.split())


def test_one_line_says_what_this_computer_can_do_and_leads_to_the_engines(first: Application, qtbot: QtBot) -> None:
    page = _page(first)
    here = "This computer: "
    qtbot.waitUntil(lambda: any(label.text().startswith(here) for label in shown(page, QLabel)), timeout=PATIENCE)
    line = next(label.text() for label in shown(page, QLabel) if label.text().startswith(here))
    assert "packs are worth installing." in line
    click(find(page, QPushButton, "Show the engines"))
    assert first.window is not None
    assert first.window.room.room_id == "engines"


def test_an_empty_dialogue_is_the_project_that_is_there(first: Application) -> None:
    folder = first.desk.project.folder
    click(find(_page(first), QPushButton, "Begin an empty dialogue"))
    assert first.window is not None
    assert first.window.room.isVisible()
    assert first.desk.project.folder == folder
    assert not first.desk.project.value.script


def test_an_existing_project_is_asked_for(first: Application) -> None:
    click(find(_page(first), QPushButton, "Open a project"))
    assert first.window is not None
    dialog = first.window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def test_it_is_shown_once_and_comes_back_when_asked_for(first: Application) -> None:
    click(find(_page(first), QPushButton, "Go to the rooms"))
    window = first.window
    assert window is not None
    assert window.room.isVisible()
    assert not shown(window, Welcome)
    assert first.desk.memory.get("welcomed", False)
    window.actions_table.trigger("welcome")
    assert shown(window, Welcome)
    press(window, "Ctrl+2")
    assert not shown(window, Welcome)
    assert window.room.room_id == "voices"

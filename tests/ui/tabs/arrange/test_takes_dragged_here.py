"""A take is dragged from its room over the rail to the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QPushButton, QToolButton

from studio.services import demo_project
from studio.ui.tabs.dialogue.view import DialogueRoom
from tests.ui.conftest import PATIENCE, click, find, shown
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def test_a_take_of_a_line_becomes_a_clip(
    start: Callable[..., Application], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    window = application.window
    assert window
    dialogue = window.show_room("dialogue")
    assert isinstance(dialogue, DialogueRoom)
    qtbot.waitUntil(lambda: bool(shown(dialogue, QPushButton, "Takes of line 1")), timeout=PATIENCE)
    click(find(dialogue, QPushButton, "Takes of line 1"))
    qtbot.waitUntil(lambda: bool(shown(dialogue.page.strip, QToolButton, "Play take 1")), timeout=PATIENCE)
    take = find(dialogue.page.strip, QToolButton, "Play take 1").parentWidget()
    assert take

    dragged: list[QMimeData] = []

    def drag(self: QDrag, _action: Qt.DropAction) -> Qt.DropAction:  # screens that are only painted know no drags
        data = QMimeData()
        data.setUrls(self.mimeData().urls())
        dragged.append(data)
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", drag)
    middle = QPointF(take.width() - 60, take.height() / 2)
    hands.by(take, middle, 1)
    assert dragged == [], "a click is no drag"
    hands.by(take, middle, 40)
    assert len(dragged) == 1

    room = hands.room_of(application)
    before = {clip.id for clip in hands.tracks(room)[0].clips}
    window.show_room("dialogue")
    hands.carry(application, qtbot, dragged[0], lambda: hands.along(room, 32 * RATE, 0))
    qtbot.waitUntil(lambda: len(hands.tracks(room)[0].clips) == len(before) + 1, timeout=PATIENCE)
    clip = next(clip for clip in hands.tracks(room)[0].clips if clip.id not in before)
    project = room.state.project
    assert next(one for one in project.takes if one.id == clip.take).text.startswith("Good evening")
    assert len(project.media) == len({one.sha256 for one in project.media}), "the same sound is there once"

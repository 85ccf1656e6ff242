"""What jobs say in a row is shown in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication

from tests.ui.conftest import PATIENCE, type_text
from tests.ui.tabs.dialogue.acted import room_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def test_words_of_jobs_wait_for_one_look_and_what_is_typed_does_not(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, desk = room_of(studio_app), studio_app.desk
    type_text(room.edit, "Anna: Hello there.")
    qtbot.waitUntil(lambda: len(room.rows) == 1, timeout=PATIENCE)
    room.show_now()
    room._lazy.setInterval(PATIENCE)
    looks: list[object] = []
    show_view = room.page.show_view
    monkeypatch.setattr(room.page, "show_view", lambda view: (looks.append(view), show_view(view)))
    for _ in range(5):
        desk.jobs.changed.emit(1)
        desk.jobs.progressed.emit(1)
        QCoreApplication.processEvents()
    assert looks == []
    room._lazy.setInterval(0)
    qtbot.waitUntil(lambda: len(looks) == 1, timeout=PATIENCE)

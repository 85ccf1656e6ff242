"""Hands for the room: takes that nobody had to speak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.domain.edits import takes
from studio.domain.project import Media, Project
from studio.ui.application import Application
from studio.ui.tabs.dialogue import model
from studio.ui.tabs.dialogue.view import DialogueRoom
from tests.ui import conftest


def press(widget: QWidget, keys: str) -> None:
    """Press a shortcut; where windows are only painted, a list that was closed leaves none of them active."""
    widget.window().activateWindow()
    assert QTest.qWaitForWindowActive(widget.window())
    conftest.press(widget, keys)


def drop(widget: QWidget, file: Path) -> None:
    """Drag a file over a widget and let it go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    place, copy = QPoint(16, 16), Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, copy, data, button, keys)
    QApplication.sendEvent(widget, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(place.toPointF(), copy, data, button, keys))


def room_of(application: Application) -> DialogueRoom:
    """Return the room that is shown."""
    assert application.window
    room = application.window.room
    assert isinstance(room, DialogueRoom)
    return room


def give_takes(application: Application, *, badge: str = "good", count: int = 1) -> None:
    """Let each line have takes, as if they had been spoken with what is chosen."""
    room = room_of(application)
    room.sync.flush()
    room.show_now()
    cast = room.cast
    quality = {
        "qa": {
            "word_error": 0.0, "words_per_second": 3.0, "clipped": False, "trailing_noise": 0.0, "silence": 0.0,
            "heard": "Something else.", "badge": badge,
        }
    }  # fmt: skip

    def spoken(project: Project) -> Project:
        for row in model.rows_of(project):
            for _ in range(count):
                project = _with_take(project, row, cast, quality)
        return project

    assert application.desk.project.do("Add takes", spoken)


def _with_take(project: Project, row: model.Row, cast: model.Cast, quality: dict[str, Any]) -> Project:
    recipe = {
        "task": "speech", "script": row.script, "engine": cast.engine, "params": dict(cast.params),
        "cast": {row.speaker: cast.voices.get(row.speaker, "")},
    }  # fmt: skip
    sha = f"{project.next_id:064x}"
    media = Media("", "", f"media/{sha}.wav", sha, 48_000, 1, 72_000, recipe=recipe)
    project, media_id = takes.add_media(project, media)
    return takes.add_take(project, media_id, speaker=row.speaker, text="Hello.", line=row.id, quality=quality)[0]

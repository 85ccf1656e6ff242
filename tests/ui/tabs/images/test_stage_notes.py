"""What was noted while a picture was made, beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from studio.ui import language
from tests.ui.conftest import press

if TYPE_CHECKING:
    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom


def test_notes_of_an_engine_are_said_in_the_language_that_is_shown(studio_app: Application) -> None:
    assert studio_app.window is not None
    press(studio_app.window, "Ctrl+4")
    stage = cast("ImagesRoom", studio_app.window.room).stage
    language.use("de")
    stage._have(stage._asked, [], ["Flux keeps its own scheduler.", "Nobody translated this."])
    assert stage._notes.text() == "Flux behält seinen eigenen Scheduler.\nNobody translated this."

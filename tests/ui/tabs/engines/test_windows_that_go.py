"""Work that the room Engines began ends with its window, whichever room is shown then: real processes that wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QToolButton

from tests.smoke.plugins import manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared
from tests.ui.tabs.engines.acted import button_of, choose_engine, open_room

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

_TOML = manifest("image", param("width", "int", 512, max=512), param("height", "int", 512, max=512), title="Patient")
# It waits until somebody cancels; where nobody does, it says so and ends, so that a window that waits for it is seen.
_RUNNER = """
from pathlib import Path
from studio.worker.runner import Runner as Base

class Runner(Base):
    def run(self, context):
        Path({begun!r}).touch()
        context.wait(20.0)
        Path({over!r}).touch()
        raise RuntimeError("Nobody cancelled it.")
"""


@pytest.mark.parametrize("button", ["Measure Patient", "Test the engine"])
@pytest.mark.parametrize("language_changes", [False, True])
def test_what_is_measured_or_tested_ends_with_the_window_from_any_room(
    button: str, language_changes: bool, start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root, begun, over = prepared(tmp_path / "data"), tmp_path / "begun", tmp_path / "over"
    write_engine(root / "engines" / "patient", toml=_TOML, runner=_RUNNER.format(begun=str(begun), over=str(over)))
    app = start(root)
    room = open_room(app, qtbot)
    choose_engine(room, "patient", qtbot, "How fast it is")
    click(button_of(room, button, qtbot))
    qtbot.waitUntil(begun.exists, timeout=PATIENCE)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    if language_changes:
        app.change("window.language", "de")
        qtbot.waitUntil(lambda: not app.desk.operations.running, timeout=PATIENCE)
    else:
        app.close()
    assert not over.exists(), "it was cancelled"

"""With an engine that makes pictures larger and does nothing else, nothing else is offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QPushButton, QToolButton

from studio.ui.tabs.images.tiles import JobTile, Tile
from tests.smoke.plugins import manifest, painting, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown
from tests.ui.tabs.images.acted import open_room, painted

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

pytestmark = pytest.mark.slow

_TOML = manifest("image", param("upscale", "choice", "2", choices=["2", "4"]), title="Larger")
_RUNNER = painting("""
class Runner(Painter):
    def run(self, context):
        return self.painted(context, 128)
""")


def test_neither_a_seed_nor_a_grid_is_offered_to_an_engine_without_dice_and_words(
    start: Callable[..., Application], qtbot: QtBot
) -> None:
    app = start(**{"engine.image": "swin2sr", "images.grid": True})
    room = open_room(app)
    assert not shown(room, QDoubleSpinBox, "Seed")
    assert not shown(room, QCheckBox, "As a grid")
    click(painted(app, room, qtbot, prompt="hills", width=64, height=64))
    room._act("init")
    qtbot.waitUntil(lambda: room.init is not None and bool(room.init.files), timeout=PATIENCE)
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(app.desk.jobs.rows) == 2, timeout=PATIENCE)
    assert "prompt" not in app.desk.jobs.rows[0].request.params
    room._engine.choose("painter")
    assert shown(room, QDoubleSpinBox, "Seed")
    assert find(room, QCheckBox, "As a grid").isChecked()


def test_painting_on_a_picture_is_refused_in_words_where_it_means_nothing(
    start: Callable[..., Application], qtbot: QtBot
) -> None:
    app = start(**{"engine.image": "swin2sr"})
    room = open_room(app)
    click(painted(app, room, qtbot, prompt="hills", width=64, height=64))
    press(room, "Ctrl+E")
    assert room.banners.messages == ["This engine makes pictures larger, and paints nothing."]
    qtbot.waitUntil(lambda: not app.desk.operations.running, timeout=PATIENCE)
    assert not room.painter.isVisible()
    assert room.form.start is None


def test_what_was_painted_with_another_engine_is_left_out_and_comes_back_with_that(
    studio_app: Application, qtbot: QtBot
) -> None:
    app, room = studio_app, open_room(studio_app)
    click(painted(app, room, qtbot, prompt="hills", width=64, height=64))
    press(room, "Ctrl+E")
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    press(room.painter.view, "F")
    press(room.painter.view, "Right")
    assert room.init is not None
    assert room.init.painted is not None
    room._engine.choose("swin2sr")
    assert room.init.painted is None
    assert room.init._painted.isHidden()
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(app.desk.jobs.rows) == 2, timeout=PATIENCE)
    job = app.desk.jobs.rows[0]
    assert (job.engine, set(job.request.files)) == ("swin2sr", {"init"})
    room._engine.choose("painter")
    assert room.init.painted is not None


def test_a_picture_that_was_enlarged_has_no_variations(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.image": "larger"})
    write_engine(root / "engines" / "larger", runner=_RUNNER, toml=_TOML)
    app = start(root)
    room = open_room(app)
    click(painted(app, room, qtbot, prompt="hills", width=64, height=64))
    click(find(room, QToolButton, "Make it larger"))
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2 and not shown(room, JobTile), timeout=PATIENCE)
    press(room, "Ctrl+M")
    assert room.banners.messages == ["This picture was made larger without dice: another one would be the same."]
    qtbot.waitUntil(lambda: not app.desk.operations.running, timeout=PATIENCE)
    assert [job.engine for job in app.desk.jobs.rows] == ["larger", "painter"]

"""What changed elsewhere is seen in the room, and what somebody chose there is still so the next time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QSpinBox, QToolButton

from studio.domain import jobs as states
from studio.errors import StudioError
from studio.services.envelope import Situation
from studio.ui.tabs.images.grid_page import GridCell
from tests.smoke.plugins import manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown, type_number, type_text
from tests.ui.tabs.images.acted import open_room, painted

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.services.envelope import Experience
    from studio.ui.application import Application

_BLOCKED = "The engine diffusers needs the pack core, which is not installed."


def test_a_star_is_given_and_taken_away(studio_app: Application, qtbot: QtBot) -> None:
    room, index = open_room(studio_app), studio_app.desk.studio.library_index
    tile = painted(studio_app, room, qtbot, prompt="hills", width=64, height=64)
    click(tile)
    number = tile.item.id
    for button, starred in (("Star", True), ("Take the star away", False), ("Star", True)):
        click(find(room, QToolButton, button))
        qtbot.waitUntil(lambda starred=starred: index.items([number])[0].starred == starred, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
        assert tile.item.starred == starred
        titles = [action.text() for action in room.stage.menu().actions()]
        assert ("Take the star away" in titles, "Star" in titles) == (starred, not starred)
    index.star([number], on=False)  # in another room
    press(room, "Ctrl+5")
    press(room.window(), "Ctrl+4")
    qtbot.waitUntil(lambda: bool(shown(room, QToolButton, "Star")), timeout=PATIENCE)


def test_a_star_that_could_not_be_kept_is_not_shown(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_room(studio_app)
    tile = painted(studio_app, room, qtbot, prompt="hills", width=64, height=64)
    click(tile)

    def full(_ids: list[int], *, on: bool) -> None:
        raise StudioError(f"The disk is full: {on}.")

    monkeypatch.setattr(studio_app.desk.studio.library_index, "star", full)
    click(find(room, QToolButton, "Star"))
    qtbot.waitUntil(lambda: room.banners.messages == ["The disk is full: True."], timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room, QToolButton, "Star")), timeout=PATIENCE)
    assert not tile.item.starred


def test_a_lora_that_was_laid_into_the_folder_by_hand_is_found(start: Callable[..., Application], qtbot: QtBot) -> None:
    app = start(**{"engine.image": "diffusers", "images.loras": "ink:1, fog:1"})
    room, folder = open_room(app), app.desk.studio.paths.loras
    loras = room.form.loras
    assert loras is not None
    qtbot.waitUntil(lambda: loras.missing == ["ink", "fog"], timeout=PATIENCE)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ink.safetensors").touch()
    press(room, "Ctrl+5")
    press(room.window(), "Ctrl+4")
    qtbot.waitUntil(lambda: loras.missing == ["fog"], timeout=PATIENCE)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a cat")
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: room.banners.messages == ["The LoRA fog is not in the folder of LoRAs."], timeout=PATIENCE)
    (folder / "fog.safetensors").touch()
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(app.desk.jobs.rows) == 1, timeout=PATIENCE)


def test_pictures_that_wait_for_what_is_not_installed_say_so(start: Callable[..., Application], qtbot: QtBot) -> None:
    app = start(**{"engine.image": "diffusers"})
    room = open_room(app)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a {red|blue} cat")
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: room.banners.messages == [_BLOCKED], timeout=PATIENCE)
    find(room, QCheckBox, "As a grid").setChecked(True)
    type_number(find(room, QSpinBox, "Seeds of the grid"), "1")
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(
        lambda: [cell.accessibleName() for cell in shown(room.grid, GridCell)] == ["red, Blocked", "blue, Blocked"],
        timeout=PATIENCE,
    )
    assert {job.state for job in app.desk.jobs.rows} == {states.BLOCKED}


def test_what_was_learned_of_an_engine_is_not_said_of_another(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, envelope, operations = open_room(studio_app), studio_app.studio.envelope, studio_app.desk.operations
    room.form.set_values({"width": 512, "height": 512})
    envelope.worked(
        Situation("painter", "", "512x512", "local/cuda0", "", "fp16"), ("slicing",), reason="", dirty=False
    )
    learned = room.form._learned
    room.form.look()
    qtbot.waitUntil(learned.isVisible, timeout=PATIENCE)
    assert learned.text() == "At this size it worked here: in slices."
    proven, earlier, later = envelope.proven, threading.Event(), threading.Event()
    gates = iter((earlier, later))

    def held_up() -> list[Experience]:
        found = proven()
        next(gates).wait(PATIENCE / 1000)
        return found

    monkeypatch.setattr(envelope, "proven", held_up)
    room.form.look()
    room._engine.choose("diffusers")
    assert room.form.shown["width"] == 512
    assert not learned.isVisible(), "at once"
    earlier.set()
    qtbot.waitUntil(lambda: operations.running == 1, timeout=PATIENCE)
    assert not learned.isVisible(), "nor when what was looked for earlier comes"
    later.set()


def test_how_many_pictures_and_whether_as_a_grid_is_remembered(
    start: Callable[..., Application], tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.image": "single"})  # one that makes one picture a job
    toml = manifest("image", param("prompt", "text", "", max=1000))
    write_engine(root / "engines" / "single", runner="", toml=toml)
    app = start(root)
    room = open_room(app)
    type_number(find(room, QSpinBox, "Pictures"), "3")
    find(room, QCheckBox, "As a grid").setChecked(True)
    app.close()
    room = open_room(start(root))
    assert find(room, QSpinBox, "Pictures").value() == 3
    assert room.grid_box.on
    assert shown(room, QSpinBox, "Seeds of the grid")

"""The room Images, used as a person would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from studio.engines.registry import Registry
from studio.services import recent
from studio.ui.tabs.images.tiles import JobTile, Tile
from tests.ui.conftest import PATIENCE, click, drop, find, press, shown, type_number, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.store.database import Database
    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom


def _open(app: Application) -> ImagesRoom:
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Images"))
    return app.window.room  # type: ignore[return-value]


def _set_number(room: ImagesRoom, name: str, value: int) -> None:
    type_number(find(room, QSpinBox, name), str(value))


def _drop(app: Application, file: Path) -> None:
    assert app.window is not None
    drop(app.window, file)


def _make(room: ImagesRoom, qtbot: QtBot, count: int) -> list[Tile]:
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == count and not shown(room, JobTile), timeout=PATIENCE)
    return shown(room, Tile)


def test_what_an_older_look_saw_does_not_come_back(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _open(studio_app)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a lake")
    _set_number(room, "Width", 64)
    _set_number(room, "Height", 64)
    newest, go_on, first = recent.newest, threading.Event(), iter([True])

    def held_up(database: Database, task: str, most: int) -> list[int]:
        found = newest(database, task, most)
        if next(first, False):
            go_on.wait(PATIENCE / 1000)
        return found

    monkeypatch.setattr(recent, "newest", held_up)
    room.gallery.load()
    _make(room, qtbot, 1)
    go_on.set()
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
    assert len(shown(room, Tile)) == 1


def test_an_empty_room_offers_an_example_and_wants_a_prompt(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    qtbot.waitUntil(
        lambda: bool(shown(room, QPushButton, "Try: mountains at sunset, three pines, a lake")), timeout=PATIENCE
    )
    click(find(room, QPushButton, "Generate"))
    assert room.banners.messages == ["There is no prompt."]


def test_a_size_is_chosen_by_name_or_in_numbers(studio_app: Application) -> None:
    room = _open(studio_app)
    sizes = find(room, QComboBox, "Size")
    sizes.setFocus()
    QTest.keyClicks(sizes, "Cover")
    assert (find(room, QSpinBox, "Width").value(), find(room, QSpinBox, "Height").value()) == (1400, 1400)
    _set_number(room, "Height", 500)
    assert sizes.currentText() == "Own size"
    _set_number(room, "Width", 768)
    _set_number(room, "Height", 768)
    assert sizes.currentText() == "Square · 768 × 768"


def test_the_seed_changes_with_the_dice_and_stays_with_the_lock(studio_app: Application) -> None:
    room = _open(studio_app)
    before = room.seed.value
    press(room, "Ctrl+D")
    assert room.seed.value != before
    shown_before = room.seed.value
    click(find(room, QToolButton, "Keep this seed"))
    assert room.seed.take() == shown_before
    click(find(room, QToolButton, "This seed is kept; click for a new one each time"))
    assert room.seed.take() != shown_before


def test_a_picture_without_a_recipe_becomes_the_one_to_start_from(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    room = _open(studio_app)
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor(200, 60, 30))
    picture.save(str(tmp_path / "photo.png"))
    _drop(studio_app, tmp_path / "photo.png")
    assert room.init is not None
    qtbot.waitUntil(lambda: room.init is not None and bool(room.init.files), timeout=PATIENCE)
    assert room.init.values == {"strength": pytest.approx(0.6)}
    click(find(room, QToolButton, "Start from nothing"))
    assert room.init.values == room.init.files == {}


def test_a_picture_can_be_made_before_all_that_waits(studio_app: Application, qtbot: QtBot) -> None:
    room, jobs = _open(studio_app), studio_app.desk.jobs
    studio_app.desk.dispatching.close()  # nobody begins with them
    type_text(find(room, QPlainTextEdit, "Prompt"), "hills")
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: len(jobs.waiting) == 1, timeout=PATIENCE)
    (first,) = (job.id for job in jobs.waiting)
    press(room, "Ctrl+Shift+Return")
    qtbot.waitUntil(lambda: len(jobs.rows) == 2 and jobs.rows[1].id == first, timeout=PATIENCE)


@pytest.mark.slow
def test_a_picture_is_made_shown_used_as_the_cover_and_restored(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    room, desk = _open(studio_app), studio_app.desk
    type_text(find(room, QPlainTextEdit, "Prompt"), "a lighthouse, two pines")
    type_text(find(room, QPlainTextEdit, "Without"), "snow")
    _set_number(room, "Width", 256)
    _set_number(room, "Height", 192)
    type_text(find(room, QLineEdit, "Title"), "Harbour")
    (tile,) = _make(room, qtbot, 1)
    qtbot.waitUntil(lambda: room.stage.view.picture is not None, timeout=PATIENCE)
    picture = room.stage.view.picture
    assert picture is not None
    assert (picture.width(), picture.height()) == (256, 192)
    seed = room.seed.value
    assert tile.accessibleName().endswith(f"seed {seed}")

    click(find(room, QToolButton, "Use as the cover"))
    qtbot.waitUntil(lambda: desk.project.value.cover is not None, timeout=PATIENCE)
    cover = desk.project.value.cover
    assert cover is not None
    assert cover.recipe == dict(tile.item.recipe)
    assert (desk.project.folder / cover.file).is_file()
    press(room, "Ctrl+Z")
    assert desk.project.value.cover is None

    click(find(room, QToolButton, "Copy the parameters"))
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("a lighthouse, two pines\nNegative prompt: snow\n")
    assert f"Seed: {seed}, Size: 256x192" in copied

    click(find(room, QToolButton, "Save as…"))
    dialog = next(d for d in room.window().findChildren(QFileDialog) if d.isVisible())
    dialog.fileSelected.emit(str(tmp_path / "mine.png"))
    dialog.close()
    qtbot.waitUntil((tmp_path / "mine.png").is_file, timeout=PATIENCE)

    wanted = room.form_values
    click(find(room, QPushButton, "Reset"))
    click(find(room, QToolButton, "Another seed"))
    assert room.form_values != wanted
    _drop(studio_app, tmp_path / "mine.png")
    qtbot.waitUntil(lambda: room.form_values == wanted, timeout=PATIENCE)
    assert room.seed.value == seed
    assert room.seed.locked


@pytest.mark.slow
def test_pictures_are_compared_starred_thrown_away_and_found_again(studio_app: Application, qtbot: QtBot) -> None:
    room, desk = _open(studio_app), studio_app.desk
    type_text(find(room, QPlainTextEdit, "Prompt"), "hills")
    _set_number(room, "Width", 64)
    _set_number(room, "Height", 64)
    _set_number(room, "Pictures", 3)
    tiles = _make(room, qtbot, 3)
    view = room.stage.view
    qtbot.waitUntil(lambda: view.picture is not None, timeout=PATIENCE)
    chosen = room.gallery.item
    other = next(tile for tile in tiles if chosen is not None and tile.item.id != chosen.id)
    QTest.mouseClick(other, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.comparing, timeout=PATIENCE)
    assert room.gallery.second is not None
    assert room.gallery.second.id == other.item.id
    click(find(room, QToolButton, "Compare two pictures"))
    qtbot.waitUntil(lambda: not view.comparing, timeout=PATIENCE)

    click(find(room, QPushButton, "100 %"))
    assert view.zoom == 1.0
    turn = QWheelEvent(QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
                       Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.zoom == pytest.approx(1.25)
    click(find(room, QToolButton, "Fit"))
    assert view.fits

    click(find(room, QToolButton, "Star"))
    index = desk.studio.library_index
    assert chosen is not None
    qtbot.waitUntil(lambda: index.items([chosen.id])[0].starred, timeout=PATIENCE)
    tile = next(tile for tile in tiles if tile.item.id == chosen.id)
    tile.setFocus()
    press(tile, "Del")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2, timeout=PATIENCE)
    assert studio_app.window is not None
    click(find(studio_app.window.toast, QPushButton, "Undo"))
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 3, timeout=PATIENCE)

    studio_app.change("window.language", "de")  # another window: what was made is there again
    qtbot.waitUntil(lambda: len(shown(studio_app.window.room, Tile)) == 3, timeout=PATIENCE)  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_picture_that_is_being_made_has_a_tile_that_stops_it(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app)
    type_text(find(room, QPlainTextEdit, "Prompt"), "hills")
    _set_number(room, "Width", 2048)
    _set_number(room, "Height", 2048)
    _set_number(room, "Pictures", 16)
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: any("%" in tile.accessibleName() for tile in shown(room, JobTile)), timeout=PATIENCE)
    click(find(shown(room, JobTile)[0], QToolButton, "Cancel this job"))
    qtbot.waitUntil(lambda: not shown(room, JobTile), timeout=PATIENCE)
    assert shown(room, Tile) == []
    assert room.banners.messages == []


def test_the_room_opens_without_any_engine(start: Callable[..., Application], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engines.registry.find_engines", lambda _folder: Registry([]))
    room = _open(start())
    click(find(room, QPushButton, "Generate"))
    assert room.banners.messages == ["There is no engine for pictures."]


@pytest.mark.slow
def test_the_parameters_of_a_picture_are_copied_as_other_programs_read_them(
    studio_app: Application, qtbot: QtBot
) -> None:
    room = _open(studio_app)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a lake at noon")
    _set_number(room, "Width", 128)
    _set_number(room, "Height", 96)
    (tile,) = _make(room, qtbot, 1)
    click(tile)
    press(room, "Ctrl+Shift+C")
    assert room.gallery.item is not None
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "a lake at noon"
    assert f"Seed: {room.gallery.item.recipe['seed']}" in lines[-1]
    assert "Size: 128x96" in lines[-1]

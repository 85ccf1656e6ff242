"""The form filled from a recipe: with the picture that it was made from or without, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
)

from studio.ui.tabs.images.tiles import JobTile, Tile
from tests.smoke.plugins import manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, drop, find, prepared, press, shown, type_number, type_text
from tests.ui.tabs.images.acted import open_room, painted

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom

pytestmark = pytest.mark.slow

_WORDS_ALONE = manifest("image", param("prompt", "text", "", max=1000), title="Words alone")


def _picture(file: Path, colour: str, white: QRect | None = None) -> Path:
    picture = QImage(96, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour))
    if white:
        painter = QPainter(picture)
        painter.fillRect(white, QColor("white"))
        painter.end()
    picture.save(str(file))
    return file


def _made(app: Application, room: ImagesRoom, qtbot: QtBot, rights: dict[str, str], **files: Path) -> Tile:
    """Have the painter make one picture of files; return its tile."""
    return painted(app, room, qtbot, files=files, rights=rights, prompt="hills", width=96, height=64, strength=0.8)


def _start_from(app: Application, room: ImagesRoom, qtbot: QtBot, file: Path) -> None:
    assert app.window is not None
    drop(app.window, file)
    qtbot.waitUntil(lambda: room.init is not None and room.init.file == file, timeout=PATIENCE)


def _choose_engine(room: ImagesRoom, engine: str) -> None:
    box = find(room, QComboBox, "Engine")
    box.setCurrentIndex(box.findData(engine))


def _undo(app: Application) -> None:
    assert app.window is not None
    click(find(app.window.toast, QPushButton, "Undo"))


def _asked(room: ImagesRoom) -> dict[str, Any]:
    """Everything that the form would ask for."""
    init, engine = room.init, room.form.engine
    return {
        "values": room.form.values, "seed": room.seed.value, "locked": room.seed.locked,
        "files": init.files if init else None, "engine": engine.id if engine else "",
        "mask": init.painting.mask.greys() if init and init.painting else None,
    }  # fmt: skip


def test_what_was_made_from_a_picture_and_a_mask_shows_both_again_and_makes_the_same(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    where = _picture(tmp_path / "where.png", "black", QRect(20, 20, 40, 30))
    tile = _made(app, room, qtbot, {"init": "CC-BY-4.0"}, init=_picture(tmp_path / "a.png", "red"), mask=where)
    click(tile)
    _start_from(app, room, qtbot, _picture(tmp_path / "other.png", "blue"))
    click(find(room, QToolButton, "Copy into the form"))
    assert room.init is not None
    names = {role: file.name for role, file in room.init.files.items()}
    assert names == tile.item.recipe["files"]
    assert find(room, QDoubleSpinBox, "Strength").value() == 0.8
    said = "Only what is marked is painted anew."
    qtbot.waitUntil(lambda: any(one.text() == said for one in shown(room, QLabel)), timeout=PATIENCE)
    assert room.banners.messages == []
    click(find(room, QPushButton, "Paint on it…"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    painting = room.init.painting
    assert painting is not None
    grey = painting.mask.greys()
    assert [grey.pixelColor(*at).red() for at in ((30, 30), (5, 5))] == [255, 0]
    assert room.form.values["width"] == 96, "to look at it changes nothing"
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2 and not shown(room, JobTile), timeout=PATIENCE)
    made = next(one.item for one in shown(room, Tile) if one.item.id != tile.item.id)
    assert made.recipe["files"] == tile.item.recipe["files"]
    assert made.recipe["rights"] == {"init": "CC-BY-4.0"}
    assert QImage(str(made.file)) == QImage(str(tile.item.file)), "the same once more"

    click(tile)
    click(find(room, QToolButton, "Copy into the form"))
    click(find(room, QPushButton, "Paint on it…"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    view = room.painter.view
    qtbot.waitUntil(lambda: view.width() > 200, timeout=PATIENCE)
    corner = view._canvas().topLeft().toPoint() + QPoint(4, 4)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=corner)
    assert room.init.painted is not None
    assert room.init.files.keys() == {"init"}, "from now on what is painted counts"
    view.setFocus()
    press(view, "Del")
    assert (room.init.painted, room.init.files.keys()) == (None, {"init"})


def test_the_way_back_brings_everything_that_the_form_said(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    tile = _made(app, room, qtbot, {}, init=_picture(tmp_path / "a.png", "red"))
    _start_from(app, room, qtbot, _picture(tmp_path / "other.png", "blue"))
    type_text(find(room, QPlainTextEdit, "Prompt"), "something else")
    type_number(find(room, QDoubleSpinBox, "Strength"), "0.35")
    click(find(room, QPushButton, "Paint on it…"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(lambda: room.painter.view.width() > 200, timeout=PATIENCE)
    click(room.painter.view)
    press(room.painter.view, "F")
    press(room.painter.view, "Right")
    click(find(room.painter, QPushButton, "Back to the pictures"))
    before = _asked(room)
    assert not before["locked"]
    click(tile)
    click(find(room, QToolButton, "Copy into the form"))
    assert room.init is not None
    assert room.init.files["init"].name == tile.item.recipe["files"]["init"]
    assert (room.init.painting, room.seed.value, room.seed.locked) == (None, 3, True)
    _undo(app)
    assert _asked(room) == before
    assert room.init.painting is not None
    assert room.init.painting.frame.extended
    assert room.init.painting.history.can_undo


def test_what_was_made_from_words_alone_leaves_no_picture_to_start_from(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    tile = _made(app, room, qtbot, {})
    blue = _picture(tmp_path / "blue.png", "blue")
    _start_from(app, room, qtbot, blue)
    assert app.window is not None
    click(tile)
    click(find(room, QToolButton, "Copy into the form"))
    assert room.init is not None
    assert room.init.files == {}
    _undo(app)
    assert room.init.files == {"init": blue}
    drop(app.window, tile.item.file)  # as from another place: the recipe in it says the same
    qtbot.waitUntil(lambda: room.init is not None and room.init.files == {}, timeout=PATIENCE)
    assert room.banners.messages == []


def test_what_is_no_longer_kept_is_said(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    app, room = studio_app, open_room(studio_app)
    where = _picture(tmp_path / "where.png", "black", QRect(20, 20, 40, 30))
    click(_made(app, room, qtbot, {}, init=_picture(tmp_path / "a.png", "red"), mask=where))
    _start_from(app, room, qtbot, _picture(tmp_path / "blue.png", "blue"))
    item, inputs = room.gallery.item, app.desk.studio.inputs
    assert item is not None
    assert room.init is not None
    inputs.path(item.recipe["files"]["mask"]).unlink()
    click(find(room, QToolButton, "Copy into the form"))
    assert room.banners.messages == ["Where it was painted is no longer here; the picture that it was made from is."]
    assert room.init.files == {"init": inputs.path(item.recipe["files"]["init"])}
    inputs.path(item.recipe["files"]["init"]).unlink()
    click(find(room, QToolButton, "Copy into the form"))
    assert room.banners.messages == ["The picture that it was made from is no longer here."]
    assert room.init.files == {}
    _undo(app)
    assert room.banners.messages == []


def test_the_picture_to_start_from_outlasts_an_engine_that_takes_none(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data")
    write_engine(root / "engines" / "words", runner="", toml=_WORDS_ALONE)
    app = start(root)
    room = open_room(app)
    blue = _picture(tmp_path / "blue.png", "blue")
    _start_from(app, room, qtbot, blue)
    type_number(find(room, QDoubleSpinBox, "Strength"), "0.35")
    click(find(room, QPushButton, "Paint on it…"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(lambda: room.painter.view.width() > 200, timeout=PATIENCE)
    click(room.painter.view)
    assert room.init is not None
    painting = room.init.painting
    assert painting is not None
    assert not painting.mask.empty
    first = room.form.engine
    assert first is not None
    _choose_engine(room, "words")
    assert room.init is None
    assert "strength" not in room.form.values
    assert not room.painter.isVisible()
    _choose_engine(room, first.id)
    assert room.init is not None
    assert (room.init.file, room.init.name, room.init.painting) == (blue, "blue.png", painting)
    assert room.init.values == {"strength": pytest.approx(0.35)}
    named = "The picture to start from"
    qtbot.waitUntil(lambda: any(one.pixmap().width() > 10 for one in shown(room, QLabel, named)), timeout=PATIENCE)
    assert room.init.painted is not None
    click(find(room, QToolButton, "Start from nothing"))
    _choose_engine(room, "words")
    _choose_engine(room, first.id)
    assert room.init.file is None


def test_a_strength_that_an_engine_allows_is_kept_and_one_that_it_does_not_is_said(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    app = start(**{"engine.image": "diffusers"})
    room = open_room(app)
    loras = app.desk.studio.paths.loras
    loras.mkdir(parents=True, exist_ok=True)
    for name in ("fog", "ink"):
        (loras / f"{name}.safetensors").write_bytes(b"")
    picture = QImage(32, 32, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    words = "a lighthouse <lora:fog:{}> <lora:ink:-12>\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 64x64"
    picture.setText("parameters", words.format("3.5"))
    picture.save(str(tmp_path / "other.png"))
    blue = _picture(tmp_path / "blue.png", "blue")
    _start_from(app, room, qtbot, blue)
    assert app.window is not None
    drop(app.window, tmp_path / "other.png")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert room.form.values["lora"] == "fog:3.5, ink:-10"
    said = " ".join(label.text() for label in shown(room.banners, QLabel))
    assert "The LoRA ink was -12 strong; the most is 10." in said
    assert "fog" not in said
    box = find(room, QDoubleSpinBox, "Strength of fog")
    assert box.value() == 3.5
    type_number(box, "4")
    assert room.form.values["lora"] == "fog:4, ink:-10"
    assert app.desk.memory.get("images.loras", "") == "fog:4, ink:-10"
    assert room.init is not None
    assert room.init.file is None, "no picture of what was in the form before"
    _undo(app)
    assert (room.init.file, room.form.values["lora"], room.banners.messages) == (blue, "", [])


def test_a_recipe_of_another_program_that_went_from_a_picture_says_that_it_is_missing(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    picture = QImage(32, 32, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    picture.setText("parameters", "a lighthouse\nSteps: 20, Seed: 5, Size: 64x64, Denoising strength: 0.4")
    picture.save(str(tmp_path / "other.png"))
    assert app.window is not None
    drop(app.window, tmp_path / "other.png")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    said = " ".join(label.text() for label in shown(room.banners, QLabel))
    assert "It may have been made from another picture" in said
    _start_from(app, room, qtbot, _picture(tmp_path / "blue.png", "blue"))
    assert find(room, QDoubleSpinBox, "Strength").value() == 0.4, "as it was, with whichever picture is chosen now"


def test_the_size_in_the_form_follows_the_frame_and_goes_back_with_it(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    for name in ("Width", "Height"):
        type_number(find(room, QSpinBox, name), "128")
    _start_from(app, room, qtbot, _picture(tmp_path / "blue.png", "blue"))
    click(find(room, QPushButton, "Paint on it…"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)

    def size() -> tuple[int, int]:
        return find(room, QSpinBox, "Width").value(), find(room, QSpinBox, "Height").value()

    press(room.painter.view, "F")
    assert size() == (128, 128)
    for _ in range(2):
        press(room.painter.view, "Right")
    assert size() == (144, 88)
    click(find(room.painter, QToolButton, "Undo"))
    assert size() == (136, 88)
    click(find(room.painter, QToolButton, "Undo"))
    assert size() == (128, 128), "as it was before anything was painted"
    click(find(room.painter, QToolButton, "Redo"))
    assert size() == (136, 88)
    slider = find(room.painter, QSlider, "Brush size")
    slider.setFocus()
    press(slider, "Ctrl+Z")
    assert size() == (128, 128), "the keys are the picture's, wherever on the page the focus is"
    press(slider, "Ctrl+Shift+Z")
    assert size() == (136, 88)


def test_a_picture_that_is_read_too_late_does_not_take_the_place_of_what_was_chosen_since(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    tile = _made(app, room, qtbot, {})
    assert room.init is not None
    room.init.take(_picture(tmp_path / "blue.png", "blue"), paint=True)
    click(tile)
    click(find(room, QToolButton, "Copy into the form"))
    qtbot.waitUntil(lambda: app.desk.operations.running == 0, timeout=PATIENCE)
    assert room.init.files == {}
    assert not room.painter.isVisible()

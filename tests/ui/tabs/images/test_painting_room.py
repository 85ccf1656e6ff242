"""The room Images with what grows, is painted on, taken over from elsewhere, combined and made larger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from studio.domain import jobs as states
from studio.ui.tabs.images.grid_page import GridCell
from studio.ui.tabs.images.tiles import JobTile, Tile
from tests.smoke.plugins import manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, drop, find, prepared, press, shown, type_number, type_text
from tests.ui.tabs.images.acted import open_room, painted

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom

pytestmark = pytest.mark.slow

_TOML = manifest(
    "image",
    param("prompt", "text", "", max=1000),
    param("width", "int", 64, min=8, max=512),
    param("height", "int", 64, min=8, max=512),
    title="Grows",
)
# Shows what is no picture and then its colour, and waits to be let go on; then it is another colour.
_GROWS = """
import time
from pathlib import Path
from PIL import Image
from studio.worker.runner import Output
from studio.worker.runner import Runner as Base

GATE = Path({gate!r})

class Runner(Base):
    def run(self, context):
        context.progress("painting", 0.5)
        context.scratch.mkdir(parents=True, exist_ok=True)
        colour, number = str(context.params["prompt"]), 0
        while not (GATE / colour).exists():
            context.check_cancelled()
            file = context.scratch / f"{{number}}.png"
            if number == 0:
                file.write_bytes(b"no picture")
            else:
                Image.new("RGB", (8, 8), colour).save(file)
            context.preview(file)
            number += 1
            time.sleep(0.05)
        with context.create("made.png") as unfinished, unfinished.open("wb") as file:
            Image.new("RGB", (64, 64), "white").save(file, "PNG")
        return Output(context.scratch / "made.png", "image", {{"width": 64, "height": 64}})
"""


def _seen(room: ImagesRoom) -> str:
    picture = room.stage.view.picture
    return picture.pixelColor(picture.width() // 2, picture.height() // 2).name() if picture is not None else ""


def _choose_file(room: ImagesRoom, *files: Path) -> None:
    dialog = next(d for d in room.window().findChildren(QFileDialog) if d.isVisible())
    dialog.filesSelected.emit([str(file) for file in files])
    dialog.fileSelected.emit(str(files[0]))
    dialog.close()


def test_a_picture_is_seen_while_it_is_made_and_gives_way_to_the_result(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    gate.mkdir()
    root = prepared(tmp_path / "data")
    write_engine(root / "engines" / "grows", runner=_GROWS.format(gate=str(gate)), toml=_TOML)
    app = start(root)
    room, jobs = open_room(app), app.desk.jobs
    box = find(room, QComboBox, "Engine")
    box.setFocus()
    QTest.keyClicks(box, "Grows")
    qtbot.waitUntil(lambda: bool(shown(room, QPlainTextEdit, "prompt")), timeout=PATIENCE)
    for colour in ("red", "blue"):
        find(room, QPlainTextEdit, "prompt").setPlainText(colour)
        press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: _seen(room) == "#ff0000", timeout=PATIENCE)
    assert not find(room, QToolButton, "Paint on this picture").isEnabled(), "there is nothing to paint on yet"
    assert "50 %" in room.stage.view.accessibleName()
    picture = room.stage.view.picture
    assert picture is not None
    assert picture.width() == 64, "as large as what is made"
    (gate / "red").touch()
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: _seen(room) == "#0000ff", timeout=PATIENCE)
    (made,) = shown(room, Tile)
    click(made)
    qtbot.waitUntil(lambda: _seen(room) == "#ffffff", timeout=PATIENCE)
    with qtbot.waitSignal(app.desk.previews.shown, timeout=PATIENCE):
        pass  # the next look does not take the place of what somebody chose
    assert (_seen(room), room.gallery.watched) == ("#ffffff", 0)
    (growing,) = shown(room, JobTile)
    QTest.mouseClick(growing, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    qtbot.waitUntil(lambda: _seen(room) == "#0000ff", timeout=PATIENCE)
    made.setFocus()
    press(made, "Right")
    qtbot.waitUntil(lambda: _seen(room) == "#ffffff", timeout=PATIENCE)  # keys choose as a click does
    QTest.mouseClick(growing, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    qtbot.waitUntil(lambda: _seen(room) == "#0000ff", timeout=PATIENCE)
    watched: list[int] = []
    app.desk.previews.gone.connect(lambda _job: watched.append(room.gallery.watched))
    click(find(growing, QToolButton, "Cancel this job"))
    qtbot.waitUntil(lambda: _seen(room) == "#ffffff", timeout=PATIENCE)
    assert watched == [0], "at once, and not when all is cleaned up"
    assert find(room, QToolButton, "Paint on this picture").isEnabled()
    assert [job.state for job in jobs.rows] == [states.CANCELLED, states.SUCCEEDED]
    assert room.banners.messages == []


def test_only_what_is_painted_on_a_picture_is_made_anew(studio_app: Application, qtbot: QtBot) -> None:
    app, room = studio_app, open_room(studio_app)
    tile = painted(app, room, qtbot, prompt="hills", width=256, height=192)
    click(tile)
    press(room, "Ctrl+E")
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    view = room.painter.view
    qtbot.waitUntil(lambda: view.width() > 200 and view.hasFocus(), timeout=PATIENCE)
    middle = view._canvas().center().toPoint()
    reach = round(view._canvas().width() / 8)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle - QPoint(reach, 0))
    QTest.mouseMove(view, middle)
    QTest.mouseMove(view, middle + QPoint(reach, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(reach, 0))
    assert room.init is not None
    painting = room.init.painting
    assert painting is not None
    press(view, "Ctrl+Z")
    assert painting.mask.empty, "the key takes back a stroke here, and nothing of the project"
    press(view, "Ctrl+Shift+Z")
    assert not painting.mask.empty
    type_number(find(room, QDoubleSpinBox, "Strength"), "1")
    type_text(find(room, QPlainTextEdit, "Prompt"), "a red house in the snow, blorb")
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2 and not shown(room, JobTile), timeout=PATIENCE)
    assert room.stage.isVisible(), "the result is seen"
    made = next(one.item for one in shown(room, Tile) if one.item.id != tile.item.id)
    assert set(made.recipe["files"]) == {"init", "mask"}
    before, after = QImage(str(tile.item.file)), QImage(str(made.file))
    before = before.scaled(after.size())
    assert after.width() / after.height() == pytest.approx(256 / 192, abs=0.01), "as the picture that is painted on"
    inside = after.rect().center()
    assert before.pixelColor(inside) != after.pixelColor(inside)
    assert list(app.desk.studio.paths.scratch.glob("painted-*")) == []
    qtbot.waitUntil(lambda: "blorb" in room.stage._notes.text(), timeout=PATIENCE)  # what its job had to say
    box = find(room, QComboBox, "Engine")
    box.setFocus()
    QTest.keyClicks(box, "Stable")
    qtbot.waitUntil(lambda: room.form.loras is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room, QToolButton, "Start from nothing")), timeout=PATIENCE)
    assert (room.init.file, room.init.painting) == (tile.item.file, painting), "another engine goes on with it"
    click(find(room, QToolButton, "Start from nothing"))
    assert room.init.painting is None


def test_a_frame_that_is_drawn_wider_makes_a_larger_picture(studio_app: Application, qtbot: QtBot) -> None:
    app, room = studio_app, open_room(studio_app)
    for name in ("Width", "Height"):
        type_number(find(room, QSpinBox, name), "128")
    click(painted(app, room, qtbot, prompt="hills", width=128, height=128))
    click(find(room, QToolButton, "Paint on this picture"))
    qtbot.waitUntil(room.painter.isVisible, timeout=PATIENCE)
    press(room.painter.view, "F")
    for _ in range(8):
        press(room.painter.view, "Right")
    assert find(room, QSpinBox, "Width").value() == 192
    type_text(find(room, QPlainTextEdit, "Prompt"), "hills and a lake")
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2 and not shown(room, JobTile), timeout=PATIENCE)
    made = room.gallery.item
    assert made is not None
    assert (made.facts["width"], made.facts["height"]) == (192, 128)
    assert set(made.recipe["files"]) == {"init", "mask"}, "this engine paints where the mask says"
    assert made.recipe["rights"]["init"] == "own work", "the terms are those of the picture within"


def test_a_picture_of_another_program_fills_the_form_and_what_cannot_be_is_said(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    picture = QImage(32, 32, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    picture.setText(
        "parameters",
        "a lighthouse <lora:fog:0.7>\nNegative prompt: people\n"
        "Steps: 31, Sampler: Euler a, CFG scale: 6.5, Seed: 77, Size: 640x448, Model: dreamy",
    )
    picture.save(str(tmp_path / "other.png"))
    box = find(room, QComboBox, "Engine")
    box.setFocus()
    QTest.keyClicks(box, "Stable")
    assert app.window is not None
    drop(app.window, tmp_path / "other.png")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    values = room.form_values
    assert (values["prompt"].strip(), values["negative"]) == ("a lighthouse", "people")
    assert (values["steps"], values["guidance"], values["scheduler"]) == (31, 6.5, "euler-ancestral")
    assert (values["width"], values["height"], room.seed.value, room.seed.locked) == (640, 448, 77, True)
    assert room.banners.messages == ["The form is filled from other.png, made with A1111."]
    said = " ".join(label.text() for label in shown(room.banners, type(room.form._about)))
    assert "The LoRA fog is not here" in said
    assert "dreamy" in said


def test_loras_are_chosen_weighed_ordered_remembered_and_missed(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    app = start(**{"engine.image": "diffusers"})
    room = open_room(app)
    loras = room.form.loras
    assert loras is not None
    for name in ("ink", "paper"):
        file = tmp_path / f"{name}.safetensors"
        file.write_bytes((2).to_bytes(8, "little") + b"{}" + name.encode())
        loras._open()
        _choose_file(room, file)
    qtbot.waitUntil(lambda: loras.text == "ink:1, paper:1", timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room, QDoubleSpinBox, "Strength of paper")), timeout=PATIENCE)
    type_number(find(room, QDoubleSpinBox, "Strength of paper"), "0.5")
    click(find(loras, QToolButton, "Earlier: paper"))
    assert loras.text == "paper:0.5, ink:1"
    assert room.form.values["lora"] == "paper:0.5, ink:1"
    assert app.desk.memory.get("images.loras", "") == "paper:0.5, ink:1"
    (app.desk.studio.paths.loras / "ink.safetensors").unlink()
    loras.look()
    qtbot.waitUntil(lambda: loras.missing == ["ink"], timeout=PATIENCE)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a cat")
    click(find(room, QPushButton, "Generate"))
    missed = ["The LoRA ink is not in the folder of LoRAs."]
    qtbot.waitUntil(lambda: room.banners.messages == missed, timeout=PATIENCE)
    click(find(loras, QToolButton, "Without ink"))
    assert (loras.text, loras.missing) == ("paper:0.5", [])


def test_a_grid_shows_every_combination_with_its_words_and_is_saved(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    room = open_room(studio_app)
    type_text(find(room, QPlainTextEdit, "Prompt"), "a {red|blue} house in the {snow|rain}")
    for name in ("Width", "Height"):
        type_number(find(room, QSpinBox, name), "64")
    find(room, QSpinBox, "Pictures").setValue(3)
    box = find(room, QCheckBox, "As a grid")
    room._scroll.ensureWidgetVisible(box)
    box.setChecked(True)
    type_number(find(room, QSpinBox, "Seeds of the grid"), "1")
    press(room, "Ctrl+Return")
    save = room.grid._save
    qtbot.waitUntil(lambda: save.isVisible() and save.isEnabled(), timeout=PATIENCE)
    cells = {cell.accessibleName(): cell for cell in shown(room.grid, GridCell)}
    assert set(cells) == {"red · snow", "red · rain", "blue · snow", "blue · rain"}
    items = {name: cell.item for name, cell in cells.items()}
    assert {item.recipe["params"]["prompt"] for item in items.values() if item} == {
        f"a {colour} house in the {weather}" for colour in ("red", "blue") for weather in ("snow", "rain")
    }
    assert len({item.recipe["seed"] for item in items.values() if item}) == 1
    assert len(room.gallery.items) == 4, "one of each, however many the form says"
    click(save)
    _choose_file(room, tmp_path / "sheet.png")
    qtbot.waitUntil((tmp_path / "sheet.png").is_file, timeout=PATIENCE)
    assert QImage(str(tmp_path / "sheet.png")).width() > 128
    click(cells["blue · rain"])
    wanted = items["blue · rain"]
    assert room.stage.isVisible()
    assert room.gallery.item is not None
    assert wanted is not None
    assert room.gallery.item.id == wanted.id
    type_text(find(room, QPlainTextEdit, "Prompt"), " {")
    click(find(room, QPushButton, "Generate"))
    assert room.banners.messages == ["A brace in the prompt is opened and not closed."]


def test_variations_differ_and_an_enlarged_picture_is_twice_as_large(studio_app: Application, qtbot: QtBot) -> None:
    app, room = studio_app, open_room(studio_app)
    tile = painted(app, room, qtbot, prompt="hills", width=96, height=64)
    click(tile)
    click(find(room, QToolButton, "Make it larger"))
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 2 and not shown(room, JobTile), timeout=PATIENCE)
    assert room.gallery.item is not None
    assert (room.gallery.item.facts["width"], room.gallery.item.facts["height"]) == (192, 128)
    click(tile)
    press(room, "Ctrl+M")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 6 and not shown(room, JobTile), timeout=PATIENCE)
    like = [item for item in room.gallery.items if item.facts["width"] == 96 and item.id != tile.item.id]
    assert len({item.sha256 for item in like}) == 4
    assert all(item.recipe["params"] == tile.item.recipe["params"] for item in like)


def test_variations_of_a_picture_by_a_model_of_one_s_own_are_by_that_model_or_none(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    app, room = studio_app, open_room(studio_app)
    own = tmp_path / "my-model"
    own.mkdir()
    click(painted(app, room, qtbot, prompt="hills", width=64, height=64, model=str(own)))
    press(room, "Ctrl+M")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert "made with the model 'my-model'" in room.banners.messages[0]
    assert len(app.desk.jobs.rows) == 1
    app.desk.memory.put("models.own.painter", [str(tmp_path / "other"), str(own)])
    press(room, "Ctrl+M")
    qtbot.waitUntil(lambda: len(shown(room, Tile)) == 5 and not shown(room, JobTile), timeout=PATIENCE)
    assert {item.recipe["model"] for item in room.gallery.items} == {"my-model"}


def test_an_engine_that_only_enlarges_asks_for_a_picture_and_a_factor(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    app = start(**{"engine.image": "swin2sr"})
    room = open_room(app)
    assert room.form.form is not None
    factor = room.form.form.fields["upscale"]
    assert not factor.isVisible()
    assert not room.form.count.isVisible(), "one picture comes of one"
    click(find(room, QPushButton, "Generate"))
    assert room.banners.messages == ["There is no picture to enlarge."]
    assert not app.desk.jobs.rows
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    picture.save(str(tmp_path / "photo.png"))
    assert app.window is not None
    drop(app.window, tmp_path / "photo.png")
    qtbot.waitUntil(factor.isVisible, timeout=PATIENCE)
    assert not shown(room, QDoubleSpinBox), "there is no strength"
    room.form.set_values({"upscale": "4"})
    click(find(room, QPushButton, "Generate"))
    qtbot.waitUntil(lambda: len(app.desk.jobs.rows) == 1, timeout=PATIENCE)
    job = app.desk.studio.jobs.get(app.desk.jobs.rows[0].id)
    assert (job.engine, job.state, job.request.params["upscale"]) == ("swin2sr", states.BLOCKED, "4")
    assert set(job.request.files) == {"init"}


def test_a_picture_of_the_painter_is_enlarged_by_an_engine_that_only_enlarges(
    start: Callable[..., Application], qtbot: QtBot
) -> None:
    app = start(**{"engine.image": "swin2sr"})
    room = open_room(app)
    click(painted(app, room, qtbot, prompt="hills", width=96, height=64))
    click(find(room, QToolButton, "Make it larger"))
    qtbot.waitUntil(lambda: len(app.desk.jobs.rows) == 2, timeout=PATIENCE)
    jobs = [app.desk.studio.jobs.get(row.id) for row in app.desk.jobs.rows]
    (job,) = (job for job in jobs if job.engine == "swin2sr")
    assert (job.state, job.request.params["upscale"], set(job.request.files)) == (states.BLOCKED, "2", {"init"})


def test_fields_that_mean_nothing_now_are_hidden_and_not_sent(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    app = start(**{"engine.image": "diffusers", "form.advanced": True})
    room = open_room(app)
    form = room.form.form
    assert form is not None
    assert room.form.models is not None, "the model is chosen here"

    def there() -> set[str]:
        return {
            name
            for name in ("fit", "place", "upscale", "steps")
            if name in form.fields and form.fields[name].isVisible()
        }

    assert there() == {"steps"}
    form.set_values({"fit": "outpaint", "place": "left"})
    assert room.form.values["fit"] == "crop"
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    picture.save(str(tmp_path / "photo.png"))
    assert app.window is not None
    drop(app.window, tmp_path / "photo.png")
    qtbot.waitUntil(lambda: "fit" in there(), timeout=PATIENCE)
    assert "place" in there()
    assert (room.form.values["fit"], room.form.values["place"]) == ("outpaint", "left")
    room.form.models._take(str(tmp_path))
    assert room.form.values["model"] == str(tmp_path)
    assert find(room, QComboBox, "Model").currentText() == tmp_path.name
    recipe = {"task": "image", "engine": "diffusers", "params": {"prompt": "a", "steps": 3}, "seed": 4}
    room.restore(recipe | {"model": "sdxl-turbo"})
    assert (room.form.values["model"], room.form.values["steps"], room.banners.messages) == ("sdxl-turbo", 3, [])
    room.restore(recipe | {"model": "dreamy"})
    assert room.banners.messages == ["It was made with the model dreamy, which is not here."]

"""The form of the room Images as the model wants it: what somebody changed stays, the rest follows the model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QPlainTextEdit, QPushButton, QSpinBox

from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.runtime import hub_cache
from studio.services import provenance
from studio.ui.tabs.images.model_box import place_of
from tests.smoke.plugins import manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, press, type_number, type_text
from tests.ui.tabs.images.acted import open_room

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.images.view import ImagesRoom

_PLAIN, _TURBO, _LARGE = (512, 512, 25, 7.0), (512, 512, 1, 0.0), (1024, 1024, 30, 5.0)
_TWIN = manifest(
    "image",
    '[[models]]\nid = "slow"\nrepo = "a/slow"\n',
    '[[models]]\nid = "quick"\nbundled = true\n[models.defaults]\nsteps = 2\n',
    param("prompt", "text", "", max=1000),
    param("steps", "int", 25, min=1, max=150),
    title="Twin",
)


@pytest.fixture
def app(start: Callable[..., Application]) -> Application:
    """A window that paints with diffusers."""
    return start(**{"engine.image": "diffusers"})


def _choose(room: ImagesRoom, title: str) -> None:
    """Choose a model by its title, with the keys."""
    box = find(room, QComboBox, "Model")
    at = next(at for at in range(box.count()) if box.itemText(at).removesuffix(" (not loaded)") == title)
    box.setFocus()
    box.setCurrentIndex(at)
    box.activated.emit(at)


def _usual(room: ImagesRoom) -> tuple[Any, ...]:
    return tuple(room.form.values[name] for name in ("width", "height", "steps", "guidance"))


def _recipe(**changes: Any) -> dict[str, Any]:
    return {"task": "image", "engine": "diffusers", "model": "sd-1.5", "params": {"prompt": "hills"}} | changes


def test_choosing_a_model_moves_what_nobody_changed_and_leaves_the_rest(app: Application) -> None:
    room = open_room(app)
    assert _usual(room) == _PLAIN
    type_text(find(room, QPlainTextEdit, "Prompt"), "a lake")
    _choose(room, "SDXL turbo")
    assert _usual(room) == _TURBO
    type_number(find(room, QSpinBox, "Steps"), "30")
    _choose(room, "Stable Diffusion XL 1.0")
    assert _usual(room) == _LARGE
    _choose(room, "Stable Diffusion 1.5")
    assert _usual(room) == (512, 512, 30, 7.0), "the steps were somebody's, though a model wants as many"
    assert room.form.values["prompt"] == "a lake"
    click(find(room, QPushButton, "Reset"))
    assert _usual(room) == _PLAIN
    _choose(room, "Flux.1 schnell")
    assert _usual(room) == (1024, 1024, 4, 0.0), "after a reset nothing is somebody's"


def test_what_somebody_sets_back_follows_again(app: Application) -> None:
    room = open_room(app)
    type_number(find(room, QDoubleSpinBox, "Closeness to the text"), "3")
    type_number(find(room, QDoubleSpinBox, "Closeness to the text"), "7")
    _choose(room, "SDXL turbo")
    assert _usual(room) == _TURBO


def test_the_window_remembers_what_somebody_changed_and_no_more(
    app: Application, start: Callable[..., Application], tmp_path: Path
) -> None:
    room = open_room(app)
    _choose(room, "SDXL turbo")
    type_number(find(room, QSpinBox, "Steps"), "25")
    app.close()
    room = open_room(start(tmp_path / "data"))
    assert _usual(room) == (512, 512, 25, 0.0)
    _choose(room, "Stable Diffusion XL 1.0")
    assert _usual(room) == (1024, 1024, 25, 5.0), "25 is what the engine says, but it was said by somebody, too"


def test_of_values_that_were_all_remembered_those_that_are_the_engine_s_follow(
    start: Callable[..., Application],
) -> None:
    """An earlier studio remembered what nobody had changed, too."""
    engine = find_engines(RESOURCES / "no engines here").manifest("diffusers")
    app = start(**{"engine.image": "diffusers", "form.diffusers": engine.defaults() | {"guidance": 3.0}})
    room = open_room(app)
    _choose(room, "Stable Diffusion XL 1.0")
    assert _usual(room) == (1024, 1024, 30, 3.0)


def test_a_recipe_shows_what_it_says_and_the_way_back_what_was_there(app: Application) -> None:
    room = open_room(app)
    _choose(room, "SDXL turbo")
    type_number(find(room, QSpinBox, "Steps"), "3")
    before = room.form.filled
    room.restore(_recipe(params={"prompt": "hills", "width": 512, "height": 512, "steps": 3, "guidance": 7.0}))
    assert _usual(room) == (512, 512, 3, 7.0)
    assert app.window is not None
    click(find(app.window.toast, QPushButton, "Undo"))
    assert room.form.filled == before
    _choose(room, "Stable Diffusion XL 1.0")
    assert _usual(room) == (1024, 1024, 3, 5.0)


def test_what_a_recipe_leaves_open_is_as_its_model_wants_it(app: Application) -> None:
    room = open_room(app)
    type_number(find(room, QSpinBox, "Steps"), "77")
    room.restore(_recipe(model="sdxl-1.0", params={"prompt": "hills", "guidance": 6.0}))
    assert _usual(room) == (1024, 1024, 30, 6.0)


@pytest.mark.parametrize("model", ["", "somebody-s-own"])
def test_a_recipe_by_a_model_that_is_not_here_stays_as_it_is_whatever_is_chosen(app: Application, model: str) -> None:
    room = open_room(app)
    params = dict(zip(("width", "height", "steps", "guidance"), _PLAIN, strict=True))
    room.restore(_recipe(model=model, params=params))
    _choose(room, "Flux.1 schnell")
    assert _usual(room) == _PLAIN


def test_a_size_that_comes_back_when_nothing_is_painted_is_that_of_the_model(app: Application) -> None:
    room = open_room(app)
    room.form.follow_frame((640, 512))
    _choose(room, "Stable Diffusion XL 1.0")
    assert _usual(room)[:2] == (640, 512), "it is the size of what is painted on"
    room.form.follow_frame(None)
    assert _usual(room) == _LARGE


def test_with_the_first_that_is_loaded_the_form_shows_what_that_one_wants(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.image": "twin"})
    write_engine(root / "engines" / "twin", runner="", toml=_TWIN)
    room = open_room(start(root))
    qtbot.waitUntil(lambda: room.form.values["steps"] == 2, timeout=PATIENCE)
    _choose(room, "slow")
    assert room.form.values["steps"] == 25


def test_a_model_that_was_loaded_in_another_room_is_known_when_one_comes_back(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    root = prepared(tmp_path / "data", **{"engine.image": "twin"})
    write_engine(root / "engines" / "twin", runner="", toml=_TWIN)
    room = open_room(start(root))
    box = find(room, QComboBox, "Model")
    qtbot.waitUntil(lambda: box.itemText(1) == "slow (not loaded)", timeout=PATIENCE)
    assert room.form.values["steps"] == 2
    press(room, "Ctrl+6")
    folder = hub_cache.snapshot(hub_cache.standard(os.environ), "a/slow", "f" * 40)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").touch()
    press(room.window(), "Ctrl+4")
    qtbot.waitUntil(lambda: box.itemText(1) == "slow", timeout=PATIENCE)
    assert room.form.values["steps"] == 25, "what the first that is loaded wants"


def test_a_model_of_one_s_own_that_is_called_like_another_is_found_by_its_recipe(
    app: Application, tmp_path: Path
) -> None:
    room, engine = open_room(app), app.desk.studio.registry.manifest("diffusers")
    own = tmp_path / "sdxl-turbo"
    own.mkdir()
    app.desk.memory.put("models.own.diffusers", [str(own)])
    named = provenance.model_id(engine, None, str(own))
    assert place_of(app.desk.memory, engine, named) == str(own)
    assert place_of(app.desk.memory, engine, "sdxl-turbo") == ""
    room.restore(_recipe(model=named))
    assert room.form.values["model"] == str(own)
    assert room.banners.messages == []
    room.restore(_recipe(model="sdxl-turbo"))
    assert room.form.values["model"] == "sdxl-turbo"

"""The models in the room Engines: terms first, then loaded, removed and moved, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton

from studio.errors import Cancelled, StudioError
from studio.services.model_shelf import MISSING, READY, Found
from studio.services.models import Models, Moved, Stopped, Tell
from studio.ui.dialogs.question import Question
from studio.ui.tabs.engines.terms_dialog import TermsDialog
from tests.ui.conftest import PATIENCE, click, find, prepared
from tests.ui.tabs.engines.acted import button_of, open_room, said, wait_idle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.engines.manifest import Model
    from studio.ui.application import Application
    from studio.ui.tabs.engines.view import EnginesRoom


class Shop:
    """What the stand-in has been asked, and what it does."""

    def __init__(self) -> None:
        self.here: set[str] = set()
        self.asked: list[tuple[str, ...]] = []
        self.hangs = False
        self.fails: StudioError | None = None


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Nothing is loaded from anywhere: what would be is noted here."""
    made = Shop()
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    def look(models: Models, model: Model) -> Found:
        del models
        return Found(READY if model.bundled or not model.repo or model.repo in made.here else MISSING)

    def download(models: Models, model_id: str, tell: Tell, cancelled: Stopped) -> Found:
        known = models.find(model_id)
        assert models.unaccepted(known) == ()
        made.asked.append(("download", model_id))
        tell(f"loading {model_id}", 0.5)
        while made.hangs:
            if cancelled():
                raise Cancelled("Stopped.")
        if made.fails:
            raise made.fails
        made.here |= {one.repo for one in (known.model, *known.parts)}
        return Found(READY)

    def remove(models: Models, model_id: str) -> int:
        made.asked.append(("remove", model_id))
        made.here.discard(models.find(model_id).model.repo)
        return 1

    def move(models: Models, folder: Path, save: Callable[[Path], None], tell: Tell, cancelled: Stopped) -> Moved:
        del models, tell, cancelled
        made.asked.append(("move", str(folder)))
        save(folder)
        return Moved((), ())

    for name, act in (("look", look), ("download", download), ("remove", remove), ("move", move)):
        monkeypatch.setattr(Models, name, act)
    return made


@pytest.fixture
def app(start: Callable[..., Application], shop: Shop, tmp_path: Path) -> Application:
    del shop
    return start(prepared(tmp_path / "data"))


def _models(app: Application, qtbot: QtBot) -> EnginesRoom:
    room = open_room(app, qtbot)
    click(find(room, QPushButton, "Show: Models"))
    return room


def _first_that_asks(app: Application) -> tuple[str, str]:
    """Return a model whose terms have to be accepted, and its title."""
    models = app.studio.models
    known = next(k for k in models.all() if k.model.repo and not k.model.part_of and models.unaccepted(k))
    return known.model.id, known.model.title


def test_terms_are_accepted_before_a_model_is_loaded(app: Application, shop: Shop, qtbot: QtBot) -> None:
    model, title = _first_that_asks(app)
    room = _models(app, qtbot)
    assert title in said(room.models)
    click(button_of(room, f"Load {title}", qtbot))
    dialog = find(room.window(), TermsDialog)
    go = find(dialog, QPushButton, "Load")
    assert not go.isEnabled()
    boxes = dialog.findChildren(QCheckBox)
    assert boxes
    for box in boxes:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert shop.asked == []
    assert app.studio.models.unaccepted(app.studio.models.find(model))
    click(go)
    wait_idle(app, qtbot)
    assert shop.asked == [("download", model)]
    assert not app.studio.models.unaccepted(app.studio.models.find(model))
    qtbot.waitUntil(lambda: bool(button_of(room, f"Remove {title}", qtbot)), timeout=PATIENCE)


def test_a_model_that_is_not_wanted_leaves_no_yes_behind(app: Application, shop: Shop, qtbot: QtBot) -> None:
    model, title = _first_that_asks(app)
    room = _models(app, qtbot)
    click(button_of(room, f"Load {title}", qtbot))
    dialog = find(room.window(), TermsDialog)
    QTest.keyClick(dialog.findChildren(QCheckBox)[0], Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert shop.asked == []
    assert app.studio.models.unaccepted(app.studio.models.find(model))


def test_a_download_is_cancelled_and_a_failed_one_says_why(app: Application, shop: Shop, qtbot: QtBot) -> None:
    _, title = _first_that_asks(app)
    room = _models(app, qtbot)

    def begin() -> None:
        click(button_of(room, f"Load {title}", qtbot))
        dialog = find(room.window(), TermsDialog)
        for box in dialog.findChildren(QCheckBox):
            QTest.keyClick(box, Qt.Key.Key_Space)
        click(find(dialog, QPushButton, "Load"))

    shop.hangs = True
    begin()
    qtbot.waitUntil(lambda: "50 %" in said(room.work), timeout=PATIENCE)
    assert f"The model {title} is being loaded" in said(room.work)
    click(find(room.work, QPushButton, "Cancel the work"))
    wait_idle(app, qtbot)
    assert app.window is not None
    assert "What was loaded is kept." in said(app.window.toast)
    shop.hangs = False
    shop.fails = StudioError("The hub does not answer.", "Look at the connection.")
    begin()
    qtbot.waitUntil(lambda: "The hub does not answer." in said(app.window), timeout=PATIENCE)  # type: ignore[arg-type]
    assert "Look at the connection." in said(app.window)


def test_a_model_is_removed_after_a_question(app: Application, shop: Shop, qtbot: QtBot) -> None:
    known = next(k for k in app.studio.models.all() if k.model.repo and not k.model.part_of and not k.parts)
    shop.here.add(known.model.repo)
    room = _models(app, qtbot)
    remove = f"Remove {known.model.title}"
    click(button_of(room, remove, qtbot))
    QTest.keyClick(find(room.window(), Question), Qt.Key.Key_Escape)
    assert shop.asked == []
    click(button_of(room, remove, qtbot))
    click(find(find(room.window(), Question), QPushButton, "Remove"))
    wait_idle(app, qtbot)
    assert shop.asked == [("remove", known.model.id)]


def test_models_move_to_a_folder_that_is_chosen(app: Application, shop: Shop, tmp_path: Path, qtbot: QtBot) -> None:
    room = _models(app, qtbot)
    click(button_of(room, "Move to another folder…", qtbot))
    dialog = find(room.window(), QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    wait_idle(app, qtbot)
    assert shop.asked == [("move", str(tmp_path))]
    assert app.studio.settings.models.folder == str(tmp_path)
    qtbot.waitUntil(lambda: str(tmp_path) in said(room.models), timeout=PATIENCE)

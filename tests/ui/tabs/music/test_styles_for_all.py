"""Styles kept for all projects from the room Music: none is lost because another one has its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QToolButton

from studio.app import Studio
from studio.domain.project import Style
from studio.services.styles import Kept
from studio.ui.bridge.notices import Banner, Choice
from tests.ui.conftest import PATIENCE, click, find, prepared, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.music.view import MusicRoom

CALM = Style("calm piano", 7, 60.0, "A minor", name="Night drive")


class Said:
    """What the window said."""

    def __init__(self, room: MusicRoom) -> None:
        self.banners: list[Banner] = []
        self.toasts: list[tuple[str, Choice | None]] = []
        room.desk.notices.banner.connect(self.banners.append)
        room.desk.notices.toast.connect(lambda text, choice: self.toasts.append((text, choice)))

    def undo(self, beginning: str) -> None:
        """Take the way back that was offered with what was said last of a kind."""
        choice = next(choice for text, choice in reversed(self.toasts) if text.startswith(beginning))
        assert choice
        choice.act()


@pytest.fixture
def room(start: Callable[..., Application], tmp_path: Path) -> MusicRoom:
    """The room, where a style with a sound is kept for all projects."""
    root = prepared(tmp_path / "data")
    soundfile.write(tmp_path / "a.wav", np.full(4800, 0.1), 48_000)
    studio = Studio(root)
    studio.styles.keep(CALM, tmp_path / "a.wav", terms="MIT")
    studio.close()
    app = start(root)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Music"))
    return app.window.room  # type: ignore[return-value]


def keep(room: MusicRoom, text: str, name: str) -> None:
    """Keep the form's style for all projects."""
    find(room, QLineEdit, "Style").clear()
    type_text(find(room, QLineEdit, "Style"), text)
    type_text(find(room, QLineEdit, "Name of the style"), name)
    box = find(room, QCheckBox, "For other projects too")
    if not box.isChecked():
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    click(find(room, QPushButton, "Keep this style"))


def kept(room: MusicRoom) -> dict[str, Kept]:
    """Return what is kept for all projects."""
    return {one.style.name: one for one in room.desk.studio.styles.all()[0]}


def test_another_style_of_that_name_stays_until_it_may_be_replaced_and_comes_back(
    room: MusicRoom, qtbot: QtBot
) -> None:
    said, before = Said(room), kept(room)
    keep(room, "loud", "night DRIVE")
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Replace it")), timeout=PATIENCE)
    assert kept(room) == before, "nothing is lost unasked"
    assert "Night drive" in said.banners[-1].message
    assert [style.text for style in room.desk.project.value.styles] == ["loud"], "the project keeps it in any case"
    click(find(room, QPushButton, "Replace it"))
    qtbot.waitUntil(lambda: "night DRIVE" in kept(room), timeout=PATIENCE)
    assert kept(room).keys() == {"night DRIVE"}
    assert not shown(room, QPushButton, "Replace it")
    qtbot.waitUntil(lambda: "is replaced" in said.toasts[-1][0], timeout=PATIENCE)
    said.undo("The style Night drive is replaced")
    qtbot.waitUntil(lambda: kept(room) == before, timeout=PATIENCE)
    reference = before["Night drive"].reference
    assert reference is not None
    assert reference.is_file(), "its sound too"


def test_both_are_kept_the_new_one_under_a_free_name(room: MusicRoom, qtbot: QtBot) -> None:
    said, before = Said(room), kept(room)
    keep(room, "loud", "Night drive")
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Keep both")), timeout=PATIENCE)
    click(find(room, QPushButton, "Keep both"))
    qtbot.waitUntil(lambda: "Night drive 2" in kept(room), timeout=PATIENCE)
    after = kept(room)
    assert after["Night drive"] == before["Night drive"]
    assert after["Night drive 2"].style.text == "loud"
    qtbot.waitUntil(lambda: "Night drive 2" in said.toasts[-1][0], timeout=PATIENCE)
    said.undo("The style is kept as Night drive 2")
    qtbot.waitUntil(lambda: kept(room) == before, timeout=PATIENCE)


def test_the_same_style_is_kept_twice_without_a_word(room: MusicRoom, qtbot: QtBot) -> None:
    said = Said(room)
    keep(room, "loud", "Dusk")
    qtbot.waitUntil(lambda: "Dusk" in kept(room), timeout=PATIENCE)
    keep(room, "loud", "Dusk")
    keep(room, "soft", "Dawn")  # changes are made in the order of asking
    qtbot.waitUntil(lambda: "Dawn" in kept(room), timeout=PATIENCE)
    assert said.banners == []
    assert kept(room)["Dusk"].style.text == "loud"


def test_a_style_that_cannot_be_read_is_said_once(room: MusicRoom, qtbot: QtBot) -> None:
    said = Said(room)
    (room.desk.studio.paths.styles / "odd.json").write_text(
        '{"form": "angen-style", "name": "Slow", "bpm": 20}', encoding="utf-8"
    )
    room.styles.load()
    qtbot.waitUntil(lambda: bool(said.banners), timeout=PATIENCE)
    assert "odd.json cannot be read. The tempo cannot be 20" in said.banners[0].message
    keep(room, "soft", "Dawn")
    qtbot.waitUntil(lambda: "Dawn" in kept(room), timeout=PATIENCE)
    qtbot.waitUntil(lambda: room.styles.shelf.named("Dawn") is not None, timeout=PATIENCE)
    assert len(said.banners) == 1


@pytest.mark.parametrize(("seed", "taken"), [(2**32 - 1, True), (2**32, False), (2**53, False), (-1, False)])
def test_a_style_s_seed_is_taken_if_it_is_one(room: MusicRoom, seed: int, *, taken: bool) -> None:
    before = room.seed.value
    room.styles._into_form(Style("calm", seed), None, "", None)
    assert (room.seed.value, room.seed.locked) == ((seed, True) if taken else (before, False))

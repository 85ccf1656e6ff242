"""Packs in the room Engines: planned, built, cancelled, mended and removed, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QTableWidget, QToolButton

from studio.errors import StudioError
from studio.runtime.detection import found
from studio.runtime.detection.found import Card, Machine
from studio.runtime.environments.records import Damage
from studio.ui.dialogs.question import Question
from studio.ui.tabs.engines.install_dialog import InstallDialog
from studio.ui.widgets.banner import BannerFrame
from tests.ui.conftest import PATIENCE, click, find, prepared, shown
from tests.ui.tabs.engines import packs
from tests.ui.tabs.engines.acted import button_of, choose_engine, open_room, row_of, said, wait_idle
from tests.ui.tabs.engines.packs import Book, FakeWork

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.engines.view import EnginesRoom

NVIDIA = Card(found.NVIDIA, "GeForce RTX 4090", memory=24 << 30, driver="580.10", capability=(8, 9), uuid="GPU-1")


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    """Whatever is done with packs is done by a stand-in, which writes here what it was asked."""
    made = Book()
    monkeypatch.setattr(FakeWork, "book", made)
    monkeypatch.setattr("studio.services.pack_work.PackWork", FakeWork)
    monkeypatch.setattr("studio.runtime.detection.machine.look", lambda _sources: Machine(found.LINUX))
    return made


@pytest.fixture
def app(start: Callable[..., Application], book: Book, tmp_path: Path) -> Application:
    del book
    return start(prepared(tmp_path / "data"))


def _plan(room: EnginesRoom, qtbot: QtBot, engine: str = "Dia") -> InstallDialog:
    button = find(room, QPushButton, f"Install what {engine} needs")
    room._scroll.ensureWidgetVisible(button)
    click(button)
    dialog = find(room.window(), InstallDialog)
    qtbot.waitUntil(lambda: bool(shown(dialog, QTableWidget)), timeout=PATIENCE)
    return dialog


def _loads(app: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: app.desk.packs.progress is not None, timeout=PATIENCE)


def test_nothing_is_installed_before_its_plan_was_shown_and_accepted(
    app: Application, book: Book, qtbot: QtBot
) -> None:
    room = open_room(app, qtbot)
    assert "Its environment is missing" in said(row_of(room, "dia", qtbot))
    dialog = _plan(room, qtbot)
    told = said(dialog)
    for words in ("The pack Core", "193 MB", "600 MB", "torch 2.13.0+cpu", "3.11.7", "3 packages", "Dia", "A note"):
        assert words in told
    table = find(dialog, QTableWidget)
    cells = [[table.item(row, column).text() for column in range(4)] for row in range(3)]  # type: ignore[union-attr]
    assert cells[0] == ["torch", "2.13.0+cpu", "190 MB", "BSD-3-Clause"]
    assert cells[2] == ["beta", "2.0", "–", "–"]
    assert not [asked for asked in book.asked if asked[0] != "plan"]
    click(find(dialog, QPushButton, "Install"))
    _loads(app, qtbot)
    assert "40 %" in said(dialog)
    assert "100 MB of 200 MB" in said(dialog)
    assert "Downloading torch" in dialog.work.lines.toPlainText()
    book.go.set()
    wait_idle(app, qtbot)
    assert book.asked[-1] == ("install", "core", "cpu")
    assert "is installed, and its engines passed their tests" in said(dialog)
    click(find(dialog, QPushButton, "Close"))
    assert "Its environment is missing" not in said(row_of(room, "dia", qtbot))


def test_enter_installs_and_escape_leaves_a_build_going_on(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    dialog = _plan(room, qtbot)
    go = find(dialog, QPushButton, "Install")
    assert dialog.focusWidget() is go
    QTest.keyClick(go, Qt.Key.Key_Space)
    _loads(app, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not shown(room.window(), InstallDialog)
    assert "The pack Core is being installed" in said(room)
    assert "Its pack is being worked on" in said(row_of(room, "dia", qtbot))
    assert not find(room, QPushButton, "Install the pack XTTS").isEnabled()
    click(find(room.work, QPushButton, "Show"))
    again = find(room.window(), InstallDialog)
    assert "Downloading torch" in again.work.lines.toPlainText()
    click(find(again, QPushButton, "Close"))
    book.go.set()
    wait_idle(app, qtbot)
    assert not room.work.isVisible()
    assert app.window is not None
    assert "is installed" in said(app.window.toast)


def test_a_build_is_cancelled_with_a_click_and_can_be_tried_again(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    dialog = _plan(room, qtbot)
    click(find(dialog, QPushButton, "Install"))
    _loads(app, qtbot)
    click(find(dialog, QPushButton, "Cancel the work"))
    wait_idle(app, qtbot)
    assert "Cancelled. Everything is as it was before." in said(dialog)
    book.go.set()
    click(find(dialog, QPushButton, "Try again"))
    qtbot.waitUntil(lambda: "passed their tests" in said(dialog), timeout=PATIENCE)
    dialog.reject()


def test_whoever_goes_to_another_room_is_told_there(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    dialog = _plan(room, qtbot)
    click(find(dialog, QPushButton, "Install"))
    _loads(app, qtbot)
    dialog.reject()
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Library"))
    banner = find(app.window, BannerFrame)
    assert "The pack Core is being installed" in said(banner)
    click(find(banner, QPushButton, "Show"))
    assert app.window.room is room
    assert not shown(app.window, BannerFrame)
    click(find(app.window.rail, QToolButton, "Library"))
    book.fails = StudioError("The disk is full.", "Free some space.", "all the details")
    book.go.set()
    wait_idle(app, qtbot)
    banner = find(app.window, BannerFrame)
    assert "The disk is full." in said(banner)
    assert "Free some space." in said(banner)


def test_a_failure_says_what_to_do_and_never_names_a_command(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    book.fails = StudioError("Nobody answers.", "Run `studio engines install dia` later.")
    click(find(room, QPushButton, "Install what Dia needs"))
    dialog = find(room.window(), InstallDialog)
    qtbot.waitUntil(lambda: "Nobody answers." in said(dialog), timeout=PATIENCE)
    assert "`studio" not in said(dialog)
    assert not find(dialog, QPushButton, "Install").isEnabled()
    dialog.reject()
    book.fails = None
    dialog = _plan(room, qtbot)
    book.fails = StudioError("The package alpha arrived damaged.", "Run `studio engines install dia`.", "bad bytes")
    book.go.set()
    click(find(dialog, QPushButton, "Install"))
    qtbot.waitUntil(lambda: "The package alpha arrived damaged." in said(dialog), timeout=PATIENCE)
    assert "“Install” plans and builds it anew." in said(dialog)
    assert "bad bytes" in dialog.work.lines.toPlainText()
    dialog.reject()


def test_with_several_devices_one_chooses_which_it_is_for(
    start: Callable[..., Application], book: Book, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(found.LINUX, (NVIDIA,))
    monkeypatch.setattr("studio.runtime.detection.machine.look", lambda _sources: machine)
    root = prepared(tmp_path / "data")
    packs.make_ready(root, "xtts")
    room = open_room(start(root), qtbot)
    assert "GeForce RTX 4090 computes with CUDA." in said(room.machine)
    assert "installed for CPU" in said(room.machine)  # the card would be better
    dialog = _plan(room, qtbot)
    kinds = find(dialog, QComboBox, "For which device")
    assert [kinds.itemData(n) for n in range(kinds.count())] == ["cuda", "cpu"]
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: book.asked[-1] == ("plan", "dia", "cpu"), timeout=PATIENCE)
    qtbot.waitUntil(lambda: find(dialog, QPushButton, "Install").isEnabled(), timeout=PATIENCE)
    assert book.asked[0] == ("plan", "dia", "cuda")
    dialog.reject()


def test_what_this_computer_can_use_is_said_with_sizes_and_until_it_is_there(
    app: Application, book: Book, tmp_path: Path, qtbot: QtBot
) -> None:
    for pack in ("xtts", "diffrhythm2"):
        packs.make_ready(tmp_path / "data", pack)
    room = open_room(app, qtbot)
    told = said(room.machine)
    for words in ("No graphics card was found. Engines compute on the CPU.", "Pack Core", "MB to download, for CPU"):
        assert words in told
    assert "Pack XTTS" not in told
    click(find(room.machine, QPushButton, "Install the pack Core"))
    dialog = find(room.window(), InstallDialog)
    qtbot.waitUntil(lambda: find(dialog, QPushButton, "Install").isEnabled(), timeout=PATIENCE)
    book.go.set()
    click(find(dialog, QPushButton, "Install"))
    qtbot.waitUntil(lambda: "passed their tests" in said(dialog), timeout=PATIENCE)
    dialog.reject()
    wait_idle(app, qtbot)
    everything = "Everything that this computer can use is installed."
    qtbot.waitUntil(lambda: everything in said(room.machine), timeout=PATIENCE)


def test_an_environment_is_verified_and_what_is_damaged_is_named(
    app: Application, book: Book, tmp_path: Path, qtbot: QtBot
) -> None:
    packs.make_ready(tmp_path / "data", "core")
    room = open_room(app, qtbot)
    choose_engine(room, "dia", qtbot)
    for words in ("installed", "2.13.0+cpu", "2026-11-21", "56", "MusicGen"):
        assert words in said(room.details)
    click(button_of(room, "Verify: the pack Core", qtbot))
    wait_idle(app, qtbot)
    assert book.asked[-1] == ("verify", "core", "hashes")
    assert app.window is not None
    assert "The pack Core is as it was installed." in said(app.window.toast)
    book.damages = [Damage("alpha", "alpha/data.bin", "size")]
    click(button_of(room, "Verify: the pack Core", qtbot))
    wait_idle(app, qtbot)
    banner = find(app.window, BannerFrame)
    assert "The pack Core is damaged in 1 places." in said(banner)
    assert "“Repair”" in said(banner)


def test_what_was_begun_is_repaired_with_one_click(app: Application, book: Book, tmp_path: Path, qtbot: QtBot) -> None:
    packs.make_incomplete(tmp_path / "data", "xtts")
    room = open_room(app, qtbot)
    assert "Its environment is incomplete" in said(row_of(room, "xtts", qtbot))
    book.go.set()
    click(button_of(room, "Repair the environment of XTTS v2", qtbot))
    qtbot.waitUntil(lambda: ("repair", "xtts") in book.asked, timeout=PATIENCE)
    wait_idle(app, qtbot)
    assert "Its environment is incomplete" not in said(row_of(room, "xtts", qtbot))


def test_a_pack_is_removed_only_after_a_question_that_names_the_others(
    app: Application, tmp_path: Path, qtbot: QtBot
) -> None:
    root = tmp_path / "data"
    packs.make_ready(root, "core")
    room = open_room(app, qtbot)
    choose_engine(room, "dia", qtbot)
    click(button_of(room, "Remove: the pack Core", qtbot))
    question = find(room.window(), Question)
    assert "MusicGen" in said(question)
    assert "Dia does not work without it" in said(question)
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (root / "environments" / "core" / "env.json").exists()
    click(button_of(room, "Remove: the pack Core", qtbot))
    click(find(find(room.window(), Question), QPushButton, "Remove"))
    wait_idle(app, qtbot)
    assert not (root / "environments" / "core").exists()
    assert "Its environment is missing" in said(row_of(room, "dia", qtbot))


def test_the_cache_is_emptied_after_a_question(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    click(find(room, QPushButton, "Show: Disk"))
    qtbot.waitUntil(lambda: "400 MB" in said(room.disk), timeout=PATIENCE)
    assert "900 MB" in said(room.disk)
    assert "1.3 GB" in said(room.disk)
    click(button_of(room, "Empty the cache…", qtbot))
    question = find(room.window(), Question)
    assert "400 MB become free" in said(question)
    assert ("empty",) not in book.asked
    click(find(question, QPushButton, "Empty it"))
    qtbot.waitUntil(lambda: "400 MB" not in said(room.disk), timeout=PATIENCE)
    assert ("empty",) in book.asked
    assert not button_of(room, "Empty the cache…", qtbot).isEnabled()


def test_a_window_that_is_closed_cancels_what_is_built_and_leaves_nothing_half(
    app: Application, book: Book, tmp_path: Path, qtbot: QtBot
) -> None:
    room = open_room(app, qtbot)
    dialog = _plan(room, qtbot)
    click(find(dialog, QPushButton, "Install"))
    _loads(app, qtbot)
    dialog.reject()
    app.close()
    assert book.ended.is_set()
    assert not book.go.is_set()
    assert not (tmp_path / "data" / "environments" / "core").exists()


def test_a_build_holds_up_nothing_else(app: Application, book: Book, qtbot: QtBot) -> None:
    room = open_room(app, qtbot)
    dialog = _plan(room, qtbot)
    click(find(dialog, QPushButton, "Install"))
    _loads(app, qtbot)
    dialog.reject()
    answers: list[int] = []
    for number in range(4):
        app.desk.operations.run(room, lambda n=number: n, answers.append)
    qtbot.waitUntil(lambda: sorted(answers) == [0, 1, 2, 3], timeout=PATIENCE)
    assert app.desk.packs.deed is not None
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Dialogue"))
    assert app.window.room.room_id == "dialogue"
    book.go.set()
    wait_idle(app, qtbot)
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]

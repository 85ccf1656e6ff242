"""The room Engines, used as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QToolButton

from studio.engines import registry as registries
from studio.engines.registry import Registry
from studio.runtime.devices import Device
from studio.ui.tabs.engines.own_device import OwnDevice
from studio.ui.tabs.engines.row import EngineRow
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.engines.view import EnginesRoom

_BROKEN = 'id = "odd"\ntitle = 7\n'
_PACKED = """
id = "packed"
title = "Packed"
version = "1"
tasks = ["music"]
pack = "torch"
accelerators = ["cuda"]

[licence]
code = "MIT"
weights = "CC-BY-NC-4.0"
commercial = false
url = "https://example.org/packed"
"""


def _plug_in(root: Path, name: str, text: str) -> None:
    folder = root / "engines" / name
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(text, encoding="utf-8")
    (folder / "runner.py").write_text("raise RuntimeError", encoding="utf-8")


def _open(app: Application, qtbot: QtBot) -> EnginesRoom:
    assert app.window is not None
    click(find(app.window.rail, QToolButton, "Engines"))
    room: EnginesRoom = app.window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: bool(shown(room, EngineRow)) or "There is no engine here" in _all(room), timeout=PATIENCE)
    return room


def _said(row: EngineRow) -> str:
    return "\n".join(label.text() for label in row.findChildren(QLabel) if label.isVisible())


def _all(room: EnginesRoom) -> str:
    return "\n".join(label.text() for label in shown(room, QLabel)).replace("\u200b", "")


def _row(room: EnginesRoom, engine: str, qtbot: QtBot) -> EngineRow:
    qtbot.waitUntil(lambda: any(row.row.id == engine for row in shown(room, EngineRow)), timeout=PATIENCE)
    return next(row for row in shown(room, EngineRow) if row.row.id == engine)


def test_each_engine_has_a_row_that_says_what_it_is(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app, qtbot)
    rows = {row.row.id: row for row in shown(room, EngineRow)}
    assert set(rows) == {m.id for m in studio_app.studio.registry.manifests() if not m.hidden}
    for said in (
        "Kokoro",
        "Speaks",
        "Ready",
        "88 MB",
        "Apache-2.0",
        "commercial use allowed",
        "Would run on CPU: it is made for the CPU.",
    ):
        assert said in _said(rows["kokoro"])
    click(rows["kokoro"])
    qtbot.waitUntil(lambda: "British English" in _all(room), timeout=PATIENCE)
    inspector = _all(room)
    assert "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb" in inspector
    for said in ("Speed", "number, 0.5 to 2", "British English", "Alice", "(laughs)"):
        assert said in inspector


def test_a_broken_and_a_packed_plug_in_say_what_they_need(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot
) -> None:
    root = tmp_path / "data"
    _plug_in(root, "odd", _BROKEN)
    _plug_in(root, "packed", _PACKED)
    from tests.ui.conftest import prepared

    room = _open(start(prepared(root)), qtbot)
    rows = {row.row.id: row for row in shown(room, EngineRow)}
    assert "Broken" in _said(rows["odd"])
    assert "licence: code is missing" in _said(rows["odd"])
    packed = _said(rows["packed"])
    for said in (
        "Its environment is missing",
        "needs the pack torch",
        "no commercial use",
        "Would not run: No device here suits it.",
    ):
        assert said in packed
    assert shown(rows["packed"], QPushButton) == []
    click(rows["packed"])
    assert not find(room, QPushButton, "Test the engine").isEnabled()


@pytest.mark.slow
def test_a_test_shows_what_the_engine_prints_and_that_it_works(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app, qtbot)
    click(find(room, QPushButton, "Test Sketch writer"))
    assert room.console.isVisible()
    qtbot.waitUntil(lambda: not room.console.testing, timeout=PATIENCE)
    assert "It works. It made something" in room.console.said.text()
    printed = room.console.lines.toPlainText()
    assert "loaded" in printed
    assert "made: text" in printed
    click(find(room.console, QToolButton, "Close the console"))
    assert not room.console.isVisible()


@pytest.mark.slow
def test_a_test_can_be_cancelled(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app, qtbot)
    row = next(row for row in shown(room, EngineRow) if row.row.id == "kokoro")
    click(row)
    press(row, "Ctrl+Return")
    qtbot.waitUntil(lambda: "device:" in room.console.lines.toPlainText(), timeout=PATIENCE)
    assert "Is being tested" in _said(row)
    click(find(room.console, QPushButton, "Cancel the test"))
    qtbot.waitUntil(lambda: not room.console.testing, timeout=PATIENCE)
    assert room.console.said.text() == "The test was cancelled."


def test_choices_for_all_engines_change_the_plan_and_are_kept(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app, qtbot)
    click(find(room, QCheckBox, "The CPU may be used"))
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
    assert not studio_app.studio.settings.engines.allow_cpu
    row = _row(room, "painter", qtbot)
    assert "Would not run: It finds only the CPU here, and the CPU is not allowed." in _said(row)
    click(find(room, QCheckBox, "The CPU may be used"))
    device = find(room, QComboBox, "Device for all engines")
    device.setFocus()
    QTest.keyClick(device, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: studio_app.studio.settings.engines.device == "local/cpu", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
    row = _row(room, "painter", qtbot)
    assert "as you asked" in _said(row)


def test_an_engine_has_a_device_of_its_own(studio_app: Application, qtbot: QtBot) -> None:
    studio = studio_app.studio
    (processor,) = (d for d in studio.devices if d.kind == "cpu")
    cards = [Device(f"local/cuda{number}", f"Card {number}", "cuda", 12 << 30) for number in (0, 1)]
    studio.__dict__["devices"] = (*cards, processor)
    room = _open(studio_app, qtbot)
    row = _row(room, "painter", qtbot)
    click(row)
    assert room.details.findChildren(OwnDevice)[-1].isHidden()  # it runs on the processor alone
    row = _row(room, "diffusers", qtbot)
    click(row)
    device = _own_device(room, qtbot)
    assert device.accessibleName() == "Device for Stable Diffusion, SDXL, Flux"
    device.setFocus()
    for _ in range(2):
        QTest.keyClick(device, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "Card 1" in _said(_row(room, "diffusers", qtbot)), timeout=PATIENCE)
    assert studio.settings.engines.devices == "diffusers=local/cuda1"
    assert "Card 1" not in _said(_row(room, "dia", qtbot))
    device = _own_device(room, qtbot)
    device.setFocus()
    QTest.keyClick(device, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: studio.settings.engines.devices == "", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not studio_app.desk.operations.running, timeout=PATIENCE)


def _own_device(room: EnginesRoom, qtbot: QtBot) -> QComboBox:
    qtbot.waitUntil(lambda: len(shown(room.details, QComboBox)) == 1, timeout=PATIENCE)
    return shown(room.details, QComboBox)[0]


def test_arrows_go_through_the_list(studio_app: Application, qtbot: QtBot) -> None:
    room = _open(studio_app, qtbot)
    first, second = shown(room, EngineRow)[:2]
    click(first)
    press(first, "Down")
    assert second.hasFocus()
    assert second.property("chosen") == "true"
    assert first.property("chosen") == "false"


def test_without_any_engine_the_room_says_so(
    start: Callable[..., Application], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.engines.registry.find_engines", lambda _folder: Registry([]))
    room = _open(start(), qtbot)
    qtbot.waitUntil(lambda: "There is no engine here" in _all(room), timeout=PATIENCE)
    assert not find(room, QPushButton, "Test the engine").isEnabled()


def test_a_folder_of_plug_ins_that_cannot_be_read_is_told(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs the tests may read anything, so the folder refuses by itself."""
    real = Path.iterdir

    def refusing(folder: Path):
        if folder == tmp_path / "data" / "engines":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(registries.Path, "iterdir", refusing)
    room = _open(start(), qtbot)
    rows = {row.row.id: row for row in shown(room, EngineRow)}
    assert "the folder cannot be read: Permission denied" in _said(rows["engines"])
    assert "kokoro" in rows

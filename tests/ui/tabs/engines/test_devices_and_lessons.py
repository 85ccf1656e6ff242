"""The devices in the room Engines, their proofs, and what was learned, as a person sees and uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from studio.errors import StudioError
from studio.runtime.detection import found
from studio.runtime.detection.found import Card, Machine
from studio.services.envelope import Situation
from studio.services.proofs import Proof
from studio.ui.dialogs.question import Question
from tests.ui.conftest import PATIENCE, click, find, prepared, shown
from tests.ui.tabs.engines import packs
from tests.ui.tabs.engines.acted import button_of, choose_engine, open_room, said, wait_idle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

AMD = Card(found.AMD, "Radeon RX 6700 XT", pci="1002:73df", gfx="gfx1031", memory=12 << 30, driver="6.8")
OLD = Card(found.NVIDIA, "GeForce RTX 3060", memory=12 << 30, driver="470.1", capability=(8, 6))
BIG = Situation("painter", "sketch", "1024x1024", "local/rocm0", "6.8", "fp16")
FACTS = {
    "seconds": 0.0125, "seconds_cpu": 0.5,
    "checks": [{"precision": "fp32", "operation": "matmul", "error": 0.00001}, {"precision": "fp16", "error": 0.004}],
}  # fmt: skip

HUM = """
id = "hum"
title = "Hum"
version = "1"
tasks = ["music"]
pack = "xtts"
[licence]
code = "MIT"
weights = "none"
"""  # an engine that is described and tried before it can do anything


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a card that computes and one whose driver is too old."""
    seen = Machine(found.LINUX, (AMD, OLD))
    monkeypatch.setattr("studio.runtime.detection.machine.look", lambda _sources: seen)


@pytest.mark.usefixtures("machine")
def test_each_card_says_what_is_planned_and_why(studio_app: Application, qtbot: QtBot) -> None:
    room = open_room(studio_app, qtbot)
    click(find(room, QPushButton, "Show: Devices"))
    told = said(room.devices)
    for words in (
        "Radeon RX 6700 XT", "12.0 GB", "ROCm", "gfx1031", "driver 6.8", "Radeon RX 6700 XT computes with ROCm.",
        "GeForce RTX 3060 needs driver 525.60 or newer, and 470.1 is installed.",
        "Install the driver of the card’s maker, then restart the computer.",
        "It can be proven once a pack for it is installed.",
    ):  # fmt: skip
        assert words in told


def test_a_device_is_proven_with_a_click_and_shows_its_figures(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = prepared(tmp_path / "data")
    packs.make_ready(root, "core")
    probed: list[str] = []

    def probe(device: Any, place: Any, _paths: Any, following: Any) -> Proof:
        probed.append(device.id)
        following.say("matmul")
        facts, what = dict(FACTS), (place.pack, place.lock, device.driver, device.id, device.name)
        return Proof(*what, "partly", "It computes.", ("fp32", "fp16"), facts, 1.0)

    monkeypatch.setattr("studio.services.probing.probe", probe)
    app = start(root)
    room = open_room(app, qtbot)
    click(find(room, QPushButton, "Show: Devices"))
    assert "In the pack Core: not proven yet" in said(room.devices)
    click(shown(room.devices, QPushButton)[0])
    qtbot.waitUntil(lambda: bool(probed), timeout=PATIENCE)
    wait_idle(app, qtbot)
    qtbot.waitUntil(lambda: "and not in bf16" in said(room.devices), timeout=PATIENCE)
    assert "Matrices: 12.5 ms" in said(room.devices)
    assert "fp32 0.001 %, fp16 0.400 %" in said(room.devices)
    assert app.studio.devices[-1].proven == {"core": "partly"}


def test_a_probe_that_cannot_be_made_says_why(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = prepared(tmp_path / "data")
    packs.make_ready(root, "core")

    def probe(*_args: Any) -> Proof:
        raise StudioError("The pack core could not be started.", "Run `studio engines repair` with an engine of it.")

    monkeypatch.setattr("studio.services.probing.probe", probe)
    app = start(root)
    room = open_room(app, qtbot)
    click(find(room, QPushButton, "Show: Devices"))
    click(shown(room.devices, QPushButton)[0])
    wait_idle(app, qtbot)
    assert app.window is not None
    qtbot.waitUntil(lambda: "The pack core could not be started." in said(app.window), timeout=PATIENCE)  # type: ignore[arg-type]
    assert "`studio" not in said(app.window)


def test_what_was_learned_is_listed_and_forgotten_after_a_question(studio_app: Application, qtbot: QtBot) -> None:
    envelope = studio_app.studio.envelope
    small = Situation("painter", "sketch", "768x768", "local/rocm0", "6.8", "fp16")
    for _ in range(12):
        envelope.worked(small, (), reason="", dirty=False)
    for _ in range(2):
        envelope.worked(BIG, ("slicing",), reason="", dirty=True)
    envelope.failed(Situation("painter", "", "", "local/cpu", "", "fp32"), (), "out_of_memory")
    room = open_room(studio_app, qtbot)
    choose_engine(room, "painter", qtbot, "What was learned here")
    told = said(room.details)
    assert "768×768: 12 of 12 worked" in told
    assert "1024×1024: crashed 2 of 2 in cleanup, the results were kept" in told
    assert "in slices" in told
    assert "All work: 0 of 1 worked; out of memory once" in told
    forget = "Forget what Sketch painter taught"
    click(button_of(room, forget, qtbot))
    QTest.keyClick(find(room.window(), Question), Qt.Key.Key_Escape)
    assert len(envelope.proven()) == 3
    envelope.worked(Situation("composer", "", "", "local/cpu", "", "fp32"), (), reason="", dirty=False)
    click(button_of(room, forget, qtbot))
    click(find(find(room.window(), Question), QPushButton, "Forget"))
    qtbot.waitUntil(lambda: "768×768" not in said(room.details), timeout=PATIENCE)
    assert [one.situation.engine for one in envelope.proven()] == ["composer"]


def test_an_environment_without_more_is_tested_by_its_smoke_test(
    start: Callable[..., Application], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = prepared(tmp_path / "data")
    packs.make_ready(root, "xtts")
    folder = root / "engines" / "hum"
    folder.mkdir(parents=True)
    (folder / "engine.toml").write_text(HUM, encoding="utf-8")
    (folder / "smoke.py").touch()
    ran: list[str] = []

    def run(manifest: Any, _python: Path, _device: Any, _paths: Any, *, tell: Any, **_more: Any) -> dict[str, Any]:
        ran.append(manifest.id)
        tell("a line")
        return {"torch": "2.13.0+cpu"}

    monkeypatch.setattr("studio.services.smoke_test.run", run)
    room = open_room(start(root), qtbot)
    assert not room._rows["hum"].row.entry.manifest.has_runner  # type: ignore[union-attr]
    button = button_of(room, "Test Hum", qtbot)
    room._scroll.ensureWidgetVisible(button)
    click(button)
    qtbot.waitUntil(lambda: bool(ran) and not room.console.testing, timeout=PATIENCE)
    assert ran == ["hum"]
    assert "It works." in room.console.said.text()
    assert "torch: 2.13.0+cpu" in room.console.lines.toPlainText()

"""Measuring an engine in the room Engines, with real processes: the table, cancel, and what was learned."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import PIL
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from studio.services import benchmark
from studio.services.benchmark import Progress, Row
from studio.ui import language
from studio.ui.tabs.engines import measured
from tests.smoke.plugins import TWO_MODELS, manifest, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, shown
from tests.ui.tabs.engines.acted import button_of, choose_engine, open_room, said

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

_SIDES = [param(name, "int", 512, max=700) for name in ("width", "height")]
_OWN = "defaults = {{ steps = 3 }}\n"  # of the second model
_TOML = manifest("image", TWO_MODELS, _OWN, *_SIDES, param("steps", "int", 25), title="Measured painter")
# Pictures of 640 points wait while there is a file, and abort while it cleans up.
_RUNNER = f"""
import os, sys
from pathlib import Path
from studio.worker.runner import Output, Runner as Base
sys.path.append({str(Path(PIL.__file__).parents[1])!r})
from PIL import Image

class Runner(Base):
    def run(self, context):
        self.side = side = context.params["width"]
        context.progress("painting", 0.5)
        while side == 640 and Path({{patient!r}}).exists():
            context.wait(0.05)
        with context.create("a.png") as unfinished:
            Image.new("RGB", (side, side)).save(unfinished, "PNG")
        return Output(context.scratch / "a.png", "image", {{{{"width": side, "height": side}}}})

    def clean_up(self):
        if self.side == 640:
            os.abort()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the engine."""
    root = prepared(tmp_path / "data")
    runner = _RUNNER.format(patient=str(tmp_path / "patient"))
    write_engine(root / "engines" / "measured", toml=_TOML, runner=runner)
    return root


@pytest.mark.skipif(sys.platform == "win32", reason="an abort is told in other words there")
def test_a_click_measures_each_size_and_shows_the_table(
    folder: Path, start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "patient").touch()
    app = start(folder)
    room = open_room(app, qtbot)
    choose_engine(room, "measured", qtbot, "How fast it is")
    click(button_of(room, "Measure Measured painter", qtbot))
    find(room, QPushButton, "Cancel measuring")
    choose_engine(room, "painter", qtbot, "Licence")  # it goes on while another engine is looked at
    assert not find(room, QPushButton, "Measure Sketch painter").isEnabled()
    (tmp_path / "patient").unlink()
    choose_engine(room, "measured", qtbot, "How fast it is")
    panel = room.details.measuring
    qtbot.waitUntil(lambda: not panel.at_work and "512×512, 3 steps: stable" in said(panel), timeout=PATIENCE)
    told = said(panel)
    assert "640×640, 3 steps: crashed in cleanup, the result was kept" in told
    assert "768" not in told  # more than it can
    assert sum(bool(re.match(r"CPU · \d+\.\d s", label.text())) for label in shown(panel, QLabel)) == 2
    qtbot.waitUntil(lambda: "640×640: crashed 1 of 1 in cleanup" in said(room.details), timeout=PATIENCE)
    qtbot.waitUntil(lambda: "512×512, 3 steps: stable" in said(panel), timeout=PATIENCE)  # looking anew keeps the table


def test_a_cancel_keeps_what_was_measured(
    folder: Path, start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "patient").touch()
    app = start(folder)
    room = open_room(app, qtbot)
    choose_engine(room, "measured", qtbot, "How fast it is")
    click(button_of(room, "Measure Measured painter", qtbot))
    panel = room.details.measuring
    begun = ("2 of 2: 640×640, 3 steps · CPU", "512×512, 3 steps: stable")
    qtbot.waitUntil(lambda: all(words in said(panel) for words in begun), timeout=PATIENCE)
    click(find(panel, QPushButton, "Cancel measuring"))
    qtbot.waitUntil(lambda: not panel.at_work and "512×512, 3 steps: stable" in said(panel), timeout=PATIENCE)
    told = said(panel)
    assert "Cancelled. What was measured until then is kept." in told
    assert "640×640" not in told
    find(panel, QPushButton, "Measure Measured painter")


def test_an_engine_that_works_on_recordings_has_no_such_button(studio_app: Application, qtbot: QtBot) -> None:
    room = open_room(studio_app, qtbot)
    choose_engine(room, "whisper", qtbot, "Licence")
    assert "How fast it is" not in said(room.details)


@pytest.mark.parametrize(
    ("row", "english", "german"),
    [
        (Row("local/cpu", "1x1", 1, benchmark.STABLE), "stable", "stabil"),
        (
            Row("a", "1x1", 1, benchmark.STABLE, rungs=("slicing",), failure="out_of_memory"),
            "stable, in slices (at first: out of memory)", "stabil, in Scheiben (zuerst: zu wenig Speicher)",
        ),
        (
            Row("a", "1x1", 1, benchmark.DIRTY), "crashed in cleanup, the result was kept",
            "beim Aufräumen abgestürzt, das Ergebnis blieb erhalten",
        ),
        (Row("a", "1x1", 1, benchmark.FAILED, failure="native_crash"), "failed: a crash", "misslungen: Absturz"),
        (Row("a", "1x1", 1, benchmark.SHORT), "too little memory", "zu wenig freier Speicher"),
        (
            Row("a", "1x1", 1, benchmark.SKIPPED), "not tried, since fewer steps failed",
            "nicht versucht, da weniger Schritte misslangen",
        ),
    ],
)  # fmt: skip
def test_verdicts_in_both_languages(row: Row, english: str, german: str) -> None:
    language.use("en")
    assert measured.verdict_of(row) == english
    language.use("de")
    assert measured.verdict_of(row) == german


def test_figures_name_place_time_memory_and_the_way_beside_the_processor() -> None:
    language.use("en")
    row = Row("local/cuda0", "512x768", 20, benchmark.STABLE, 9.31, memory=3 << 30, against_cpu=12.34)
    assert measured.what(row.size, row.steps) == "512×768, 20 steps"
    assert measured.figures_of(row) == "cuda0 · 9.3 s · 3.0 GB · 12.3 × as fast as the CPU"
    assert measured.what("10", None) == "10 s of sound"
    language.use("de")
    assert measured.what("512x512", 1) == "512×512, ein Schritt"
    assert measured.figures_of(row) == "cuda0 · 9,3 s · 3,0 GB · 12,3 × so schnell wie die CPU"


def test_while_a_process_warms_up_it_is_said() -> None:
    language.use("en")
    now = Progress("local/cpu", "512x512", 20, 1, 5, 0.0, None, benchmark.WARMING)
    assert measured.progress_of(now) == "1 of 5: 512×512, 20 steps · CPU · warming up"
    language.use("de")
    assert "wärmt auf" in measured.progress_of(now)

"""What the window says after an engine crashed twice while it cleaned up: real processes, real aborts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from studio.app import Studio
from studio.services.generation import Wish
from studio.settings import with_value
from studio.store import settings_file
from studio.ui.language import t
from studio.ui.shell.job_row import JobRow
from tests.smoke.plugins import manifest, painting, param, write_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, press, shown
from tests.ui.tabs.engines.acted import choose_engine, said

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.engines.view import EnginesRoom

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="an abort is told in other words there"),
]

_TOML = manifest("image", param("width", "int", 1024), param("height", "int", 1024), title="Aborting painter")
_RUNNER = painting("""
class Runner(Painter):
    def run(self, context):
        return self.painted(context, context.params["width"])

    def clean_up(self):
        self.abort()
""")


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which three pictures were made; the engine aborted after the first two."""
    root = prepared(tmp_path_factory.mktemp("crashed") / "data")
    write_engine(root / "engines" / "aborting", toml=_TOML, runner=_RUNNER)
    studio = Studio(root)
    try:
        assert studio.ownership.try_take()
        for seed in (1, 2, 3):
            job = studio.generation.ask(Wish(task="image", engine="aborting", seed=seed))
            studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
            assert studio.jobs.get(job).state == "succeeded"
            assert studio.library.of_job(job)[0].file.is_file()
    finally:
        studio.close()
    return root


@pytest.mark.parametrize(
    ("code", "heading", "sentence", "promise", "next_time", "whole", "learned"),
    [
        (
            "en", "What was learned here", "1024×1024: crashed 2 of 2 in cleanup, the results were kept",
            "The next work begins where it was safe.", "a process for each job",
            "(SIGABRT). The result is whole.",
            "crashed 2 times in a row while it cleaned up after 1024x1024; every result was kept",
        ),
        (
            "de", "Was hier gelernt wurde",
            "1024×1024: beim Aufräumen 2 von 2 Mal abgestürzt, die Ergebnisse blieben erhalten",
            "Die nächste Arbeit beginnt dort, wo es sicher war.", "ein Prozess für jeden Auftrag",
            "(SIGABRT). Das Ergebnis ist unversehrt.",
            "ist beim Aufräumen nach 1024x1024 2 Mal nacheinander abgestürzt; jedes Ergebnis wurde behalten",
        ),
    ],
)  # fmt: skip
def test_the_room_says_what_happened_and_what_comes_of_it(
    crashed: Path, start: Callable[..., Application], qtbot: QtBot, code: str, heading: str, sentence: str,
    promise: str, next_time: str, whole: str, learned: str,
) -> None:  # fmt: skip
    saved, _ = settings_file.load(crashed / "settings.json")
    settings_file.save(crashed / "settings.json", with_value(saved, "window.language", code))
    app = start(crashed)
    assert app.window is not None
    click(find(app.window.rail, QToolButton, t("Engines")))
    room: EnginesRoom = app.window.room  # type: ignore[assignment]
    qtbot.waitUntil(lambda: "aborting" in room._rows, timeout=PATIENCE)
    choose_engine(room, "aborting", qtbot, heading)
    told = said(room.details)
    for words in (sentence, promise, next_time):
        assert words in told
    if not app.window.drawer.isVisible():  # a window remembers that
        press(app.window, "Ctrl+J")
    qtbot.waitUntil(lambda: len(shown(app.window.drawer, JobRow)) == 3, timeout=PATIENCE)  # type: ignore[union-attr]
    newest, *before = sorted(shown(app.window.drawer, JobRow), key=lambda row: row.y())
    for row in (newest, *before):
        click(find(row, QPushButton, t("What was tried")))
    assert all(whole in said(row) for row in before)
    assert learned in said(newest)

"""From words to sound, with the engine that comes with the studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton

from studio.domain import jobs as states
from tests import spoken
from tests.ui.conftest import PATIENCE, click, find, shown, type_text
from tests.ui.tabs.dialogue.acted import drop, press, room_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.mark.slow
def test_a_script_is_made_heard_and_made_again(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "Anna: Hello there.\nBen: Good evening, Anna.")
    press(room.edit, "Ctrl+Return")
    qtbot.waitUntil(lambda: len(room.rows) == 2 and all(row.takes for row in room.rows), timeout=2 * PATIENCE)
    assert {take.speaker for row in room.rows for take in row.takes} == {"Anna", "Ben"}
    assert all(take.quality for row in room.rows for take in row.takes), "each line was listened to"
    qtbot.waitUntil(lambda: not find(room, QPushButton, "Nothing is missing").isEnabled(), timeout=PATIENCE)

    room.edit.go_to(1)
    qtbot.waitUntil(lambda: find(room.page.column, QToolButton, "Play line 1").isEnabled(), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Play line 1"))
    qtbot.waitUntil(lambda: room.listening.take == room.rows[0].takes[-1].id, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not studio_app.desk.player.playing, timeout=PATIENCE)

    press(room.edit, "Ctrl+Shift+P")
    qtbot.waitUntil(lambda: room.listening.take == room.rows[1].takes[-1].id, timeout=PATIENCE)
    press(room.edit, "Ctrl+Shift+P")
    qtbot.waitUntil(lambda: not studio_app.desk.player.playing, timeout=PATIENCE)

    press(room.edit, "Ctrl+B")
    qtbot.waitUntil(lambda: not room.busy and len(room.rows[0].takes) > 1, timeout=2 * PATIENCE)
    assert studio_app.window
    toast = studio_app.window.toast
    qtbot.waitUntil(lambda: "is the best" in toast.accessibleName(), timeout=PATIENCE)
    assert len(room.rows[1].takes) == 1


@pytest.mark.slow
def test_a_line_on_its_way_says_so_and_can_be_cancelled(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] " + "This goes on for quite a while. " * 12)
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(shown(room.page.column, QToolButton, "Cancel line 1")), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(studio_app.desk.jobs.rows), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Cancel line 1"))
    qtbot.waitUntil(
        lambda: all(job.state == states.CANCELLED and job.settled for job in studio_app.desk.jobs.rows),
        timeout=PATIENCE,
    )
    qtbot.waitUntil(lambda: bool(shown(room.page.column, QToolButton, "Generate line 1")), timeout=PATIENCE)


@pytest.mark.slow
def test_a_recording_dropped_on_a_speaker_becomes_their_voice(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "anna.wav"
    soundfile.write(file, spoken.lines(), spoken.RATE)
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello there.")
    qtbot.waitUntil(lambda: bool(shown(room.side, QFrame, "Voice of Anna")), timeout=PATIENCE)
    card = find(room.side, QFrame, "Voice of Anna")
    drop(card, file)
    click(find(card, QPushButton, "Keep the voice"))
    qtbot.waitUntil(lambda: [v.voice for v in room.project.voices] == ["Anna"], timeout=PATIENCE)
    kept = studio_app.studio.voices.get("Anna")
    assert kept.consent.kind == "own"
    # The engine has voices of its own alone: a banner offers the one that can speak in others.
    qtbot.waitUntil(lambda: bool(shown(room.banners, QPushButton, "Use Likeness (approximate)")), timeout=PATIENCE)
    click(find(room.banners, QPushButton, "Use Likeness (approximate)"))
    qtbot.waitUntil(lambda: room.cast.voices == {"Anna": "Anna"}, timeout=PATIENCE)


def test_nothing_is_kept_without_an_answer(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "anna.wav"
    file.write_bytes(b"nobody looks at it yet")
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello there.")
    qtbot.waitUntil(lambda: bool(shown(room.side, QFrame, "Voice of Anna")), timeout=PATIENCE)
    card = find(room.side, QFrame, "Voice of Anna")
    drop(card, file)
    click(find(card, QPushButton, "Cancel"))
    assert room.project.voices == ()
    assert studio_app.studio.voices.all() == ([], [])

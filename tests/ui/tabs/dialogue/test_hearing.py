"""What is being made is heard in the window: a voice, and a line, while their engine still works on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QToolButton

from studio.domain import jobs as states
from studio.protocol import float_wav
from studio.services.playback import Playback
from studio.settings import with_value
from studio.store import settings_file
from studio.ui.bridge.player import Playable
from studio.ui.tabs.voices.card import VoiceCard
from tests.smoke.plugins import early_engine
from tests.ui.conftest import PATIENCE, click, find, prepared, shown, type_text
from tests.ui.tabs.dialogue.acted import press, room_of
from tests.ui.tabs.voices.test_voices_room import card_of, voices_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from studio.services.jobs import Job
    from studio.ui.application import Application

_OTHER = Playable("other", "Something else", file=Path("other.wav"))


@pytest.fixture(name="early")
def _early(start: Callable[..., Application], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Application:
    """A window with an engine that waits in the middle of each sentence; what is played goes into a file."""
    root = prepared(tmp_path / "data")
    settings, _ = settings_file.load(root / "settings.json")
    settings_file.save(root / "settings.json", with_value(settings, "speech.check_lines", "false"))
    early_engine(root, tmp_path / "gate")
    with (root / "engines" / "early" / "engine.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('preview = "Hello there."\n')
    application = start(root)
    monkeypatch.setenv("STUDIO_AUDIO_SINK", f"wav:{tmp_path / 'heard.wav'}")
    room_of(application).use_engine("early")
    type_text(room_of(application).edit, "[Anna] Hello there")
    return application


def _job(application: Application) -> Job:
    (job,) = application.desk.jobs.rows
    return job


def _hear_to_the_end(application: Application, qtbot: QtBot, tmp_path: Path) -> None:
    """Let the first second be heard while the job runs, then allow the rest; what was heard must be the result."""
    player = application.desk.player
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    assert _job(application).state == states.RUNNING
    qtbot.waitUntil(lambda: player.position == pytest.approx(1.0, abs=0.01), timeout=PATIENCE)  # all there is
    assert _job(application).state == states.RUNNING
    (tmp_path / "gate" / "open").touch()
    qtbot.waitUntil(lambda: _job(application).settled, timeout=PATIENCE)
    assert _job(application).state == states.SUCCEEDED
    qtbot.waitUntil(lambda: not player.playing and player.position > 1.49, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(player.selected and player.selected.file), timeout=PATIENCE)
    assert player.selected is not None
    (made,) = application.studio.library.of_job(_job(application).id)
    assert player.selected.file == made.file
    player.close()
    heard, rate = soundfile.read(tmp_path / "heard.wav", dtype="float32")
    loud = heard[np.flatnonzero(np.abs(heard[:, 0]) > 0)[0] :, 0]
    master = np.array(float_wav.read_samples(made.master), np.float32)
    first = rate - 600  # after the end of what there is, resampling has nothing to go on with
    wanted = np.interp(np.arange(first) * 24000 / rate, np.arange(master.size), master)
    assert np.abs(loud[:first] - wanted).max() < 0.02


def test_a_voice_is_heard_while_it_says_its_line(early: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = room_of(early)
    qtbot.waitUntil(lambda: bool(shown(room, QToolButton, "Listen to the voice of Anna")), timeout=PATIENCE)
    click(find(room, QToolButton, "Listen to the voice of Anna"))
    _hear_to_the_end(early, qtbot, tmp_path)
    job = _job(early).id
    click(find(room, QToolButton, "Listen to the voice of Anna"))  # it is remembered, and not said again
    assert _job(early).id == job


def test_further_clicks_pause_what_is_being_said_and_go_on(early: Application, qtbot: QtBot) -> None:
    room, player = room_of(early), early.desk.player
    qtbot.waitUntil(lambda: bool(shown(room, QToolButton, "Listen to the voice of Anna")), timeout=PATIENCE)
    button = find(room, QToolButton, "Listen to the voice of Anna")
    click(button)
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    click(button)
    assert not player.playing
    with qtbot.waitSignal(player.report, check_params_cb=lambda topic, _: topic == "ended", timeout=PATIENCE):
        click(button)
    assert player.playing, "all there is was heard, and it goes on by itself"
    player.offer(_OTHER)
    click(button)
    assert (player.playing, player.position) == (False, pytest.approx(1.0, abs=0.01))
    click(button)
    assert player.playing
    assert player.selected != _OTHER
    assert player.position == pytest.approx(1.0, abs=0.01), "it does not begin again"
    player.select(_OTHER)
    click(button)
    qtbot.waitUntil(lambda: player.playing and 0 < player.position < 0.9, timeout=PATIENCE)
    assert _job(early).state == states.RUNNING


def test_a_pause_in_the_moment_in_which_all_there_is_ends_stays_a_pause(
    early: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, player = room_of(early), early.desk.player
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(early.desk.jobs.rows), timeout=PATIENCE)
    hear = Playback._hear

    def late(playback: Playback, topic: str, values: dict[str, Any]) -> None:
        if topic == "ended" and player.playing:
            press(room.edit, "Ctrl+P")  # the report was on its way by then
        hear(playback, topic, values)

    monkeypatch.setattr(Playback, "_hear", late)
    press(room.edit, "Ctrl+P")
    with qtbot.waitSignal(player.report, check_params_cb=lambda topic, _: topic == "ended", timeout=PATIENCE):
        assert player.playing
    assert not player.playing
    (tmp_path / "gate" / "open").touch()
    qtbot.waitUntil(lambda: bool(player.selected and player.selected.file), timeout=PATIENCE)
    assert not player.playing, "what is whole now begins by itself no more than what there was of it"
    assert player.position == pytest.approx(1.0, abs=0.01)


def test_a_voice_pauses_and_goes_on_from_its_card(early: Application, qtbot: QtBot) -> None:
    player, room = early.desk.player, voices_of(early, qtbot)
    qtbot.waitUntil(lambda: any(card.card.title == "Plain" for card in shown(room, VoiceCard)), timeout=PATIENCE)
    card = card_of(room, "Plain")
    card.setFocus()
    press(card, "Space")
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    for playing in (False, True):
        press(card, "Space")
        assert player.playing == playing
        assert player.selected is not None
        assert player.selected.key == card.card.key
    player.select(_OTHER)  # it is left for something else
    press(card, "Space")
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    assert _job(early).state == states.RUNNING


def test_a_line_is_heard_while_it_is_made(early: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = room_of(early)
    press(room.edit, "Ctrl+P")
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(early.desk.jobs.rows), timeout=PATIENCE)
    qtbot.waitUntil(lambda: find(room.page.column, QToolButton, "Play line 1").isEnabled(), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Play line 1"))
    _hear_to_the_end(early, qtbot, tmp_path)
    qtbot.waitUntil(lambda: len(room.rows[0].takes) == 1, timeout=PATIENCE)


def test_a_line_that_was_paused_when_it_became_a_take_goes_on_from_there(
    early: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    room, player = room_of(early), early.desk.player
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(early.desk.jobs.rows), timeout=PATIENCE)
    press(room.edit, "Ctrl+P")
    qtbot.waitUntil(lambda: player.position == pytest.approx(1.0, abs=0.01), timeout=PATIENCE)  # all there is
    press(room.edit, "Ctrl+P")
    assert not player.playing
    (tmp_path / "gate" / "open").touch()
    qtbot.waitUntil(lambda: len(room.rows[0].takes) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(player.selected and player.selected.file), timeout=PATIENCE)
    heard: list[float] = []
    player.moved.connect(lambda: heard.append(player.position))
    qtbot.waitUntil(lambda: find(room.page.column, QToolButton, "Play line 1").isEnabled(), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Play line 1"))
    assert player.playing
    assert room.listening.take == room.rows[0].takes[0].id
    qtbot.waitUntil(lambda: not player.playing and player.position > 1.49, timeout=PATIENCE)
    assert min(heard) > 0.9, "it does not begin again"


def test_a_line_that_is_there_before_any_sound_came_is_played_then(
    early: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, player = room_of(early), early.desk.player
    monkeypatch.setattr(early.desk.jobs, "sound_of", lambda _job: None)  # as with an engine that brings a line whole
    (tmp_path / "gate" / "open").touch()
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(early.desk.jobs.rows), timeout=PATIENCE)
    press(room.edit, "Ctrl+P")
    qtbot.waitUntil(lambda: bool(player.selected and player.selected.file), timeout=PATIENCE)
    qtbot.waitUntil(lambda: player.position > 1.49 and not player.playing, timeout=PATIENCE)


def test_a_cancel_ends_what_is_heard(early: Application, qtbot: QtBot) -> None:
    room, player = room_of(early), early.desk.player
    press(room.edit, "Alt+Return")
    qtbot.waitUntil(lambda: bool(early.desk.jobs.rows), timeout=PATIENCE)
    for heard in (True, False, True):
        press(room.edit, "Ctrl+P")
        assert (bool(room.listening.line), player.playing) == (heard, heard), "each press takes the other back"
    player.select(_OTHER)
    assert not room.listening.line
    press(room.edit, "Ctrl+P")
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room.page.column, QToolButton, "Pause")), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Pause"))
    assert not player.playing
    qtbot.waitUntil(lambda: bool(shown(room.page.column, QToolButton, "Play line 1")), timeout=PATIENCE)
    click(find(room.page.column, QToolButton, "Play line 1"))
    assert player.playing
    click(find(room.page.column, QToolButton, "Cancel line 1"))
    qtbot.waitUntil(lambda: _job(early).settled and not player.playing, timeout=PATIENCE)
    assert _job(early).state == states.CANCELLED
    assert player.selected is not None
    assert player.selected.file is None
    assert not room.rows[0].takes

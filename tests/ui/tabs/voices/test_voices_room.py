"""The room Voices, used as a person would."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile as sf
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton

from studio.domain.voice import Binding, Consent
from studio.services.generation import Wish
from studio.services.voices import NewVoice
from studio.ui.tabs.voices.card import VoiceCard
from studio.ui.tabs.voices.trim_wave import Handle
from studio.ui.tabs.voices.view import VoicesRoom
from studio.ui.widgets.toast import Toast
from tests import spoken
from tests.ui.conftest import PATIENCE, click, drop, find, press, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    sf.write(tmp_path / "Aunt May.wav", spoken.lines(), spoken.RATE)
    return tmp_path / "Aunt May.wav"


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    t = np.arange(6 * 24_000) / 24_000
    sf.write(tmp_path / "hum.wav", 0.2 * np.sin(2 * np.pi * 110 * t), 24_000)
    return tmp_path / "hum.wav"


def voices_of(application: Application, qtbot: QtBot) -> VoicesRoom:
    """Go to the room, and wait for its cards."""
    window = application.window
    assert window is not None
    press(window, "Ctrl+2")
    room = window.room
    assert isinstance(room, VoicesRoom)
    qtbot.waitUntil(lambda: len(shown(room, VoiceCard)) > 40, timeout=PATIENCE)
    return room


def drop_on(application: Application, *files: Path) -> None:
    assert application.window is not None
    drop(application.window, *files)


def names(room: VoicesRoom) -> list[str]:
    """Return the names on the cards that are shown."""
    return [card.card.title for card in shown(room, VoiceCard)]


def card_of(room: VoicesRoom, name: str) -> VoiceCard:
    return next(card for card in shown(room, VoiceCard) if card.card.title == name)


def primary(room: VoicesRoom) -> QPushButton:
    assert room.primary is not None
    return room.primary


def test_cards_are_found_by_words_and_chips(studio_app: Application, qtbot: QtBot) -> None:
    room = voices_of(studio_app, qtbot)
    assert find(room, QPushButton, "Choose a recording…").isVisible()
    press(room, "Ctrl+F")
    search = find(room, QLineEdit, "Search the voices")
    assert search.hasFocus()
    type_text(search, "british emma")
    qtbot.waitUntil(lambda: names(room) == ["Emma"], timeout=PATIENCE)
    assert "British English · Woman" in card_of(room, "Emma").accessibleName()
    type_text(search, " qqq")
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Show all voices")), timeout=PATIENCE)
    assert names(room) == []
    click(find(room, QPushButton, "Show all voices"))
    qtbot.waitUntil(lambda: len(names(room)) > 40, timeout=PATIENCE)
    click(find(room, QPushButton, "Man"))
    click(find(room, QPushButton, "Japanese"))
    qtbot.waitUntil(lambda: 0 < len(names(room)) < 5, timeout=PATIENCE)
    assert {(card.card.sex, card.card.language) for card in shown(room, VoiceCard)} == {("male", "ja")}
    click(find(room, QPushButton, "Kept"))
    qtbot.waitUntil(lambda: names(room) == [], timeout=PATIENCE)


def test_arrows_walk_over_the_cards(studio_app: Application, qtbot: QtBot) -> None:
    room = voices_of(studio_app, qtbot)
    cards = shown(room, VoiceCard)
    click(cards[0])
    press(cards[0], "Right")
    assert cards[1].hasFocus()
    press(cards[1], "Down")
    below = next(card for card in cards if card.hasFocus())
    assert below.y() > cards[1].y()
    assert below.x() == cards[1].x()
    press(below, "Up")
    press(cards[1], "Left")
    assert cards[0].hasFocus()
    assert room.cards.current == cards[0].card.key


@pytest.mark.slow
def test_a_dropped_clip_becomes_a_voice(studio_app: Application, qtbot: QtBot, clip: Path, tmp_path: Path) -> None:
    room = voices_of(studio_app, qtbot)
    drop_on(studio_app, clip)
    qtbot.waitUntil(lambda: room.preparing.missing == ["consent"], timeout=PATIENCE)
    assert not primary(room).isEnabled()
    words = find(room, QPlainTextEdit, "What is said in this part")
    assert "lighthouse" in words.toPlainText()
    name = find(room, QLineEdit, "Name")
    assert name.text() == "Aunt May"
    name.selectAll()
    type_text(name, "May")
    click(find(room, QPushButton, "After"))
    qtbot.waitUntil(lambda: studio_app.desk.player.playing, timeout=PATIENCE)
    click(find(room, QPushButton, "Before"))
    qtbot.waitUntil(lambda: studio_app.desk.player.playing, timeout=PATIENCE)
    agreed = next(box for box in shown(room, QCheckBox) if box.accessibleName().startswith("I may use"))
    agreed.setFocus()
    press(agreed, "Space")
    assert primary(room).isEnabled()
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: "May" in names(room), timeout=PATIENCE)
    profile = studio_app.studio.voices.get("May")
    assert (profile.consent.kind, profile.language) == ("own", "en")
    assert "lighthouse" in profile.samples[0].transcript
    assert room.cards.current == f"voice:{profile.id}"

    card = card_of(room, "May")
    card.setFocus()
    press(card, "Space")
    qtbot.waitUntil(lambda: studio_app.desk.player.playing, timeout=PATIENCE)
    press(card, "Space")
    _rename(room, qtbot, "May", "Aunt")
    _remove_and_undo(studio_app, room, qtbot, "Aunt")
    _passed_on(studio_app, room, qtbot, tmp_path)
    # Whoever asks for a line in this voice gets its recording.
    job = studio_app.studio.jobs.get(studio_app.studio.generation.ask(Wish(script="Hello.", voices={"": "Aunt"})))
    assert job.request.cast == {"": "reference"}
    assert job.request.engine == "likeness"
    assert room.banners.messages == []


def _rename(room: VoicesRoom, qtbot: QtBot, old: str, new: str) -> None:
    click(card_of(room, old))
    name = find(room, QLineEdit, "Name")
    name.selectAll()
    type_text(name, new)
    press(name, "Return")
    qtbot.waitUntil(lambda: new in names(room), timeout=PATIENCE)
    assert old not in names(room)


def _remove_and_undo(application: Application, room: VoicesRoom, qtbot: QtBot, name: str) -> None:
    card = card_of(room, name)
    card.setFocus()
    press(card, "Del")
    assert application.window is not None
    toast = find(application.window, Toast)  # still that of the new name
    qtbot.waitUntil(lambda: toast.accessibleName() == f"{name} was removed.", timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(names(room)) > 40 and name not in names(room), timeout=PATIENCE)
    click(find(toast, QPushButton, "Undo"))
    qtbot.waitUntil(lambda: name in names(room), timeout=PATIENCE)


def _passed_on(application: Application, room: VoicesRoom, qtbot: QtBot, folder: Path) -> None:
    drop_on(application, application.studio.voices.export("Aunt", folder / "aunt"))
    qtbot.waitUntil(lambda: {"Aunt", "Aunt 2"} <= set(names(room)), timeout=PATIENCE)


@pytest.mark.slow
def test_a_noisy_clip_is_cleaned_and_cut_where_the_handles_are(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    sf.write(tmp_path / "noisy.wav", spoken.at_snr(spoken.lines(), 9.0), spoken.RATE)
    room = voices_of(studio_app, qtbot)
    drop_on(studio_app, tmp_path / "noisy.wav")
    preparing = room.preparing
    qtbot.waitUntil(lambda: "wait" not in preparing.missing, timeout=PATIENCE)
    assert find(room, QCheckBox, "Take out the noise").isChecked()
    assert preparing.cleaned is not None
    assert preparing.prepared is not None
    assert preparing.cleaned.facts["snr_db"] > preparing.prepared.facts["snr_db"] + 10
    before = preparing.shown_part
    handle = find(room, Handle, "End of the part")
    handle.setFocus()
    for _ in range(5):
        press(handle, "Shift+Left")
    qtbot.waitUntil(lambda: preparing.part is not None and "wait" not in preparing.missing, timeout=PATIENCE)
    assert preparing.shown_part[1] == pytest.approx(before[1] - 5.0, abs=0.1)
    assert preparing.prepared.facts["end"] <= preparing.shown_part[1] + 0.1
    words = find(room, QPlainTextEdit, "What is said in this part")
    words.selectAll()
    type_text(words, "a recipe for soup with leeks and much cream")
    click(find(room, QPushButton, "Take what was heard"))
    assert preparing.words == preparing.heard != ""
    click(find(room, QPushButton, "Discard"))
    assert len(names(room)) > 40


def test_a_recording_without_a_voice_cannot_be_kept(studio_app: Application, qtbot: QtBot, hum: Path) -> None:
    room = voices_of(studio_app, qtbot)
    drop_on(studio_app, hum)
    qtbot.waitUntil(lambda: "recording" in room.preparing.missing, timeout=PATIENCE)
    assert not primary(room).isEnabled()
    qtbot.waitUntil(
        lambda: any("Nobody is heard to speak in it." in label.text() for label in shown(room.prepare_page, QLabel)),
        timeout=PATIENCE,
    )
    drift = find(room, QToolButton, "Voices over the project")
    click(drift)
    assert not drift.isChecked()
    assert studio_app.window is not None
    assert find(studio_app.window, Toast).accessibleName() == "Keep or discard this recording first."
    click(find(room, QPushButton, "Discard"))
    assert len(names(room)) > 40, "what was pressed meanwhile shows no other page"


def test_a_file_that_is_no_sound_is_told_and_the_cards_stay(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"no sound at all")
    room = voices_of(studio_app, qtbot)
    drop_on(studio_app, tmp_path / "broken.wav")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert not room.preparing.active
    assert len(names(room)) > 40


@pytest.mark.slow
def test_a_voice_of_an_engine_speaks_its_line_once(start: Callable[..., Application], qtbot: QtBot) -> None:
    application = start()
    room = voices_of(application, qtbot)
    card = card_of(room, "Emma")
    card.setFocus()
    press(card, "Space")
    assert "being spoken" in card.accessibleName()
    player = application.desk.player
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    assert len(application.studio.jobs.newest(10)) == 1
    press(card, "Space")
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(application.desk.memory.get("voices.previews", {})), timeout=PATIENCE)
    assert not player.playing, "it was heard early, and paused"
    root = application.studio.paths.root
    application.close()

    again = start(root)
    room = voices_of(again, qtbot)
    press(card_of(room, "Emma"), "Space")
    qtbot.waitUntil(lambda: again.desk.player.playing, timeout=PATIENCE)
    assert len(again.studio.jobs.newest(10)) == 1


@pytest.mark.slow
def test_a_sentence_is_tried_and_two_voices_are_compared(studio_app: Application, qtbot: QtBot) -> None:
    room = voices_of(studio_app, qtbot)
    click(card_of(room, "Emma"))
    type_text(find(room, QPlainTextEdit, "Sentence"), "Good evening.")
    press(room, "Ctrl+Return")
    player = studio_app.desk.player
    qtbot.waitUntil(lambda: bool(player.selected and player.selected.key.startswith("try ")), timeout=PATIENCE)
    [job] = studio_app.studio.jobs.newest(10)
    assert (job.request.script, job.request.cast) == ("Good evening.", {"": "bf_emma"})

    click(find(room, QToolButton, "Compare two voices"))
    click(card_of(room, "Emma"))
    click(card_of(room, "George"))
    chosen = {find(room, QComboBox, f"Voice {side}").currentText().partition(" ·")[0] for side in "AB"}
    assert chosen == {"Emma", "George"}
    click(find(room, QPushButton, "Compare"))
    qtbot.waitUntil(lambda: "Similarity 0." in room.compare.result.text(), timeout=PATIENCE)
    click(find(room, QPushButton, "Play voice B"))
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)


def test_without_a_microphone_a_banner_says_what_to_do(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there when the list was made, and is gone when the recording begins."""
    gone = {"name": "portaudio:Gone: nobody", "title": "Gone", "kind": "input", "default": False}
    report: Any = studio_app.desk.player.report
    monkeypatch.setattr(studio_app.desk.player, "ask_for_devices", lambda: report.emit("devices", {"devices": [gone]}))
    room = voices_of(studio_app, qtbot)
    press(room, "Ctrl+R")
    assert find(room, QPushButton, "Start recording").hasFocus()
    choice = find(room, QComboBox, "Microphone")
    choice.setFocus()
    press(choice, "Down")
    press(room, "Ctrl+Return")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert "microphone" in room.banners.messages[0]
    assert studio_app.window is not None
    assert studio_app.window.banners.messages == []
    assert find(room, QPushButton, "Start recording").isEnabled()
    click(find(room, QPushButton, "Back to the voices"))
    qtbot.waitUntil(lambda: len(names(room)) > 40, timeout=PATIENCE)
    drift = find(room, QToolButton, "Voices over the project")
    click(drift)
    press(room, "Ctrl+R")
    assert room.record_page.isVisible()
    click(drift)
    assert room.drift_page.isVisible(), "one press leads there from any page"
    click(drift)
    assert len(names(room)) > 40


class _Microphone:
    """In the place of the sound process."""

    def __init__(self, application: Application, monkeypatch: pytest.MonkeyPatch, sound: Path) -> None:
        self._report: Any = application.desk.player.report
        self._sound = sound
        self.file = Path()
        monkeypatch.setattr(application.desk.player, "ask_for_devices", self._list)
        monkeypatch.setattr(application.desk.player, "record", self._record)
        monkeypatch.setattr(application.desk.player, "stop_recording", self._stop)

    def _list(self) -> None:
        desk_mic = {"name": "portaudio:Desk", "title": "Desk microphone", "kind": "input", "default": True}
        self._report.emit("devices", {"devices": [desk_mic]})

    def _record(self, file: Path, device: str = "") -> None:
        self.file, self.device = file, device
        self._report.emit("recording", {"file": str(file), "device": device})
        self.hear(1.0)

    def hear(self, seconds: float) -> None:
        self._report.emit("position", {"recording": {"seconds": seconds, "peak": -12.0, "lost": 0}})

    def unplug(self) -> None:
        self._report.emit("failed", {"order": "record", "message": "The microphone is gone.", "hint": "Plug it in."})

    def _stop(self) -> None:
        if self.file.name:
            shutil.copyfile(self._sound, self.file)
            self._report.emit("recorded", {"file": str(self.file), "seconds": 6.0, "lost": 0})


def test_what_is_recorded_is_prepared(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, hum: Path
) -> None:
    room = voices_of(studio_app, qtbot)
    microphone = _Microphone(studio_app, monkeypatch, hum)
    press(room, "Ctrl+R")
    choice = find(room, QComboBox, "Microphone")
    choice.setFocus()
    press(choice, "Down")
    assert choice.currentText() == "Desk microphone"
    click(find(room, QPushButton, "Start recording"))
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Stop recording")), timeout=PATIENCE)
    assert microphone.device == "portaudio:Desk"
    click(find(room, QPushButton, "Stop recording"))
    qtbot.waitUntil(lambda: "recording" in room.preparing.missing, timeout=PATIENCE)
    assert room.preparing.source == microphone.file
    click(find(room, QPushButton, "Discard"))
    qtbot.waitUntil(lambda: not microphone.file.exists(), timeout=PATIENCE)


def test_a_microphone_that_is_unplugged_is_told(
    studio_app: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, hum: Path
) -> None:
    room = voices_of(studio_app, qtbot)
    microphone = _Microphone(studio_app, monkeypatch, hum)
    press(room, "Ctrl+R")
    click(find(room, QPushButton, "Start recording"))
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Stop recording")), timeout=PATIENCE)
    microphone.unplug()
    assert room.banners.messages == ["The microphone is gone."]
    assert find(room, QPushButton, "Start recording").isEnabled()


def test_tab_stops_at_one_card(studio_app: Application, qtbot: QtBot) -> None:
    room = voices_of(studio_app, qtbot)
    click(card_of(room, "Emma"))
    with_tab = [card for card in shown(room, VoiceCard) if card.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [card.card.title for card in with_tab] == ["Emma"]


def test_another_language_of_the_window_keeps_what_is_being_prepared(
    studio_app: Application, qtbot: QtBot, hum: Path
) -> None:
    room = voices_of(studio_app, qtbot)
    drop_on(studio_app, hum)
    qtbot.waitUntil(lambda: "recording" in room.preparing.missing, timeout=PATIENCE)
    name = find(room, QLineEdit, "Name")
    name.selectAll()
    type_text(name, "Motor")
    studio_app.change("window.language", "de")
    assert studio_app.window is not None
    german = studio_app.window.room
    assert isinstance(german, VoicesRoom)
    assert find(german, QLineEdit, "Name").text() == "Motor"
    assert find(german, QPushButton, "Verwerfen").isVisible()


def test_a_kept_voice_is_bound_to_a_voice_of_an_engine(studio_app: Application, qtbot: QtBot, clip: Path) -> None:
    kept = studio_app.studio.voices
    profile = kept.add(NewVoice("May", Consent("she said yes")), [clip]).profile
    room = voices_of(studio_app, qtbot)
    qtbot.waitUntil(lambda: "May" in names(room), timeout=PATIENCE)
    click(card_of(room, "May"))
    choice = find(room, QComboBox, "Kokoro")
    assert choice.currentText() == "Not at all"
    choice.setFocus()
    for _ in range(choice.findText("With its voice Emma (British English)")):
        QTest.keyClick(choice, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: kept.get("May").bindings == (Binding("kokoro", voice="bf_emma"),), timeout=PATIENCE)
    assert kept.get("May").samples == profile.samples
    QTest.keyClick(find(room, QComboBox, "Kokoro"), Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: kept.get("May").bindings == (), timeout=PATIENCE)

"""A kept voice and its engines: what is missing is said before, both versions of a recording are kept, two engines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPlainTextEdit, QPushButton, QToolButton

from studio.domain import jobs as states
from studio.domain.voice import Consent
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services.readiness import Readiness
from studio.services.voices import NewVoice
from studio.ui.tabs.voices.card import VoiceCard
from studio.ui.tabs.voices.view import VoicesRoom
from tests import drifting
from tests.ui.conftest import PATIENCE, click, find, press, shown, type_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


@pytest.fixture
def room(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> VoicesRoom:
    """The room, with one kept voice whose words nobody has written down; it is chosen."""
    sound, rate = drifting.speech_of_hers()
    soundfile.write(tmp_path / "may.wav", sound[: 8 * rate], rate)
    studio_app.studio.voices.add(NewVoice("May", Consent("My own voice.", "own")), [tmp_path / "may.wav"])
    window = studio_app.window
    assert window is not None
    press(window, "Ctrl+2")
    found = window.room
    assert isinstance(found, VoicesRoom)
    qtbot.waitUntil(lambda: len(shown(found, VoiceCard)) > 40, timeout=PATIENCE)
    click(card(found, "May"))
    return found


def card(room: VoicesRoom, name: str) -> VoiceCard:
    return next(one for one in shown(room, VoiceCard) if one.card.title == name)


def lacks_nothing(room: VoicesRoom, name: str) -> bool:
    """Whether the card says so; while the voices are read anew there is none."""
    found = [one.accessibleName() for one in shown(room, VoiceCard) if one.card.title == name]
    return bool(found) and "the words are missing" not in found[0]


def choose(box: QComboBox, text: str) -> None:
    """Choose by the keyboard what begins with a text."""
    wanted = next(n for n in range(box.count()) if box.itemText(n).startswith(text))
    box.setFocus()
    for _ in range(box.count()):
        press(box, "Up")
    for _ in range(wanted):
        press(box, "Down")
    assert box.currentIndex() == wanted


def labels(room: VoicesRoom) -> str:
    return "\n".join(label.text() for label in shown(room, QLabel))


def test_what_an_engine_needs_is_said_in_the_card_and_at_the_engine(
    studio_app: Application, room: VoicesRoom, qtbot: QtBot
) -> None:
    assert "Dia: the words are missing" in card(room, "May").accessibleName()
    assert "XTTS" in card(room, "May").accessibleName()
    assert "It needs the words of the recording; write them into the details" in labels(room)
    assert "It imitates nobody; choose one of its own voices." in labels(room)
    words = find(room, QPlainTextEdit, "Words in the recording: may.wav")
    listen = find(room, QPushButton, "Have them written down: may.wav")
    assert listen.isEnabled()
    type_text(words, "Good evening, and welcome.")
    words.clearFocus()
    qtbot.waitUntil(lambda: lacks_nothing(room, "May"), timeout=PATIENCE)
    assert studio_app.studio.voices.get("May").samples[0].transcript == "Good evening, and welcome."
    assert "It needs the words" not in labels(room)
    assert not listen.isEnabled()


def test_words_that_are_kept_disturb_nothing_that_is_done_meanwhile(
    studio_app: Application, room: VoicesRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    voices, player = studio_app.studio.voices, studio_app.desk.player

    def kept() -> str:
        return voices.get("May").samples[0].transcript

    words = find(room, QPlainTextEdit, "Words in the recording: may.wav")
    type_text(words, "Good")
    for reason in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
        QApplication.sendEvent(words, QFocusEvent(QEvent.Type.FocusOut, reason))
    room.shelf.changed.emit()
    assert words.toPlainText() == "Good", "a menu or another window in front ends nothing"
    type_text(words, " evening.")
    button = find(room, QPushButton, "Play as recorded: may.wav")
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lacks_nothing(room, "May"), timeout=PATIENCE)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    assert button.hasFocus()
    assert kept() == "Good evening."
    assert words.document().isUndoAvailable()

    def refuse(*_words: object) -> None:
        raise StudioError("The disk is full.", "Make room.")

    monkeypatch.setattr(voices, "write_words", refuse)
    monkeypatch.setattr(voices, "bind", refuse)
    type_text(words, " And welcome.")
    words.clearFocus()
    qtbot.waitUntil(lambda: words.toPlainText() == "Good evening.", timeout=PATIENCE)  # what was not kept goes back
    kokoro = find(room, QComboBox, "Kokoro")
    kokoro.setFocus()
    press(kokoro, "Down")
    assert kokoro.currentIndex() == 1
    qtbot.waitUntil(lambda: kokoro.currentIndex() == 0, timeout=PATIENCE)
    assert "The disk is full." in room.banners.messages


@pytest.mark.slow
def test_words_of_a_person_stay_where_a_job_comes_later(
    studio_app: Application, room: VoicesRoom, qtbot: QtBot
) -> None:
    voices = studio_app.studio.voices
    words = find(room, QPlainTextEdit, "Words in the recording: may.wav")
    click(find(room, QPushButton, "Have them written down: may.wav"))
    assert not words.isEnabled()
    voices.write_words("May", voices.get("May").samples[0].id, "By hand.")
    qtbot.waitUntil(lambda: words.isEnabled() and words.toPlainText() != "", timeout=PATIENCE)
    assert words.toPlainText() == "By hand."
    assert [job.state for job in studio_app.studio.jobs.newest(9)] == [states.SUCCEEDED]


def test_a_recording_is_heard_and_used_with_and_without_its_noise(
    studio_app: Application, room: VoicesRoom, qtbot: QtBot
) -> None:
    voices, player = studio_app.studio.voices, studio_app.desk.player
    plain = voices.get("May").samples[0]
    assert not shown(room, QPushButton, "Play without noise: may.wav")
    version = find(room, QComboBox, "Engines hear it: may.wav")
    choose(version, "Without")
    assert not version.isEnabled()
    qtbot.waitUntil(lambda: voices.get("May").samples[0].cleaned, timeout=PATIENCE)
    cleaned = voices.get("May").samples[0]
    assert (cleaned.other, cleaned.original) == (plain.file, plain.original)
    assert cleaned.file != plain.file
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Play without noise: may.wav")), timeout=PATIENCE)
    for title in ("Play without noise: may.wav", "Play as recorded: may.wav"):
        click(find(room, QPushButton, title))
        qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    jobs = len(studio_app.studio.jobs.newest(9))
    choose(version, "As it was")
    qtbot.waitUntil(lambda: voices.get("May").samples[0].file == plain.file, timeout=PATIENCE)
    assert len(studio_app.studio.jobs.newest(9)) == jobs, "nothing had to be made"
    assert room.banners.messages == []


def test_two_engines_are_compared_and_one_that_is_not_there_leaves_the_other_alone(
    studio_app: Application, room: VoicesRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = studio_app.studio
    qtbot.waitUntil(lambda: "dia" in room.shelf.hindered, timeout=PATIENCE)
    click(find(room, QToolButton, "Compare two voices"))
    choose(find(room, QComboBox, "Voice A"), "Emma")
    choose(find(room, QComboBox, "Engine of voice A"), "Kokoro")
    choose(find(room, QComboBox, "Voice B"), "Emma")
    choose(find(room, QComboBox, "Engine of voice B"), "Kokoro")
    click(find(room, QPushButton, "Compare"))
    assert "or two engines" in room.compare.result.text()
    choose(find(room, QComboBox, "Engine of voice B"), "Likeness")
    click(find(room, QPushButton, "Compare"))
    qtbot.waitUntil(lambda: len(studio.jobs.newest(9)) == 2, timeout=PATIENCE)
    assert {(job.request.engine, job.request.cast[""]) for job in studio.jobs.newest(9)} == {
        ("kokoro", "bf_emma"),
        ("likeness", "bf_emma"),
    }
    choose(find(room, QComboBox, "Voice B"), "May")  # what was asked for is not wanted any more
    qtbot.waitUntil(lambda: all(job.state in states.FINAL for job in studio.jobs.newest(9)), timeout=PATIENCE)
    choose(find(room, QComboBox, "Engine of voice B"), "Dia · not ready")
    assert "Dia cannot work yet" in labels(room)
    assert find(room, QPushButton, "Go to Engines").isEnabled()
    type_text(room.compare.sentence, "Hi.")
    click(find(room, QPushButton, "Compare"))
    qtbot.waitUntil(lambda: "Only voice A" in room.compare.result.text(), timeout=PATIENCE)
    assert not find(room, QPushButton, "Play voice B").isEnabled()
    click(find(room, QPushButton, "Play voice A"))
    qtbot.waitUntil(lambda: studio_app.desk.player.playing, timeout=PATIENCE)
    assert room.banners.messages == []
    found = Readiness.hindrance

    def hindrance(self: Readiness, manifest: Manifest) -> StudioError | None:
        return StudioError("Another why.") if found(self, manifest) else None

    monkeypatch.setattr(Readiness, "hindrance", hindrance)
    studio_app.desk.packs.changed.emit()  # something was done with the packs
    qtbot.waitUntil(lambda: "Dia cannot work yet: Another why." in labels(room), timeout=PATIENCE)
    assert "Only voice A" in room.compare.result.text()
    window = studio_app.window
    assert window is not None
    click(find(room, QPushButton, "Go to Engines"))
    assert window.room.room_id == "engines"
    press(window, "Ctrl+2")
    press(card(room, "May"), "Del")
    qtbot.waitUntil(lambda: "May" not in find(room, QComboBox, "Voice B").currentText(), timeout=PATIENCE)
    assert "Only voice A" not in room.compare.result.text(), "another voice was not compared"
    assert not find(room, QPushButton, "Play voice A").isEnabled()

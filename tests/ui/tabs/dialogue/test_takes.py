"""Lines with their takes: what a row says, the strip, the timeline, subtitles, casting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QToolButton

from studio.domain.edits import lines
from studio.engines.registry import Registry
from studio.ui.tabs.dialogue import model
from tests.ui.conftest import PATIENCE, click, find, shown, type_text
from tests.ui.tabs.dialogue.acted import give_takes, press, room_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

TWO = "[Anna] Hello there.\n[Ben] Good evening."


def words(application: Application) -> list[str]:
    """Return what the labels of the rows say."""
    return [label.text() for label in shown(room_of(application).page.column, QLabel) if label.text()]


def test_rows_say_in_words_what_there_is_of_a_line(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    qtbot.waitUntil(lambda: words(studio_app) == ["not made", "not made"], timeout=PATIENCE)
    give_takes(studio_app, badge="fast")
    qtbot.waitUntil(lambda: words(studio_app) == ["fast", "1.5 s", "fast", "1.5 s"], timeout=PATIENCE)
    room.edit.go_to(1, 20)
    QTest.keyClicks(room.edit, " you")
    qtbot.waitUntil(lambda: words(studio_app)[0] == "changed", timeout=PATIENCE)
    assert words(studio_app)[2] == "fast"
    assert find(room, QPushButton, "Generate what is missing (1)")


def test_a_line_put_in_front_leaves_the_takes_with_their_lines(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    give_takes(studio_app)
    room.edit.go_to(1)
    type_text(room.edit, "[Clara] New.\n")
    qtbot.waitUntil(lambda: words(studio_app) == ["not made", "good", "1.5 s", "good", "1.5 s"], timeout=PATIENCE)


def test_the_strip_unfolds_below_its_line_and_a_take_is_chosen(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    give_takes(studio_app, count=2)
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Takes of line 1")), timeout=PATIENCE)
    click(find(room, QPushButton, "Takes of line 1"))
    qtbot.waitUntil(room.page.strip.isVisible, timeout=PATIENCE)
    second = room.edit.cursorRect(room.edit.textCursor()).top() + room.edit.viewport().y()
    assert room.page.strip.geometry().top() >= room.edit.viewport().y() + 36, "it covers no words"
    assert room.page.strip.geometry().bottom() <= second, "the next line has made room"
    before = lines.chosen(room.project)[room.rows[0].id]
    click(find(room.page.strip, QPushButton, "Choose take 1"))
    qtbot.waitUntil(lambda: lines.chosen(room.project)[room.rows[0].id] != before, timeout=PATIENCE)
    press(room.edit, "Ctrl+Z")
    qtbot.waitUntil(lambda: lines.chosen(room.project)[room.rows[0].id] == before, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room.page.strip, QToolButton, "Delete take 2")), timeout=PATIENCE)
    click(find(room.page.strip, QToolButton, "Delete take 2"))
    qtbot.waitUntil(lambda: len(room.rows[0].takes) == 1, timeout=PATIENCE)
    click(find(room.page.strip, QToolButton, "Hide the takes"))
    assert not room.page.strip.isVisible()


def test_send_puts_the_lines_on_the_timeline_as_one_step(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    give_takes(studio_app)
    qtbot.waitUntil(room.send_button.isEnabled, timeout=PATIENCE)
    click(room.send_button)
    clips = room.project.tracks[0].clips
    assert [clip.take for clip in clips] == [row.takes[-1].id for row in model.rows_of(room.project)]
    assert clips[1].start - clips[0].end == round(room.side.turn.value() * room.project.rate)
    assert studio_app.window
    assert "2 lines" in studio_app.window.toast.accessibleName()
    click(find(studio_app.window.toast, QPushButton, "Undo"))
    qtbot.waitUntil(lambda: not room.project.tracks, timeout=PATIENCE)


def test_subtitles_and_the_script_become_files(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    give_takes(studio_app)
    qtbot.waitUntil(lambda: bool(room.rows and room.rows[0].takes), timeout=PATIENCE)
    for action, name in (("dialogue.export_subtitles", "play.srt"), ("dialogue.export_script", "play.txt")):
        room.actions_table.trigger(action)
        dialog = room.findChildren(QFileDialog)[-1]
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        qtbot.waitUntil((tmp_path / name).exists, timeout=PATIENCE)
    assert "Anna: Hello." in (tmp_path / "play.srt").read_text(encoding="utf-8")
    assert (tmp_path / "play.txt").read_text(encoding="utf-8") == f"{TWO}\n"


def test_a_speaker_gets_a_voice_and_undo_takes_it_back(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    qtbot.waitUntil(lambda: bool(shown(room.side, QComboBox, "Voice of Ben")), timeout=PATIENCE)
    chooser = find(room.side, QComboBox, "Voice of Ben")
    before = chooser.currentData()
    chooser.setFocus()
    QTest.keyClicks(chooser, "Emma")
    qtbot.waitUntil(lambda: room.cast.voices["Ben"] == "bf_emma", timeout=PATIENCE)
    press(chooser, "Ctrl+Z")
    qtbot.waitUntil(lambda: chooser.currentData() == before, timeout=PATIENCE)


def test_each_speaker_of_a_line_can_get_a_line(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hi. [Ben] Hello.")
    qtbot.waitUntil(lambda: bool(shown(room, QPushButton, "Split")), timeout=PATIENCE)
    click(find(room, QPushButton, "Split"))
    qtbot.waitUntil(lambda: room.edit.text == "[Anna] Hi.\n[Ben] Hello.", timeout=PATIENCE)


def test_the_cursors_line_is_what_space_plays(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    give_takes(studio_app)
    qtbot.waitUntil(lambda: bool(room.rows[0].takes), timeout=PATIENCE)
    room.edit.go_to(1)
    selected = studio_app.desk.player.selected
    assert selected
    assert selected.key.endswith(room.rows[0].takes[-1].id)


def test_without_an_engine_one_can_write_and_is_told_what_to_do(
    start: Callable[..., Application], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Registry, "manifests", lambda _self: [])
    application = start()
    room = room_of(application)
    qtbot.waitUntil(lambda: "There is no engine that can speak." in room.banners.messages, timeout=PATIENCE)
    type_text(room.edit, TWO)
    qtbot.waitUntil(lambda: application.desk.project.value.script == TWO, timeout=PATIENCE)
    press(room.edit, "Alt+Return")
    assert not application.desk.jobs.rows


def test_the_gutter_tells_who_speaks(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, TWO)
    qtbot.waitUntil(lambda: bool(room.page.gutter.mark_at(20)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: getattr(room.page.gutter.mark_at(20), "tip", "") == "Anna", timeout=PATIENCE)


def test_a_recipe_fills_the_form(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    recipe = {
        "task": "speech", "engine": "likeness", "params": {"speed": 1.25}, "cast": {"Ada": "bf_emma"},
        "script": "[Ada] Once more.",
    }  # fmt: skip
    assert room.restore(recipe)
    qtbot.waitUntil(lambda: "Once more." in room.edit.text, timeout=PATIENCE)
    assert room.engines.currentData() == "likeness"
    assert room.side.params["speed"] == 1.25
    qtbot.waitUntil(lambda: room.cast.voices.get("Ada") == "bf_emma", timeout=PATIENCE)
    assert not room.restore({"task": "music"})

"""Writing a script in the window, by keys and clicks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QToolButton

from studio.ui.theme.look import look
from tests.ui.conftest import PATIENCE, click, find, type_text
from tests.ui.tabs.dialogue.acted import drop, press, room_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def script_of(application: Application) -> str:
    """Return what the project says."""
    return application.desk.project.value.script


def test_what_is_typed_is_the_projects_and_undo_takes_it_back(studio_app: Application, qtbot: QtBot) -> None:
    edit = room_of(studio_app).edit
    type_text(edit, "Anna: Hello there.\n(sighs) Yes.")
    qtbot.waitUntil(lambda: script_of(studio_app) == "[Anna] Hello there.\n(sighs) Yes.", timeout=PATIENCE)
    press(edit, "Ctrl+Z")
    qtbot.waitUntil(lambda: edit.text != "[Anna] Hello there.\n(sighs) Yes.", timeout=PATIENCE)
    press(edit, "Ctrl+Shift+Z")
    qtbot.waitUntil(lambda: edit.text == "[Anna] Hello there.\n(sighs) Yes.", timeout=PATIENCE)
    assert script_of(studio_app) == edit.text


def test_undo_right_after_a_key_takes_back_what_was_typed_and_keeps_the_cursor(
    studio_app: Application, qtbot: QtBot
) -> None:
    room = room_of(studio_app)
    room.commands.use_example()
    qtbot.waitUntil(lambda: len(room.rows) == 4, timeout=PATIENCE)
    before = script_of(studio_app)
    room.edit.go_to(3, 8)
    type_text(room.edit, "really ")
    press(room.edit, "Ctrl+Z")
    qtbot.waitUntil(lambda: room.edit.text == before, timeout=PATIENCE)
    assert room.edit.textCursor().blockNumber() == 2
    assert script_of(studio_app) == before


def test_a_take_that_comes_while_somebody_types_takes_no_letter_away(studio_app: Application, qtbot: QtBot) -> None:
    edit = room_of(studio_app).edit
    type_text(edit, "[Anna] Hello")
    studio_app.desk.project.changed.emit("Add a take")
    QTest.keyClicks(edit, " there")
    qtbot.waitUntil(lambda: script_of(studio_app) == "[Anna] Hello there", timeout=PATIENCE)


def test_closing_the_window_keeps_the_last_word(studio_app: Application) -> None:
    edit = room_of(studio_app).edit
    type_text(edit, "[Anna] Last")
    assert studio_app.window
    studio_app.window.close()
    assert script_of(studio_app) == "[Anna] Last"


def test_a_bracket_offers_the_speakers_and_enter_takes_one(studio_app: Application, qtbot: QtBot) -> None:
    edit = room_of(studio_app).edit
    type_text(edit, "[Anna] Hi.\n[Ben] Hi.\n")
    qtbot.waitUntil(lambda: len(room_of(studio_app).rows) == 2, timeout=PATIENCE)
    QTest.keyClicks(edit, "[B")
    popup = edit.completion.popup()
    assert popup
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text.endswith("\n[Ben] ")
    QTest.keyClicks(edit, "(sig")
    QTest.keyClick(popup, Qt.Key.Key_Tab)
    assert edit.text.endswith("(sighs) ")
    QTest.keyClicks(edit, "[pause 5")
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text.endswith("[pause 500ms] ")


def test_a_pasted_dialogue_with_names_gets_tags(studio_app: Application) -> None:
    edit = room_of(studio_app).edit
    QGuiApplication.clipboard().setText("Anna: Hello.\nBen: Hello yourself.")
    edit.setFocus()
    press(edit, "Ctrl+V")
    assert edit.text == "[Anna] Hello.\n[Ben] Hello yourself."


def test_problems_are_marked_and_mended(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello. [pause banana] (laghs) Well.")
    QTest.keyClick(room.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(room.sync.problems) >= 2, timeout=PATIENCE)
    assert len(room.edit.extraSelections()) == len(room.sync.problems)
    assert find(room, QPushButton, f"{len(room.sync.problems)} problems")
    press(room.edit, "F8")
    press(room.edit, "Ctrl+Shift+F")
    mended = "(laughs)"
    qtbot.waitUntil(lambda: mended in script_of(studio_app), timeout=PATIENCE)


def test_the_bulb_below_the_script_mends_the_problem_of_the_line(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello. [pause 2,5s]")
    qtbot.waitUntil(room.status.fix.isVisible, timeout=PATIENCE)
    click(room.status.fix)
    qtbot.waitUntil(lambda: script_of(studio_app) == "[Anna] Hello. [pause 2500ms]", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not room.sync.problems, timeout=PATIENCE)


def test_search_goes_around_and_replaces(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] one two\n[Ben] two three")
    press(room.edit, "Ctrl+F")
    words = find(room.find_bar, QLineEdit, "Search the script")
    QTest.keyClicks(words, "two")
    QTest.keyClick(words, Qt.Key.Key_Return)
    first = room.edit.textCursor().blockNumber()
    QTest.keyClick(words, Qt.Key.Key_Return)
    assert {first, room.edit.textCursor().blockNumber()} == {0, 1}
    type_text(find(room.find_bar, QLineEdit, "Replace with"), "2")
    click(find(room.find_bar, QPushButton, "Replace all"))
    QTest.keyClick(words, Qt.Key.Key_Escape)
    assert not room.find_bar.isVisible()
    qtbot.waitUntil(lambda: script_of(studio_app) == "[Anna] one 2\n[Ben] 2 three", timeout=PATIENCE)


def test_chapters_can_be_begun_and_gone_to(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello.")
    click(find(room, QToolButton, "Chapters"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Begin a chapter here").trigger()
    menu.close()
    QTest.keyClicks(room.edit, "The harbour")
    qtbot.waitUntil(lambda: script_of(studio_app) == "# The harbour\n[Anna] Hello.", timeout=PATIENCE)
    click(find(room, QToolButton, "Chapters"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].text() == "The harbour"
    menu.close()


def test_sounds_that_the_engine_lacks_say_so_in_words(studio_app: Application) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] Hello.")
    press(room.edit, "Ctrl+T")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts[0].strip("()") in room.cast_sounds
    assert "(laughs) — not in this engine" in texts
    menu.actions()[0].trigger()
    menu.close()
    assert room.edit.text == f"[Anna] Hello. {texts[0]} "


def test_the_empty_room_helps_with_an_example(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    click(find(room, QPushButton, "Or begin with an example"))
    qtbot.waitUntil(lambda: len(room.rows) == 4, timeout=PATIENCE)
    assert room.edit.text == script_of(studio_app)
    assert not find_all(room, "Or begin with an example")


def find_all(room: object, name: str) -> list[QPushButton]:
    """Return the buttons of this name that are shown."""
    return [b for b in room.findChildren(QPushButton) if b.isVisible() and b.accessibleName() == name]  # pyright: ignore[reportAttributeAccessIssue]


def test_scripts_dropped_on_the_text_come_behind_what_is_there(
    studio_app: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    room = room_of(studio_app)
    type_text(room.edit, "[Anna] First.")
    file = tmp_path / "more.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nSecond.\n", encoding="utf-8")
    drop(room.edit.viewport(), file)
    qtbot.waitUntil(lambda: "Second." in script_of(studio_app), timeout=PATIENCE)
    assert script_of(studio_app).startswith("[Anna] First.\n\n")
    press(room.edit, "Ctrl+Z")
    qtbot.waitUntil(lambda: script_of(studio_app) == "[Anna] First.", timeout=PATIENCE)


def test_a_file_that_is_no_script_says_so_in_a_banner(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    room = room_of(studio_app)
    file = tmp_path / "broken.epub"
    file.write_bytes(b"PK\x03\x04 this is no book")
    assert room.take_files([file])
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert script_of(studio_app) == ""


def test_a_script_of_two_thousand_lines_opens_and_takes_keys_at_once(studio_app: Application, qtbot: QtBot) -> None:
    room = room_of(studio_app)
    text = "\n".join(f"[{'Anna' if n % 2 else 'Ben'}] Line {n} (sighs) of many. [pause 500ms] On." for n in range(2000))
    QGuiApplication.clipboard().setText(text)
    room.edit.setFocus()
    press(room.edit, "Ctrl+V")
    qtbot.waitUntil(lambda: len(room.rows) == 2000, timeout=PATIENCE)
    shown = room.edit.document().findBlockByNumber(1999)
    assert shown.layout().formats(), "what one sees is coloured"
    assert not room.edit.document().findBlockByNumber(1000).layout().formats(), "what nobody sees is not"
    QTest.keyClicks(room.edit, " and on")
    qtbot.waitUntil(lambda: script_of(studio_app).endswith("On. and on"), timeout=PATIENCE)
    assert len(room.page.column.children()) < 100


def test_speakers_and_what_is_not_spoken_look_otherwise(studio_app: Application, qtbot: QtBot) -> None:
    edit = room_of(studio_app).edit
    type_text(edit, "[Anna] Hello. (sighs) [pause 1s]\n[Ben] Yes.\n")

    def looks(line: int) -> dict[str, tuple[str, bool]]:
        block = edit.document().findBlockByNumber(line)
        text = block.text()
        return {
            text[part.start : part.start + part.length]: (
                part.format.foreground().color().name(),
                part.format.background().style() != Qt.BrushStyle.NoBrush,
            )
            for part in block.layout().formats()
        }

    second = look.speaker(1).name()
    qtbot.waitUntil(lambda: looks(1).get("[Ben]", ("", False))[0] == second, timeout=PATIENCE)
    anna, ben = looks(0)["[Anna]"], looks(1)["[Ben]"]
    assert anna[0] == look.speaker(0).name()
    sounds = [found for text, found in looks(0).items() if text != "[Anna]"]
    assert {text.strip() for text in looks(0)} >= {"(sighs)", "[pause 1s]"}
    assert all(found not in (anna, ben) for found in sounds)
    assert "Hello." not in " ".join(looks(0))

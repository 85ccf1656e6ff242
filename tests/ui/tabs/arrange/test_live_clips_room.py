"""Clips as live recipes: made again in place, other takes heard and chosen, variations of music, by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QProgressBar, QPushButton, QToolButton

from studio.domain import recipe as recipes
from studio.domain.edits import assembling, find, place, takes, tracks, whole
from studio.domain.project import Clip, Media, Project, media_of
from studio.services import demo_project
from studio.services.generation import Wish
from studio.ui.tabs.arrange.live_menu import add_live
from studio.ui.tabs.arrange.panel_fields import ChoiceField
from studio.ui.tabs.arrange.view import ArrangeRoom
from tests.ui.conftest import PATIENCE, press, shown, type_text
from tests.ui.conftest import find as find_widget
from tests.ui.tabs.arrange.panel_hands import awake, click, next_of, titles

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

_TEXT = "[Ann] Hello there.\n[Ben] Good evening to you."


def room_of(application: Application) -> ArrangeRoom:
    """Return the room, shown."""
    assert application.window
    room = application.window.show_room("arrange")
    assert isinstance(room, ArrangeRoom)
    return room


def row(room: ArrangeRoom) -> tuple[Clip, ...]:
    """Return the clips of the first track as they are."""
    return room.state.project.tracks[0].clips


def choose(room: ArrangeRoom, clip: Clip) -> None:
    """Let a clip be the chosen one, by the keys that go from clip to clip."""
    room.lanes.canvas.setFocus()
    for _ in range(10):
        if room.state.clips == {clip.id}:
            break
        room.actions_table.trigger("arrange.next")
    assert room.state.clips == {clip.id}
    awake(room)


@pytest.fixture
def spoken(studio_app: Application, qtbot: QtBot) -> ArrangeRoom:
    """The room with two lines that were spoken and assembled."""
    desk = studio_app.desk
    desk.project.do("Write", lambda p: whole.set_script(p, _TEXT))
    ids, ask = desk.project.value.script_lines.split(), desk.studio.generation.ask
    folder = str(desk.project.folder)
    for line, words in zip(ids, _TEXT.split("\n"), strict=True):
        wish = Wish(words, engine="hibari", project=folder, line=line)
        desk.operations.run(desk, lambda wish=wish: ask(wish))
    qtbot.waitUntil(lambda: len(desk.project.value.takes) == 2, timeout=PATIENCE)
    desk.project.do("Assemble", assembling.assemble)
    room = room_of(studio_app)
    qtbot.waitUntil(lambda: room.lanes.isVisible(), timeout=PATIENCE)  # noqa: PLW0108
    return room


@pytest.mark.slow
def test_words_are_changed_in_place_and_the_old_take_is_heard_and_chosen(spoken: ArrangeRoom, qtbot: QtBot) -> None:
    room, player = spoken, spoken.desk.player
    first, second = row(room)
    choose(room, first)
    next_of(room, "When it comes to last longer or shorter")
    words = find_widget(room.side, QPlainTextEdit, "Words of the clip")
    assert words.toPlainText() == "Hello there."
    words.setFocus()
    words.selectAll()
    type_text(words, "Hello there, all of you, wherever you are tonight.")
    press(words, "Ctrl+Return")
    qtbot.waitUntil(lambda: bool(shown(room.side, QProgressBar, "Progress")), timeout=PATIENCE)
    assert "[Ann] Hello there, all of you" in room.state.project.script
    qtbot.waitUntil(lambda: row(room)[0].take != first.take, timeout=PATIENCE)
    longer = row(room)[0]
    assert longer.length > first.length
    assert row(room)[1].start - second.start == longer.length - first.length, "what follows on its track moves"
    qtbot.waitUntil(lambda: not shown(room.side, QProgressBar, "Progress"), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(room.side, QPushButton, "Choose Take 1")), timeout=PATIENCE)

    click(find_widget(room.side, QToolButton, "Play Take 1"))
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    assert room.isVisible()
    assert row(room)[0] == longer, "a take that is only listened to changes nothing"
    click(find_widget(room.side, QToolButton, "Pause Take 1"))
    assert not player.playing
    click(find_widget(room.side, QPushButton, "Choose Take 1"))
    assert row(room)[0].take == first.take
    assert row(room)[1].start == second.start
    room.actions_table.trigger("undo")
    assert row(room)[0] == longer


@pytest.mark.slow
def test_the_same_is_said_in_another_voice(spoken: ArrangeRoom, qtbot: QtBot) -> None:
    room = spoken
    first = row(room)[0]
    choose(room, first)
    click(find_widget(room.side, QPushButton, "Other voice…"))
    engine = find_widget(room.side, ChoiceField, "Engine")
    voice = find_widget(room.side, ChoiceField, "Voice")
    assert (engine.currentData(), voice.currentData()) == ("hibari", "heart"), (
        "what speaks now is what is offered first"
    )
    while engine.currentData() != "kokoro" and engine.currentIndex() + 1 < engine.count():
        QTest.keyClick(engine, Qt.Key.Key_Down)
    QTest.keyClick(voice, Qt.Key.Key_End)
    wanted = voice.currentData()
    assert wanted != "heart"
    click(find_widget(room.side, QPushButton, "Make with this voice"))
    assert not shown(room.side, QPushButton, "Make with this voice")
    qtbot.waitUntil(lambda: row(room)[0].take != first.take, timeout=PATIENCE)
    made = media_of(room.state.project, row(room)[0])
    assert made
    assert (made.recipe or {})["engine"] == "kokoro"
    assert list((made.recipe or {})["cast"].values()) == [wanted]


def _song(seed: int) -> dict[str, Any]:
    params = {"style": "calm piano", "duration": 2.0}
    return recipes.Recipe("music", "composer", "1", "composer", "1", params, seed, "cpu", "fp32", "CC0-1.0").to_dict()


@pytest.fixture
def sung(studio_app: Application, qtbot: QtBot) -> ArrangeRoom:
    """The room with a clip that plays one of two versions of a piece."""
    desk = studio_app.desk
    folder = demo_project.unpacked(desk.studio.projects, desk.studio.paths.projects)
    desk.project.open(folder)
    desk.project.do("Two versions", _with_two_versions)
    room = room_of(studio_app)
    qtbot.waitUntil(lambda: room.lanes.isVisible(), timeout=PATIENCE)  # noqa: PLW0108
    return room


def _with_two_versions(project: Project) -> Project:
    sounds = [media for media in project.media if media.frames > media.rate]
    project, track = tracks.add_track(project, "Songs", kind="music")
    project = tracks.move_track(project, track, 0)
    ids: list[str] = []
    for seed, sound in enumerate(sounds[:2]):
        made = Media(
            "", f"Song {seed}", sound.file, sound.sha256, sound.rate, sound.channels, sound.frames, _song(seed)
        )
        project, new = takes.add_media(project, made)
        ids.append(new)
    return place.media(project, ids[0], track=track, at=0)[0]


def test_versions_of_a_piece_are_heard_and_swapped_in(sung: ArrangeRoom, qtbot: QtBot) -> None:
    room, player = sung, sung.desk.player
    clip = row(room)[0]
    room.state.choose([clip.id])
    awake(room)
    click(find_widget(room.side, QToolButton, "Play Version 2"))
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    click(find_widget(room.side, QPushButton, "Choose Version 2"))
    assert find.clip(room.state.project, clip.id).media != clip.media
    assert shown(room.side, QPushButton, "Choose Version 1")
    assert not shown(room.side, QPlainTextEdit, "Words of the clip"), "nobody speaks in it"

    menu = QMenu(room)
    add_live(menu, clip.id, room)
    assert "Other voice…" not in titles(menu)
    others = next(one for one in menu.findChildren(QMenu) if one.title() == "Other version")
    use = next(one for one in others.findChildren(QMenu) if one.title() == "Version 1")
    next(action for action in use.actions() if action.text() == "Choose").trigger()
    assert find.clip(room.state.project, clip.id) == clip
    menu.deleteLater()


def test_variations_are_asked_for_and_wait(sung: ArrangeRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    room = sung
    clip = row(room)[0]
    room.state.choose([clip.id])
    awake(room)
    asked: list[Wish] = []
    monkeypatch.setattr(room.desk.studio.generation, "ask", _counted(asked))
    click_menu(room, "Variations…", "4 variations")
    qtbot.waitUntil(lambda: len(asked) == 4, timeout=PATIENCE)
    assert len({wish.seed for wish in asked}) == 4
    assert {wish.task for wish in asked} == {"music"}
    assert {wish.clip for wish in asked} == {""}, "they come beside what is played"


def _counted(asked: list[Wish]) -> Callable[[Wish], int]:
    def ask(wish: Wish) -> int:
        asked.append(wish)
        return 10_000 + len(asked)

    return ask


def click_menu(room: ArrangeRoom, button: str, entry: str) -> None:
    """Open a button's menu and choose an entry."""
    from tests.ui import conftest

    conftest.click(find_widget(room.side, QPushButton, button))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == entry).trigger()
    menu.close()
    awake(room)


def test_what_came_from_outside_cannot_be_made_again(sung: ArrangeRoom) -> None:
    room = sung
    clip = row(room)[0]
    media = media_of(room.state.project, clip)
    assert media

    def outside(project: Project) -> Project:
        plain = Media("", "Rain", media.file, media.sha256, media.rate, media.channels, media.frames)
        project, new = takes.add_media(project, plain)
        return takes.set_source(project, clip.id, media=new)

    room.state.do("From outside", outside)
    room.state.choose([clip.id])
    awake(room)
    assert not shown(room.side, QPushButton, "Variations…")
    assert not room.side.live
    menu = QMenu(room)
    add_live(menu, clip.id, room)
    assert titles(menu) == []
    menu.deleteLater()

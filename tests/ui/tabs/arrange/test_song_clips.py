"""Songs on the timeline: a marked range anew, on from the end, in a style; by menu, mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from studio.domain.edits import find as find_in
from studio.domain.edits import place, styles, takes, tracks
from studio.domain.project import Clip, Media, Project, Style, media_of
from studio.domain.recipe import Recipe
from studio.services import bringing
from studio.services.generation import Wish
from studio.services.song_work import EXTEND, REPAINT
from studio.ui.tabs.arrange.live_menu import add_live, add_styles
from studio.ui.tabs.arrange.panel_fields import TimeField
from studio.ui.tabs.arrange.view import ArrangeRoom
from tests import band
from tests.ui.conftest import PATIENCE, click, find, prepared, shown, type_text
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.panel_hands import awake, titles

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

RATE = band.RATE


@pytest.fixture
def room(start: Callable[..., Application], qtbot: QtBot, tmp_path: Path) -> ArrangeRoom:
    """The room with a song of the band and a piece of the composer's, one after the other."""
    root = prepared(tmp_path / "data")
    band.join(root)
    app = start(root)
    desk = app.desk
    wish = Wish(task="music", engine="band", params={"style": "pop"}, seed=5)
    desk.operations.change(desk, lambda: desk.studio.generation.ask(wish), lambda _job: None)
    qtbot.waitUntil(lambda: any(job.settled for job in desk.jobs.rows), timeout=PATIENCE)
    made = desk.studio.library.of_job(desk.jobs.rows[0].id)[0]
    song = bringing.fetched(
        desk.project.folder, desk.project.value, desk.studio.sound, made.file, name="Song", recipe=made.recipe
    )
    desk.project.do("Bring", lambda project: _arranged(project, song))
    found = hands.room_of(app)
    qtbot.waitUntil(found.lanes.isVisible, timeout=PATIENCE)
    return found


def _arranged(project: Project, song: Media) -> Project:
    project = bringing.on_track(project, song, kind="music", name="Songs")
    sketch = Recipe(
        "music", "composer", "1", "fluid-cut", "", {"style": "jazz", "duration": 4.0}, 3, "cpu", "fp32", "MIT"
    )
    project, other = takes.add_media(project, replace(song, recipe=sketch.to_dict()))
    project = place.media(project, other, track=project.tracks[0].id)[0]
    project = styles.keep(project, Style("lofi", 9, 76.0, "A minor", name="Night drive"))
    return tracks.set_track(project, project.tracks[0].id, height=100)


def row(room: ArrangeRoom) -> tuple[Clip, ...]:
    return room.state.project.tracks[0].clips


def chosen(room: ArrangeRoom, number: int) -> Clip:
    """Choose a clip by a click on it."""
    clip = row(room)[number]
    hands.click(room.lanes.canvas, hands.body(room, clip.id))
    awake(room)
    assert room.state.clips == {clip.id}
    return clip


def offered(room: ArrangeRoom, button: str, entry: str) -> None:
    """Open a button's menu and take an entry of it."""
    click(find(room.side, QPushButton, button))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == entry).trigger()
    menu.close()
    awake(room)


def test_a_song_is_repainted_and_extended_in_place_and_taken_back(room: ArrangeRoom, qtbot: QtBot) -> None:
    first, second = row(room)
    media = len(room.state.project.media)
    chosen(room, 0)
    room.state.set_loop((first.start + RATE, first.start + 2 * RATE))
    begin, end = find(room.side, TimeField, "The part anew begins"), find(room.side, TimeField, "The part anew ends")
    assert (begin.text(), end.text()) == ("0:01.000", "0:02.000"), "what the loop marks"
    end.setFocus()
    end.selectAll()
    type_text(end, "2.5\n")
    click(find(room.side, QPushButton, "Repaint selection"))
    qtbot.waitUntil(lambda: row(room)[0].media != first.media, timeout=PATIENCE)
    repainted = row(room)[0]
    params = (find_in.played_by(room.state.project, repainted).recipe or {})["params"]
    assert (params["mode"], params["from_second"], params["to_second"]) == ("repaint", 1.0, 2.5)
    assert (repainted.start, repainted.length, row(room)[1]) == (first.start, first.length, second)
    awake(room)
    qtbot.waitUntil(lambda: bool(shown(room.side, QPushButton, "Choose Version 1")), timeout=PATIENCE)

    qtbot.waitUntil(lambda: not room.live.jobs_of(first.id), timeout=PATIENCE)
    hands.press(room, "Esc")
    room.actions_table.trigger("arrange.ripple")
    chosen(room, 0)
    offered(room, "Extend…", "10 s longer")
    qtbot.waitUntil(lambda: row(room)[0].length == first.length + 10 * RATE, timeout=PATIENCE)
    assert row(room)[1].start == second.start + 10 * RATE, "ripple is on"
    assert len(room.state.project.media) == media + 2, "the takes before are kept"
    room.actions_table.trigger("undo")
    assert row(room) == (repainted, second)
    room.actions_table.trigger("undo")
    assert row(room) == (first, second)


def test_an_engine_without_such_a_way_says_so(room: ArrangeRoom) -> None:
    clip = chosen(room, 1)
    extend, repaint = (find(room.side, QPushButton, name) for name in ("Extend…", "Repaint selection"))
    whys = "Sketch composer cannot let a song go on.", "Sketch composer cannot make a part of a song anew."
    assert (extend.isEnabled(), repaint.isEnabled()) == (False, False)
    assert (extend.toolTip(), repaint.toolTip()) == whys
    assert any(label.text() == " ".join(whys) for label in shown(room.side, QLabel))
    assert (room.live.why_not(clip.id, EXTEND), room.live.why_not(clip.id, REPAINT)) == whys
    assert find(room.side, QPushButton, "Again, longer…").isEnabled(), "what it can is offered by its own name"
    menu = QMenu(room)
    add_live(menu, clip.id, room)
    by_name = {action.text(): action for action in menu.actions()}
    assert [by_name[name].isEnabled() for name in ("Extend…", "Repaint selection")] == [False, False]
    assert [by_name[name].toolTip() for name in ("Extend…", "Repaint selection")] == [*whys]
    menu.deleteLater()
    menu = QMenu(room)
    add_live(menu, row(room)[0].id, room)
    by_name = {action.text(): action for action in menu.actions()}
    assert by_name["Extend…"].isEnabled()
    assert not by_name["Repaint selection"].isEnabled()
    assert "loop" in by_name["Repaint selection"].toolTip()
    menu.deleteLater()


def test_several_songs_are_made_in_one_style(room: ArrangeRoom, qtbot: QtBot) -> None:
    first, second = row(room)
    canvas = room.lanes.canvas
    hands.click(canvas, hands.body(room, first.id))
    hands.click(canvas, hands.body(room, second.id), keys=hands.SHIFT)
    assert room.state.clips == {first.id, second.id}
    menu = QMenu(room)
    add_styles(menu, sorted(room.state.clips), room)
    assert titles(menu) == ["In a style…"]
    inner = menu.findChildren(QMenu)[0]
    next(action for action in inner.actions() if action.text() == "Night drive").trigger()
    menu.deleteLater()
    qtbot.waitUntil(
        lambda: all(now.media != was.media for now, was in zip(row(room), (first, second), strict=True)),
        timeout=PATIENCE,
    )
    made = [media_of(room.state.project, clip) for clip in row(room)]
    recipes = [one.recipe or {} for one in made if one]
    assert [one["engine"] for one in recipes] == ["band", "composer"]
    assert {(one["params"]["style"], one["params"]["bpm"], one["params"]["key"]) for one in recipes} == {
        ("lofi", 76.0, "A minor")
    }
    assert recipes[0]["seed"] == 9
    assert [clip.length for clip in row(room)] == [first.length, second.length]
    room.actions_table.trigger("undo")
    assert row(room) == (first, second), "what was wanted at once is taken back at once"
    room.actions_table.trigger("redo")
    assert [media_of(room.state.project, clip) for clip in row(room)] == made

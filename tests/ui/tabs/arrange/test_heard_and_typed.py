"""Levels of what plays, typed text that nobody confirmed, and the room's one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.domain.project import Clip
from studio.services import demo_project
from studio.ui.timeline.meters import LOWEST
from tests.ui.conftest import PATIENCE, click, type_text
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import RATE, press, room_of, tracks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.tabs.arrange.view import ArrangeRoom
    from studio.ui.timeline.heads import Head


@pytest.fixture
def demo(start: Callable[..., Application], qtbot: QtBot) -> Application:
    """A window with the demo project in the room."""
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    room = room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    return application


def head_of(room: ArrangeRoom, row: int = 0) -> Head:
    """Return the head of a track."""
    found = room.heads.head(tracks(room)[row].id)
    assert found is not None
    return found


def spoken(room: ArrangeRoom) -> tuple[Clip, ...]:
    """Return the clips of the first track."""
    return tracks(room)[0].clips


def test_each_head_shows_how_loud_its_track_is_while_it_plays(demo: Application, qtbot: QtBot) -> None:
    room, player = room_of(demo), demo.desk.player
    heads = [head_of(room, row) for row in range(2)]
    assert not any(head.level.isVisible() for head in heads)
    room.state.put_playhead(spoken(room)[0].start)
    press(room, "Space")
    qtbot.waitUntil(lambda: player.playing and heads[0].level.level > LOWEST, timeout=PATIENCE)
    assert all(head.level.isVisible() for head in heads)

    click(heads[0].mute)
    qtbot.waitUntil(lambda: heads[0].level.level < LOWEST, timeout=PATIENCE)
    assert player.playing, "a muted track is silent, the piece goes on"
    press(room, "Space")
    qtbot.waitUntil(lambda: not any(head.level.isVisible() for head in heads), timeout=PATIENCE)
    assert player.dropped == 0


def test_the_foot_tells_the_true_peak(demo: Application, qtbot: QtBot) -> None:
    room, meters = room_of(demo), room_of(demo).foot_line.meters
    assert meters.peak.text() == "True peak – dB"
    told: list[float] = []
    demo.desk.player.report.connect(lambda _topic, values: told.append(values.get("true_peak", -120.0)))
    room.state.put_playhead(spoken(room)[0].start)
    press(room, "Space")
    qtbot.waitUntil(lambda: meters.highest > LOWEST, timeout=PATIENCE)
    assert meters.highest == max(told)
    assert meters.peak.text() == f"True peak {meters.highest:.1f} dB".replace("-", "−")


def test_a_name_that_is_being_typed_is_saved(demo: Application) -> None:
    room = room_of(demo)
    head = head_of(room)
    QTest.mouseDClick(head, hands.LEFT, pos=head.name.mapTo(head, head.name.rect().center()))
    assert room.window().focusWidget() is head.field
    type_text(head.field, "Narrator")
    assert tracks(room)[0].name != "Narrator"
    press(room, "Ctrl+S")
    assert tracks(room)[0].name == "Narrator"


def test_time_and_tempo_that_are_being_typed_are_taken_when_the_project_is_saved_or_closed(
    demo: Application, qtbot: QtBot
) -> None:
    room, project = room_of(demo), demo.desk.project
    foot = room.foot_line
    foot.tempo.setFocus()
    foot.tempo.selectAll()
    QTest.keyClicks(foot.tempo, "96")
    assert project.value.style.bpm == 0
    muted = replace(project.value, tracks=(replace(tracks(room)[0], mute=True), *tracks(room)[1:]))
    project.do("Something else", muted)
    qtbot.waitUntil(head_of(room).mute.isChecked, timeout=PATIENCE)
    assert foot.tempo.cleanText() == "96", "what is being typed is not shown over"
    press(room, "Ctrl+S")
    assert project.value.style.bpm == 96
    foot.clock.setFocus()
    foot.clock.selectAll()
    QTest.keyClicks(foot.clock, "0:05")
    assert room.state.playhead == 0
    project.settle()
    assert room.state.playhead == 5 * RATE


def test_after_the_tempo_was_typed_undo_shows_the_old_one(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    tempo = room.foot_line.tempo
    tempo.setFocus()
    for typed in ("96", "96"):
        tempo.selectAll()
        QTest.keyClicks(tempo, typed)
        QTest.keyClick(tempo, hands.Qt.Key.Key_Return)
    demo.desk.project.undo()
    qtbot.waitUntil(lambda: tempo.value() == 0, timeout=PATIENCE)


def test_a_double_click_shows_all_of_a_clip_with_its_words(demo: Application) -> None:
    room = room_of(demo)
    room.toggle_inspector()
    assert not room.side.isVisible()
    clip = spoken(room)[1]
    hands.double_click(room.lanes.canvas, hands.body(room, clip.id))
    assert room.side.clip.isVisible()
    assert room.state.clips == {clip.id}
    words = room.side.clip.live.words
    assert room.window().focusWidget() is words
    assert words.toPlainText() == words.textCursor().selectedText()


def test_enter_in_the_outline_does_so_too(demo: Application, qtbot: QtBot) -> None:
    room = room_of(demo)
    room.toggle_outline()
    room.outline.setFocus()
    clip = spoken(room)[0].id
    room.outline.setCurrentIndex(room.outline.rows.index(room.outline.rows.row_of(clip), 0))
    QTest.keyClick(room.outline, hands.Qt.Key.Key_Return)
    qtbot.waitUntil(room.side.clip.isVisible, timeout=PATIENCE)


def test_the_button_makes_all_chosen_clips_again_and_is_off_where_none_can_be(demo: Application, qtbot: QtBot) -> None:
    room, jobs = room_of(demo), demo.desk.jobs
    assert room.primary is not None
    assert room.primary.accessibleName() == "Make again"
    assert not room.primary.isEnabled(), "nothing is chosen"
    made = [clip.id for track in tracks(room) for clip in track.clips if room.live.kind_of(clip.id)]
    assert len(made) > 1
    room.state.choose(made[:2], whole_groups=False)
    assert room.primary.isEnabled()
    primary = room.primary
    press(room, "Ctrl+L")
    qtbot.waitUntil(lambda: not primary.isEnabled(), timeout=PATIENCE)  # what is locked stays as it is
    press(room, "Ctrl+L")
    qtbot.waitUntil(primary.isEnabled, timeout=PATIENCE)
    click(primary)
    qtbot.waitUntil(lambda: {job.request.clip for job in jobs.rows if not job.final} == set(made[:2]), timeout=PATIENCE)
    jobs.cancel_all()
    qtbot.waitUntil(lambda: all(job.final and job.settled for job in jobs.rows), timeout=PATIENCE)
    QApplication.processEvents()

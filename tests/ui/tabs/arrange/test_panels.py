"""What stands beside the timeline, and its menus, by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from studio.domain.edits import automation, effects
from studio.domain.project import Clip, Point, Track
from studio.services import demo_project
from studio.settings import with_value
from studio.store import settings_file
from studio.ui.tabs.arrange.menus import menu_for
from studio.ui.tabs.arrange.panel_fields import Section
from studio.ui.tabs.arrange.spectrogram_view import SpectrogramView
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline.hits import Hit, Part
from tests.ui import conftest
from tests.ui.conftest import PATIENCE, drop, find, shown, type_number, type_text
from tests.ui.tabs.arrange.panel_hands import awake, click, next_of, titles

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

RATE = 48_000


@pytest.fixture
def room(start: Callable[..., Application], qtbot: QtBot) -> ArrangeRoom:
    """The room with the demo project."""
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    assert application.window
    found = application.window.show_room("arrange")
    assert isinstance(found, ArrangeRoom)
    qtbot.waitUntil(lambda: found.lanes.isVisible() and found.lanes.canvas.width() > 100, timeout=PATIENCE)
    return found


def tracks(room: ArrangeRoom) -> tuple[Track, ...]:
    """Return the tracks as they are."""
    return room.state.project.tracks


def clip(room: ArrangeRoom, number: int = 1, row: int = 0) -> Clip:
    """Return a clip as it is."""
    return tracks(room)[row].clips[number]


def choose(room: ArrangeRoom, number: int = 1, row: int = 0, keys: Qt.KeyboardModifier | None = None) -> Clip:
    """Click a clip in the lower half of its lane."""
    found, canvas = clip(room, number, row), room.lanes.canvas
    x = round(room.state.scale.x(found.start + found.length // 2))
    y = canvas.lanes.y(row) + canvas.lanes.height(row) - 20
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, keys or Qt.KeyboardModifier.NoModifier, QPoint(x, y))
    assert found.id in room.state.clips
    awake(room)
    return found


def number(room: ArrangeRoom, name: str, value: str) -> None:
    """Write another number."""
    awake(room)
    type_number(find(room.side, QDoubleSpinBox, name), value)
    awake(room)


def tick(room: ArrangeRoom, name: str) -> None:
    """Click a box."""
    box = find(room.side, QCheckBox, name)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(12, box.height() // 2))
    awake(room)


def write(field: QLineEdit, text: str) -> None:
    """Write something else into a field."""
    awake(field)
    field.setFocus()
    field.selectAll()
    type_text(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    awake(field)


def unfold(room: ArrangeRoom, title: str) -> None:
    """Open a part of the panel."""
    heading = find(room.side, QPushButton, title)
    if heading.accessibleDescription() == "folded":
        click(heading)


def slide(slider: QSlider, *shares: float) -> None:
    """Drag a slider's handle over shares of its width, and let go."""
    y, left = slider.height() // 2, Qt.MouseButton.LeftButton
    span = slider.maximum() - slider.minimum()
    at = round((slider.value() - slider.minimum()) / span * (slider.width() - 18)) + 9
    QTest.mousePress(slider, left, pos=QPoint(at, y))
    for share in shares:
        QTest.mouseMove(slider, QPoint(round(share * slider.width()), y))
    QTest.mouseRelease(slider, left, pos=QPoint(round(shares[-1] * slider.width()), y))
    awake(slider)


def steps(room: ArrangeRoom) -> tuple[str, ...]:
    """Return what was done."""
    opened = room.desk.project.opened
    assert opened
    return opened.history.labels[: opened.history.at]


def undo(room: ArrangeRoom) -> None:
    """Take back the last step."""
    room.actions_table.trigger("undo")
    awake(room)


def test_times_are_typed_and_what_is_no_time_changes_nothing(room: ArrangeRoom) -> None:
    before = choose(room)
    start = find(room.side, QLineEdit, "Start of the clip")
    assert start.text() == "0:08.221"
    write(start, "0:08.000")
    assert clip(room).start == 8 * RATE
    assert find(room.side, QLineEdit, "End of the clip").text() == "0:09.316"
    write(find(room.side, QLineEdit, "Length of the clip"), "1")
    assert clip(room).length == RATE
    write(find(room.side, QLineEdit, "Where in the sound it begins"), "0:00.100")
    assert clip(room).offset == before.offset + RATE // 10
    done = len(steps(room))
    write(start, "soon")
    assert start.property("wrong")
    assert len(steps(room)) == done
    QTest.keyClick(start, Qt.Key.Key_A)
    QTest.keyClick(start, Qt.Key.Key_Escape)
    assert start.text() == "0:08.000"
    assert not start.property("wrong")
    for _ in range(3):
        undo(room)
    assert clip(room) == before


def test_a_drag_of_a_slider_is_one_step_and_the_next_drag_another(room: ArrangeRoom) -> None:
    before = choose(room)
    gain = find(room.side, QSlider, "Gain of the clip")
    done = len(steps(room))
    slide(gain, 0.7, 0.6, 0.5, 0.4)
    quieter = clip(room).gain_db
    assert -40 < quieter < -20
    assert find(room.side, QDoubleSpinBox, "Gain of the clip").value() == pytest.approx(quieter, abs=0.1)
    assert len(steps(room)) == done + 1
    slide(gain, 0.5, 0.6)
    assert len(steps(room)) == done + 2
    undo(room)
    assert clip(room).gain_db == quieter
    undo(room)
    assert clip(room) == before
    QTest.mouseDClick(gain, Qt.MouseButton.LeftButton, pos=QPoint(3, gain.height() // 2))
    done = len(steps(room))
    slide(gain, 0.5, 0.6)
    number(room, "Gain of the clip", "-2")
    assert len(steps(room)) == done + 2, "a number after a drag is a step of its own"
    number(room, "Pan of the clip", "-25")
    assert clip(room).pan == pytest.approx(-0.25)


def test_fades_pace_pitch_and_a_name(room: ArrangeRoom) -> None:
    choose(room)
    unfold(room, "Fades")
    unfold(room, "Pace and pitch")
    write(find(room.side, QLineEdit, "Length of the fade in"), "0:00.250")
    next_of(room, "Curve of the fade in")
    assert clip(room).fade_in.length == RATE // 4
    assert clip(room).fade_in.curve == "equal_power"
    length = clip(room).length
    number(room, "Stretch of the clip", "2")
    assert clip(room).stretch == 2.0
    assert clip(room).length == pytest.approx(2 * length, abs=2)
    number(room, "Pitch of the clip", "-3")
    assert clip(room).pitch == -3.0
    write(find(room.side, QLineEdit, "Name of the clip"), "The doubt")
    assert clip(room).name == "The doubt"


def test_effects_come_in_a_chain_with_their_controls(room: ArrangeRoom) -> None:
    choose(room)
    unfold(room, "Effects")
    for kind in ("Equaliser", "Compressor"):
        conftest.click(find(room.side, QPushButton, "Add an effect"))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(action for action in menu.actions() if action.text() == kind).trigger()
        menu.close()
        awake(room)
    assert [effect.kind for effect in clip(room).effects] == ["eq", "compressor"]
    number(room, "Compressor: Threshold", "-30")
    assert clip(room).effects[1].settings == {"threshold_db": -30.0}
    done = len(steps(room))
    slide(find(room.side, QSlider, "Compressor: Ratio"), 0.2, 0.4, 0.6)
    assert len(steps(room)) == done + 1
    assert clip(room).effects[1].settings["ratio"] > 5
    click(find(room.side, QToolButton, "Compressor earlier"))
    assert [effect.kind for effect in clip(room).effects] == ["compressor", "eq"]
    assert not find(room.side, QToolButton, "Compressor earlier").isEnabled()
    tick(room, "Compressor is on")
    assert not clip(room).effects[0].on
    click(find(room.side, QToolButton, "Remove Equaliser"))
    assert [effect.kind for effect in clip(room).effects] == ["compressor"]
    undo(room)
    assert len(clip(room).effects) == 2


def test_several_clips_change_together_and_locked_ones_not(room: ArrangeRoom) -> None:
    first, second = choose(room, 0), choose(room, 1, keys=Qt.KeyboardModifier.ControlModifier)
    assert room.state.clips == {first.id, second.id}
    assert not shown(room.side, QLineEdit, "Start of the clip")
    number(room, "Gain of the clip", "-6")
    assert [one.gain_db for one in tracks(room)[0].clips[:3]] == [-6.0, -6.0, 0.0]
    click(find(room.side, QPushButton, "Group"))
    assert clip(room, 0).group == clip(room, 1).group != ""
    click(find(room.side, QPushButton, "Ungroup"))
    assert clip(room, 0).group == ""
    choose(room, 0)
    tick(room, "Lock")
    assert clip(room, 0).locked
    assert not find(room.side, QDoubleSpinBox, "Gain of the clip").isEnabled()
    choose(room, 1, keys=Qt.KeyboardModifier.ControlModifier)
    number(room, "Gain of the clip", "-3")
    assert [one.gain_db for one in tracks(room)[0].clips[:2]] == [-6.0, -3.0]


def test_a_head_shows_its_track(room: ArrangeRoom) -> None:
    choose(room)
    head = room.heads.head(tracks(room)[1].id)
    assert head
    QTest.mouseClick(head, Qt.MouseButton.LeftButton, pos=QPoint(head.width() - 20, 8))
    write(find(room.side, QLineEdit, "Name of the track"), "Score")
    slide(find(room.side, QSlider, "Gain of the track"), 0.5, 0.4)
    tick(room, "Quieter under speech")
    assert not tracks(room)[1].duck
    assert not shown(room.side, QDoubleSpinBox, "By how much")
    tick(room, "Quieter under speech")
    number(room, "By how much", "-20")
    number(room, "Goes down within", "100")
    unfold(room, "On the timeline")
    click(find(room.side, QToolButton, "Colour 5"))
    number(room, "Height", "120")
    score = tracks(room)[1]
    assert (score.name, score.colour, score.height) == ("Score", "5", 120)
    assert score.gain_db < -20
    assert score.duck
    assert (score.duck.depth_db, score.duck.attack) == (-20.0, RATE // 10)
    tick(room, "Pan lane")
    assert room.state.shown[room.state.track] == ("panning",)
    tick(room, "Pan lane")
    assert room.state.shown[room.state.track] == ()
    head = room.heads.head(tracks(room)[0].id)
    assert head
    QTest.mouseClick(head, Qt.MouseButton.LeftButton, pos=QPoint(head.width() - 20, 8))
    assert find(room.side, QLineEdit, "Name of the track").text() == "Dialogue"
    click(find(room.side, QPushButton, "Piece"))
    assert not shown(room.side, QLineEdit, "Name of the track")
    QTest.mouseClick(head, Qt.MouseButton.LeftButton, pos=QPoint(head.width() - 20, 8))
    awake(room)
    assert shown(room.side, QLineEdit, "Name of the track"), "a click on the same head comes back to its track"


def test_a_mark_is_renamed_moved_and_no_chapter_any_more(room: ArrangeRoom) -> None:
    mark = room.state.project.markers[1]
    room.state.choose_mark(mark.id)
    write(find(room.side, QLineEdit, "Name of the mark"), "Dark")
    write(find(room.side, QLineEdit, "Time of the mark"), "15")
    tick(room, "A chapter begins here")
    now = room.state.project.markers[1]
    assert (now.name, now.at, now.chapter) == ("Dark", 15 * RATE, False)
    click(find(room.side, QPushButton, "Go there"))
    assert room.state.playhead == 15 * RATE
    click(find(room.side, QPushButton, "Remove"))
    assert len(room.state.project.markers) == 1


def test_the_piece_has_words_a_tempo_and_a_cover_that_is_dropped(
    room: ArrangeRoom, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(room)
    click(find(room.side, QPushButton, "Piece"))
    write(find(room.side, QLineEdit, "Artist"), "Nobody")
    assert room.state.project.metadata.artist == "Nobody"
    write(find(room.side, QLineEdit, "Name of the project"), "Dusk")
    assert room.state.project.name == "Dusk"
    number(room, "Tempo of the piece: with one, the ruler counts bars and beats", "90")
    assert room.state.project.style.bpm == 90.0
    before = room.state.project.cover
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    assert picture.save(str(tmp_path / "cover.png"))
    drop(room.side.piece.cover, tmp_path / "cover.png")
    qtbot.waitUntil(lambda: room.state.project.cover != before, timeout=PATIENCE)
    # a picture from outside cannot be made again; the panel hears of the change a moment later
    qtbot.waitUntil(lambda: not shown(room.side, QPushButton, "Again"), timeout=PATIENCE)
    click(find(room.side, QPushButton, "Without a cover"))
    assert room.state.project.cover is None
    choose(room)
    assert shown(room.side, QLineEdit, "Start of the clip"), "what is chosen is shown"


def test_words_that_were_changed_stay_until_they_are_made(room: ArrangeRoom) -> None:
    choose(room)
    words = find(room.side, QPlainTextEdit, "Words of the clip")
    before = words.toPlainText()
    assert not shown(room.side, QPushButton, "Make with these words")
    words.setFocus()
    words.selectAll()
    type_text(words, "No network.")
    choose(room, 0)
    assert find(room.side, QPlainTextEdit, "Words of the clip").toPlainText() != "No network."
    choose(room, 1)
    assert words.toPlainText() == "No network."
    click(find(room.side, QPushButton, "As it was"))
    assert words.toPlainText() == before
    assert not shown(room.side, QPushButton, "Make with these words")


def test_the_spectrogram_is_shown_when_it_is_asked_for(room: ArrangeRoom, qtbot: QtBot) -> None:
    choose(room)
    unfold(room, "Spectrogram")
    view = find(room.side, SpectrogramView)
    qtbot.waitUntil(lambda: view.made, timeout=PATIENCE)
    picture = view.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 5)}
    assert len(colours) > 20
    unfold(room, "How it was made")
    with qtbot.waitSignal(room.recipe_wanted, timeout=PATIENCE) as told:
        click(find(room.side, QPushButton, "Open in Dialogue"))
    assert told.args
    assert told.args[0]["task"] == "speech"


def act(menu: QMenu, title: str) -> None:
    """Choose an entry."""
    next(action for action in menu.actions() if action.text() == title).trigger()
    menu.close()
    owner = menu.parentWidget()
    assert owner is not None
    awake(owner)


def opened_at(canvas: QWidget, place: QPoint) -> QMenu:
    """Click with the right button, and return what opens."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_right_click_offers_what_fits_the_place(room: ArrangeRoom, qtbot: QtBot) -> None:
    state, canvas = room.state, room.lanes.canvas
    first = clip(room, 0)
    y = canvas.lanes.y(0) + canvas.lanes.height(0) - 20
    menu = opened_at(canvas, QPoint(round(state.scale.x(first.start + RATE)), y))
    assert {"Regenerate", "Other voice…", "Edit the words…", "Split at the playhead", "Delete"} <= set(titles(menu))
    assert "Group" not in titles(menu)
    act(menu, "Edit the words…")
    qtbot.waitUntil(room.side.clip.live.words.hasFocus, timeout=PATIENCE)

    menu = opened_at(canvas, QPoint(round(state.scale.x(RATE)), y))
    assert {"Playhead here", "Paste at the playhead", "Track", "Add a track"} <= set(titles(menu))
    act(menu, "Playhead here")
    assert state.playhead == pytest.approx(RATE, abs=state.scale.per_pixel)

    def of(part: Part, **more: object) -> QMenu:
        return menu_for(Hit(part, 20 * RATE, **more), state, room.actions_table, room)  # pyright: ignore[reportArgumentType]

    act(of(Part.RULER), "Marker here")
    assert [mark.at for mark in state.project.markers][-1] == 20 * RATE
    marker = state.project.markers[0]
    act(of(Part.MARKER, id=marker.id), "Make it a plain marker")
    assert not state.project.markers[0].chapter
    state.choose([first.id])
    room.actions_table.trigger("arrange.region")
    region = state.project.regions[0]
    act(of(Part.REGION, id=region.id), "Loop it")
    assert state.loop == (region.start, region.end)
    act(of(Part.REGION, id=region.id), "Select the clips in it")
    assert first.id in state.clips
    act(of(Part.REGION, id=region.id), "Remove")
    assert not state.project.regions

    track = tracks(room)[0].id
    state.do("Points", lambda p: automation.set_points(p, track, [Point(0, -6.0), Point(RATE, -3.0)]))
    act(of(Part.POINT, row=0, track=track, index=0, line="volume"), "Set the point to 0")
    assert tracks(room)[0].volume == (Point(0, 0.0), Point(RATE, -3.0))
    act(of(Part.POINT, row=0, track=track, index=1, line="volume"), "Remove the point")
    assert tracks(room)[0].volume == (Point(0, 0.0),)
    act(of(Part.LINE, row=0, track=track, index=0, value=-9.0, line="volume"), "Add a point here")
    assert tracks(room)[0].volume[-1] == Point(20 * RATE, 0.0)


def test_several_clips_have_a_menu_of_their_own(room: ArrangeRoom) -> None:
    first, _ = choose(room, 0), choose(room, 1, keys=Qt.KeyboardModifier.ControlModifier)
    hit = Hit(Part.CLIP, first.start, 0, tracks(room)[0].id, first.id)
    menu = menu_for(hit, room.state, room.actions_table, room)
    assert "Regenerate" not in titles(menu)
    act(menu, "Group")
    assert clip(room, 0).group


@pytest.mark.parametrize("language", ["en", "de"])
def test_with_the_largest_text_everything_fits_beside_the_lanes(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    root = conftest.prepared(tmp_path / "data")
    settings, _ = settings_file.load(root / "settings.json")
    for name, value in (("window.language", language), ("window.text_size", 150)):
        settings = with_value(settings, name, value)
    settings_file.save(root / "settings.json", settings)
    application = start(root)
    application.desk.project.open(demo_project.unpacked(application.studio.projects, application.studio.paths.projects))
    assert application.window
    room = application.window.show_room("arrange")
    assert isinstance(room, ArrangeRoom)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and bool(tracks(room)), timeout=PATIENCE)
    state, first = room.state, clip(room, 0)
    state.do("Effect", lambda p: effects.add(p, first.id, "compressor")[0])
    for section in room.side.findChildren(Section):
        section.unfold()
    content = room.side.parentWidget()
    viewport = content.parentWidget() if content else None
    assert viewport

    def widths(page: str) -> tuple[int, int]:
        room.side.show_page(page)
        awake(room)
        for button in shown(room.side, QToolButton):
            if button.accessibleName().startswith(("Regler", "Controls of")):
                conftest.click(button)
        awake(room)
        margins = room.inspector.contentsMargins()
        return room.side.minimumSizeHint().width(), viewport.width() - margins.left() - margins.right()

    state.choose([first.id])
    for page in ("selection", "track", "piece"):
        needed, there = widths(page)
        assert needed <= there, page
    state.choose([one.id for one in tracks(room)[0].clips])
    assert widths("selection")[0] <= widths("selection")[1]
    room.actions_table.trigger("arrange.region")
    assert widths("selection")[0] <= widths("selection")[1]

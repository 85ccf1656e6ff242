"""Each gesture and tool of the timeline, used in the window by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from studio.domain.project import Clip, Fade
from studio.services import demo_project
from studio.ui.tabs.arrange.view import ArrangeRoom
from studio.ui.timeline import dragging, figures
from tests.ui.conftest import PATIENCE, click, find, shown
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import ALT, CTRL, MIDDLE, RATE, SHIFT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.domain.history import History
    from studio.ui.application import Application


@pytest.fixture
def room(start: Callable[..., Application], qtbot: QtBot) -> ArrangeRoom:
    """The room with the demo project: seven spoken clips on a track, and music on another."""
    application = start()
    folder = demo_project.unpacked(application.studio.projects, application.studio.paths.projects)
    application.desk.project.open(folder)
    room = hands.room_of(application)
    qtbot.waitUntil(lambda: room.lanes.isVisible() and room.lanes.canvas.width() > 100, timeout=PATIENCE)
    return room


def spoken(room: ArrangeRoom) -> tuple[Clip, ...]:
    """Return the clips of the first track."""
    return hands.tracks(room)[0].clips


def pixels(room: ArrangeRoom, seconds: float) -> float:
    """Return how many pixels so long a time is wide."""
    return seconds * RATE / room.state.scale.per_pixel


def near(room: ArrangeRoom, sample: float, pixels: float = 1.0) -> object:
    """Compare with a sample as exactly as a hand can be."""
    return pytest.approx(sample, abs=pixels * room.state.scale.per_pixel)


def history(room: ArrangeRoom) -> History:
    """Return what was done."""
    opened = room.desk.project.opened
    assert opened
    return opened.history


def snapping(room: ArrangeRoom, *, on: bool) -> None:
    """Switch it by its key."""
    if room.state.ways.snap is not on:
        hands.press(room, "N")


def ripple_on(room: ArrangeRoom) -> None:
    """Switch it on by its button."""
    click(find(room, QToolButton, "Ripple on or off"))
    assert room.state.ways.ripple


# ---- moving


def test_a_clip_is_moved_in_one_step_and_back(room: ArrangeRoom) -> None:
    snapping(room, on=False)
    clip, before = spoken(room)[6], history(room).at
    hands.by(room.lanes.canvas, hands.body(room, clip.id), pixels(room, 2))
    assert hands.clip_of(room, clip.id).start == near(room, clip.start + 2 * RATE)
    assert history(room).at == before + 1
    hands.press(room, "Ctrl+Z")
    assert hands.clip_of(room, clip.id) == clip


def test_a_clip_is_moved_to_another_track_with_its_sound(room: ArrangeRoom) -> None:
    clip = spoken(room)[6]
    start = hands.body(room, clip.id)
    hands.drag(room.lanes.canvas, start, QPointF(start.x(), hands.along(room, 0, 1).y()))
    assert hands.row_of(room, clip.id) == 1
    assert hands.clip_of(room, clip.id).take == clip.take


def test_snapping_is_switched_by_a_key(room: ArrangeRoom) -> None:
    a, b = spoken(room)[4:6]
    canvas = room.lanes.canvas
    snapping(room, on=True)
    almost = -(b.start - a.end) / room.state.scale.per_pixel + 4  # pixels before it would touch
    hands.by(canvas, hands.body(room, b.id), almost)
    assert hands.clip_of(room, b.id).start == a.end
    hands.press(room, "Ctrl+Z")
    snapping(room, on=False)
    hands.by(canvas, hands.body(room, b.id), almost)
    assert hands.clip_of(room, b.id).start == near(room, a.end + 4 * room.state.scale.per_pixel)
    assert hands.clip_of(room, b.id).start != a.end


@pytest.mark.parametrize("to", ["playhead", "marker", "grid"])
def test_what_attracts(room: ArrangeRoom, to: str) -> None:
    clip, canvas = spoken(room)[6], room.lanes.canvas
    snapping(room, on=True)
    step = dragging.grid_of(room.state)
    at = 32 * RATE // step * step if to == "grid" else 32 * RATE
    room.state.put_playhead(at)
    if to == "marker":
        hands.press(room, "M")
        hands.press(room, "Home")
    elif to == "grid":
        hands.press(room, "Home")
        hands.press(room, "G")
    hands.by(canvas, hands.body(room, clip.id), (at - clip.start) / room.state.scale.per_pixel + 3)
    moved = hands.clip_of(room, clip.id)
    if to == "grid":
        assert moved.start % step == 0 or moved.end % step == 0
    else:
        assert moved.start == at


def test_a_held_key_frees_a_drag_from_what_attracts(room: ArrangeRoom) -> None:
    a, b = spoken(room)[4:6]
    canvas, start = room.lanes.canvas, hands.body(room, b.id)
    end = start + QPointF(-(b.start - a.end) / room.state.scale.per_pixel + 4, 0)
    hands.hold(canvas, start)
    hands.go(canvas, end)
    assert hands.clip_of(room, b.id).start == a.end
    hands.go(canvas, end, keys=CTRL)
    assert hands.clip_of(room, b.id).start == near(room, a.end + 4 * room.state.scale.per_pixel)
    hands.let_go(canvas, end, keys=CTRL)


def test_a_drag_over_the_neighbour_crossfades(room: ArrangeRoom) -> None:
    snapping(room, on=False)
    room.state.put_playhead(13 * RATE)
    hands.click(room.lanes.canvas, hands.body(room, spoken(room)[2].id))
    hands.press(room, "S")
    a, b = spoken(room)[2:4]
    hands.by(room.lanes.canvas, hands.body(room, b.id), -pixels(room, 1))
    left, right = hands.clip_of(room, a.id), hands.clip_of(room, b.id)
    assert left.end - right.start == near(room, RATE)
    assert left.fade_out == right.fade_in == Fade(left.end - right.start, "equal_power")
    hands.by(room.lanes.canvas, hands.body(room, b.id), pixels(room, 1.2))
    assert hands.clip_of(room, a.id).fade_out == hands.clip_of(room, b.id).fade_in == Fade(), "apart, they do not fade"


def test_escape_takes_a_drag_back(room: ArrangeRoom) -> None:
    canvas, clip, before = room.lanes.canvas, spoken(room)[3], room.state.project
    start = hands.body(room, clip.id)
    hands.hold(canvas, start)
    hands.go(canvas, start + QPointF(60, 0))
    assert room.state.project != before
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert room.state.project == before
    hands.go(canvas, start + QPointF(90, 0))
    hands.let_go(canvas, start + QPointF(90, 0))
    assert room.state.project == before


def test_a_drag_past_the_edge_scrolls(room: ArrangeRoom, qtbot: QtBot) -> None:
    snapping(room, on=False)
    canvas = room.lanes.canvas
    for _ in range(3):
        hands.press(room, "+")
    clip = spoken(room)[0]
    first, start = room.state.scale.first, hands.body(room, clip.id)
    past = QPointF(canvas.width() + 60, start.y())
    hands.hold(canvas, start)
    hands.go(canvas, past)
    qtbot.waitUntil(lambda: room.state.scale.first > first, timeout=PATIENCE)
    there = hands.clip_of(room, clip.id).start
    qtbot.waitUntil(lambda: hands.clip_of(room, clip.id).start > there, timeout=PATIENCE)
    hands.let_go(canvas, past)
    seen = room.state.scale
    QApplication.processEvents()
    assert room.state.scale == seen


# ---- trimming, cutting, slipping


@pytest.mark.parametrize("ripple", [False, True])
def test_both_ends_are_trimmed(room: ArrangeRoom, ripple: bool) -> None:
    snapping(room, on=False)
    if ripple:
        ripple_on(room)
    canvas, clip, later = room.lanes.canvas, spoken(room)[2], spoken(room)[3]
    end = QPointF(hands.figure(room, clip.id).body.right - 2, hands.body(room, clip.id).y() - 8)
    hands.by(canvas, end, -pixels(room, 1))
    cut = clip.length - hands.clip_of(room, clip.id).length
    assert cut == near(room, RATE)
    assert hands.clip_of(room, clip.id).start == clip.start
    assert hands.clip_of(room, later.id).start == later.start - (cut if ripple else 0)

    begin = QPointF(hands.figure(room, clip.id).body.left + 2, hands.body(room, clip.id).y() - 8)
    hands.by(canvas, begin, pixels(room, 1))
    trimmed = hands.clip_of(room, clip.id)
    assert trimmed.offset == near(room, RATE)
    assert trimmed.start == (clip.start if ripple else clip.start + trimmed.offset)
    gone = cut + trimmed.offset if ripple else 0
    assert hands.clip_of(room, later.id).start == later.start - gone
    hands.press(room, "Ctrl+Z")
    hands.press(room, "Ctrl+Z")
    assert hands.clip_of(room, clip.id) == clip


def test_the_keys_trim_and_fade_to_the_playhead(room: ArrangeRoom) -> None:
    clip = spoken(room)[2]
    hands.click(room.lanes.canvas, hands.body(room, clip.id))
    room.state.put_playhead(clip.start + RATE)
    hands.press(room, "Q")
    assert hands.clip_of(room, clip.id).start == clip.start + RATE
    room.state.put_playhead(clip.end - RATE)
    hands.press(room, "W")
    assert hands.clip_of(room, clip.id).end == clip.end - RATE
    room.state.put_playhead(clip.start + 2 * RATE)
    hands.press(room, "Shift+Q")
    assert hands.clip_of(room, clip.id).fade_in.length == RATE
    room.state.put_playhead(clip.end - 2 * RATE)
    hands.press(room, "Shift+W")
    assert hands.clip_of(room, clip.id).fade_out.length == RATE


def test_the_blade_cuts_where_one_clicks_and_the_pieces_are_joined(room: ArrangeRoom) -> None:
    canvas, clip = room.lanes.canvas, spoken(room)[2]
    snapping(room, on=False)
    hands.press(room, "B")
    place = hands.body(room, clip.id)
    hands.click(canvas, place)
    assert len(spoken(room)) == 8
    left, right = spoken(room)[2:4]
    assert left.end == right.start == near(room, clip.start + clip.length / 2)
    assert right.offset == left.length
    hands.press(room, "V")
    hands.click(canvas, hands.body(room, left.id))
    hands.click(canvas, hands.body(room, right.id), keys=CTRL)
    assert room.state.clips == {left.id, right.id}
    hands.press(room, "Ctrl+Shift+J")
    assert len(spoken(room)) == 7
    assert spoken(room)[2].length == clip.length


def test_slipping_changes_what_is_heard_and_not_where(room: ArrangeRoom) -> None:
    canvas, clip = room.lanes.canvas, spoken(room)[2]
    hands.click(canvas, hands.body(room, clip.id))
    room.state.put_playhead(clip.start + 2 * RATE)
    hands.press(room, "Q")
    before = hands.clip_of(room, clip.id)
    hands.press(room, "Y")
    hands.by(canvas, hands.body(room, clip.id), pixels(room, 1))
    after = hands.clip_of(room, clip.id)
    assert (after.start, after.length) == (before.start, before.length)
    assert after.offset == near(room, before.offset - RATE)
    hands.by(canvas, hands.body(room, clip.id), pixels(room, 9))
    assert hands.clip_of(room, clip.id).offset == 0, "there is no sound before its begin"


def test_a_deleted_clip_leaves_a_gap_unless_ripple_is_on(room: ArrangeRoom) -> None:
    canvas, (first, second) = room.lanes.canvas, spoken(room)[:2]
    hands.click(canvas, hands.body(room, first.id))
    hands.press(room, "Del")
    assert hands.clip_of(room, second.id).start == second.start
    hands.press(room, "Ctrl+Z")
    ripple_on(room)
    hands.click(canvas, hands.body(room, first.id))
    hands.press(room, "Backspace")
    assert hands.clip_of(room, second.id).start == second.start - first.length


# ---- handles and lines


def test_the_handles_fade_stretch_and_make_louder(room: ArrangeRoom) -> None:
    canvas, clip = room.lanes.canvas, spoken(room)[2]
    snapping(room, on=False)

    def figure() -> figures.Figure:
        return hands.figure(room, clip.id)

    hands.by(canvas, QPointF(figure().fade_in + 4, figure().body.top + 4), pixels(room, 1))
    assert hands.clip_of(room, clip.id).fade_in.length == near(room, RATE, 5)
    hands.by(canvas, QPointF(figure().fade_out - 4, figure().body.top + 4), -pixels(room, 1))
    assert hands.clip_of(room, clip.id).fade_out.length == near(room, RATE, 6)
    middle = (figure().body.left + figure().body.right) / 2
    hands.by(canvas, QPointF(middle, figure().gain), 0, 10)
    quieter = hands.clip_of(room, clip.id).gain_db
    assert quieter < -1
    hands.by(canvas, QPointF(middle, figure().gain), 0, -14)
    assert hands.clip_of(room, clip.id).gain_db > 0
    hands.by(canvas, QPointF(figure().body.right - 4, figure().body.bottom - 4), -pixels(room, 1))
    shorter = hands.clip_of(room, clip.id)
    assert shorter.stretch == pytest.approx(shorter.length / clip.length, rel=0.01)
    assert shorter.length == near(room, clip.length - RATE)


def test_volume_lines_get_points_which_move_and_go(room: ArrangeRoom) -> None:
    canvas = room.lanes.canvas

    def height(value: float) -> float:
        return figures.line_height(canvas.lanes, 1, value, "volume")

    hands.press(room, "A")
    assert set(room.state.shown.values()) == {("volume",)}
    at = room.state.scale.x(10 * RATE)
    hands.click(canvas, QPointF(at, height(0)))
    (point,) = hands.tracks(room)[1].volume
    assert point.at == near(room, 10 * RATE)
    hands.drag(canvas, QPointF(at, height(0)), QPointF(at, height(-12)))
    (point,) = hands.tracks(room)[1].volume
    assert point.value == pytest.approx(-12, abs=1)
    far = room.state.scale.x(20 * RATE)
    hands.drag(canvas, QPointF(far, height(point.value)), QPointF(far, height(-3)))
    assert len(hands.tracks(room)[1].volume) == 2
    steps = history(room).at
    hands.drag(canvas, QPointF(at, height(point.value)), QPointF(at, canvas.lanes.y(2) + 40))
    (left,) = hands.tracks(room)[1].volume
    assert left.at == near(room, 20 * RATE), "a point that is dragged off its track is gone"
    assert history(room).at == steps + 1
    hands.press(room, "A")
    assert set(room.state.shown.values()) == {("panning",)}
    hands.press(room, "A")
    assert not any(room.state.shown.values())


# ---- choosing, copying


def test_clips_are_chosen_by_click_keys_and_box(room: ArrangeRoom) -> None:
    canvas, clips = room.lanes.canvas, spoken(room)
    hands.click(canvas, hands.body(room, clips[0].id))
    hands.click(canvas, hands.body(room, clips[2].id), keys=SHIFT)
    hands.click(canvas, hands.body(room, clips[4].id), keys=CTRL)
    assert room.state.clips == {clips[0].id, clips[2].id, clips[4].id}
    hands.click(canvas, hands.body(room, clips[2].id), keys=CTRL)
    assert room.state.clips == {clips[0].id, clips[4].id}
    free = QPointF(room.state.scale.x((clips[6].end + 33 * RATE) // 2), hands.along(room, 0, 0).y())
    over = QPointF(hands.figure(room, clips[5].id).body.left + 3, free.y() - 10)
    hands.drag(canvas, free, over)
    assert room.state.clips == {clips[5].id, clips[6].id}
    hands.click(canvas, hands.body(room, clips[0].id))
    hands.drag(canvas, free, over, keys=SHIFT)
    assert room.state.clips == {clips[0].id, clips[5].id, clips[6].id}
    hands.click(canvas, free)
    assert room.state.clips == set()
    room.state.put_playhead(clips[4].start)
    hands.press(room, "Shift+A")
    assert room.state.clips == {clip.id for clip in clips[4:]}


def test_copies_come_by_key_and_by_dragging(room: ArrangeRoom) -> None:
    snapping(room, on=False)
    canvas, last = room.lanes.canvas, spoken(room)[6]
    hands.click(canvas, hands.body(room, last.id))
    hands.press(room, "Ctrl+D")
    copy = spoken(room)[7]
    assert (copy.start, copy.take) == (last.end, last.take)
    assert room.state.clips == {copy.id}
    hands.press(room, "Ctrl+Z")
    steps = history(room).at
    hands.by(canvas, hands.body(room, last.id), pixels(room, 4), keys=ALT)
    assert len(spoken(room)) == 8
    assert hands.clip_of(room, last.id) == last
    assert spoken(room)[7].start == near(room, last.start + 4 * RATE)
    assert history(room).at == steps + 1


def test_a_paste_covers_nothing_up_when_it_is_inserted(room: ArrangeRoom) -> None:
    canvas, clips = room.lanes.canvas, spoken(room)
    hands.click(canvas, hands.body(room, clips[1].id))
    hands.press(room, "Ctrl+C")
    room.state.put_playhead(clips[3].start)
    hands.press(room, "Ctrl+Shift+V")
    new = next(clip for clip in spoken(room) if clip.id not in {one.id for one in clips})
    assert new.start == clips[3].start
    assert hands.clip_of(room, clips[3].id).start == clips[3].start + new.length
    assert hands.clip_of(room, clips[2].id) == clips[2]
    hands.press(room, "Ctrl+X")
    assert new.id not in {clip.id for clip in spoken(room)}
    hands.press(room, "End")
    hands.press(room, "Ctrl+V")
    assert spoken(room)[-1].start == room.state.playhead


def test_a_group_goes_together_until_it_is_none(room: ArrangeRoom) -> None:
    snapping(room, on=False)
    canvas, (a, b) = room.lanes.canvas, spoken(room)[5:7]
    hands.click(canvas, hands.body(room, a.id))
    hands.click(canvas, hands.body(room, b.id), keys=CTRL)
    hands.press(room, "Ctrl+G")
    hands.click(canvas, hands.along(room, 33 * RATE, 0))
    hands.by(canvas, hands.body(room, b.id), pixels(room, 1))
    by = hands.clip_of(room, b.id).start - b.start
    assert by == near(room, RATE)
    assert hands.clip_of(room, a.id).start == a.start + by
    hands.press(room, "Ctrl+Shift+G")
    hands.click(canvas, hands.along(room, 33 * RATE, 0))
    hands.by(canvas, hands.body(room, b.id), pixels(room, 1))
    assert hands.clip_of(room, a.id).start == a.start + by
    assert hands.clip_of(room, b.id).start == near(room, b.start + by + RATE)


def test_a_locked_clip_stays(room: ArrangeRoom) -> None:
    canvas, clip = room.lanes.canvas, spoken(room)[2]
    hands.click(canvas, hands.body(room, clip.id))
    hands.press(room, "Ctrl+L")
    locked = hands.clip_of(room, clip.id)
    assert locked.locked
    banners: list[object] = []
    room.desk.notices.banner.connect(banners.append)
    hands.by(canvas, hands.body(room, clip.id), 50)
    hands.press(room, "Alt+Right")
    hands.press(room, "Alt+Down")
    hands.press(room, "Del")
    assert hands.clip_of(room, clip.id) == locked
    assert banners == [], "what a key cannot do is said in passing"
    hands.press(room, "Ctrl+L")
    hands.by(canvas, hands.body(room, clip.id), 50)
    assert hands.clip_of(room, clip.id).start > clip.start


# ---- the view


def test_the_wheel_zooms_at_the_pointer_and_scrolls(room: ArrangeRoom) -> None:
    canvas = room.lanes.canvas
    for x, notches in ((300.0, 3), (620.0, 2), (40.0, -1), (500.0, 1)):
        scale = room.state.scale
        under = scale.first + x * scale.per_pixel
        hands.wheel(canvas, QPointF(x, 200), notches, keys=CTRL)
        assert room.state.scale.per_pixel != scale.per_pixel
        if room.state.scale.first > 0:
            assert room.state.scale.x(under) == pytest.approx(x, abs=0.01)
    scale = room.state.scale
    hands.wheel(canvas, QPointF(300, 200), -1, keys=SHIFT)
    assert room.state.scale.first > scale.first
    hands.drag(canvas, QPointF(300, 150), QPointF(400, 150), button=MIDDLE)
    assert room.state.scale.first < scale.first + 64 * scale.per_pixel
    hands.press(room, "Z")
    assert room.state.scale.first == 0
    assert room.state.scale.last >= room.state.project.length


def test_what_is_chosen_is_shown_large(room: ArrangeRoom) -> None:
    clip = spoken(room)[2]
    hands.click(room.lanes.canvas, hands.body(room, clip.id))
    hands.press(room, "Shift+Z")
    scale = room.state.scale
    assert scale.first == clip.start
    assert clip.end <= scale.last <= clip.end + clip.length


def test_home_end_and_the_ruler_put_the_playhead(room: ArrangeRoom) -> None:
    canvas = room.lanes.canvas
    snapping(room, on=False)
    hands.press(room, "End")
    assert room.state.playhead == room.state.project.length
    hands.press(room, "Home")
    assert room.state.playhead == 0
    strip = canvas.lanes.time
    place = QPointF(room.state.scale.x(12 * RATE), strip.top + 3)
    hands.click(canvas, place)
    assert room.state.playhead == near(room, 12 * RATE)
    head = QPointF(room.state.scale.x(room.state.playhead), strip.bottom - 3)
    hands.by(canvas, head, pixels(room, 3))
    assert room.state.playhead == near(room, 15 * RATE)


def test_clicks_in_the_ruler_are_silent_and_drags_are_heard(room: ArrangeRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas, heard = room.lanes.canvas, list[int]()
    monkeypatch.setattr(room.desk.player, "scrub", heard.append)
    y = canvas.lanes.time.top + 3
    for second in (4, 9, 6):
        hands.click(canvas, QPointF(room.state.scale.x(second * RATE), y))
    assert heard == []
    hands.drag(canvas, QPointF(room.state.scale.x(4 * RATE), y), QPointF(room.state.scale.x(9 * RATE), y))
    assert heard


def test_many_tracks_are_scrolled(room: ArrangeRoom, qtbot: QtBot) -> None:
    canvas = room.lanes.canvas
    for _ in range(12):
        room.actions_table.trigger("arrange.add_sound")
    qtbot.waitUntil(lambda: canvas.lanes.most_scrolled(canvas.height()) > 0, timeout=PATIENCE)
    hands.wheel(canvas, QPointF(300, 300), -3)
    assert room.state.top > 0
    clip = spoken(room)[2]
    assert canvas.hit(hands.body(room, clip.id)).id in {clip.id, ""}
    hands.wheel(canvas, QPointF(300, 300), 9)
    assert room.state.top == 0


# ---- the ruler


def test_marks_and_loops_are_dragged_in_the_ruler(room: ArrangeRoom) -> None:
    snapping(room, on=False)
    canvas, lanes = room.lanes.canvas, room.lanes.canvas.lanes
    room.state.put_playhead(10 * RATE)
    hands.press(room, "M")
    made = room.state.marker
    flag = QPointF(room.state.scale.x(10 * RATE) + 4, lanes.marks.top + 6)
    hands.by(canvas, flag, pixels(room, 2))
    marker = next(one for one in room.state.project.markers if one.id == made)
    assert marker.at == near(room, 12 * RATE)

    hands.click(canvas, hands.body(room, spoken(room)[2].id))
    hands.press(room, "Ctrl+R")
    region = room.state.project.regions[0]
    middle = lanes.regions.top + 7
    hands.by(canvas, QPointF(room.state.scale.x(region.start + 3 * RATE), middle), pixels(room, 1))
    assert room.state.project.regions[0].start == near(room, region.start + RATE)
    hands.by(canvas, QPointF(room.state.scale.x(room.state.project.regions[0].end) - 2, middle), pixels(room, 1))
    assert room.state.project.regions[0].end == near(room, region.end + 2 * RATE)

    loop_y = lanes.loop.top + 5
    hands.drag(canvas, QPointF(room.state.scale.x(5 * RATE), loop_y), QPointF(room.state.scale.x(8 * RATE), loop_y))
    assert room.state.loop == (near(room, 5 * RATE), near(room, 8 * RATE))
    steps = history(room).at
    hands.by(canvas, QPointF(room.state.scale.x(8 * RATE) - 2, loop_y), pixels(room, 2))
    assert room.state.loop == (near(room, 5 * RATE), near(room, 10 * RATE, 2))
    assert history(room).at == steps, "a loop is no step"


# ---- menus


def test_menus_offer_what_can_be_done_there(room: ArrangeRoom, qtbot: QtBot) -> None:
    canvas, clips = room.lanes.canvas, spoken(room)
    _ask(room, hands.body(room, clips[2].id))
    assert room.state.clips == {clips[2].id}
    hands.choose(room, "Delete")
    assert clips[2].id not in {clip.id for clip in spoken(room)}
    qtbot.waitUntil(lambda: not shown(room.window(), QMenu), timeout=PATIENCE)

    hands.press(room, "Ctrl+Z")
    QApplication.processEvents()
    hands.click(canvas, hands.body(room, clips[1].id))
    hands.press(room, "Ctrl+C")
    hands.press(room, "End")
    _ask(room, hands.along(room, round(31.5 * RATE), 0))
    hands.choose(room, "Paste at the playhead")
    assert len(spoken(room)) == 8
    qtbot.waitUntil(lambda: not shown(room.window(), QMenu), timeout=PATIENCE)

    hands.click(canvas, hands.body(room, clips[4].id))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), canvas.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(canvas, event)
    hands.choose(room, "Mute or unmute")
    assert hands.clip_of(room, clips[4].id).mute


def _ask(room: ArrangeRoom, at: QPointF) -> None:
    """Click with the right button."""
    canvas = room.lanes.canvas
    place = at.toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas, event)

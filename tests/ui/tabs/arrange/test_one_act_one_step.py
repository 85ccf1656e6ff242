"""One press, one drag, one thing typed is one step; what is refused is said; what is typed goes where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QWidget

from studio.domain.edits import automation, find, marks, tracks
from studio.domain.project import Point, Project
from studio.errors import Cancelled, StudioError
from studio.services import live_clips
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.tabs.arrange import clip_panel_model as model
from studio.ui.tabs.arrange.deeds import Deeds, set_tempo
from studio.ui.tabs.arrange.making import Making
from studio.ui.tabs.arrange.mark_panel import MarkPanel
from studio.ui.tabs.arrange.measuring import Measuring, MeasuringLine
from studio.ui.tabs.arrange.owned_panel import OwnedPanel
from studio.ui.tabs.arrange.panel_fields import LineField, NumberField, Spin
from studio.ui.tabs.arrange.track_panel import TrackPanel
from studio.ui.timeline.bursts import PAUSE, Bursts
from studio.ui.timeline.heads import TrackHeads
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.state import Timeline
from tests.domain.projects import large, small
from tests.ui.conftest import click, type_text
from tests.ui.tabs.arrange.panel_hands import typed
from tests.ui.timeline.desks import desk_over

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(name="desk")
def _desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    del qtbot
    with desk_over(tmp_path, small()) as desk:
        yield desk


@pytest.fixture(name="state")
def _state(desk: Desk) -> Timeline:
    return Timeline(desk, desk)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, state: Timeline) -> None:
        self.now = 0.0
        state.bursts = Bursts(lambda: self.now)


def steps(desk: Desk) -> int:
    """Return how many steps can be taken back."""
    assert desk.project.opened
    return desk.project.opened.history.at


def shown(widget: QWidget, qtbot: QtBot) -> None:
    """Show a widget with the keys in it."""
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    assert QTest.qWaitForWindowActive(widget)


def groove(slider: QAbstractSlider, share: float) -> QPoint:
    return QPoint(round(slider.width() * share), slider.height() // 2)


# ---------------------------------------------------------------------------------------------------------------- steps


def test_nudges_of_one_burst_are_one_step(desk: Desk, state: Timeline) -> None:
    clock, deeds = Clock(state), Deeds(desk, state, desk)
    state.choose(["c2"])
    before = steps(desk)
    for _ in range(3):
        deeds.nudge(1)
    assert steps(desk) == before + 1
    deeds.nudge(-1)
    assert steps(desk) == before + 2
    deeds.nudge(1)
    clock.now += PAUSE + 0.1
    deeds.nudge(1)
    assert steps(desk) == before + 4


def test_nudges_of_points_are_one_step_for_the_same_points_alone(desk: Desk, state: Timeline) -> None:
    Clock(state)
    deeds, track = Deeds(desk, state, desk), state.project.tracks[0].id
    points = (Point(48_000, -3.0), Point(240_000, -6.0))
    assert desk.project.do("Points", lambda project: automation.set_points(project, track, points))
    before = steps(desk)
    state.choose_points({PointAt(track, "volume", 48_000)})
    deeds.nudge(1)
    deeds.nudge(1)
    assert steps(desk) == before + 1
    state.choose_points({PointAt(track, "volume", 240_000)})
    deeds.nudge(1)
    assert steps(desk) == before + 2


def test_a_tempo_that_is_set_twice_is_two_steps(desk: Desk, state: Timeline) -> None:
    before = steps(desk)
    set_tempo(state, 90)
    set_tempo(state, 120)
    assert steps(desk) == before + 2
    desk.project.undo()
    assert desk.project.value.style.bpm == 90


def test_what_is_typed_is_a_step_and_a_burst_of_steps_is_one(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    field = NumberField("Gain", -60, 12)
    field.changed.connect(
        lambda db, merge: state.do("Gain", lambda p: tracks.set_track(p, "t1", gain_db=db), merge=merge)
    )
    shown(field, qtbot)
    before = steps(desk)
    typed(field.number, "3")
    typed(field.number, "4")
    assert steps(desk) == before + 2
    for _ in range(3):
        QTest.keyClick(field.number, Qt.Key.Key_Up)
    assert steps(desk) == before + 3
    typed(field.number, "-8")
    assert steps(desk) == before + 4
    desk.project.undo()
    assert find.track(desk.project.value, "t1").gain_db == 5.5


def test_each_press_on_a_slider_is_a_step(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    field = NumberField("Gain", -60, 12)
    field.changed.connect(
        lambda db, merge: state.do("Gain", lambda p: tracks.set_track(p, "t1", gain_db=db), merge=merge)
    )
    field.show_value(0)
    shown(field, qtbot)
    before = steps(desk)
    for count, share in enumerate((0.05, 0.05, 0.97), start=1):
        QTest.mouseClick(field.slider, LEFT, pos=groove(field.slider, share))
        assert steps(desk) == before + count


def test_presses_and_keys_on_the_sliders_of_a_head(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    clock, heads = Clock(state), TrackHeads(state)
    heads.resize(heads.width(), 400)
    shown(heads, qtbot)
    head = heads.head("t1")
    assert head
    before = steps(desk)
    for count, share in enumerate((0.95, 0.05), start=1):
        QTest.mouseClick(head.gain, LEFT, pos=groove(head.gain, share))
        assert steps(desk) == before + count
    head.gain.setFocus()
    for _ in range(3):
        QTest.keyClick(head.gain, Qt.Key.Key_Right)
    assert steps(desk) == before + 3
    clock.now += PAUSE + 0.1
    QTest.keyClick(head.gain, Qt.Key.Key_Right)
    assert steps(desk) == before + 4
    QTest.keyClick(head.pan, Qt.Key.Key_Right)
    assert steps(desk) == before + 5


# -------------------------------------------------------------------------------------------------------------- refusal


def test_a_head_whose_drag_is_refused_says_so_once(
    desk: Desk, state: Timeline, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = TrackHeads(state)
    heads.resize(heads.width(), 400)
    shown(heads, qtbot)
    head = heads.head("t1")
    assert head
    told: list[object] = []
    desk.notices.banner.connect(told.append)
    anew: list[bool] = []
    monkeypatch.setattr(head, "_show_anew", lambda: anew.append(True))

    def refuse(_label: str, _project: Project, **_more: object) -> None:
        raise StudioError("No.", "Not now.")

    monkeypatch.setattr(desk.project.opened, "do", refuse)
    edge = QPoint(head.width() // 2, head.height() - 2)
    QTest.mousePress(head, LEFT, pos=edge)
    for down in (10, 20, 30):
        QTest.mouseMove(head, edge + QPoint(0, down))
    QTest.mouseRelease(head, LEFT, pos=edge)
    assert len(told) == len(anew) == 1
    menu = head.menu()
    for action in menu.actions():
        if action.text() in {"Duplicate the track", "Move down", "Remove the track"}:
            action.trigger()
    assert len(told) == len(anew) == 4


# --------------------------------------------------------------------------------------------------------------- owners


def written(panel: OwnedPanel, field: LineField, text: str, qtbot: QtBot) -> None:
    """Write something without finishing it."""
    shown(panel, qtbot)
    panel.refresh()
    field.setFocus()
    field.selectAll()
    type_text(field, text)
    assert field.isModified()


def test_a_name_goes_to_the_track_it_was_typed_for(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    panel = TrackPanel(desk, state)
    state.choose((), track="t1")
    written(panel, panel.name, "Voices", qtbot)
    state.choose((), track="t2")
    panel.refresh()
    assert [track.name for track in desk.project.value.tracks] == ["Voices", "Music"]
    assert panel.name.text() == "Music"


def test_a_number_goes_to_the_track_it_was_typed_for(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    panel = TrackPanel(desk, state)
    state.choose((), track="t1")
    shown(panel, qtbot)
    panel.refresh()
    panel.gain.number.setFocus()
    panel.gain.number.selectAll()
    QTest.keyClicks(panel.gain.number, "-7")
    state.choose((), track="t2")
    panel.refresh()
    assert [track.gain_db for track in desk.project.value.tracks] == [-7, 0]
    assert panel.gain.number.value() == 0


def test_a_name_goes_to_the_mark_it_was_typed_for(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panel = MarkPanel(state, Actions(window))
    state.choose_mark("n1")
    written(panel, panel.name, "Opening", qtbot)
    state.choose_mark("r1")
    panel.refresh()
    found = desk.project.value
    assert [mark.name for mark in (*found.markers, *found.regions)] == ["Opening", "Here", "Part"]
    assert panel.name.text() == "Part"


def test_a_name_for_a_mark_that_is_gone_goes_nowhere(desk: Desk, state: Timeline, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    panel = MarkPanel(state, Actions(window))
    told: list[object] = []
    desk.notices.banner.connect(told.append)
    state.choose_mark("n1")
    written(panel, panel.name, "Opening", qtbot)
    assert state.do("Remove", lambda p: marks.remove_marker(p, "n1"))
    panel.refresh()
    assert told == []
    assert [mark.name for mark in desk.project.value.markers] == ["Here"]


def test_what_is_typed_for_one_project_does_not_come_into_another(
    desk: Desk, state: Timeline, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = TrackPanel(desk, state)
    state.choose((), track="t1")
    written(panel, panel.name, "Voices", qtbot)
    monkeypatch.setattr(desk.project, "settle", lambda: None)  # as in a project that can only be read
    desk.project.create(tmp_path / "other.angen")
    assert desk.project.do("Begin", small())
    state.choose((), track="t1")
    panel.refresh()
    panel.name.clearFocus()
    assert desk.project.value.tracks[0].name == panel.name.text() == "Speech"


# --------------------------------------------------------------------------------------------------------- many of them


def test_of_thousands_of_clips_none_is_looked_for(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot
    recipe = {
        "task": "music", "engine": "composer", "engine_version": "1", "model": "c", "revision": "",
        "params": {}, "seed": 7, "device": "local/cpu", "precision": "fp32", "licence": "MIT",
    }  # fmt: skip
    project = large(400)
    project = replace(project, media=tuple(replace(one, recipe=recipe) for one in project.media))
    project = tracks.set_track(project, project.tracks[0].id, locked=True)
    with desk_over(tmp_path, project) as desk:
        state = Timeline(desk, desk)
        deeds, making = Deeds(desk, state, desk), Making(desk, state, desk)

        def never(*_names: object) -> None:
            raise AssertionError("each look takes as long as there are clips")

        monkeypatch.setattr(find, "spot", never)
        deeds.table()["select_all"]()
        assert len(state.chosen) == 400
        assert making.possible
        assert len(model.unlocked(state.project, state.chosen)) == 350
        wishes = live_clips.again_all(state.project, state.folder, model.unlocked(state.project, state.chosen))
        assert len({wish.clip for wish in wishes}) == 350


# ------------------------------------------------------------------------------------------------------------ measuring


class Work:
    """Something that is measured step by step, as the operations would have it done."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.end: Callable[[], None] = lambda: None
        monkeypatch.setattr(desk.operations, "run", self._run)

    def _run(
        self, _owner: object, work: Callable[[], object], done: Callable[[object], None], failed: Callable[..., None]
    ) -> None:
        def end() -> None:
            try:
                found = work()
            except StudioError as e:
                failed(e)
            else:
                done(found)

        self.end = end


def test_it_is_said_how_far_it_is_and_it_can_be_stopped(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, measuring = Work(desk, monkeypatch), Measuring(desk, desk)
    line = MeasuringLine(measuring)
    qtbot.addWidget(line)
    told: list[object] = []
    came: list[int] = []
    desk.notices.banner.connect(told.append)
    assert not line.isVisible()

    def measured(tell: Callable[[float], None], stopped: Callable[[], bool]) -> int:
        tell(0.5)
        assert measuring.share == 0.5
        if stopped():
            raise Cancelled("Stopped.", "Nothing was changed.")
        return 7

    assert measuring.begin(measured, came.append)
    assert line.isVisible()
    assert not measuring.begin(measured, came.append), "one at a time"
    work.end()
    assert (came, measuring.busy, line.isVisible()) == ([7], False, False)
    assert measuring.begin(measured, came.append)
    click(line.cancel)
    assert measuring.stopping
    assert not line.cancel.isEnabled()
    work.end()
    assert (came, told, measuring.busy) == ([7], [], False)


def test_what_ends_before_it_saw_that_it_was_to_stop_changes_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, measuring = Work(desk, monkeypatch), Measuring(desk, desk)
    came: list[int] = []
    assert measuring.begin(lambda _tell, _stopped: 7, came.append)
    desk.project.create(tmp_path / "other.angen")
    assert measuring.stopping, "it was about the other project"
    work.end()
    assert came == []
    assert measuring.begin(lambda _tell, _stopped: 8, came.append)
    work.end()
    assert came == [8]


def test_a_number_can_be_settled(qtbot: QtBot) -> None:
    spin = Spin()
    spin.setKeyboardTracking(False)
    shown(spin, qtbot)
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "12")
    assert spin.value() == 0
    spin.settle()
    assert spin.value() == 12

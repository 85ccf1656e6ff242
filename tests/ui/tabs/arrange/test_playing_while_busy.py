"""The piece plays on without a gap while hands are on the timeline and an engine works."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPointF

from studio.domain import jobs as states
from studio.services import demo_project, live_clips
from tests.ui.conftest import PATIENCE
from tests.ui.tabs.arrange import hands
from tests.ui.tabs.arrange.hands import CTRL

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

_HAND = 10  # milliseconds between two moves of a hand
_STROKE = 40  # moves of one drag


@pytest.mark.slow
@pytest.mark.alone
def test_nothing_is_dropped_while_one_drags_and_zooms_and_a_line_is_made(
    start: Callable[..., Application], qtbot: QtBot
) -> None:
    application = start()
    desk, studio = application.desk, application.studio
    desk.project.open(demo_project.unpacked(studio.projects, studio.paths.projects))
    room, player = hands.room_of(application), desk.player
    canvas, state = room.lanes.canvas, room.state
    qtbot.waitUntil(lambda: room.lanes.isVisible() and canvas.width() > 100, timeout=PATIENCE)
    spoken = hands.tracks(room)[0].clips
    told: list[dict[str, Any]] = []
    player.report.connect(lambda topic, values: told.append(values) if topic == "position" else None)
    hands.press(room, "Space")
    qtbot.waitUntil(lambda: player.playing and state.playhead > 0, timeout=PATIENCE)

    jobs: list[int] = []
    wish = live_clips.again(state.project, desk.project.folder, spoken[0].id)
    desk.operations.run(room, lambda: studio.generation.ask(wish), jobs.append)
    takes = len(state.project.takes)
    moved = spoken[3].id

    def landed() -> bool:
        return len(state.project.takes) > takes

    for stroke in count():
        if landed() and stroke >= 4:
            break
        assert stroke < 60, [job.state for job in desk.jobs.rows]
        place = hands.body(room, moved)
        hands.hold(canvas, place)
        for step in range(_STROKE):
            hands.go(canvas, place + QPointF(step if stroke % 2 else -step, 0))
            qtbot.wait(_HAND)  # a hand takes its time
        hands.let_go(canvas, place + QPointF(_STROKE if stroke % 2 else -_STROKE, 0))
        for step in range(10):
            hands.wheel(canvas, QPointF(300, 200), 1 if step < 5 else -1, keys=CTRL)
            qtbot.wait(_HAND)
        if state.playhead > state.project.length - 10 * hands.RATE:
            hands.press(room, "Home")
        assert player.playing
    assert studio.jobs.get(jobs[0]).state == states.SUCCEEDED
    assert hands.clip_of(room, spoken[0].id).take != spoken[0].take, "the clip plays the new take"
    at = state.playhead
    qtbot.waitUntil(lambda: state.playhead > at, timeout=PATIENCE)
    assert player.playing
    assert [values["dropped"] for values in told if values["dropped"]] == []
    hands.press(room, "Space")
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)

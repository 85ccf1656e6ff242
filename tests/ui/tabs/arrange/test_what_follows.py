"""What moves when a song on the timeline goes on: as somebody chose, that nothing moves too; else as ripple says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from studio.domain.edits.live import Follow
from tests.ui.tabs.arrange import hands

if TYPE_CHECKING:
    from studio.ui.application import Application


@pytest.mark.parametrize(
    ("chosen", "ripple", "moves"),
    [
        (None, False, Follow.KEEP),
        (None, True, Follow.TRACK),
        (Follow.KEEP, True, Follow.KEEP),
        (Follow.TRACK, False, Follow.TRACK),
        (Follow.ALL, True, Follow.ALL),
    ],
)
def test_that_nothing_moves_can_be_chosen_where_ripple_is_on(
    chosen: Follow | None, ripple: bool, moves: Follow, start: Callable[..., Application]
) -> None:
    room = hands.room_of(start())
    if ripple:
        room.actions_table.trigger("arrange.ripple")
    assert room.state.ways.ripple is ripple
    if chosen is not None:
        room.live.set_follow(chosen.value)
    assert room.live._song_follow is moves

"""The menu of an automation line."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from studio.domain.project import Point
from studio.ui.tabs.arrange.menus import menu_for
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.state import Timeline
from tests.domain.projects import small
from tests.ui.timeline.desks import desk_over

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.actions import Actions
    from studio.ui.tabs.arrange.view import ArrangeRoom


def test_the_line_of_a_locked_track_has_a_menu_that_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    project = small()
    clip = replace(project.tracks[0].clips[0], volume=(Point(0, -6.0),))
    track = replace(project.tracks[0], locked=True, volume=(Point(0, -6.0),), clips=(clip,))
    with desk_over(tmp_path, replace(project, tracks=(track, *project.tracks[1:]))) as desk:
        timeline = Timeline(desk, desk)
        room = QWidget()
        qtbot.addWidget(room)
        # the menu of a line needs a widget to belong to, and no command
        for part, owner in product((Part.LINE, Part.POINT), ("", clip.id)):
            hit = Hit(part, 0, 0, track.id, owner, index=0, line="volume")
            menu = menu_for(hit, timeline, cast("Actions", None), cast("ArrangeRoom", room))
            offered = [action for action in menu.actions() if not action.isSeparator()]
            assert offered
            assert [action.text() for action in offered if action.isEnabled()] == ["Hide the lane"] * (not owner)

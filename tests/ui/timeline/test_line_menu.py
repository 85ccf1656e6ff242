"""The menu of an automation line."""

from __future__ import annotations

from dataclasses import replace
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
    track = replace(project.tracks[0], locked=True, volume=(Point(0, -6.0),))
    with desk_over(tmp_path, replace(project, tracks=(track, *project.tracks[1:]))) as desk:
        timeline = Timeline(desk, desk)
        timeline.set_ways(automation="volume")
        room = QWidget()
        qtbot.addWidget(room)
        # the menu of a line needs a widget to belong to, and no command
        for part in (Part.LINE, Part.POINT):
            hit = Hit(part, 0, 0, track.id, index=0)
            menu = menu_for(hit, timeline, cast("Actions", None), cast("ArrangeRoom", room))
            offered = [action for action in menu.actions() if not action.isSeparator()]
            assert offered
            assert not any(action.isEnabled() for action in offered)

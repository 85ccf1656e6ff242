"""The meters of the tracks: what the reports of the sound process make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.bridge.desk import Desk
from studio.ui.timeline import meters
from studio.ui.timeline.meters import LOWEST, SILENT, TrackLevel, TrackLevels
from tests.domain.projects import large
from tests.ui.timeline.desks import desk_over

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Shown = list[dict[str, float] | None]


@pytest.fixture(name="desk")
def _desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    del qtbot
    with desk_over(tmp_path, large(8)) as desk:
        yield desk


def report(desk: Desk, *, playing: bool = True, **tracks: float) -> None:
    """Let the player say how loud tracks are."""
    values: dict[str, Any] = {"playing": playing, "tracks": tracks}
    desk.player.report.emit("position", values)


def levels_of(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, ours: bool = True, pause: int = 0) -> Shown:
    """Return what is shown, as it comes."""
    monkeypatch.setattr(meters, "_TRACKS", pause)
    shown: Shown = []

    def show(levels: Mapping[str, float] | None) -> None:
        shown.append(None if levels is None else dict(levels))

    TrackLevels(desk, show, lambda: ours, desk)
    return shown


def test_what_plays_is_shown_and_nothing_when_it_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = levels_of(desk, monkeypatch)
    report(desk, playing=False, t1=-3.0)
    assert shown == []
    report(desk, t1=-3.0, t2=-20.0)
    report(desk, t2=-10.0)
    report(desk, playing=False)
    report(desk, playing=False)
    assert shown == [{"t1": -3.0, "t2": -20.0}, {"t2": -10.0}, None]


def test_between_two_looks_the_loudest_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = levels_of(desk, monkeypatch, pause=60_000)
    report(desk, t1=-30.0)
    for level in (-20.0, -6.0, -12.0):
        report(desk, t1=level)
    assert shown == [{"t1": -30.0}]
    monkeypatch.setattr(meters, "_TRACKS", 0)
    report(desk, t1=-40.0)
    assert shown[-1] == {"t1": -6.0}


def test_what_another_room_plays_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = levels_of(desk, monkeypatch, ours=False)
    report(desk, t1=-3.0)
    assert shown == []


def test_a_bar_rises_at_once_and_falls_slowly(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    bar = TrackLevel(place)
    place.show()
    assert not bar.isVisible()
    bar.show_level(-6.0)
    assert bar.isVisible()
    assert bar.level == -6.0
    bar.show_level(SILENT)
    assert -12.0 < bar.level < -6.0
    for _ in range(60):
        bar.show_level(SILENT)
    assert bar.level < LOWEST
    bar.show_level(None)
    assert not bar.isVisible()


def test_the_bar_is_drawn_as_high_as_the_level(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    bar = TrackLevel(place)
    bar.resize(4, 60)
    colours = []
    for level in (-30.0, 0.0):
        bar.show_level(level)
        picture = bar.grab().toImage()
        colours.append([picture.pixelColor(1, y).name() for y in (0, 20, 40)])
    quiet, loud = colours
    assert quiet[0] == quiet[1] != quiet[2], "the upper half is empty"
    assert loud[0] != quiet[0], "the top warns"
    assert loud[2] == quiet[2]


def test_it_goes_with_its_owner(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "_TRACKS", 0)
    shown: list[object] = []
    owner = QObject()
    TrackLevels(desk, shown.append, lambda: True, owner)
    owner.deleteLater()
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    report(desk, t1=-3.0)
    assert shown == []

"""The voices over the project, used as a person would: heard once, drift seen, a voice re-anchored, lines made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from studio.domain import jobs as states
from studio.domain.drift import Point, judge
from studio.services.drift import Speaker
from studio.ui.tabs.dialogue.view import DialogueRoom
from studio.ui.tabs.voices import model
from studio.ui.tabs.voices.drift_chart import DriftChart
from studio.ui.tabs.voices.view import VoicesRoom
from tests import drifting
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application

LEVELS = (0.9, 0.88, 0.91, 0.87, 0.9, 0.89, 0.6, 0.62, 0.61)


def speaker(*levels: float | None) -> Speaker:
    points = tuple(Point(f"k{n}", f"l{n}", 10 + n, 4.0, level) for n, level in enumerate(levels))
    return Speaker("Ann", points, judge(points), "May", "k2")


@pytest.fixture
def chart(qtbot: QtBot) -> DriftChart:
    found = DriftChart("Likeness of Ann")
    qtbot.addWidget(found)
    found.show_speaker(speaker(*LEVELS))
    found.resize(600, found.sizeHint().height())
    found.show()
    qtbot.waitExposed(found)
    return found


def test_a_chart_says_what_it_shows(chart: DriftChart) -> None:
    words = chart.accessibleDescription()
    assert "Drifting from line 16 on" in words
    assert "likeness from 0.60 to 0.91" in words
    assert model.drift_words(speaker(*LEVELS[:6])) == "Steady"
    assert model.drift_words(speaker(0.9, 0.8)) == "Too few takes to tell"
    assert model.drift_words(speaker(None, None)) == "Nobody has listened yet"
    assert model.drift_words(speaker(*LEVELS, *LEVELS[:6])) == "Drifting from line 16 to 18"


def test_the_keyboard_goes_from_take_to_take_and_to_the_line(chart: DriftChart, qtbot: QtBot) -> None:
    chart.setFocus()
    assert chart.take == "k2", "who comes by the keyboard begins with the best take"
    press(chart, "Left")
    assert chart.accessibleName() == "Likeness of Ann: Line 11 · likeness 0.88"
    for _ in range(5):
        press(chart, "Right")
    assert chart.accessibleName() == "Likeness of Ann: Line 16 · likeness 0.60 · drifted"
    press(chart, "End")
    press(chart, "Right")
    with qtbot.waitSignal(chart.opened) as opened:
        press(chart, "Return")
    assert opened.args == [18]
    with qtbot.waitSignal(chart.played) as played:
        press(chart, "Space")
    assert played.args == ["k8"]


def test_a_click_chooses_the_nearest_take_and_a_double_click_leads_to_its_line(chart: DriftChart, qtbot: QtBot) -> None:
    place = chart.place_of(3).toPoint() + QPoint(5, 30)
    with qtbot.waitSignal(chart.chosen) as chosen:
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["k3"]
    with qtbot.waitSignal(chart.opened) as opened:
        QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [13]
    for number in range(len(LEVELS)):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place_of(number).toPoint())
        assert chart.take == f"k{number}"
    heights = [chart.place_of(n).y() for n in range(len(LEVELS))]
    assert heights[6] > max(heights[:6]), "less alike is lower"
    assert max(heights) < chart.height() > min(heights) > 0
    chart.show_speaker(speaker(*LEVELS[:2]))
    assert chart.take == "", "the take that was chosen is gone"
    chart.show_speaker(speaker(0.9))
    chart.show_speaker(speaker())
    chart.grab()


def test_colours_are_not_the_only_signs(chart: DriftChart) -> None:
    """A drifted take is a triangle: its picture differs from a dot's in more than colour."""
    plain = replace(speaker(*LEVELS), verdict=judge(()))

    def ink(number: int) -> int:
        at = chart.place_of(number).toPoint()
        image = chart.grab().toImage()
        ground = image.pixel(at.x(), at.y() - 12)
        return sum(image.pixel(at.x() + x, at.y() + 4) != ground for x in range(-7, 8))

    drifted = ink(7)
    chart.show_speaker(plain)
    assert drifted > ink(7) + 2


def open_drift(application: Application, qtbot: QtBot, folder: Path) -> VoicesRoom:
    """Fill the open project and go to the page."""
    window = application.window
    assert window is not None
    opened = application.desk.project.opened
    assert opened is not None
    drifting.fill(opened, folder)
    press(window, "Ctrl+2")
    room = window.room
    assert isinstance(room, VoicesRoom)
    click(find(room, QToolButton, "Voices over the project"))
    qtbot.waitUntil(lambda: room.drift_page.card("Ann") is not None, timeout=PATIENCE)
    return room


def test_a_drift_is_seen_led_back_and_its_lines_are_made_again(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    application = start()
    room = open_drift(application, qtbot, tmp_path / "sounds")
    card = room.drift_page.card("Ann")
    assert card is not None
    assert card.verdict.text() == "Nobody has listened yet"
    assert not card.chart.isVisible()
    assert room.primary is not None
    click(room.primary)
    qtbot.waitUntil(lambda: card.verdict.text() == "Drifting from line 7 on", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not room.drifting.listening, timeout=PATIENCE)
    assert not room.primary.isEnabled(), "there is nothing left to listen to"
    assert not shown(card, QPushButton, "Make 3 drifted lines again"), "no voice could carry them yet"

    card.chart.setFocus()
    press(card.chart, "Home")
    press(card.chart, "Right")
    project = application.desk.project
    at = len(project.opened.history.labels) if project.opened else 0
    click(find(card, QPushButton, "Re-anchor the voice with line 2"))
    qtbot.waitUntil(lambda: bool(project.value.voices), timeout=PATIENCE)
    assert [(v.speaker, v.voice) for v in project.value.voices] == [("Ann", "Ann anchor")]
    assert project.opened is not None
    assert len(project.opened.history.labels) == at + 1, "one step"
    qtbot.waitUntil(lambda: bool(room.drifting.to_listen), timeout=PATIENCE)
    click(room.primary)
    again = "Make 3 drifted lines again"
    qtbot.waitUntil(lambda: bool(shown(card, QPushButton, again)), timeout=PATIENCE)
    project.undo()
    qtbot.waitUntil(lambda: not shown(card, QPushButton, again), timeout=PATIENCE)
    project.redo()
    qtbot.waitUntil(lambda: bool(shown(card, QPushButton, again)), timeout=PATIENCE)

    press(card.chart, "End")
    press(card.chart, "Return")
    assert application.window is not None
    script = application.window.room
    assert isinstance(script, DialogueRoom)
    assert script.edit.textCursor().blockNumber() == 8
    press(application.window, "Ctrl+2")
    assert find(card, QPushButton, again)
    click(find(card, QPushButton, again))
    studio = application.studio
    lines = project.value.script_lines.split()[6:]
    qtbot.waitUntil(lambda: {j.request.line for j in studio.jobs.newest(9)} >= set(lines), timeout=PATIENCE)
    asked = [job for job in studio.jobs.newest(9) if job.request.line]
    assert {job.request.cast["Ann"] for job in asked} == {"reference:Ann"}
    assert not shown(card, QPushButton, again), "once is enough"
    for job in asked:
        application.desk.jobs.cancel(job.id)
    qtbot.waitUntil(lambda: all(studio.jobs.get(job.id).state in states.FINAL for job in asked), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(card, QPushButton, again)), timeout=PATIENCE)  # what failed can be tried again
    assert room.banners.messages == []


def test_what_was_heard_is_there_at_once_and_listening_can_be_stopped(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    application = start()
    room = open_drift(application, qtbot, tmp_path / "sounds")
    assert room.primary is not None
    click(room.primary)
    assert room.drifting.listening
    click(find(room, QPushButton, "Cancel"))
    assert not room.drifting.listening
    room.drifting.listen()
    qtbot.waitUntil(lambda: not room.drifting.listening, timeout=PATIENCE)
    root, folder = application.studio.paths.root, application.desk.project.folder
    count = len(application.studio.jobs.newest(99))
    application.desk.project.save()
    application.close()

    again = start(root)
    again.desk.project.open(folder)
    press(again.window, "Ctrl+2") if again.window else None
    assert again.window is not None
    found = again.window.room
    assert isinstance(found, VoicesRoom)
    click(find(found, QToolButton, "Voices over the project"))
    qtbot.waitUntil(lambda: found.drift_page.card("Ann") is not None, timeout=PATIENCE)
    card = found.drift_page.card("Ann")
    assert card is not None
    assert card.verdict.text() == "Drifting from line 7 on"
    assert len(again.studio.jobs.newest(99)) == count

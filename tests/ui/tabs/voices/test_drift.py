"""The voices over the project, used as a person would: heard once, drift seen, a voice re-anchored, lines made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from studio.domain import jobs as states
from studio.domain.drift import Point, judge
from studio.errors import StudioError
from studio.services.drift import Speaker
from studio.ui.tabs.dialogue.view import DialogueRoom
from studio.ui.tabs.voices import model
from studio.ui.tabs.voices.drift_chart import DriftChart
from studio.ui.tabs.voices.drift_page import SpeakerCard
from studio.ui.tabs.voices.view import VoicesRoom
from studio.ui.theme.look import look
from studio.ui.widgets import basics
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


def test_takes_without_a_line_are_told_as_takes_and_lead_nowhere(chart: DriftChart, qtbot: QtBot) -> None:
    """Where the script has no such line, neither words nor keys nor pointer speak of one."""
    found = speaker(*LEVELS)
    points = tuple(replace(point, line="") for point in found.points)
    found = Speaker("Ann", points, found.verdict)
    chart.show_speaker(found)
    chart.setFocus()
    opened: list[int] = []
    chart.opened.connect(opened.append)
    press(chart, "End")
    assert chart.accessibleName() == "Likeness of Ann: Take 18 · likeness 0.61 · drifted"
    press(chart, "Return")
    QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=chart.place_of(8).toPoint())
    assert (opened, chart.take) == ([], "k8")
    assert model.drift_words(found) == "Drifting from take 16 on"
    held = replace(found, points=(replace(points[0], held_against=True), *points[1:]))
    assert model.against_words(held) == "Held against take 10"


def test_going_from_take_to_take_does_not_draw_all_of_them_again(
    chart: DriftChart, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart.show_speaker(speaker(*LEVELS * 100))
    before = chart.grab().toImage()
    asked: list[str] = []
    colour = look.colour
    monkeypatch.setattr(type(look), "colour", lambda _self, token: asked.append(token) or colour(token))
    chart.choose("k400")
    after = chart.grab().toImage()
    assert after != before, "the ring is seen"
    assert len(asked) < 10, "the signs were drawn before"
    chart.show_speaker(speaker(*LEVELS * 100, 0.5))
    asked.clear()
    chart.grab()
    assert len(asked) > 900, "other figures are drawn anew"
    chart.resize(chart.width() - 50, chart.height())
    asked.clear()
    chart.grab()
    assert len(asked) > 900, "all lies elsewhere"


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
    nothing_is_made_again(application, room, card, again, qtbot)
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
    a_question_belongs_to_its_take(room, card)
    what_was_kept_is_told(application, room, tmp_path, qtbot)


def takes_of(room: VoicesRoom) -> list[str]:
    found = room.drifting.speaker("Ann")
    return [point.take for point in found.points] if found else []


def nothing_is_made_again(
    application: Application, room: VoicesRoom, card: SpeakerCard, again: str, qtbot: QtBot
) -> None:
    """A project that cannot be written offers it not; what fails can be tried again."""
    opened = application.desk.project.opened
    assert opened is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "read_only", "Somebody else has it.")
        room.drifting.changed.emit()
        assert not shown(card, QPushButton, again)
        room.drifting.make_again("Ann")
        assert room.banners.messages == ["Somebody else has it."]
    room.drifting.changed.emit()

    def refuse(_wish: object) -> int:
        raise StudioError("The queue cannot be written.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application.studio.generation, "ask", refuse)
        click(find(card, QPushButton, again))
        assert not shown(card, QPushButton, again)
        qtbot.waitUntil(lambda: bool(shown(card, QPushButton, again)), timeout=PATIENCE)
    assert room.banners.messages == ["The queue cannot be written."]


def a_question_belongs_to_its_take(room: VoicesRoom, card: SpeakerCard) -> None:
    """Whose voice it is was asked about one take: the answer is about that one, and no other."""
    takes = takes_of(room)
    card.chart.choose(takes[1])
    answered: list[tuple[str, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.drifting, "anchor", lambda name, take, _consent: answered.append((name, take)))
        room.drifting.consent_wanted.emit("Ann", takes[2])
        assert "Line 3: nobody knows whose voice it is in." in [label.text() for label in card.findChildren(QLabel)]
        click(find(card, QPushButton, "I may use this voice: keep it"))
    assert answered == [("Ann", takes[2])]
    room.drifting.consent_wanted.emit("Ann", takes[2])
    assert shown(card, QPushButton, "I may use this voice: keep it")
    card.chart.choose(takes[3])
    assert not shown(card, QPushButton, "I may use this voice: keep it")


def what_was_kept_is_told(application: Application, room: VoicesRoom, folder: Path, qtbot: QtBot) -> None:
    """Whoever opens another project meanwhile sees nothing of the one before, and learns what was kept of it."""
    said: list[str] = []
    application.desk.notices.toast.connect(lambda text, _way: said.append(text))
    room.drifting.anchor("Ann", takes_of(room)[2])
    application.desk.project.create(folder / "Other.angen")
    assert room.drifting.look is None
    assert room.drift_page.card("Ann") is None
    qtbot.waitUntil(lambda: "Ann anchor 2 was kept; its project is not open any more." in said, timeout=PATIENCE)
    qtbot.waitUntil(lambda: room.drifting.look is not None, timeout=PATIENCE)
    assert room.drift_page.card("Ann") is None
    assert application.desk.project.value.voices == ()


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
    room.drifting.anchor("Ann", "k999")
    qtbot.waitUntil(lambda: bool(room.banners.messages), timeout=PATIENCE)
    assert not room.drifting.keeping
    assert room.drifting.listening, "what failed was not the listening"
    qtbot.waitUntil(lambda: not room.drifting.listening, timeout=PATIENCE)
    narrow = SpeakerCard("A" * 60, room.drifting)
    qtbot.addWidget(narrow)
    narrow.show_speaker(replace(speaker(*LEVELS), voice="B" * 60))
    assert narrow.minimumSizeHint().width() < 400, "a long name makes nothing wider"
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
    assert [one.toolTip() for one in card.findChildren(basics.ElidedLabel) if one.text() == "Ann"] == [""], "it fits"
    assert len(again.studio.jobs.newest(99)) == count

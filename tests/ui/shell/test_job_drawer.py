"""The drawer of jobs: what runs, waits and is over, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QPushButton, QToolButton

from studio.domain import jobs as states
from studio.domain.requests import Request
from studio.errors import Cancelled, KeptParts, StudioError
from studio.services.generation import Wish
from studio.ui import language
from studio.ui.shell.job_row import JobRow, what_happened
from studio.ui.widgets.waveform import Waveform
from tests.ui.conftest import PATIENCE, click, find, press, shown

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application
    from studio.ui.shell.job_drawer import JobDrawer


def _drawer(application: Application) -> JobDrawer:
    assert application.window is not None
    press(application.window, "Ctrl+J")
    drawer = application.window.drawer
    assert drawer.isVisible()
    return drawer


def _rows(drawer: JobDrawer) -> list[JobRow]:
    """Return the rows from top to bottom."""
    return sorted(shown(drawer, JobRow), key=lambda row: row.y())


def _says(row: JobRow, *words: str) -> bool:
    return all(word in row.accessibleName() for word in words)


def _fake(application: Application, text: str, behaviour: str = "ok", seconds: float = 0.0) -> int:
    wish = Wish(script=text, engine="fake", params={"behaviour": behaviour, "seconds": seconds})
    return application.studio.generation.ask(wish)


def _put(application: Application, text: str, *, blocked: bool = False) -> int:
    """Queue a row that nobody works on."""
    request = Request(task="speech", engine="fake", params={}, seed=1, script=text)
    error = StudioError("The pack of this engine is missing.", "`studio engines install fake`") if blocked else None
    return application.studio.jobs.enqueue(request, units=1.0, blocked=error)


@pytest.fixture
def resting(studio_app: Application) -> Application:
    """A window whose dispatcher does nothing, so that the queue stays as it is."""
    studio_app.desk.dispatching.close()
    return studio_app


@pytest.mark.slow
def test_a_job_is_followed_to_its_end_and_heard(studio_app: Application, qtbot: QtBot) -> None:
    drawer = _drawer(studio_app)
    find(drawer, QLabel, "")
    _fake(studio_app, "[Ann] Good evening to everyone.")
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 1, timeout=PATIENCE)
    (row,) = _rows(drawer)
    qtbot.waitUntil(lambda: _says(row, "Done", "Ann: Good evening to everyone.", "took"), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(shown(row, Waveform, "What was made")), timeout=PATIENCE)
    assert find(row, Waveform, "What was made").outline
    click(find(row, QToolButton, "Play what was made"))
    selected = studio_app.desk.player.selected
    assert selected is not None
    assert "Good evening" in selected.title
    assert not shown(row, QToolButton, "Cancel this job")
    click(find(drawer, QPushButton, "Forget what is over"))
    qtbot.waitUntil(lambda: not _rows(drawer), timeout=PATIENCE)
    qtbot.waitUntil(lambda: any(w.text() == "Nothing to do" for w in shown(drawer, QLabel)), timeout=PATIENCE)


@pytest.mark.slow
def test_a_running_job_shows_its_bar_is_cancelled_and_done_again(studio_app: Application, qtbot: QtBot) -> None:
    drawer = _drawer(studio_app)
    _fake(studio_app, "Slowly now.", "slow", 30.0)
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 1, timeout=PATIENCE)
    (row,) = _rows(drawer)
    qtbot.waitUntil(lambda: _says(row, "Running") and bool(shown(row, QProgressBar)), timeout=PATIENCE)
    click(find(row, QToolButton, "Cancel this job"))
    qtbot.waitUntil(lambda: _says(row, "Cancelled"), timeout=PATIENCE)
    assert not shown(row, QProgressBar)
    click(find(row, QToolButton, "Do it again"))
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: _says(_rows(drawer)[0], "Running"), timeout=PATIENCE)
    click(find(drawer, QPushButton, "Cancel all"))
    qtbot.waitUntil(lambda: all(_says(one, "Cancelled") for one in _rows(drawer)), timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (None, ""),
        (KeptParts("picture", 1, 4), "1 von 4 Bildern ist fertig und wird behalten. „Noch einmal“ macht mit dem Rest"),
        (KeptParts("picture", 4, 4), "4 von 4 Bildern sind fertig und werden behalten."),
        (KeptParts("sentence", 2, 3), "2 von 3 Sätzen sind fertig und werden behalten."),
    ],
)
def test_a_cancelled_job_says_what_of_it_is_kept_and_nothing_where_nothing_is(
    resting: Application, kept: KeptParts | None, said: str
) -> None:
    jobs = resting.studio.jobs
    number = _put(resting, "Hello.")
    assert jobs.claim()
    jobs.set_state(number, states.PREPARING, states.CANCELLED, error=Cancelled("It was cancelled.", kept=kept))
    language.use("de")
    told = what_happened(jobs.get(number))
    assert told.startswith(said)
    assert bool(told) == bool(kept)


@pytest.mark.slow
def test_a_failed_job_says_what_happened_and_what_to_do(studio_app: Application, qtbot: QtBot) -> None:
    drawer = _drawer(studio_app)
    _fake(studio_app, "This ends badly.", "missing_result")
    qtbot.waitUntil(lambda: bool(_rows(drawer)) and _says(_rows(drawer)[0], "Failed"), timeout=PATIENCE)
    (row,) = _rows(drawer)
    told = "\n".join(label.text() for label in shown(row, QLabel))
    error = studio_app.studio.jobs.newest(1)[0].error
    assert error is not None
    assert error["message"] in told
    assert "`studio" not in told, "nobody in a window types commands"
    assert shown(row, QToolButton, "Do it again")
    assert shown(row, QToolButton, "More about this job")


def test_to_the_front_of_the_queue(resting: Application, qtbot: QtBot) -> None:
    drawer = _drawer(resting)
    for text in ("one", "two", "three"):
        _put(resting, text)
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 3, timeout=PATIENCE)
    assert [_says(row, text) for row, text in zip(_rows(drawer), ("one", "two", "three"), strict=True)] == [True] * 3
    click(find(_rows(drawer)[2], QToolButton, "To the front of the queue"))
    qtbot.waitUntil(lambda: _says(_rows(drawer)[0], "three"), timeout=PATIENCE)
    resting.desk.jobs.load()
    qtbot.waitUntil(lambda: _says(_rows(drawer)[0], "three"), timeout=PATIENCE)
    claimed = resting.studio.jobs.claim()
    assert claimed is not None
    assert claimed.request.script == "three", "and it is really the next one"


def test_what_waits_is_cancelled_at_once(resting: Application, qtbot: QtBot) -> None:
    drawer = _drawer(resting)
    for text in ("one", "two"):
        _put(resting, text)
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 2, timeout=PATIENCE)
    click(find(_rows(drawer)[0], QToolButton, "Cancel this job"))
    qtbot.waitUntil(lambda: sum(_says(row, "Cancelled") for row in _rows(drawer)) == 1, timeout=PATIENCE)
    press(drawer, "Ctrl+Shift+.")
    qtbot.waitUntil(lambda: sum(_says(row, "Cancelled") for row in _rows(drawer)) == 2, timeout=PATIENCE)


def test_a_blocked_job_points_to_the_engines(resting: Application, qtbot: QtBot) -> None:
    drawer = _drawer(resting)
    _put(resting, "waits for its pack", blocked=True)
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 1, timeout=PATIENCE)
    (row,) = _rows(drawer)
    assert _says(row, "Blocked")
    told = "\n".join(label.text() for label in shown(row, QLabel))
    assert "The pack of this engine is missing. The room Engines says what is missing." in told


def test_what_an_engine_notes_is_said_in_the_language_that_is_shown(resting: Application, qtbot: QtBot) -> None:
    number = _put(resting, "a note")
    resting.studio.jobs.note(number, "The lyrics are too long: the model does not sing their end.")
    language.use("de")
    row = JobRow(resting.desk, resting.studio.jobs.get(number))
    qtbot.addWidget(row)
    told = [label.text() for label in row.findChildren(QLabel)]
    assert "Der Liedtext ist zu lang: Das Modell singt sein Ende nicht." in told


def test_what_was_tried_unfolds(resting: Application, qtbot: QtBot) -> None:
    drawer = _drawer(resting)
    number = _put(resting, "tried twice")
    resting.studio.jobs.note(number, "Out of memory: tried again with less at a time.")
    qtbot.waitUntil(
        lambda: len(_rows(drawer)) == 1 and bool(shown(drawer, QPushButton, "What was tried")), timeout=PATIENCE
    )
    (row,) = _rows(drawer)

    def notes() -> list[str]:
        return [label.text() for label in shown(row, QLabel) if "Out of memory" in label.text()]

    assert not notes()
    click(find(row, QPushButton, "What was tried"))
    assert len(notes()) == 1
    click(find(row, QPushButton, "What was tried"))
    assert not notes()


def test_two_hundred_jobs_make_few_rows_and_say_so(resting: Application, qtbot: QtBot) -> None:
    drawer = _drawer(resting)
    numbers = [_put(resting, f"line {n}") for n in range(200)]
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 40, timeout=PATIENCE)
    assert any(label.text() == "and 160 more jobs" for label in shown(drawer, QLabel))
    kept = {id(row) for row in _rows(drawer)}
    for number in numbers[:20]:
        resting.studio.jobs.note(number, "a note")
    qtbot.waitUntil(lambda: len(shown(drawer, QPushButton, "What was tried")) == 20, timeout=PATIENCE)
    assert {id(row) for row in _rows(drawer)} == kept, "a change makes no row anew"
    for number in numbers:
        resting.studio.jobs.set_state(number, states.QUEUED, states.CANCELLED)
    assert resting.window is not None
    bar = resting.window.player_bar
    qtbot.waitUntil(lambda: bool(shown(bar, QPushButton, "No jobs")), timeout=PATIENCE)


def test_the_log_of_a_jobs_engine_is_shown(resting: Application, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    drawer = _drawer(resting)
    _put(resting, "one line")
    qtbot.waitUntil(lambda: len(_rows(drawer)) == 1, timeout=PATIENCE)
    log = resting.studio.paths.logs / "engine-fake.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("it said something", encoding="utf-8")
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    click(find(drawer, QToolButton, "More about this job"))
    menu = find(drawer, QMenu)
    for _ in range(2):  # the second entry of a job that waits
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert opened == [str(log)]

"""What goes wrong while the window is open is said, and the window stays."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from studio.domain.edits import whole
from studio.domain.project import Project
from studio.errors import StudioError
from studio.services.generation import Wish
from tests.processes import descendants
from tests.ui.conftest import PATIENCE, prepared

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from studio.ui.application import Application


def asked(application: Application, qtbot: QtBot, wish: Wish) -> int:
    jobs: list[int] = []
    desk = application.desk
    desk.operations.run(desk, lambda: desk.studio.generation.ask(wish), jobs.append)
    qtbot.waitUntil(lambda: bool(jobs), timeout=PATIENCE)
    return jobs[0]


def over(application: Application, job: int) -> bool:
    row = application.desk.jobs.get(job)
    return row is not None and row.final and row.settled


def words(application: Application) -> str:
    window = application.window
    assert window is not None
    return "\n".join([*window.banners.messages, *window.room.banners.messages])


@pytest.mark.slow
def test_a_killed_engine_costs_its_job_at_most_and_the_next_one_runs(studio_app: Application, qtbot: QtBot) -> None:
    script = " ".join(f"This is sentence number {n}, and it takes a while." for n in range(12))
    job = asked(studio_app, qtbot, Wish(script, engine="kokoro"))
    jobs = studio_app.desk.jobs
    qtbot.waitUntil(lambda: jobs.progress(job).fraction is not None, timeout=PATIENCE)
    for process in [p for p in descendants() if "runner.py" in p.command]:
        process.kill()
    qtbot.waitUntil(lambda: over(studio_app, job), timeout=PATIENCE * 3)
    row = jobs.get(job)
    assert row is not None
    said = " ".join(str(note["text"]) for note in row.notes) + str((row.error or {}).get("message", ""))
    assert "kokoro" in said.lower()
    after = asked(studio_app, qtbot, Wish("Hello.", engine="hibari"))
    qtbot.waitUntil(lambda: over(studio_app, after), timeout=PATIENCE)
    assert jobs.get(after).state == "succeeded"  # pyright: ignore[reportOptionalMemberAccess]


def test_a_killed_sound_process_is_said_and_comes_back(studio_app: Application, qtbot: QtBot, tmp_path: Path) -> None:
    from studio.ui.bridge.player import Playable
    from tests.services.sounds import write_wav

    player = studio_app.desk.player
    file = write_wav(tmp_path / "a.wav", value=1000, frames=24_000 * 20)
    player.toggle(Playable("a", "A sound", file=file))
    qtbot.waitUntil(lambda: player.playing and player.position > 0, timeout=PATIENCE)
    for process in [p for p in descendants() if "studio.audio.host" in p.command and " play" in p.command]:
        os.kill(process.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: "sound process" in words(studio_app).lower(), timeout=PATIENCE)
    assert not player.playing
    player.toggle()
    qtbot.waitUntil(lambda: player.playing, timeout=PATIENCE)
    player.stop()


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform == "win32", reason="a small file system needs root")
def test_a_full_disk_is_said_and_work_goes_on_afterwards(
    start: Callable[..., Application], qtbot: QtBot, tmp_path: Path
) -> None:
    from tests.store.disk import mounted

    with mounted(tmp_path / "disk", "size=12m") as place:
        application = start(prepared(place / "data"))
        project = application.desk.project
        filler = place / "filler"
        filler.write_bytes(b"x" * 64_000)
        with filler.open("ab") as out:
            _fill(out.fileno())
        project.do("Write", lambda now: _with_script(now, "[Ann] " + "Many words. " * 40_000))
        qtbot.waitUntil(lambda: "full" in words(application).lower(), timeout=PATIENCE)
        assert application.window is not None
        assert application.window.isVisible()
        filler.unlink()
        project.do("Write again", lambda now: _with_script(now, "[Ann] Few words."))
        project.save()
        qtbot.waitUntil(lambda: not project.opened.unsaved, timeout=PATIENCE)  # pyright: ignore[reportOptionalMemberAccess]
        application.close()


def test_a_damaged_database_is_set_aside_and_said(start: Callable[..., Application], tmp_path: Path) -> None:
    root = prepared(tmp_path / "data")
    (root / "studio.db").write_bytes(b"this is no database" * 1000)
    application = start(root)
    assert "damaged" in words(application)
    kept = [file.read_bytes() for file in root.iterdir() if file.is_file()]
    assert any(content.startswith(b"this is no database") for content in kept)


def test_the_database_breaks_while_the_window_is_open(studio_app: Application, qtbot: QtBot) -> None:
    """The next job says it; what is written in the project is safe all the same."""
    studio = studio_app.desk.studio
    studio.database.close()
    studio.paths.database.write_bytes(b"broken" * 5000)
    for suffix in ("-wal", "-shm"):
        studio.paths.database.with_name(studio.paths.database.name + suffix).unlink(missing_ok=True)
    told: list[StudioError] = []
    desk = studio_app.desk
    desk.operations.run(desk, lambda: studio.generation.ask(Wish("Hello.", engine="hibari")), failed=told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert "database" in told[0].message
    assert desk.project.do("Write", lambda now: _with_script(now, "[Ann] Still here."))
    assert studio_app.window is not None
    assert studio_app.window.isVisible()


def test_the_window_opens_and_edits_without_any_engine(
    start: Callable[..., Application], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from studio.engines import registry

    empty = tmp_path / "no-engines"
    empty.mkdir()
    monkeypatch.setattr(registry, "_HERE", empty)
    application = start()
    window = application.window
    assert window is not None
    for room in ("voices", "music", "images", "library", "engines", "dialogue"):
        window.show_room(room)
    editor = max(window.room.findChildren(QPlainTextEdit), key=lambda e: e.width() * e.height())
    qtbot.keyClicks(editor, "Hello")
    qtbot.waitUntil(lambda: "Hello" in application.desk.project.value.script, timeout=PATIENCE)
    assert application.desk.studio.registry.manifests() == ()


def test_a_mistake_of_ours_is_written_down_and_the_window_goes_on(studio_app: Application, qtbot: QtBot) -> None:
    from studio.ui.dialogs.bug import BugDialog

    window = studio_app.window
    assert window is not None
    sys.excepthook(RuntimeError, RuntimeError("a bug for the test"), None)
    qtbot.waitUntil(lambda: bool(window.findChildren(BugDialog)), timeout=PATIENCE)
    reports = list(studio_app.desk.studio.paths.logs.glob("bug-window-*.txt"))
    assert "a bug for the test" in reports[0].read_text(encoding="utf-8")
    reports[0].unlink()  # any other one fails the test
    window.findChildren(BugDialog)[0].accept()
    assert window.isVisible()


def _with_script(project: Project, text: str) -> Project:
    return whole.set_script(project, text)


def _fill(descriptor: int) -> None:
    try:
        while True:
            os.write(descriptor, b"x" * 65_536)
    except OSError:
        pass

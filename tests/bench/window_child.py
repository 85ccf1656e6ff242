"""One window of a benchmark, in a process of its own: `python -m tests.bench.window_child MODE FOLDER`."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LONGEST = 400.0  # seconds of any part
HEAVY = ("torch", "onnxruntime", "numpy", "scipy", "ctranslate2", "transformers", "PIL", "sounddevice", "soundfile")


def bare(_folder: Path) -> dict[str, Any]:
    """Nothing but PySide6."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    _until(window.windowHandle().isExposed)
    application.processEvents()
    return {"shown": time.time()}


def start(folder: Path) -> dict[str, Any]:
    """The studio's window, until it has been drawn."""
    application, window = _studio(folder)
    _until(window.windowHandle().isExposed)
    window.repaint()
    shown = time.time()
    application.begin()
    window.repaint()
    found = {"shown": shown, "ready": time.time(), "heavy": [name for name in HEAVY if name in sys.modules]}
    application.close()
    return found


def busy(folder: Path) -> dict[str, Any]:
    """Gaps of the event loop while jobs run, and a long file is taken in and drawn."""
    from studio.services.generation import Wish
    from studio.ui.bridge.player import Playable

    application, window = _studio(folder)
    application.begin()
    _until(window.windowHandle().isExposed)
    desk = application.desk
    script = "\n".join(
        f"[{'AB'[n % 2]}] This is line number {n}, and it is spoken while the window is watched." for n in range(12)
    )
    wishes = [Wish(script), Wish(task="music", params={"style": "calm piano", "duration": 40.0})]
    jobs: list[int] = []
    for wish in wishes:
        desk.operations.run(desk, lambda wish=wish: desk.studio.generation.ask(wish), jobs.append)
    window.show_room("dialogue")
    if not window.drawer.isVisible():
        window.actions_table.trigger("jobs")
    long = folder.parent / "hour.wav"
    desk.player.select(Playable("hour", "An hour", file=long))
    desk.player.toggle()
    kept = window.show_room("library")
    imported: list[object] = []
    kept.incoming.finished.connect(imported.append)
    kept.take_files([long])
    window.show_room("dialogue")

    def over() -> bool:
        made = len(jobs) == len(wishes) and all(_over(desk, job) for job in jobs)
        return made and bool(imported) and bool(desk.player.outline)

    gaps = _gaps(over)
    application.close()
    return {"gaps": gaps, "drawn": len(desk.player.outline)}


def scroll(folder: Path) -> dict[str, Any]:
    """Gaps while a library of five thousand things is scrolled from its begin to its end, as a table and as a grid."""
    from PySide6.QtWidgets import QToolButton

    from tests.ui.tabs.library.filled import fill

    application, window = _studio(folder)
    fill(folder, application.studio.database, 5000)
    application.begin()
    window.show_room("library")
    _until(window.room.pane.view.isVisible)
    gaps: dict[str, list[float]] = {}
    for shape in ("table", "grid"):
        view = window.room.pane.grid if shape == "grid" else window.room.pane.table
        if not view.isVisible():
            next(b for b in window.findChildren(QToolButton) if b.accessibleName() == "Show as a grid").click()
        _until(lambda view=view: view.isVisible() and view.model().rowCount() == 5000)
        bar = view.verticalScrollBar()

        def further(bar: Any = bar) -> bool:
            bar.setValue(bar.value() + bar.pageStep())
            return bool(bar.value() >= bar.maximum())

        gaps[shape] = _gaps(further)
    application.close()
    return {"gaps": gaps}


def script(folder: Path) -> dict[str, Any]:
    """Gaps while a script of 2,000 lines is opened, written in, scrolled through, and 200 lines of it are generated."""
    from PySide6.QtGui import QTextCursor

    _long_project(folder)
    application, window = _studio(folder)
    application.begin()
    _until(window.windowHandle().isExposed)
    began = time.perf_counter()
    room = window.show_room("dialogue")
    room.repaint()
    opened = 1000 * (time.perf_counter() - began)
    edit, bar = room.edit, room.edit.verticalScrollBar()
    _rest(6.0)
    edit.go_to(1000, 30)
    _rest()
    letters, gaps = _write(edit)
    found = {"type": gaps}
    bar.setValue(0)
    _rest()

    def further() -> bool:
        bar.setValue(bar.value() + bar.pageStep())
        return bool(bar.value() >= bar.maximum())

    found["scroll"] = _gaps(further)
    edit.go_to(101)
    cursor = edit.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, 199)
    edit.setTextCursor(cursor)
    _rest()
    landed: list[str] = []
    application.desk.project.landed.connect(lambda line, _take: landed.append(line))
    window.actions_table.trigger("dialogue.selection")
    found["queue_200"] = _gaps(lambda: len(landed) >= 12)
    count = len(landed) + len(application.desk.jobs.waiting)
    application.close()
    return {"gaps": found, "letters": letters, "open": opened, "jobs": count}


def _write(edit: Any) -> tuple[list[float], list[float]]:
    """Write 150 letters with a rest after each fifteenth; return what each one took and the gaps meanwhile."""
    from PySide6.QtTest import QTest

    letters: list[float] = []
    due = [0.0]

    def write() -> bool:
        start = time.perf_counter()
        if start < due[0]:
            return False
        if len(letters) == 150:
            return True
        QTest.keyClicks(edit, "abcde fghij klmno"[len(letters) % 17])
        now = time.perf_counter()
        letters.append(1000 * (now - start))
        due[0] = now + (0.7 if len(letters) % 15 == 0 else 0.05)
        return False

    return letters, _gaps(write)


def _long_project(folder: Path) -> None:
    """Make a project with a script of 2,000 lines, every second of them with a take, and let the window open it."""
    from studio.app import Studio
    from studio.domain.edits import takes, whole
    from studio.domain.project import Media

    names = ("Anna", "Ben", "Cleo", "Dora")
    lines = [f"[{names[n % 4]}] This is line {n}, (sighs) and it is long enough to be read." for n in range(2000)]
    studio = Studio(folder)
    with studio.projects.create(folder / "long.angen") as opened:
        project = whole.set_script(opened.project, "\n".join(lines) + "\n")
        for number, line in enumerate(project.script_lines.split()[::2]):
            words = lines[2 * number]
            recipe = {"task": "speech", "engine": "hibari", "script": words, "params": {}, "cast": {}, "languages": {}}
            file, digest = f"media/{number:032x}.wav", f"{number:064x}"
            project, known = takes.add_media(project, Media("", words, file, digest, 48_000, 1, 96_000, recipe))
            project, _ = takes.add_take(project, known, speaker=names[2 * number % 4], text=words, line=line)
        opened.do("Fill", project)
        opened.save()
    studio.close()
    memory = {"welcomed": True, "project": str(folder / "long.angen"), "room": "library", "dialogue.engine": "hibari"}
    (folder / "window.json").write_text(json.dumps(memory), encoding="utf-8")


def memory(folder: Path) -> dict[str, Any]:
    """Memory of the window's process over two hundred generations."""
    from studio.services.generation import Wish

    count = int(os.environ.get("BENCH_GENERATIONS", "200"))
    application, _window = _studio(folder)
    application.begin()
    desk = application.desk
    sizes: list[float] = []
    for number in range(count):
        jobs: list[int] = []
        wish = Wish(f"This is number {number}.", engine="hibari", seed=number)
        desk.operations.run(desk, lambda wish=wish: desk.studio.generation.ask(wish), jobs.append)
        _until(lambda jobs=jobs: bool(jobs) and _over(desk, jobs[0]), seconds=300)
        sizes.append(_resident())
    application.close()
    warm = max(1, count // 5)
    return {"growth_mb": sizes[-1] - sizes[warm - 1], "first_mb": sizes[0], "last_mb": sizes[-1]}


def _studio(folder: Path) -> tuple[Any, Any]:
    from studio.ui.application import Application

    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "window.json").exists():
        (folder / "window.json").write_text('{"welcomed": true}', encoding="utf-8")
    application = Application(folder)
    assert application.window is not None
    application.window.resize(1280, 800)
    return application, application.window


def _gaps(over: Callable[[], bool]) -> list[float]:
    """Return the milliseconds between beats of a timer that wants to beat all the time, until it is over."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    gaps: list[float] = []
    last = [time.perf_counter()]
    ended = [False]

    def beat() -> None:
        now = time.perf_counter()
        gaps.append(1000 * (now - last[0]))
        last[0] = now
        if over():
            ended[0] = True

    timer = QTimer()
    timer.setInterval(2)
    timer.timeout.connect(beat)
    timer.start()
    end = time.monotonic() + _LONGEST
    while not ended[0]:
        QApplication.processEvents()
        time.sleep(0.0005)
        if time.monotonic() > end:
            raise TimeoutError("it did not come to its end")
    timer.stop()
    return gaps[5:]


def _until(ready: Callable[[], bool], *, seconds: float = 60.0) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while not ready():
        QApplication.processEvents()
        if time.monotonic() > end:
            raise TimeoutError("the window did not come so far")
        time.sleep(0.0005)


def _rest(seconds: float = 1.5) -> None:
    """Let the window come to rest."""
    end = time.monotonic() + seconds
    _until(lambda: time.monotonic() > end)


def _over(desk: Any, job: int) -> bool:
    row = desk.jobs.get(job)
    return row is not None and row.final and row.settled


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    modes = {"bare": bare, "start": start, "busy": busy, "scroll": scroll, "script": script, "memory": memory}
    print(json.dumps(modes[sys.argv[1]](Path(sys.argv[2]))))

"""Pictures of the window: `python -m tests.screens OUT [--rooms dialogue,music] [--quick]`.

Drives the real window (under Xvfb where there is one) with the built-in engines: opens the demo, types, generates,
drops files, and then saves each room, page and dialog at two sizes, in both themes, both languages and at two sizes of
text. Look at each.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

SIZES = ((1280, 800), (1920, 1080))
THEMES, LANGUAGES, TEXTS = ("dark", "light"), ("en", "de"), (100, 150)
_PATIENCE = 240.0  # seconds
_TYPED = "\n[Ada] (laughs) That is it for tonight. [pause 500ms] Sleep well, all of you!\n[Ben] Good nigt (yells)"
_PICTURES = ("a lake at dawn, mountains, fog", "a city at night, rain", "a forest in autumn")
_BUSY = (
    ("music", "music", {"style": "slow strings", "duration": 600.0}),
    ("images", "image", {"prompt": "a harbour in the evening", "width": 2048, "height": 2048}),
    ("library", "music", {"style": "a march", "duration": 600.0}),
    ("engines", "image", {"prompt": "a meadow in the rain", "width": 2048, "height": 2048}),
)


@dataclass(frozen=True)
class Look:
    """One way to show everything."""

    size: tuple[int, int]
    theme: str
    language: str
    text: int

    @property
    def name(self) -> str:
        """Of the folder with its pictures."""
        return f"{self.size[0]}-{self.theme}-{self.language}-{self.text}"


def main() -> int:
    """Take the pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--rooms", default="dialogue,voices,music,images,arrange,library,engines")
    parser.add_argument("--quick", action="store_true", help="one size, and only dark English and light German")
    chosen = parser.parse_args()
    looks = [Look(*parts) for parts in product(SIZES, THEMES, LANGUAGES, TEXTS)]
    if chosen.quick:
        looks = [Look(SIZES[0], "dark", "en", 100), Look(SIZES[0], "light", "de", 150)]
    with _screen(), tempfile.TemporaryDirectory(prefix="angen-screens-") as scratch:
        os.environ["STUDIO_AUDIO_SINK"] = "null"
        _Session(Path(scratch), chosen.out.absolute()).run(chosen.rooms.split(","), looks)
    return 0


class _Session:
    """One window, filled with things and then shown in every way."""

    def __init__(self, scratch: Path, out: Path) -> None:
        from studio.ui.application import Application

        self._scratch = scratch
        self._out = out
        self._app = Application(scratch / "data")
        self._app.change("window.language", "en")
        self._app.change("window.theme", "dark")
        self._app.begin()
        self._pump(0.5)

    def run(self, rooms: list[str], looks: list[Look]) -> None:
        """Fill the rooms by hand, then take the pictures."""
        self._window.resize(*SIZES[0])
        self._save("first", "welcome")
        self._act("project.demo")
        self._until(lambda: "Demo" in self._app.desk.project.folder.name, "the demo opens")
        empty = [room for room in rooms if room != "dialogue"]
        for room in empty:
            self._show(room)
            self._save("first", f"{room}-empty")
        for room in rooms:
            fill: Callable[[], None] = getattr(self, f"_fill_{room}", lambda: None)
            self._show(room)
            fill()
            print(f"filled {room}", flush=True)
        self._busy(rooms)
        for look in looks:
            self._wear(look)
            for room in rooms:
                self._show(room)
                self._pump(0.6)
                self._save(look.name, room)
                if room == "arrange":
                    self._ways_of_arrange(look)
            self._extras(look)
        self._app.close()

    # ---- what a person does in each room

    def _fill_dialogue(self) -> None:
        from PySide6.QtGui import QTextCursor
        from PySide6.QtWidgets import QPlainTextEdit

        editor = max(self._window.room.findChildren(QPlainTextEdit), key=lambda e: e.width() * e.height())
        editor.moveCursor(QTextCursor.MoveOperation.End)
        self._type(
            editor,
            "\n[Ada] (laughs) That is it for tonight. [pause 500ms] Sleep well, all of you!\n[Ben] Good nigt (yells)",
        )
        self._save("first", "dialogue-typing")
        self._act("generate")
        self._pump(1.0)
        self._save("first", "dialogue-busy")
        self._jobs_over("dialogue")

    def _fill_voices(self) -> None:
        made = self._made("Hello, this is my own voice, and I would like to keep it here for later use in stories.")
        self._window.take_files([made])
        self._pump(0.5)
        self._save("first", "voices-busy")
        self._pump(6.0)
        self._save("first", "voices-preparing")

    def _fill_music(self) -> None:
        self._job("music", {"style": "calm lofi piano", "duration": 12.0}, 2)

    def _fill_images(self) -> None:
        for number, prompt in enumerate(
            ("a lake at dawn, mountains, fog", "a city at night, rain", "a forest in autumn")
        ):
            self._job("image", {"prompt": prompt, "width": 512, "height": 512}, 1, seed=number)

    def _fill_arrange(self) -> None:
        """A piece with all there is: lines of volume and pan, fades, effects, marks, groups, locked and muted clips."""
        desk = self._app.desk
        for action in ("home", "chapter", "next", "next", "group", "marker", "region", "next", "mute", "next", "lock"):
            self._act(f"arrange.{action}")
        desk.project.do("Furnish", _furnished)
        for action in ("add_sound", "home", "next", "loop", "fit"):
            self._act(f"arrange.{action}")
        self._pump(3.0)  # the waves are drawn
        self._act("play")
        self._pump(2.0)
        self._save("first", "arrange-playing")
        self._act("play")

    def _fill_library(self) -> None:
        self._pump(1.0)

    def _busy(self, rooms: list[str]) -> None:
        """Each room while something is made, with jobs that run, wait, were cancelled and are done in the drawer."""
        from studio.services.generation import Wish

        desk = self._app.desk
        self._act("jobs")
        for room, task, params in _BUSY:
            if room not in rooms:
                continue
            self._show(room)
            for seed in (1, 2):
                self._ask(Wish(task=task, params=dict(params), seed=seed), patient=False)
            self._until(lambda: bool(desk.jobs.running), f"{task} runs")
            self._pump(0.4)
            self._save("first", f"{room}-busy")
            desk.jobs.cancel_all()
            self._jobs_over(room)
        self._act("jobs")

    def _ways_of_arrange(self, look: Look) -> None:
        """Both kinds of lines, several clips chosen, a track, the outline, and zoomed in."""
        ways = (
            ("lines-of-volume", ("automation",)), ("lines-of-pan", ("automation",)),
            ("near", ("automation", "home", "next", "fit_selection")), ("several", ("fit", "select_all")),
            ("outline", ("outline",)),
        )  # fmt: skip
        for name, actions in ways:
            for action in actions:
                self._act(f"arrange.{action}")
            self._pump(0.6)
            self._save(look.name, f"arrange-{name}")
        self._act("arrange.outline")
        self._window.room.state.choose(())

    def _extras(self, look: Look) -> None:
        """Drawer, palette, and the dialogs."""
        from PySide6.QtWidgets import QDialog

        self._show("dialogue")
        self._act("jobs")
        self._pump(0.5)
        self._save(look.name, "x-jobs")
        self._act("jobs")
        self._act("palette")
        self._pump(0.3)
        self._window.palette_box.grab().save(str(self._place(look.name, "x-palette")))
        self._window.palette_box.hide()
        for action in ("settings", "shortcuts", "project.export"):
            self._act(action)
            self._pump(0.8)
            for dialog in self._window.findChildren(QDialog):
                if dialog.isVisible():
                    dialog.grab().save(str(self._place(look.name, f"x-{action}")))
                    if action == "project.export":
                        self._export(dialog, look)
                    dialog.reject()
            self._pump(0.2)
        self._act("welcome")
        self._pump(0.3)
        self._save(look.name, "x-welcome")
        self._show("dialogue")

    def _export(self, dialog: Any, look: Look) -> None:
        """The work, and what came of it: as a book, for its many rules."""
        from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

        from studio.ui.dialogs.export_progress import ExportProgress
        from studio.ui.dialogs.export_result import ExportResult
        from studio.ui.language import t

        def named(kind: Any, name: str) -> Any:
            return next(part for part in dialog.findChildren(kind) if part.accessibleName() == t(name))

        preset = named(QComboBox, "Made for")
        preset.setCurrentIndex(preset.findData("acx"))
        named(QLineEdit, "File").setText(str(self._scratch / f"{look.name}.mp3"))
        self._pump(0.3)
        dialog.grab().save(str(self._place(look.name, "x-export-book")))
        named(QPushButton, "Export").click()
        (progress,), (result,) = dialog.findChildren(ExportProgress), dialog.findChildren(ExportResult)
        self._until(progress.isVisible, "the export begins")
        self._pump(0.5)
        dialog.grab().save(str(self._place(look.name, "x-export-progress")))
        self._until(result.isVisible, "the export is made")
        self._pump(0.3)
        dialog.grab().save(str(self._place(look.name, "x-export-result")))

    # ---- hands

    @property
    def _window(self) -> Any:
        return self._app.window

    def _show(self, room: str) -> None:
        self._window.show_room(room)
        self._pump(0.2)

    def _act(self, action: str) -> None:
        self._window.actions_table.trigger(action)
        self._pump(0.1)

    def _wear(self, look: Look) -> None:
        self._app.change("window.theme", look.theme)
        self._app.change("window.text_size", look.text)
        self._app.change("window.language", look.language)
        self._window.showNormal()
        self._window.resize(*look.size)
        self._pump(0.5)

    def _type(self, widget: Any, text: str) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        for line, part in enumerate(text.split("\n")):
            if line:
                QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, part)
            QTest.keyClick(widget, Qt.Key.Key_Escape)  # whatever completion offers
        self._pump(1.2)

    def _made(self, text: str) -> Path:
        from studio.services.generation import Wish

        job = self._ask(Wish(text, engine="kokoro"))
        copy = self._scratch / "voice.wav"
        shutil.copyfile(self._app.studio.library.of_job(job)[0].file, copy)
        return copy

    def _job(self, task: str, params: dict[str, object], count: int, *, seed: int = 1) -> None:
        from studio.services.generation import Wish

        for number in range(count):
            self._ask(Wish(task=task, params=params, seed=seed + number))

    def _ask(self, wish: Any, *, patient: bool = True) -> int:
        jobs: list[int] = []
        desk = self._app.desk
        desk.operations.run(desk, lambda: desk.studio.generation.ask(wish), jobs.append)
        if not patient:
            self._pump(0.1)
            return 0
        self._until(lambda: bool(jobs) and self._over(jobs[0]), f"{wish.task} is made")
        return jobs[0]

    def _over(self, job: int) -> bool:
        row = self._app.desk.jobs.get(job)
        return row is not None and row.final and row.settled

    def _jobs_over(self, what: str) -> None:
        self._pump(1.0)
        jobs = self._app.desk.jobs
        self._until(lambda: not jobs.running and not jobs.waiting, f"the jobs of {what} are over")
        self._pump(1.0)

    def _save(self, folder: str, name: str) -> None:
        self._window.grab().save(str(self._place(folder, name)))

    def _place(self, folder: str, name: str) -> Path:
        place = self._out / folder / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _pump(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._app.qt.processEvents()
            time.sleep(0.005)

    def _until(self, ready: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not ready():
            if time.monotonic() > end:
                self._save("first", "stuck")
                raise SystemExit(f"waited in vain until {what}")
            self._pump(0.05)


def _furnished(project: Any) -> Any:
    """Give the tracks of the demo what the timeline can show."""
    from studio.domain.edits import automation, fades, tracks
    from studio.domain.project import Fade, Point

    speech, music = project.tracks[:2]
    bed, rate = music.clips[0], project.rate
    project = fades.set_fades(project, bed.id, fade_in=Fade(2 * rate, "smooth"), fade_out=Fade(3 * rate, "exponential"))
    half = project.length // 2
    volume = [Point(0, -18.0), Point(half // 2, -6.0), Point(half, -24.0), Point(2 * half - rate, 0.0)]
    project = automation.set_points(project, music.id, volume)
    pan = [Point(0, -0.6), Point(half, 0.6), Point(2 * half - rate, 0.0)]
    project = automation.set_points(project, speech.id, pan, what="panning")
    return tracks.set_track(project, music.id, gain_db=-3.0, pan=-0.25)


@contextmanager
def _screen() -> Iterator[None]:
    """A screen of its own where Xvfb is there; else pictures are drawn into memory."""
    server = shutil.which("Xvfb")
    if server is None or os.environ.get("QT_QPA_PLATFORM"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        yield
        return
    read, write = os.pipe()
    argv = [server, "-displayfd", str(write), "-screen", "0", "2000x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(argv, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as stream:
        os.environ["DISPLAY"] = f":{stream.readline().strip()}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


if __name__ == "__main__":
    sys.exit(main())

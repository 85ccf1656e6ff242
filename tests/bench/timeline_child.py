"""One timeline of a benchmark, in a process of its own: `python -m tests.bench.timeline_child FOLDER CLIPS FRAMES`."""

from __future__ import annotations

import json
import os
import sys
import time
import wave
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.app import Studio
from studio.audio import peaks
from studio.domain.project import Project
from studio.ui.bridge.collector import Collector
from studio.ui.bridge.desk import Desk
from studio.ui.theme.look import look
from studio.ui.timeline.canvas import Canvas
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.state import Timeline
from tests.domain.projects import large

WIDTH, HEIGHT = 1600, 600
_LANE = 64
_SWITCH = 0.0005  # seconds; threads take turns, and garbage is collected, as they do in the window
_BEAT = 1 / 60  # seconds from one frame to the next
_TURN = 0.004  # seconds from one look at what there is to do to the next
_STEP = 0.12  # seconds from one notch of a wheel to the next

Cost = tuple[float, float]  # of a frame: milliseconds that went by, and that this thread computed


class Plain(QWidget):
    """Draws rectangles, and nothing else."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def paintEvent(self, event: QPaintEvent) -> None:
        """Eight rows of them."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#14161a"))
        colour, each = QColor("#7aa2ff"), self._count // 8
        step = WIDTH / each
        for row in range(8):
            for number in range(each):
                painter.fillRect(QRectF(number * step, row * _LANE, step * 0.9, _LANE - 2), colour)
        painter.end()


class Watch:
    """Looks at what a turn of the loop costs, and at what the turns between two frames do."""

    def __init__(self, application: QApplication, timeline: Timeline, canvas: Canvas) -> None:
        self._application = application
        self._timeline = timeline
        self._canvas = canvas
        self.turns: list[Cost] = []  # between the frames: lanes that could wait, waves that came

    def turn(self, act: Callable[[], None] = lambda: None) -> Cost:
        """Do something, and what there is to do."""
        begun, computed = time.perf_counter(), time.thread_time()
        act()
        self._application.processEvents()
        return 1000 * (time.perf_counter() - begun), 1000 * (time.thread_time() - computed)

    def draw(self, scale: Scale) -> Cost:
        """Show another part of the piece."""

        def act() -> None:
            self._timeline.show(scale)
            self._canvas.repaint()

        return self.turn(act)

    def frame(self, scale: Scale, beat: float = _BEAT) -> Cost:
        """Show another part of the piece, and let go by the time to the next frame."""
        begun = time.perf_counter()
        cost = self.draw(scale)
        while (left := beat - (time.perf_counter() - begun)) > 0:  # what else there is to do is done meanwhile
            time.sleep(min(left, _TURN))
            self.turns.append(self.turn())
        return cost

    def settle(self) -> Cost:
        """Wait until nothing is left out."""
        spent = computed = 0.0
        while not self._canvas.settled:
            time.sleep(_TURN)
            cost = self.turn()
            spent, computed = spent + cost[0], computed + cost[1]
        return spent, computed


def main(folder: Path, clips: int, frames: int) -> dict[str, Any]:
    """Measure the frames of one project."""
    application = QApplication([])
    sys.setswitchinterval(_SWITCH)
    collector = Collector(application)
    collector.start()
    look.show("dark", 100)
    studio = Studio(folder / "data")
    desk = Desk(studio)
    desk.project.create(folder / "piece.angen")
    project = large(clips)
    _sounds(folder, studio.paths.peaks, project)
    desk.project.do("Begin", project)
    timeline = Timeline(desk)
    canvas = Canvas(desk, timeline)
    plain = Plain(clips)
    for widget in (canvas, plain):
        widget.resize(WIDTH, HEIGHT)
        widget.show()
    application.processEvents()
    there = _count(studio.paths.peaks)
    watch = Watch(application, timeline, canvas)
    whole = timeline.scale.resized(WIDTH).fitted(0, project.length)
    found = {name: [watch.frame(scale) for scale in scales] for name, scales in _ways(whole, frames)}
    found["steps"] = [watch.frame(whole.zoomed(1.2 ** (n % 20), 1000), _STEP) for n in range(frames // 2)]
    found["turns"] = watch.turns
    arrived = _count(studio.paths.peaks) - there
    fits: dict[str, list[Cost]] = {name: [] for name in ("fit", "fit_whole", "again", "again_whole", "plain")}
    result: dict[str, Any] = {"frames": found, "arrived": arrived} | fits
    found["choose"] = []
    watch.settle()
    for number in range(frames // 4):
        whole = whole.zoomed(0.998, 0)  # never shown before
        for name in ("fit", "again"):
            watch.draw(whole.zoomed(180, WIDTH / 2))
            watch.settle()
            first = watch.draw(whole)
            rest = watch.settle()
            fits[name].append(first)
            fits[f"{name}_whole"].append((first[0] + rest[0], first[1] + rest[1]))
        timeline.choose([project.tracks[number % 8].clips[number].id])
        found["choose"].append(watch.draw(whole))
        watch.settle()
        fits["plain"].append(watch.turn(plain.repaint))
    for widget in (canvas, plain):
        widget.close()
        widget.deleteLater()
    desk.close()
    studio.close()
    collector.close()
    return result


def _ways(whole: Scale, frames: int) -> Iterator[tuple[str, Iterator[Scale]]]:
    wide = whole.zoomed(12, WIDTH / 2)
    near = whole.zoomed(180, WIDTH / 2)
    zoom = 180 ** (1 / frames)
    yield "pan_wide", (wide.panned(13 * n) for n in range(frames))
    yield "pan_near", (near.panned(13 * n) for n in range(frames))
    yield "zoom_in", (whole.zoomed(zoom**n, 1000) for n in range(frames))
    yield "zoom_out", (whole.zoomed(zoom ** (frames - n), 700) for n in range(frames))


def _sounds(folder: Path, cache: Path, project: Project) -> None:
    """One sound under the name of every media, and its peaks under half of them."""
    media = folder / "piece.angen" / "media"
    media.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    first, made = folder / "one.wav", folder / "one.peaks"
    _wave(first)
    peaks.make(first, made)
    for number, one in enumerate(project.media):
        os.link(first, folder / "piece.angen" / one.file)
        if number % 2:
            os.link(made, cache / f"{one.sha256}.peaks")


def _wave(file: Path) -> None:
    samples = array("h", (round(24_000 * ((n * 37) % 200 / 100 - 1) * (n % 24_000) / 24_000) for n in range(480_000)))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(samples.tobytes())


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.peaks"))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))

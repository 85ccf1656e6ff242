"""Which looks at a picture that is being made are read, and how long one is shown."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Signal
from PySide6.QtGui import QColor, QImage

from studio.domain import jobs as states
from studio.errors import StudioError
from studio.events import JobNote, JobPreview
from studio.ui.bridge.previewing import Previews, enlarged

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Queue(QObject):
    """Stands where the queue's model stands, with one job of 64 × 32 pixels."""

    changed = Signal(int)
    finished = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.state = states.RUNNING
        self.task = "image"

    def get(self, _job: int) -> Any:
        request = SimpleNamespace(params={"width": 64, "height": 32})
        return SimpleNamespace(state=self.state, task=self.task, final=self.state not in states.ACTIVE, request=request)

    def become(self, state: str) -> None:
        self.state = state
        self.changed.emit(1)


def _png(path: Path) -> bytes:
    image = QImage(8, 4, QImage.Format.Format_RGB32)
    image.fill(QColor(path.stem))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return bytes(data.data())


@pytest.fixture(name="bench")
def _bench(qtbot: QtBot, tmp_path: Path) -> SimpleNamespace:
    """Previews over a picture process that reads files named after their colour; `later` does what was asked for."""
    read: list[str] = []

    @contextmanager
    def task(_name: str, inputs: dict[str, Any]) -> Generator[Any, None, None]:
        file = Path(inputs["file"])
        read.append(file.stem)
        if file.stem == "broken":
            raise StudioError("It is no picture.")
        found = tmp_path / "small.png"
        found.write_bytes(_png(file))
        yield SimpleNamespace(file=found)

    waiting: list[Any] = []

    def run(_owner: QObject, work: Any, done: Any, failed: Any) -> None:
        def act() -> None:
            try:
                found = work()
            except StudioError as e:
                failed(e)
            else:
                done(found)

        waiting.append(act)

    queue = Queue()
    studio: Any = SimpleNamespace(pictures=SimpleNamespace(task=task))
    operations: Any = SimpleNamespace(run=run)
    previews = Previews(studio, operations, queue)  # type: ignore[arg-type]
    told: list[str] = []
    previews.shown.connect(lambda job: told.append(f"shown {job}"))
    previews.gone.connect(lambda job: told.append(f"gone {job}"))

    def later() -> None:
        waiting.pop(0)()

    def look(colour: str) -> None:
        previews.hear(JobPreview(1, f"/scratch/{colour}.png"))

    return SimpleNamespace(queue=queue, previews=previews, told=told, read=read, later=later, look=look, todo=waiting)


def _colour(bench: SimpleNamespace) -> str:
    return bench.previews.of(1).pixelColor(3, 3).name()


def test_a_look_is_as_large_as_what_is_made(bench: SimpleNamespace) -> None:
    bench.look("red")
    assert bench.previews.of(1) is None
    bench.later()
    assert bench.previews.of(1).size() == QSize(64, 32)
    assert (_colour(bench), bench.told) == ("#ff0000", ["shown 1"])


def test_of_those_that_come_while_one_is_read_only_the_newest_is_read(bench: SimpleNamespace) -> None:
    for colour in ("red", "green", "yellow", "blue"):
        bench.look(colour)
    assert len(bench.todo) == 1
    bench.later()
    bench.later()
    assert (bench.read, bench.todo, _colour(bench)) == (["red", "blue"], [], "#0000ff")


def test_one_that_is_no_picture_is_passed_over(bench: SimpleNamespace) -> None:
    bench.look("broken")
    bench.look("red")
    bench.later()
    assert (bench.previews.of(1), bench.told) == (None, [])
    bench.later()
    assert bench.told == ["shown 1"]


@pytest.mark.parametrize("state", [states.CANCELLED, states.FAILED, states.INTERRUPTED])
def test_it_is_gone_with_a_job_that_makes_nothing(bench: SimpleNamespace, state: str) -> None:
    bench.look("red")
    bench.later()
    bench.look("green")  # still being read
    bench.queue.become(state)
    assert (bench.previews.of(1), bench.told) == (None, ["shown 1", "gone 1"])
    bench.later()
    assert (bench.previews.of(1), bench.told) == (None, ["shown 1", "gone 1"])


def test_it_stays_until_a_job_that_succeeded_is_over(bench: SimpleNamespace) -> None:
    bench.look("red")
    bench.later()
    bench.queue.become(states.SUCCEEDED)
    assert bench.told == ["shown 1"]
    bench.queue.finished.emit(1)
    assert (bench.previews.of(1), bench.told) == (None, ["shown 1", "gone 1"])


def test_what_another_task_shows_is_no_picture(bench: SimpleNamespace) -> None:
    bench.queue.task = "lyrics"
    bench.look("red")
    bench.previews.hear(JobNote(1, "info", "words"))
    assert bench.todo == []


def test_a_look_without_a_size_is_eight_times_as_large_and_none_is_made_smaller() -> None:
    small, large = (QImage(side, side, QImage.Format.Format_RGB32) for side in (10, 100))
    assert enlarged(small, QSize()).width() == 80
    assert enlarged(large, QSize(64, 64)).width() == 100

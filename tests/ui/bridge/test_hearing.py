"""Which jobs are played while they are made, from when, and what takes their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, Signal

from studio.domain import jobs as states
from studio.events import JobSound
from studio.ui.bridge.hearing import Hearing
from studio.ui.bridge.player import Playable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

WHAT = Playable("voice anna", "Anna")
FILE = Path("of the library.wav")


class Queue(QObject):
    """Stands where the queue's model stands."""

    sounded = Signal(int)
    finished = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.state = states.RUNNING
        self.sound: JobSound | None = None

    def get(self, _job: int) -> Any:
        over = self.state not in states.ACTIVE
        return SimpleNamespace(state=self.state, final=over, settled=over)

    def sound_of(self, _job: int) -> JobSound | None:
        return self.sound

    def hear(self, frames: int) -> None:
        self.sound = JobSound(1, "/cache/heard/media/a.wav", 24_000, frames)
        self.sounded.emit(1)

    def finish(self, state: str) -> None:
        self.state = state
        self.finished.emit(1)


@dataclass
class Speaker:
    """Stands where the player stands, and notes what it is told."""

    told: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])

    def begin(self, what: Playable, single: Any) -> None:
        self.told.append(("begin", single.media.frames))

    def grow(self, key: str, single: Any) -> None:
        self.told.append(("grow", single.media.frames))

    def whole(self, key: str, file: Path | None) -> None:
        self.told.append(("whole", file))


@pytest.fixture(name="bench")
def _bench(qtbot: QtBot) -> SimpleNamespace:
    queue, speaker = Queue(), Speaker()
    studio: Any = SimpleNamespace(library=SimpleNamespace(of_job=lambda _job: [SimpleNamespace(file=FILE)]))
    later: list[Any] = []
    operations: Any = SimpleNamespace(run=lambda _owner, work, done, _failed: later.append(lambda: done(work())))
    given: Any = (studio, operations, queue, speaker)
    return SimpleNamespace(queue=queue, told=speaker.told, hearing=Hearing(*given), later=later)


def test_it_begins_with_the_first_sound_grows_and_ends_as_a_file(bench: SimpleNamespace) -> None:
    bench.hearing.follow(1, WHAT)
    assert (bench.told, bench.hearing.began(1)) == ([], False)
    for frames in (10, 20):
        bench.queue.hear(frames)
    bench.queue.finish(states.SUCCEEDED)
    bench.later.pop()()
    assert bench.told == [("begin", 10), ("grow", 20), ("whole", FILE)]
    assert bench.hearing.began(1)


def test_what_can_be_heard_already_begins_at_once(bench: SimpleNamespace) -> None:
    bench.queue.hear(10)
    assert bench.told == []
    bench.hearing.follow(1, WHAT)
    assert bench.told == [("begin", 10)]


def test_a_job_that_makes_nothing_leaves_no_file(bench: SimpleNamespace) -> None:
    bench.hearing.follow(1, WHAT)
    bench.queue.hear(10)
    bench.queue.finish(states.CANCELLED)
    assert bench.told == [("begin", 10), ("whole", None)]


def test_what_nobody_wants_any_more_is_not_begun_and_what_is_over_not_followed(bench: SimpleNamespace) -> None:
    bench.hearing.follow(1, WHAT, lambda: False)
    bench.queue.hear(10)
    assert bench.told == []
    bench.queue.finish(states.SUCCEEDED)
    bench.later.pop()()
    bench.hearing.follow(1, WHAT)
    assert bench.told == [("whole", FILE)], "the player takes it only if it expects it"
    assert not bench.hearing.began(1)


def test_what_was_left_for_something_else_begins_again(bench: SimpleNamespace) -> None:
    bench.hearing.follow(1, WHAT)
    bench.queue.hear(10)
    bench.hearing.follow(1, WHAT)
    bench.queue.hear(20)
    assert bench.told == [("begin", 10), ("begin", 10), ("grow", 20)]


def test_nothing_more_comes_of_what_was_left(bench: SimpleNamespace) -> None:
    bench.hearing.follow(1, WHAT)
    bench.hearing.leave(1)
    bench.queue.hear(10)
    bench.hearing.follow(1, WHAT)
    bench.queue.finish(states.SUCCEEDED)
    bench.hearing.leave(1)
    bench.later.pop()()
    assert bench.told == [("whole", None), ("begin", 10), ("whole", None)]

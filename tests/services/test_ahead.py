"""What a job will bring, heard while it is made: in order, the same samples as the result, and never more than that."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest

from studio.app import Studio
from studio.domain import jobs as states
from studio.events import Event, JobChanged, JobSound
from studio.protocol import float_wav, messages
from studio.runtime.hosts.local import LocalHost
from studio.services.ahead import Ahead
from studio.services.generation import Wish
from studio.settings import with_value
from studio.worker.context import sha256_of

pytestmark = pytest.mark.slow

THREE = "One is said first. [pause 300ms] Two comes after it. And this is three. [pause 200ms]"
RATE = 24_000


class Ear:
    """Hears what is told of one job: how much of it there is, and what was kept by then."""

    def __init__(self, studio: Studio) -> None:
        self.told: list[tuple[str, int]] = []
        self.heard: dict[str, array[float]] = {}
        self.kept: list[int] = []
        self._parts = studio.paths.parts
        self.then: Any = lambda: None
        studio.bus.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, JobSound):
            assert event.rate == RATE
            samples = float_wav.read_samples(Path(event.file))
            assert len(samples) == event.frames
            before = self.heard.get(event.file, array("f"))
            assert samples[: len(before)] == before, "what was heard stays"
            self.heard[event.file] = samples
            self.told.append((event.file, event.frames))
            self.kept.append(len(list(self._parts.rglob("*.piece"))))
            self.then()


def _run(studio: Studio, job: int) -> Any:
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    return studio.jobs.get(job)


def _master(studio: Studio, job: int) -> array[float]:
    (made,) = studio.library.of_job(job)
    return float_wav.read_samples(made.master)


def test_each_sentence_is_heard_before_it_is_whole_and_what_is_heard_is_what_is_kept(studio: Studio) -> None:
    ear = Ear(studio)
    wish = Wish(script=THREE, engine="fake", seed=5, listened=True)
    job = studio.generation.ask(wish)
    assert _run(studio, job).state == states.SUCCEEDED
    assert ear.kept == [0, 1, 1, 2, 2, 3, 3], "half of each comes before it is kept, the rest after; then the pause"
    frames = [count for _, count in ear.told]
    assert frames == sorted(set(frames))
    (heard,) = ear.heard.values()
    assert heard == _master(studio, job)

    ear.told.clear()
    unheard = studio.generation.ask(Wish(script=THREE, engine="fake", seed=5))
    _run(studio, unheard)
    assert ear.told == []
    assert _master(studio, unheard) == heard, "who listens changes nothing"
    (one,), (other,) = studio.library.of_job(job), studio.library.of_job(unheard)
    assert one.recipe == other.recipe

    ear.told.clear()
    _run(studio, studio.generation.retry(job))
    assert ear.told == [], "who listened is gone"
    again = studio.generation.ask(wish)  # all is kept by now, and heard from there
    _run(studio, again)
    assert [count for _, count in ear.told][-1] == len(heard)
    assert ear.heard[ear.told[-1][0]] == heard


def test_a_cancel_after_the_first_sound_keeps_what_is_whole(studio: Studio) -> None:
    ear = Ear(studio)
    job = studio.generation.ask(Wish(script=THREE, engine="fake", seed=5, listened=True, params={"seconds": 30.0}))
    ear.then = lambda: studio.jobs.cancel(job)
    assert _run(studio, job).state == states.CANCELLED
    assert len(ear.told) == 1
    assert studio.library.of_job(job) == []
    assert not list(studio.paths.parts.rglob("*.piece")), "half a sentence is none"


def test_what_did_not_work_out_is_heard_anew_in_another_file(studio: Studio) -> None:
    ear = Ear(studio)
    wish = Wish(script=THREE, engine="fake", seed=5, listened=True, params={"behaviour": "out_of_memory"})
    job = studio.generation.ask(wish)
    assert _run(studio, job).state == states.SUCCEEDED
    files = list(dict.fromkeys(file for file, _ in ear.told))
    assert len(files) == 2
    assert [Path(file).exists() for file in files] == [False, True], "the former is of no use to anybody"
    assert ear.heard[files[1]] == _master(studio, job)
    assert ear.heard[files[0]] == ear.heard[files[1]][: len(ear.heard[files[0]])]


def test_what_was_heard_goes_while_the_window_stays_open(studio: Studio) -> None:
    ear = Ear(studio)
    studio.dispatcher.use(with_value(studio.settings, "storage.cache_megabytes", 0), studio.quality)
    job = studio.generation.ask(Wish(script=THREE, engine="fake", seed=5, listened=True))
    found: list[Path] = []

    def between_jobs() -> bool:
        over = studio.jobs.get(job).settled
        found.extend((studio.paths.heard / "media").glob("*") if over else [])
        return over

    assert studio.ownership.try_take()
    studio.dispatcher.run(until=between_jobs)
    assert ear.told
    assert found == []


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_was_taken_over_does_not_wait_for_the_end_of_the_job(studio: Studio, *, cancelled: bool) -> None:
    ear = Ear(studio)
    left: list[Path] = []

    def look(event: Event) -> None:
        over = isinstance(event, JobChanged) and event.state in {states.SUCCEEDED, states.CANCELLED}
        if over and not studio.jobs.get(job).settled:
            assert list(studio.paths.scratch.glob(str(job))), "the rest is still there"
            left.extend(studio.paths.scratch.rglob("ahead-*"))

    studio.bus.subscribe(look)
    params = {"seconds": 30.0} if cancelled else {}
    job = studio.generation.ask(Wish(script=THREE, engine="fake", seed=5, listened=True, params=params))
    if cancelled:
        ear.then = lambda: studio.jobs.cancel(job)
    assert _run(studio, job).state == (states.CANCELLED if cancelled else states.SUCCEEDED)
    assert ear.told
    assert left == []


def test_a_file_that_is_no_use_is_removed_and_one_elsewhere_stays(studio: Studio, tmp_path: Path) -> None:
    scratch = studio.paths.scratch / "1"
    scratch.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (scratch / "over").symlink_to(elsewhere, target_is_directory=True)
    ahead = Ahead(studio.paths, LocalHost(studio.paths.scratch), studio.jobs, 1)
    ahead.begin()
    files = [scratch / "first", scratch / "wrong", scratch / "late", elsewhere / "mine", tmp_path / "mine"]
    names = [*map(str, files[:3]), str(scratch / "over" / "mine"), f"{studio.paths.scratch}/../../{tmp_path.name}/mine"]
    for file, name in zip(files, names, strict=True):
        float_wav.write_float_wav(file, array("f", [0.1] * 100), rate=RATE)
        ahead.take(messages.Ahead(1, name, sha256_of(file), 0))
    assert [file.exists() for file in files] == [False, False, False, True, True]


def test_what_is_not_whole_ends_the_listening_and_nothing_else(studio: Studio, tmp_path: Path) -> None:
    ear = Ear(studio)
    host = LocalHost(studio.paths.scratch)

    def bit(start: int, *, rate: int = RATE, count: int = 100, sha256: str = "") -> messages.Ahead:
        file = tmp_path / f"{start}.wav"
        float_wav.write_float_wav(file, array("f", [0.1] * count), rate=rate)
        return messages.Ahead(1, str(file), sha256 or sha256_of(file), start)

    gone = messages.Ahead(1, str(tmp_path / "none.wav"), "0" * 64, 100)
    (tmp_path / "text").write_text("no sound")
    text = messages.Ahead(1, str(tmp_path / "text"), sha256_of(tmp_path / "text"), 100)
    for wrong in (bit(99), bit(101), bit(100, rate=8000), bit(100, sha256="0" * 64), bit(100, count=0), gone, text):
        ahead = Ahead(studio.paths, host, studio.jobs, 1)
        ahead.begin()
        ear.told.clear()
        ahead.take(bit(0))
        ahead.take(wrong)
        ahead.take(bit(100))
        assert [frames for _, frames in ear.told] == [100], wrong
        ahead.begin()
        ear.heard.clear()
        ahead.take(bit(0))
        assert len(ear.told) == 2
    assert not list((studio.paths.heard / "media").glob("*.bit"))


@pytest.mark.parametrize("listened", [True, False])
def test_an_engine_that_speaks_unasked_is_heard_by_nobody(studio: Studio, tmp_path: Path, *, listened: bool) -> None:
    from tests.smoke.plugins import write_engine

    runner = """
from array import array
from studio.engines.shared import speech
from studio.protocol import float_wav, messages
from studio.worker.context import sha256_of
from studio.worker.runner import Runner as Base

class Runner(Base):
    def run(self, context):
        out = context.scratch.parent / "outside.wav"
        context.scratch.mkdir(parents=True, exist_ok=True)
        for file in (out, context.scratch / "inside.wav"):
            float_wav.write_float_wav(file, array("f", [0.5] * 100), rate=24000)
            if file is out or not context.ahead:
                context._channel.send(messages.Ahead(context.job, str(file), sha256_of(file), 0))
        return speech.speak(context, lambda piece: array("f", [0.25, -0.25] * 600), rate=24000)
"""
    write_engine(studio.paths.root / "engines" / "odd", runner=runner)
    ear = Ear(studio)
    job = studio.generation.ask(Wish(script="Hello.", engine="odd", listened=listened))
    assert _run(studio, job).state == states.SUCCEEDED
    assert [len(heard) for heard in ear.heard.values()] == ([1200] if listened else [])

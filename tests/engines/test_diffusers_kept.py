"""Each picture of a job of several outlives whatever ends the job, and is not painted twice.

The engine in its real environment with a tiny model of the real classes, as a copy whose runner writes down what is
painted and breaks where a test says. A 12 GB card is played: what is sent there computes on the processor.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.app import Studio
from studio.domain import jobs as states
from studio.engines.shared.pictures import seed_of
from studio.events import Event, JobProgress
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.services.library import Media
from tests.engines import diffusers_copy, forked
from tests.services.card import machine_with_card

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="only there processes begin with their libraries loaded"),
]

_ENGINE, _SEED = "recording", 7
_SEEDS = [seed_of(_SEED, number) for number in range(4)]
_RUNNER = """
import json, os, signal, time
from contextlib import suppress
from pathlib import Path
import studio.worker.context
from studio.worker.failures import CancelledRun
from studio.engines.shared.neural import placing
import well_runner

studio.worker.context._PROGRESS_GAP = 0.0  # all that is told arrives
placed = placing.torch_device
placing.torch_device = lambda device: placed("local/cpu")
PLACE = Path({place!r})
TROUBLE = PLACE / "trouble"

class Runner(well_runner.Runner):
    def load(self, load):
        facts = super().load(load)
        paint = self._machine.paint

        def recorded(order, texts, seeds, start, watch):
            with (PLACE / "painted").open("a") as log:
                log.write(json.dumps([*seeds]) + chr(10))
            seed, trouble = TROUBLE.read_text().split() if TROUBLE.exists() else ("", "")
            if seed == str(seeds[0]):
                TROUBLE.unlink()
                self.suffer(trouble, watch)
            made = paint(order, texts, seeds, start, watch)
            if seed == str(seeds[0]) and trouble == "late":
                watch.step(0, 1, None)
                wait_for(watch.look)
            return made

        self._machine.paint = recorded
        return facts

    def suffer(self, trouble, watch):
        if trouble == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if trouble == "nan":
            self._machine._pipe.unet.conv_out.bias.data.fill_(float("nan"))
        if trouble == "cancelled":
            watch.step(0, 1, None)
            wait_for(watch.look)
            watch.look()

def wait_for(look):
    with suppress(CancelledRun):
        while True:
            look()
            time.sleep(0.01)
"""
_MAKE = """
import sys
from pathlib import Path
import smoke
from tests.engines import diffusers_checkpoints
place = Path(sys.argv[1])
smoke.make(place)
for name, seed in (("ink", 1), ("other", 2)):
    diffusers_checkpoints.lora(place / "sd", place.parent / "loras", name, seed)
"""


@dataclass
class Place:
    """A studio with the engine, and what was painted in it."""

    studio: Studio
    folder: Path

    def ask(self, **params: object) -> int:
        """Queue a job for four small pictures."""
        plain = {"prompt": "a lighthouse", "width": 64, "height": 64, "steps": 1, "count": 4, "number_format": "fp32"}
        wanted: dict[str, object] = {**plain, "preview": False, "model": str(self.folder / "model"), **params}
        files: dict[str, Path] = {"init": wanted.pop("_init")} if "_init" in wanted else {}  # type: ignore[dict-item]
        return self.studio.generation.ask(Wish(task="image", engine=_ENGINE, seed=_SEED, params=wanted, files=files))

    def follow(self, job: int) -> Job:
        """Have a job done, to whatever end."""
        self.studio.dispatcher.run(until=lambda: self.studio.jobs.get(job).settled)
        return self.studio.jobs.get(job)

    def made(self, job: int) -> list[Media]:
        """Have a job done; return its pictures."""
        done = self.follow(job)
        assert done.state == states.SUCCEEDED, done.error
        return self.studio.library.of_job(job)

    def trouble(self, what: str, number: int) -> None:
        """Have something happen as soon as this picture is begun, once."""
        (self.folder / "trouble").write_text(f"{_SEEDS[number]} {what}", encoding="ascii")

    def cancelled(self, number: int, *, late: bool = False, **params: object) -> Job:
        """Have a job done and cancel it when this picture is begun, or when it is painted."""
        self.trouble("late" if late else "cancelled", number)
        job = self.ask(**params)
        begun = number / 4

        def hear(event: Event) -> None:
            if isinstance(event, JobProgress) and event.fraction == begun and not (self.folder / "trouble").exists():
                self.studio.jobs.cancel(job)

        self.studio.bus.subscribe(hear)
        return self.follow(job)

    def painted(self) -> list[list[int]]:
        """The seeds of what was painted since the last look, call by call."""
        log = self.folder / "painted"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


Opened = Callable[[], Any]


@pytest.fixture(scope="module")
def folder(pack_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the engine's copy; its pack is there as if it were built for cards."""
    folder = tmp_path_factory.mktemp("keeping")
    runner = _RUNNER.format(place=str(folder))
    with forked.interpreter(pack_python("core"), diffusers_copy.PRELOAD) as python:
        diffusers_copy.make(python, folder, _ENGINE, runner=runner, checkpoint=_MAKE)
        yield folder


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Opens a studio over it; the first time nothing is kept there and nothing learned."""

    @contextmanager
    def opening() -> Iterator[Place]:
        with machine_with_card(folder, monkeypatch) as bench:
            yield Place(bench.studio, folder)

    with opening() as place:
        place.studio.envelope.reset()
        shutil.rmtree(place.studio.paths.parts, ignore_errors=True)
        shutil.rmtree(place.studio.paths.loras, ignore_errors=True)
        place.painted()
    return opening


@pytest.fixture
def place(opened: Opened) -> Iterator[Place]:
    with opened() as place:
        yield place


def _told(pictures: list[Media]) -> list[tuple[str, dict[str, Any]]]:
    """What makes pictures equal: every byte, and how they were made."""
    return [(one.master_sha256, one.recipe) for one in pictures]


def _undisturbed(place: Place, **params: object) -> list[tuple[str, dict[str, Any]]]:
    """What a job makes when nothing happens to it and nothing is there."""
    shutil.rmtree(place.studio.paths.parts, ignore_errors=True)
    made = _told(place.made(place.ask(**params)))
    place.painted()
    return made


def test_what_was_finished_before_a_cancel_is_there_for_the_retry_of_another_day(opened: Opened) -> None:
    with opened() as place:
        stopped = place.cancelled(2)
        assert (stopped.state, place.painted()) == (states.CANCELLED, [[seed] for seed in _SEEDS[:3]])
        assert stopped.error is not None
        assert stopped.error["message"] == "The job was cancelled; 2 of its 4 pictures are finished and kept."
        assert stopped.error["hint"] == "`studio jobs retry` goes on with the rest."
        assert stopped.error["kept"] == {"part": "picture", "done": 2, "of": 4}
    with opened() as place:
        made = place.made(place.studio.generation.retry(stopped.id))
        assert place.painted() == [[seed] for seed in _SEEDS[2:]]
        assert _told(made) == _undisturbed(place)
        for one in made:
            with Image.open(one.master) as picture:
                assert picture.info == {}


def test_after_a_kill_the_job_goes_on_with_the_picture_that_was_begun(place: Place) -> None:
    place.trouble("killed", 2)
    made = place.made(place.ask())
    assert place.painted() == [[seed] for seed in [*_SEEDS[:3], *_SEEDS[2:]]]
    assert _told(made) == _undisturbed(place)


def test_numbers_that_fail_in_the_last_picture_cost_that_picture_and_each_says_how_it_was_made(place: Place) -> None:
    before = _undisturbed(place, number_format="bf16")
    shutil.rmtree(place.studio.paths.parts)
    place.trouble("nan", 3)
    made = place.made(place.ask(number_format="bf16"))
    assert place.painted() == [[seed] for seed in [*_SEEDS, _SEEDS[3]]]
    assert _told(made[:3]) == before[:3]
    assert [one.recipe["precision"] for one in made] == ["bf16", "bf16", "bf16", "fp32"]
    assert [one.recipe["rungs"] for one in made] == [[], [], [], ["precision"]]


def test_a_batch_is_handed_over_when_it_is_done(place: Place) -> None:
    stopped = place.cancelled(2, batch=2)
    assert (stopped.state, place.painted()) == (states.CANCELLED, [_SEEDS[:2], _SEEDS[2:]])
    made = place.made(place.studio.generation.retry(stopped.id))
    assert place.painted() == [_SEEDS[2:]]
    assert _told(made) == _undisturbed(place, batch=2)


def test_what_is_painted_when_the_cancel_comes_is_kept(place: Place) -> None:
    stopped = place.cancelled(2, late=True, batch=2)
    assert stopped.error is not None
    assert stopped.error["message"] == "The job was cancelled; 4 of its 4 pictures are finished and kept."
    place.painted()
    assert len(place.made(place.studio.generation.retry(stopped.id))) == 4
    assert place.painted() == []


def test_pictures_that_are_enlarged_several_times_are_kept_as_well(place: Place, tmp_path: Path) -> None:
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(tmp_path / "init.png")
    larger: dict[str, Any] = {"upscale": "2", "width": 128, "height": 128, "_init": tmp_path / "init.png"}
    stopped = place.cancelled(2, **larger)
    assert (stopped.state, place.painted()) == (states.CANCELLED, [[seed] for seed in _SEEDS[:3]])
    made = place.made(place.studio.generation.retry(stopped.id))
    assert place.painted() == [[seed] for seed in _SEEDS[2:]]
    assert _told(made) == _undisturbed(place, **larger)


def test_another_wish_takes_no_picture_of_this_one_and_one_that_differs_in_nothing_seen_does(place: Place) -> None:
    place.made(place.ask())
    place.painted()
    for changed in ({"steps": 2}, {"prompt": "a lake"}, {"guidance": 2.0}, {"number_format": "bf16"}):
        place.made(place.ask(**changed))
        assert place.painted() == [[seed] for seed in _SEEDS], changed
    place.made(place.ask(preview=True, count=3))
    assert place.painted() == []


def test_another_lora_under_the_same_name_takes_no_picture_of_the_old_one(place: Place) -> None:
    there = place.studio.paths.loras
    there.mkdir(parents=True)
    shutil.copy(place.folder / "loras" / "ink.safetensors", there / "ink.safetensors")
    first = place.made(place.ask(lora="ink:0.5", count=2))
    place.painted()
    place.made(place.ask(lora="ink:0.5", count=2))
    assert place.painted() == []
    shutil.copy(place.folder / "loras" / "other.safetensors", there / "ink.safetensors")
    second = place.made(place.ask(lora="ink:0.5", count=2))
    assert place.painted() == [[seed] for seed in _SEEDS[:2]]
    assert first[0].recipe["loras"] != second[0].recipe["loras"]

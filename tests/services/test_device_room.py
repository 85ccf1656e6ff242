"""A card that other programs fill: engines begin with what fits, wait, or say so. nvidia-smi is a stand-in."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.services.generation import Wish
from tests.services.card import Bench, machine_with_card
from tests.smoke.plugins import TOML, write_engine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script"),
]

LARGE = (
    TOML.replace('pack = "app"', 'pack = "app"\naccelerators = ["cuda", "cpu"]\nrungs = ["slicing", "offload"]')
    + """
[memory]
plain = 8.0
slicing = 6.0
offload = 3.0
"""
)
SEVERAL = (
    LARGE
    + """
[[models]]
id = "first"
bundled = true
bytes = 2000000000
[[models]]
id = "twice"
bundled = true
bytes = 4000000000
[[models]]
id = "half"
bundled = true
bytes = 1000000000
[[params]]
name = "memory"
type = "choice"
default = "auto"
choices = ["auto", "least"]
"""
)
ONLY_CARD = LARGE.replace('["cuda", "cpu"]', '["cuda"]')


@pytest.fixture(name="bench")
def _bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name, toml in (("large", LARGE), ("onlycard", ONLY_CARD), ("several", SEVERAL)):
        write_engine(tmp_path / "data" / "engines" / name, toml=toml)
    with machine_with_card(tmp_path, monkeypatch) as bench:
        yield bench


def test_a_free_card_is_used_as_it_is(bench: Bench) -> None:
    state, device, said = bench.run("large")
    assert (state, device, said.strip()) == ("succeeded", "local/cuda0", "")


def test_beside_a_program_that_holds_most_of_a_12_gb_card_the_engine_begins_smaller(bench: Bench) -> None:
    bench.set_free(3800)  # 8.5 GB are taken
    state, device, said = bench.run("large")
    assert (state, device) == ("succeeded", "local/cuda0")
    assert "4.0 of 12.9 GB free; other programs hold 8.9. Started with slicing, offload, which needs 3.0 GB" in said


def test_where_nothing_fits_the_cpu_takes_over_and_it_is_said(bench: Bench) -> None:
    bench.set_free(1000)
    state, device, said = bench.run("large")
    assert (state, device) == ("succeeded", "local/cpu")
    assert "large needs 3.0 GB. Started on the CPU" in said


@pytest.mark.parametrize(("engine", "allow_cpu"), [("large", False), ("onlycard", True)])
def test_where_the_cpu_is_no_way_out_it_ends_with_a_sentence(bench: Bench, engine: str, *, allow_cpu: bool) -> None:
    bench.set_free(1000)
    state, _, said = bench.run(engine, allow_cpu=allow_cpu)
    assert state == "failed"
    assert "has 1.0 of 12.9 GB free; other programs hold 11.8, and" in said


def test_a_job_waits_for_memory_as_long_as_the_settings_say(bench: Bench) -> None:
    bench.set_free(1000)
    bench.patient()
    number = bench.begin("onlycard")
    waiting = threading.Event()

    def until() -> bool:
        return bench.studio.jobs.get(number).settled

    real = bench.studio.jobs.progress

    def heard(job: int, stage: str, fraction: float | None, seconds_left: float | None) -> None:
        real(job, stage, fraction, seconds_left)
        if "memory" in stage:
            waiting.set()
            bench.set_free(12000)

    bench.studio.jobs.progress = heard
    bench.studio.dispatcher.run(until=until)
    assert waiting.is_set()
    assert bench.studio.jobs.get(number).state == "succeeded"


def test_one_can_cancel_a_job_that_waits(bench: Bench) -> None:
    bench.set_free(1000)
    bench.patient()
    number = bench.begin("onlycard")
    real = bench.studio.jobs.progress

    def heard(job: int, stage: str, fraction: float | None, seconds_left: float | None) -> None:
        real(job, stage, fraction, seconds_left)
        bench.studio.jobs.cancel(number)

    bench.studio.jobs.progress = heard
    bench.studio.dispatcher.run(until=lambda: bench.studio.jobs.get(number).settled)
    job = bench.studio.jobs.get(number)
    assert job.state == "cancelled"
    assert job.error is not None
    assert "finished sentences are not made again" in job.error["hint"], (
        "some may lie in the cache: it says nothing else"
    )


def test_a_loaded_engine_needs_no_second_look(bench: Bench) -> None:
    assert bench.run("large")[0] == "succeeded"
    bench.set_free(1000)  # it holds the card itself now
    assert bench.run("large") == ("succeeded", "local/cuda0", "")


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({}, "Started with slicing, which needs 6.0 GB"),
        ({"model": "half"}, "Started with slicing, which needs 6.0 GB"),  # what the description says is the least
        ({"model": "twice"}, "Started with slicing, offload, which needs 6.0 GB"),
        ({"model": "twice", "memory": "least"}, ""),  # who chooses that himself is not told better
    ],
)
def test_a_larger_model_needs_more_in_proportion(bench: Bench, params: dict[str, object], told: str) -> None:
    bench.set_free(6500)  # 6.8 GB
    job = bench.studio.generation.ask(Wish(script="Hi.", engine="several", seed=1, params=params))
    bench.studio.dispatcher.run(until=lambda: bench.studio.jobs.get(job).settled)
    said = " ".join(str(note["text"]) for note in bench.studio.jobs.get(job).notes)
    assert told in said
    assert bool(told) == bool(said)

"""Measuring an engine by size and steps, in real processes, and what later jobs learn of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.errors import EngineFailure, StudioError
from studio.runtime import memory
from studio.services import benchmark, benchmark_order
from studio.services.benchmark import Benchmark, Ears, Progress, Report, Row, Tools
from studio.services.generation import Wish
from tests.services.card import Bench, machine_with_card
from tests.smoke.plugins import write_engine

pytestmark = pytest.mark.slow

_TOML = """
id = "{id}"
title = "{id}"
version = "1"
tasks = ["image"]
pack = "app"
precision = "fp16"
accelerators = ["cuda", "cpu"]
rungs = ["slicing", "math_attention"]
[licence]
code = "GPL-3.0-or-later"
weights = "none"
[limits]
hello = 10
load = 10
first_step = 10
step = 10
cleanup = 10
[memory]
plain = 2.0
slicing = 1.0
[[params]]
name = "width"
type = "int"
default = 64
min = 16
max = 256
[[params]]
name = "height"
type = "int"
default = 64
min = 16
max = 256
[[params]]
name = "steps"
type = "int"
default = 5
min = 1
max = 50
"""
# On the card pictures of 128 points abort until the attention is plain, those of 256 always do, those of 100 run out of
# memory without slicing; those of 32 abort while it cleans up.
_RUNNER = """
import os, sys
from studio.worker.failures import UserMistake
from studio.worker.runner import Output, Runner as Base
sys.path.append({pillow!r})
from PIL import Image

class Runner(Base):
    def load(self, load):
        self.card = not load.device.endswith("cpu")
        return {{}}

    def run(self, context):
        self.side = side = context.params["width"]
        if side == 48:
            raise UserMistake("Nobody paints 48 points.", "Take 64.")
        for step in range(context.params["steps"]):
            context.progress("painting", step / context.params["steps"])
        if self.card and (side == 256 or (side == 128 and "math_attention" not in context.rungs)):
            os.abort()
        if self.card and side == 100 and "slicing" not in context.rungs:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        with context.create("a.png") as unfinished:
            Image.new("RGB", (side, side)).save(unfinished, "PNG")
        return Output(context.scratch / "a.png", "image", {{"width": side, "height": side}})

    def clean_up(self):
        if self.card and self.side == 32:
            sys.stderr.write("malloc(): invalid size (unsorted)\\n")
            sys.stderr.flush()
            os.abort()
"""


@pytest.fixture(name="card")
def _card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    import PIL

    runner = _RUNNER.format(pillow=str(Path(PIL.__file__).parents[1]))
    write_engine(tmp_path / "data" / "engines" / "sides", toml=_TOML, runner=runner)
    with machine_with_card(tmp_path, monkeypatch) as bench:
        yield bench


# It writes down what it is asked for. Pictures of 24 points end badly with few steps, those of 32 abort in the cleanup,
# those of 40 always fail, and of 48 for want of memory.
_NOTING = """
import os
from pathlib import Path
from studio.worker.failures import BadNumbers
from studio.worker.runner import Output, Runner as Base

class Runner(Base):
    def run(self, context):
        self.side, steps = context.params["width"], context.params["steps"]
        with Path({notes!r}).open("a") as notes:
            notes.write(f"{{os.getpid()}} {{self.side}} {{steps}}\\n")
        if self.side == 24 and steps < 3:
            raise BadNumbers("nothing but noise")
        if self.side == 40:
            raise RuntimeError("no such size")
        if self.side == 48:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        context.progress("painting", 0.5)
        with context.create("a.png") as unfinished:
            unfinished.write_bytes(b"a picture")
        return Output(context.scratch / "a.png", "image", {{}})

    def clean_up(self):
        if self.side == 32:
            os.abort()
"""


@dataclass(frozen=True)
class Noted:
    """A studio with an engine that notes each run."""

    studio: Studio
    notes: Path

    @property
    def runs(self) -> list[tuple[int, int, int]]:
        """The number of the process, side and steps of each run."""
        found = [tuple(map(int, line.split())) for line in self.notes.read_text("utf-8").splitlines()]
        numbers = list(dict.fromkeys(pid for pid, _, _ in found))
        return [(numbers.index(pid) + 1, side, steps) for pid, side, steps in found]


@pytest.fixture(name="noted")
def _noted(tmp_path: Path) -> Iterator[Noted]:
    notes = tmp_path / "notes"
    toml = _TOML.replace('accelerators = ["cuda", "cpu"]', 'accelerators = ["cpu"]')
    write_engine(tmp_path / "data" / "engines" / "noting", toml=toml, runner=_NOTING.format(notes=str(notes)))
    studio = Studio(tmp_path / "data")
    yield Noted(studio, notes)
    studio.close()


class Heard:
    """Listens; wants the end after so many rows."""

    def __init__(self, most: int = 1000) -> None:
        self.progress: list[Progress] = []
        self.rows: list[Row] = []
        self._most = most

    @property
    def ears(self) -> Ears:
        """For a benchmark."""
        return Ears(self.progress.append, self.rows.append, lambda: len(self.rows) >= self._most)


def _measure(studio: Studio, engine: str, heard: Heard, **wanted: object) -> Report:
    order = benchmark_order.prepared(studio.registry.manifest(engine), studio.settings, **wanted)  # type: ignore[arg-type]
    tools = Tools(studio.paths, studio.readiness, studio.envelope, memory.read, studio.settings)
    return Benchmark(tools, order, heard.ears).run()


@pytest.mark.skipif(sys.platform == "win32", reason="the card's tool is a shell script")
def test_each_size_has_a_verdict_on_the_card_and_beside_the_processor(card: Bench) -> None:
    studio, heard = card.studio, Heard()
    sizes = ["256", "32", "128", "64", "100"]
    report = _measure(studio, "sides", heard, sizes=sizes, steps=[3, 2])
    assert report.state == benchmark.MEASURED
    found = {(row.device, row.size, row.steps): row for row in report.rows}
    assert [(row.size, row.steps) for row in report.rows[:4]] == [
        ("32x32", 2),
        ("32x32", 3),
        ("64x64", 2),
        ("64x64", 3),
    ]
    assert len(found) == 20
    assert [row.device for row in report.rows] == ["local/cuda0"] * 10 + ["local/cpu"] * 10
    told = {size: found["local/cuda0", f"{size}x{size}", 2].verdict for size in (32, 64, 100, 128, 256)}
    assert told[32] == "crashed while it cleaned up, the result was kept"
    assert told[64] == "stable"
    assert told[100] == "out of memory at first; stable with slicing"
    assert told[128] == "crashed at first; stable with math_attention"
    assert told[256].startswith("crashed: The engine sides ended in the middle of its work with an abort (SIGABRT)")
    again = found["local/cuda0", "256x256", 3]
    assert (again.state, again.seconds) == (benchmark.SKIPPED, 0.0), "more steps of what crashes are spared"
    assert found["local/cuda0", "128x128", 3].verdict == "stable with math_attention", "it begins with what was learned"
    for row in report.rows[10:]:
        assert (row.verdict, row.against_cpu) == ("stable", None)
        assert row.memory > 1_000_000 or sys.platform != "linux"
    fast = found["local/cuda0", "64x64", 2]
    beside = found["local/cpu", "64x64", 2]
    assert fast.against_cpu == pytest.approx(beside.seconds / fast.seconds)
    assert found["local/cuda0", "256x256", 2].against_cpu is None
    assert [row.size for row in heard.rows] == [row.size for row in report.rows]
    assert heard.progress[-1].count == 20
    assert heard.progress[-1].seconds_left is not None
    fractions = [one.fraction for one in heard.progress]
    assert fractions == sorted(fractions)
    # A job of that size begins so, and nothing of the measuring lies in the library.
    assert list(studio.paths.scratch.iterdir()) == []
    assert studio.jobs.newest(5) == []
    job = studio.generation.ask(
        Wish(task="image", engine="sides", seed=1, params={"width": 100, "height": 100, "steps": 2})
    )
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    assert studio.jobs.get(job).state == "succeeded"
    said = [str(note["text"]) for note in studio.jobs.get(job).notes]
    assert said == ["started with slicing, which worked here before"]


def test_a_fresh_process_makes_something_little_first_which_is_no_row(noted: Noted) -> None:
    heard = Heard()
    report = _measure(noted.studio, "noting", heard, sizes=["64", "96"], steps=[5, 9])
    assert noted.runs == [(1, 64, 2), (1, 64, 5), (1, 64, 9), (1, 96, 5), (1, 96, 9)]
    assert [(row.size, row.steps) for row in report.rows] == [("64x64", 5), ("64x64", 9), ("96x96", 5), ("96x96", 9)]
    assert {row.verdict for row in report.rows} == {"stable"}
    warming = [(one.number, one.fraction) for one in heard.progress if one.stage == benchmark.WARMING]
    assert warming == [(1, 0.0)]
    assert [one.number for one in heard.progress if not one.stage and one.fraction > 0] == [1, 2, 2, 3, 3, 4, 4]
    assert (report.state, report.error) == (benchmark.MEASURED, None)


def test_what_only_few_steps_cannot_is_not_said_of_the_row(noted: Noted) -> None:
    report = _measure(noted.studio, "noting", Heard(), sizes=["24"], steps=[5, 9])
    assert [row.verdict for row in report.rows] == ["stable", "stable"]
    assert noted.runs == [(1, 24, 2), (2, 24, 5), (2, 24, 9)]
    (known,) = noted.studio.envelope.proven()
    assert (known.tried, known.worked) == (2, 2)


def test_more_steps_are_spared_only_after_what_more_steps_cannot_mend(noted: Noted) -> None:
    report = _measure(noted.studio, "noting", Heard(), sizes=["24", "48"], steps=[2, 5])
    assert [(row.size, row.steps, row.verdict.partition(":")[0]) for row in report.rows] == [
        ("24x24", 2, "unusable numbers"),
        ("24x24", 5, "stable"),
        ("48x48", 2, "out of memory"),
        ("48x48", 5, "not tried, since fewer steps failed"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="an abort is told in other words there")
def test_where_the_first_work_crashes_in_its_cleanup_the_row_is_measured_in_a_fresh_process(noted: Noted) -> None:
    report = _measure(noted.studio, "noting", Heard(), sizes=["32"], steps=[5, 9])
    assert [row.verdict for row in report.rows] == ["crashed while it cleaned up, the result was kept"] * 2
    assert noted.runs == [(1, 32, 2), (2, 32, 5), (3, 32, 9)]
    assert (report.state, report.error) == (benchmark.MEASURED, None)


def test_some_failed_rows_are_results_but_none_that_worked_is_a_failure(noted: Noted) -> None:
    some = _measure(noted.studio, "noting", Heard(), sizes=["40", "64"], steps=[5])
    assert [row.state for row in some.rows] == [benchmark.FAILED, benchmark.STABLE]
    assert (some.state, some.error) == (benchmark.MEASURED, None)
    none = _measure(noted.studio, "noting", Heard(), sizes=["40"], steps=[5, 9])
    assert [row.state for row in none.rows] == [benchmark.FAILED, benchmark.FAILED]
    assert none.state == benchmark.FAILED
    assert isinstance(none.error, EngineFailure)
    assert none.error.message == "Nothing of noting could be measured: The engine noting: RuntimeError: no such size"
    assert none.error.hint
    assert Path(none.error.log).name == "engine-noting.log"


@pytest.mark.skipif(sys.platform == "win32", reason="the card's tool is a shell script")
def test_where_there_is_never_memory_enough_the_user_can_mend_it(card: Bench) -> None:
    card.set_free(500)
    studio = card.studio
    studio.settings = replace(studio.settings, engines=replace(studio.settings.engines, allow_cpu=False))
    report = _measure(studio, "sides", Heard(), sizes=["64"], steps=[2, 3])
    assert (report.state, [row.state for row in report.rows]) == (benchmark.FAILED, [benchmark.SHORT] * 2)
    assert report.error is not None
    assert (report.error.exit_code, bool(report.error.hint)) == (2, True)
    assert "NVIDIA GeForce RTX 3060 has 0.5 of 12.9 GB free" in report.error.message


@pytest.mark.skipif(sys.platform == "win32", reason="the card's tool is a shell script")
def test_what_does_not_fit_is_said_and_the_named_device_is_taken_alone(card: Bench) -> None:
    card.set_free(500)
    full = _measure(card.studio, "sides", Heard(), sizes=["64"], steps=[2])
    assert full.rows[0].verdict.startswith("too little memory: NVIDIA GeForce RTX 3060 has 0.5 of 12.9 GB free")
    assert full.rows[1].verdict == "stable"
    alone = _measure(card.studio, "sides", Heard(), sizes=["64"], steps=[2], device="local/cpu")
    assert [row.device for row in alone.rows] == ["local/cpu"]


def test_cancelled_it_keeps_what_was_measured(studio: Studio) -> None:
    report = _measure(studio, "painter", Heard(most=1), sizes=["64", "96", "128"])
    assert report.state == benchmark.CANCELLED
    assert [(row.size, row.verdict) for row in report.rows] == [("64x64", "stable")]
    assert list(studio.paths.scratch.iterdir()) == []


def test_a_bad_engine_is_climbed_through_and_the_next_size_goes_on(studio: Studio) -> None:
    bad = _measure(studio, "fake", Heard(), sizes=["1", "3"], params={"behaviour": "out_of_memory", "until": "offload"})
    assert [row.verdict for row in bad.rows] == [
        "out of memory at first; stable with empty_cache, slicing, smaller_batch, offload",
        "stable with empty_cache, slicing, smaller_batch, offload",
    ]
    studio.envelope.reset()
    crashing = _measure(studio, "fake", Heard(), sizes=["1", "2"], params={"behaviour": "abort"})
    assert [row.verdict.partition(":")[0] for row in crashing.rows] == ["crashed", "crashed"]
    assert all("SIGABRT" in row.verdict for row in crashing.rows)
    (known,) = [one for one in studio.envelope.proven() if not one.rungs]
    assert dict(known.failures) == {"native_crash": known.tried}


@pytest.mark.skipif(sys.platform == "win32", reason="the card's tool is a shell script")
def test_what_the_engine_calls_the_users_mistake_ends_it(card: Bench) -> None:
    with pytest.raises(StudioError, match="Nobody paints 48 points"):
        _measure(card.studio, "sides", Heard(), sizes=["48", "64"], steps=[2])
    assert card.studio.envelope.proven() == []


def test_a_row_of_the_table_has_a_cell_under_each_heading() -> None:
    full = Row("local/cuda0", "512x768", 20, benchmark.STABLE, 9.31, memory=3_220_000_000, against_cpu=12.34)
    bare = Row("local/cpu", "", None, benchmark.SKIPPED)
    table = benchmark.table_of([full, bare])
    assert [dict(zip(benchmark.HEADINGS, cells, strict=True)) for cells in table] == [
        {
            "device": "local/cuda0", "size": "512x768", "steps": "20", "time": "9.3 s", "memory": "3.22 GB",
            "against cpu": "12.3 x", "verdict": "stable",
        },
        {
            "device": "local/cpu", "size": "-", "steps": "-", "time": "-", "memory": "-", "against cpu": "-",
            "verdict": "not tried, since fewer steps failed",
        },
    ]  # fmt: skip


def test_settings_that_leave_no_device_are_told(studio: Studio) -> None:
    studio.settings = replace(studio.settings, engines=replace(studio.settings.engines, allow_cpu=False))
    with pytest.raises(StudioError, match="CPU"):
        _measure(studio, "painter", Heard(), sizes=["64"])

"""A picture of 1024 x 1024 is finished, and then the engine aborts while it cleans up: nothing may be lost by that.

The engine in its real environment with a tiny model of the real classes, as a copy whose runner aborts as a broken
allocator does. A 12 GB card is played: what is sent there computes on the processor.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from studio.domain import jobs as states
from studio.runtime import memory
from studio.services import benchmark, benchmark_order
from studio.services.generation import Wish
from tests.engines import diffusers_copy, forked
from tests.services.card import Bench, machine_with_card

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="only there processes begin with their libraries loaded"),
]

_SIDE = 1024
_RUNNER = """
import os, sys
from studio.engines.shared.neural import placing
import well_runner

placed = placing.torch_device
placing.torch_device = lambda device: placed("local/cpu")

class Runner(well_runner.Runner):
    def load(self, load):
        self.card = not load.device.endswith("/cpu")
        return super().load(load)

    def run(self, context):
        self.safe = "math_attention" in context.rungs or not self.card
        return super().run(context)

    def clean_up(self):
        super().clean_up()
        if not self.safe:
            sys.stderr.write("malloc(): invalid size (unsorted)\\n")
            sys.stderr.flush()
            os.abort()
"""
# Attention over a whole picture of that size takes gigabytes where it is computed by plain products; so a point of what
# is painted stands for 32 x 32 of the picture.
_MAKE = """
import sys
from pathlib import Path
import diffusers, smoke
plain = diffusers.AutoencoderKL
smoke._autoencoder = lambda: plain(
    sample_size=64, in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(4,) * 6, norm_num_groups=2,
    down_block_types=("DownEncoderBlock2D",) * 6, up_block_types=("UpDecoderBlock2D",) * 6, layers_per_block=1,
)
smoke.make(Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class Place:
    """A studio with a card and the engine's copy, and the tiny model."""

    bench: Bench
    model: Path


@pytest.fixture(scope="module")
def made(pack_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the engine's copy; its pack is there as if it were built for cards."""
    folder = tmp_path_factory.mktemp("aborting")
    with forked.interpreter(pack_python("core"), diffusers_copy.PRELOAD) as python:
        diffusers_copy.make(python, folder, "aborting", runner=_RUNNER, checkpoint=_MAKE)
        yield folder


@pytest.fixture
def place(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A studio over it that has learned nothing yet."""
    with machine_with_card(made, monkeypatch) as bench:
        bench.studio.envelope.reset()
        yield Place(bench, made / "model")


def test_both_pictures_are_kept_and_the_third_is_made_with_safer_settings(place: Place) -> None:
    studio = place.bench.studio
    params: dict[str, object] = {
        "prompt": "a lighthouse", "width": _SIDE, "height": _SIDE, "steps": 1, "preview": False,
        "number_format": "fp32", "model": str(place.model),
    }  # fmt: skip
    said: list[str] = []
    for seed in (1, 2, 3):
        job = studio.generation.ask(Wish(task="image", engine="aborting", seed=seed, params=params))
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
        done = studio.jobs.get(job)
        said.append(" ".join(str(note["text"]) for note in done.notes))
        assert done.state == states.SUCCEEDED, (done.error, said[-1])
        (made,) = studio.library.of_job(job)
        with Image.open(made.file) as picture:
            picture.load()
            assert picture.size == (_SIDE, _SIDE)
        assert hashlib.sha256(made.file.read_bytes()).hexdigest() == made.sha256
        assert made.recipe["rungs"] == (["math_attention"] if seed == 3 else [])
    for first in said[:2]:
        assert "The engine aborting ended while it cleaned up after its work with an abort (SIGABRT)." in first
        assert "The result is whole." in first
        assert "math_attention" not in first
    assert "aborting crashed 2 times in a row while it cleaned up after 1024x1024; every result was kept" in said[2]
    assert "Started with math_attention, which is safer" in said[2]
    assert "SIGABRT" not in said[2]
    log = (studio.paths.logs / "engine-aborting.log").read_text("utf-8")
    assert log.count("malloc(): invalid size") == 2
    known = {one.rungs: (one.situation.size, one.worked, one.dirty, one.sentence) for one in studio.envelope.proven()}
    assert known == {
        (): ("1024x1024", 2, 2, "crashed 2 of 2 in cleanup, the results were kept"),
        ("math_attention",): ("1024x1024", 1, 0, "1 of 1 worked"),
    }


def test_its_benchmark_measures_the_card_beside_the_processor_and_learns_meanwhile(place: Place) -> None:
    studio = place.bench.studio
    wanted: dict[str, object] = {"model": str(place.model), "number_format": "fp32", "preview": False}
    order = benchmark_order.prepared(
        studio.registry.manifest("aborting"), studio.settings, sizes=["64"], steps=[3, 2, 1], params=wanted
    )
    tools = benchmark.Tools(studio.paths, studio.readiness, studio.envelope, memory.read, studio.settings)
    ears = benchmark.Ears(lambda _progress: None, lambda _row: None, lambda: False)
    report = benchmark.Benchmark(tools, order, ears).run()
    assert (report.state, report.model) == (benchmark.MEASURED, "model")
    dirty = "crashed while it cleaned up, the result was kept"
    assert [(row.device, row.steps, row.verdict) for row in report.rows] == [
        ("local/cuda0", 1, dirty), ("local/cuda0", 2, dirty), ("local/cuda0", 3, "stable with math_attention"),
        ("local/cpu", 1, "stable"), ("local/cpu", 2, "stable"), ("local/cpu", 3, "stable"),
    ]  # fmt: skip
    for row, beside in zip(report.rows[:3], report.rows[3:], strict=True):
        assert row.against_cpu == pytest.approx(beside.seconds / row.seconds)
        assert beside.memory > 50_000_000

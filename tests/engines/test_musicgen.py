"""MusicGen in its real environment: the real classes with random weights, in the real process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.worker import failures
from tests.engines.harness import Reply, Worker
from tests.engines.real_engine import RealEngine, done, fractions, made, sound

RATE = 32_000
PackPython = Callable[[str], Path]
DEFAULTS = {p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("musicgen").params}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_SPY = """
def prepare(load):
    import torch, transformers
    kind = transformers.MusicgenForConditionalGeneration
    real = kind.generate

    def generate(self, **given):
        words = transformers.AutoTokenizer.from_pretrained(load.model + "/musicgen")
        plain = {k: v for k, v in given.items() if isinstance(v, (int, float))}
        told(asked=words.decode(given["input_ids"][0], skip_special_tokens=True), dtype=str(self.dtype),
             math=torch.backends.cuda.flash_sdp_enabled(), **plain)
        return real(self, **given)

    kind.generate = generate
    in_steps(transformers.MusicgenForCausalLM)
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("musicgen", pack_python("core"), tmp_path_factory.mktemp("musicgen"), spy=_SPY)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    rungs = "empty_cache precision math_attention"
    with engine.running(number_format="bf16", rungs=rungs) as worker:
        yield worker


def played(worker: Worker, scratch: Path, *, seed: int = 7, text: str = "", **params: Any) -> Reply:
    """Have something played."""
    return done(worker, scratch, "music", {**DEFAULTS, **params}, text=text, seed=seed)


def test_a_piece_of_exactly_that_length_and_its_seed(engine: RealEngine, running: Worker, tmp_path: Path):
    wanted = {"style": "80s pop", "duration": 1.2345, "guidance": 2.5, "temperature": 0.7, "top_k": 33}
    before = len(engine.calls)
    replies = [played(running, tmp_path / str(n), seed=seed, **wanted) for n, seed in enumerate((7, 7, 8))]
    first, again, other = (sound(reply.file) for reply in replies)
    assert first.shape == (round(1.2345 * RATE), 1)
    assert np.abs(first[-RATE // 100 :]).max() > 0, "it ends before its end"
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert replies[0].result is not None
    assert replies[0].result.facts["sample_rate"] == RATE
    told = engine.calls[before]
    assert (told["asked"], told["guidance_scale"], told["temperature"], told["top_k"]) == ("80s pop", 2.5, 0.7, 33)
    assert (told["dtype"], told["math"]) == ("torch.float32", False)  # the rung goes before the wish
    assert fractions(replies[0]) == sorted(fractions(replies[0]))
    assert len(fractions(replies[0])) == told["max_new_tokens"] + 1


@pytest.mark.parametrize("seconds", [0.02, 1.0, 2.0])
def test_every_length_is_exact_and_full(running: Worker, tmp_path: Path, seconds: float):
    made = sound(played(running, tmp_path, duration=seconds).file)
    assert made.shape == (round(seconds * RATE), 1)
    assert np.abs(made[-RATE // 100 :]).max() > 0


def test_lyrics_are_said_to_be_left_out(running: Worker, tmp_path: Path):
    reply = played(running, tmp_path, duration=0.1, text="[verse]\nLa")
    assert ["does not sing" in note.text for note in reply.notes] == [True]


def test_a_cancel_ends_it_with_the_frame_and_the_next_piece_is_whole(
    engine: RealEngine, running: Worker, tmp_path: Path
):
    before = played(running, tmp_path / "a", duration=0.5)
    calls = len(engine.calls)
    reply = played(running, tmp_path / "b", duration=0.5, _broken="cancel")
    assert reply.failed is not None
    assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
    assert engine.begun(calls) <= 2, "of about thirty"
    assert np.array_equal(sound(before.file), sound(played(running, tmp_path / "c", duration=0.5).file))


def test_a_description_that_asks_for_all_memory_there_is_is_refused(engine: RealEngine, tmp_path: Path):
    shutil.copytree(engine.model / "musicgen", tmp_path / "model")
    config = tmp_path / "model" / "config.json"
    about = json.loads(config.read_text())
    about["decoder"]["num_hidden_layers"] = 10**9
    config.write_text(json.dumps(about))
    said = engine.refused(tmp_path / "model")
    assert (said.failure, "far more weights than its files hold" in said.message) == (failures.USER, True), said

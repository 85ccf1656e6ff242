"""Stable Audio Open in its real environment: the real classes with random weights, in the real process."""

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

RATE = 8  # of the tiny one, which makes 4 seconds at most
PackPython = Callable[[str], Path]
DEFAULTS = {p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("stableaudio").params}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_SPY = """
def prepare(load):
    import diffusers
    real = diffusers.StableAudioPipeline.__call__

    def call(self, prompt, **given):
        told(prompt=prompt, dtype=str(self.transformer.dtype), **given)
        return real(self, prompt, **given)

    diffusers.StableAudioPipeline.__call__ = call
    decode = diffusers.AutoencoderOobleck._decode

    def decoded(self, z, *more, **how):
        told(decoded=list(z.shape))
        return decode(self, z, *more, **how)

    diffusers.AutoencoderOobleck._decode = decoded
    free = diffusers.StableAudioPipeline.maybe_free_model_hooks

    def freed(self):
        told(freed=1)
        return free(self)

    diffusers.StableAudioPipeline.maybe_free_model_hooks = freed
    in_steps(diffusers.StableAudioDiTModel)
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("stableaudio", pack_python("core"), tmp_path_factory.mktemp("stableaudio"), spy=_SPY)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    rungs = "empty_cache offload math_attention decode_cpu"
    with engine.running(rungs=rungs) as worker:
        yield worker


def played(worker: Worker, scratch: Path, *, seed: int = 7, text: str = "", **params: Any) -> Reply:
    """Have something played."""
    plain = {**DEFAULTS, "duration": 2.0, "steps": 4}
    return done(worker, scratch, "music", {**plain, **params}, text=text, seed=seed)


def test_a_sound_of_exactly_that_length_and_its_seed(engine: RealEngine, running: Worker, tmp_path: Path):
    wanted = {"style": "a hammer", "negative": "voices", "duration": 2.3, "guidance": 5.0, "steps": 6}
    before = len(engine.calls)
    replies = [played(running, tmp_path / str(n), seed=seed, **wanted) for n, seed in enumerate((7, 7, 8))]
    first, again, other = (sound(reply.file) for reply in replies)
    assert first.shape == (round(2.3 * RATE), 2)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    told, decoded = engine.calls[before : before + 2]
    assert (told["prompt"], told["negative_prompt"], told["audio_end_in_s"]) == ("a hammer", "voices", 2.3)
    assert (told["num_inference_steps"], told["guidance_scale"]) == (6, 5.0)
    assert decoded["decoded"] == [1, 4, 8], "all there is, and no more"
    assert fractions(replies[0], "making") == pytest.approx([0.95 * n / 6 for n in range(1, 7)])
    assert np.abs(first).max() <= 10 ** (-1 / 20) + 1e-6


def test_without_anything_to_avoid(engine: RealEngine, running: Worker, tmp_path: Path):
    reply = played(running, tmp_path, duration=4.0, text="[verse]\nLa")
    assert sound(reply.file).shape == (4 * RATE, 2)
    assert engine.calls[-3]["negative_prompt"] is None
    assert ["does not sing" in note.text for note in reply.notes] == [True]


def test_what_is_longer_than_the_model_can_is_refused(running: Worker, tmp_path: Path):
    reply = played(running, tmp_path, duration=4.2)
    assert reply.failed is not None
    assert (reply.failed.failure, "at most 4.0 seconds" in reply.failed.message) == (failures.USER, True)


def test_a_cancel_ends_it_with_the_step_and_the_next_sound_is_whole(
    engine: RealEngine, running: Worker, tmp_path: Path
):
    before = played(running, tmp_path / "a")
    calls = len(engine.calls)
    reply = played(running, tmp_path / "b", steps=6, _broken="cancel")
    assert reply.failed is not None
    assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
    assert engine.begun(calls) == 1
    assert engine.calls[-2:] == [{"begun": 1}, {"freed": 1}], "what lay on the card only for this stays there"
    assert np.array_equal(sound(before.file), sound(played(running, tmp_path / "c").file))


def test_a_description_that_asks_for_all_memory_there_is_is_refused(engine: RealEngine, tmp_path: Path):
    shutil.copytree(engine.model / "stableaudio", tmp_path / "model")
    config = tmp_path / "model" / "transformer/config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "cross_attention_input_dim": 10**12}))
    said = engine.refused(tmp_path / "model")
    assert (said.failure, "far more weights than its files hold" in said.message) == (failures.USER, True), said

"""ACE-Step in its real environment: songs, covers, parts anew, going on; on the real classes with random weights."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.worker import failures
from tests.engines.harness import Reply, Worker, modules_of
from tests.engines.real_engine import RealEngine, done, fractions, made, sound, written

RATE = 48_000
PackPython = Callable[[str], Path]
DEFAULTS = {p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("acestep").params}

_SPY = """
def prepare(load):
    import diffusers, torch
    real = diffusers.AceStepPipeline.__call__

    def call(self, **given):
        told(dtype=str(self.transformer.dtype), tiling=self.vae.use_tiling, **given)
        return real(self, **given)

    diffusers.AceStepPipeline.__call__ = call
    decode = diffusers.AutoencoderOobleck._decode

    def decoded(self, z, *more, **how):
        told(decoded=list(z.shape), tile=self.tile_latent_min_length, math=torch.backends.cuda.flash_sdp_enabled())
        return decode(self, z, *more, **how)

    diffusers.AutoencoderOobleck._decode = decoded
    free = diffusers.AceStepPipeline.maybe_free_model_hooks

    def freed(self):
        told(freed=1)
        return free(self)

    diffusers.AceStepPipeline.maybe_free_model_hooks = freed
    in_steps(diffusers.AceStepTransformer1DModel)
"""

# Besides the checkpoint: how long what the autoencoder decodes really is.
_LENGTHS = """
import json, torch
from studio.engines.shared.neural import oobleck, tiny
for ratios in ([2, 4, 4, 6, 10], [4, 4, 5, 6], [3, 5], [7]):
    vae = tiny.oobleck(rate=100, ratios=ratios, width=2, inner=1)
    with torch.no_grad():
        real = {count: vae.decode(torch.zeros(1, 2, count)).sample.shape[-1] for count in (1, 2, 9)}
    print(json.dumps([ratios[::-1], real]))
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("acestep", pack_python("core"), tmp_path_factory.mktemp("acestep"), spy=_SPY, more=_LENGTHS)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    with engine.running() as worker:
        yield worker


def sung(
    worker: Worker, scratch: Path, *, lyrics: str = "", files: dict[str, str] | None = None, seed: int = 7,
    **params: Any,
) -> Reply:  # fmt: skip
    """Have something made."""
    return done(worker, scratch, "music", {**DEFAULTS, "steps": 2, **params}, text=lyrics, files=files, seed=seed)


def asked(engine: RealEngine) -> dict[str, Any]:
    """What reached the pipeline last."""
    return next(call for call in reversed(engine.calls) if "prompt" in call)


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestInItsEnvironment:
    """With the real libraries."""

    def test_a_song_of_exactly_that_length_and_its_seed(self, engine: RealEngine, running: Worker, tmp_path: Path):
        wanted: dict[str, Any] = {
            "style": "slow folk", "duration": 3.1234, "language": "de", "bpm": 84.0, "key": "D minor", "metre": "3",
            "steps": 4, "shift": 2.0, "guidance": 5.0,
        }  # fmt: skip
        replies = [
            sung(running, tmp_path / str(n), lyrics="[verse]\nLa\n", seed=seed, **wanted)
            for n, seed in enumerate((7, 7, 8))
        ]
        first, again, other = (sound(reply.file) for reply in replies)
        result = replies[0].result
        assert result is not None
        assert first.shape == (round(3.1234 * RATE), 2)
        assert (result.facts["sample_rate"], result.facts["channels"]) == (RATE, 2)
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert np.abs(first).max() == pytest.approx(10 ** (-1 / 20), rel=1e-5)
        told = asked(engine)
        assert (told["prompt"], told["lyrics"], told["vocal_language"]) == ("slow folk", "[verse]\nLa", "de")
        assert (told["bpm"], told["keyscale"], told["timesignature"]) == (84, "D minor", "3")
        assert (told["num_inference_steps"], told["shift"], told["guidance_scale"]) == (4, 2.0, 5.0)
        assert (told["task_type"], told["tiling"]) == ("text2music", True)
        assert told["audio_duration"] == pytest.approx(3.1234, abs=1e-4)  # the model reads whole seconds of it
        assert fractions(replies[0]) == sorted(fractions(replies[0]))
        assert fractions(replies[0], "making") == pytest.approx([0.9 * n / 4 for n in (1, 2, 3, 4)])
        assert fractions(replies[0], "decoding") == pytest.approx([0.9, 1.0])

    def test_without_words_nobody_sings_and_nothing_is_said_of_the_rest(
        self, engine: RealEngine, running: Worker, tmp_path: Path
    ):
        sung(running, tmp_path, duration=1.0)
        told = asked(engine)
        assert told["lyrics"] == "[Instrumental]"
        assert (told["bpm"], told["keyscale"], told["timesignature"]) == (None, None, None)

    def test_a_length_that_the_pipeline_counts_wrongly(self, running: Worker, tmp_path: Path):
        assert math.ceil(28 / 25.0 * 25.0) == 29  # so many latents are in 1.12 seconds
        reply = sung(running, tmp_path / "a", duration=1.12)
        assert sound(reply.file).shape == (round(1.12 * RATE), 2)
        files = {"source": written(tmp_path / "song.wav", 1.12)}
        anew = sung(running, tmp_path / "b", files=files, mode="repaint", from_second=0.5)
        assert sound(anew.file).shape == (round(1.12 * RATE), 2)

    def test_what_the_model_would_not_read_is_said(self, running: Worker, tmp_path: Path):
        reply = sung(running, tmp_path, lyrics="la la la\n" * 400, style="folk " * 80, duration=1.0)
        told = " ".join(note.text for note in reply.notes)
        assert "style is too long" in told
        assert "lyrics are too long" in told

    def test_tempo_key_and_length_count_among_what_is_read(self, running: Worker, tmp_path: Path):
        plain = sung(running, tmp_path / "a", style="f" * 86, duration=1.0)
        measured = sung(running, tmp_path / "b", style="f" * 86, duration=1.0, key="D harmonic minor")
        assert plain.notes == []
        assert ["nor all of tempo, key" in note.text for note in measured.notes] == [True]

    def test_a_part_anew_leaves_every_other_sample(self, engine: RealEngine, running: Worker, tmp_path: Path):
        source = written(tmp_path / "song.wav", 4.01)
        params = {"mode": "repaint", "from_second": 1.01, "to_second": 2.53, "style": "drums"}
        reply = sung(running, tmp_path / "a", files={"source": source}, **params)
        again = sung(running, tmp_path / "b", files={"source": source}, **params)
        old, new = sound(Path(source)), sound(reply.file)
        begin, end = round(1.01 * RATE), round(2.53 * RATE)
        assert new.shape == old.shape
        assert np.array_equal(new[:begin], old[:begin])
        assert np.array_equal(new[end:], old[end:])
        changed = np.flatnonzero((new != old).any(axis=1))
        assert max(changed[0] - begin, end - 1 - changed[-1]) < 3
        assert np.mean(changed) == pytest.approx((begin + end) / 2, rel=0.01)
        assert np.abs(new[begin : begin + 24] - old[begin : begin + 24]).max() < 0.03  # it comes slowly
        assert np.array_equal(new, sound(again.file))
        assert reply.result is not None
        assert fractions(reply, "reading") == [0.0, 0.0]  # at once, and when the song is read
        assert reply.result.facts["anew"] == {"start": begin / RATE, "end": end / RATE}
        told = asked(engine)
        assert (told["task_type"], told["src_audio"]) == ("repaint", [2, 101 * 1920])
        first, last = (int(told[f"repainting_{name}"] * 25) for name in ("start", "end"))
        assert (first, last) == (begin // 1920, -(-end // 1920))

    def test_a_part_anew_up_to_the_end_and_one_that_is_empty(self, running: Worker, tmp_path: Path):
        source = written(tmp_path / "song.wav", 2.0)
        reply = sung(running, tmp_path / "a", files={"source": source}, mode="repaint", from_second=1.5)
        changed = np.flatnonzero((sound(reply.file) != sound(Path(source))).any(axis=1))
        assert (changed[0] >= 1.5 * RATE, changed[-1]) == (True, 2 * RATE - 1)  # nothing fades at the very end
        empty = sung(running, tmp_path / "b", files={"source": source}, mode="repaint", from_second=3.0)
        assert empty.failed is not None
        assert (empty.failed.failure, "2.00 seconds" in empty.failed.message) == (failures.USER, True)

    def test_going_on_keeps_what_there_is(self, engine: RealEngine, running: Worker, tmp_path: Path):
        source = written(tmp_path / "song.wav", 2.0)
        reply = sung(running, tmp_path / "a", files={"source": source}, mode="extend", duration=3.7)
        old, new = sound(Path(source)), sound(reply.file)
        assert new.shape == (round(3.7 * RATE), 2)
        seam = 2 * RATE - round(0.05 * RATE)
        assert np.array_equal(new[:seam], old[:seam])
        assert (np.abs(new[2 * RATE :]).max(axis=1) > 0).mean() > 0.9
        assert asked(engine)["src_audio"] == [2, 93 * 1920]
        short = sung(running, tmp_path / "b", files={"source": source}, mode="extend", duration=2.0)
        assert short.failed is not None
        assert (short.failed.failure, "2.00 seconds already" in short.failed.message) == (failures.USER, True)

    def test_a_cover_and_a_reference(self, engine: RealEngine, running: Worker, tmp_path: Path):
        source = written(tmp_path / "song.wav", 2.02, rate=24_000, channels=1)
        plain = sung(running, tmp_path / "a", files={"source": source}, mode="cover", cover_strength=0.5)
        files = {"source": source, "reference": written(tmp_path / "like.wav", 1.0)}
        like = sung(running, tmp_path / "b", files=files, mode="cover", cover_strength=0.5)
        assert sound(plain.file).shape == sound(like.file).shape == (round(2.02 * RATE), 2)
        assert not np.array_equal(sound(plain.file), sound(like.file))
        told = asked(engine)
        assert (told["task_type"], told["audio_cover_strength"]) == ("cover", 0.5)
        assert (told["src_audio"], told["reference_audio"]) == ([2, 51 * 1920], [2, RATE])

    def test_a_cancel_ends_it_with_the_step_and_the_next_song_is_whole(
        self, engine: RealEngine, running: Worker, tmp_path: Path
    ):
        before = sung(running, tmp_path / "a", duration=1.0)
        calls = len(engine.calls)
        reply = sung(running, tmp_path / "b", duration=1.0, steps=6, _broken="cancel")
        assert reply.failed is not None
        assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
        assert engine.begun(calls) == 1
        assert engine.calls[-2:] == [{"begun": 1}, {"freed": 1}], "what lay on the card only for this stays there"
        after = sung(running, tmp_path / "c", duration=1.0)
        assert np.array_equal(sound(before.file), sound(after.file))

    def test_what_saves_memory_reaches_the_model(self, engine: RealEngine, tmp_path: Path):
        shutil.copytree(engine.model / "acestep", tmp_path / "model")
        index = tmp_path / "model" / "model_index.json"
        parts = json.loads(index.read_text())
        shutil.rmtree(tmp_path / "model" / "audio_tokenizer")
        index.write_text(json.dumps({**parts, "audio_tokenizer": [None, None]}))
        source = written(tmp_path / "song.wav", 2.0)
        rungs = "empty_cache slicing offload precision math_attention decode_cpu"
        with engine.running(model=tmp_path / "model", number_format="bf16", rungs=rungs) as worker:
            reply = sung(worker, tmp_path / "a", duration=10.0)
            cover = sung(worker, tmp_path / "b", files={"source": source}, mode="cover")
        assert sound(reply.file).shape == (10 * RATE, 2)
        assert asked(engine)["dtype"] == "torch.float32"  # the rung goes before the wish
        decoded = next(call for call in reversed(engine.calls) if "decoded" in call)
        assert (decoded["decoded"], decoded["tile"], decoded["math"]) == ([1, 8, 250], 192, False)
        assert fractions(reply, "decoding") == pytest.approx([0.9, 0.95, 1.0])
        assert cover.failed is not None
        assert (cover.failed.failure, "cannot make covers" in cover.failed.message) == (failures.USER, True)

    def test_lengths_are_those_of_the_real_autoencoder(self, engine: RealEngine):
        from studio.engines.shared.neural import oobleck

        found = [json.loads(line) for line in engine.made.splitlines()]
        assert len(found) == 4
        for ratios, lengths in found:
            for count, real in lengths.items():
                assert oobleck.sounding(int(count), ratios) == real
                assert oobleck.needed(real, ratios) == int(count)
                assert oobleck.needed(real + 1, ratios) == int(count) + 1


@pytest.fixture(scope="module")
def asking() -> Iterator[Any]:
    """The engine's plain module."""
    with modules_of("acestep", "asking") as own:
        yield own.asking


def test_times_in_lyrics_are_not_sung(asking: Any):
    made = asking.order(DEFAULTS, "[Verse 1]\n[00:01.00] The <00:01.20>sea\n[00:04.5][01:00.00]is [grey]", 7)
    assert made.lyrics == "[Verse 1]\nThe sea\nis [grey]"


def test_german_tags_reach_the_model_in_english(asking: Any):
    made = asking.order(DEFAULTS, "[00:01.00][Strophe 1]\nDas Ende\n[Brücke]\nLa", 7)
    assert made.lyrics == "[Verse 1]\nDas Ende\n[Bridge]\nLa"


def test_a_tempo_is_whole_and_going_on_is_making_anew(asking: Any):
    assert asking.order({**DEFAULTS, "bpm": 83.6}, "", 1).bpm == 84
    assert asking.order({**DEFAULTS, "mode": "extend"}, " la ", 1).way == "repaint"


@pytest.mark.parametrize(("written", "read"), [("h-Moll", "B minor"), ("Am", "A minor"), ("F# dorian", "F# dorian")])
def test_a_key_reaches_the_model_as_it_was_taught_to_read_them(asking: Any, written: str, read: str):
    assert asking.order({**DEFAULTS, "key": written}, "", 1).key == read
    assert asking.order({**DEFAULTS, "key": " "}, "", 1).key == ""


def test_what_is_no_key_is_refused(asking: Any):
    with pytest.raises(failures.UserMistake, match="is no key"):
        asking.order({**DEFAULTS, "key": "H moll is no key at all"}, "", 1)

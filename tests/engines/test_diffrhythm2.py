"""DiffRhythm 2 in its real environment: songs from lyrics and a style; on the real classes with random weights."""

from __future__ import annotations

import json
import math
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

RATE, STRIDE, BLOCK = 48_000, 9600, 10
PackPython = Callable[[str], Path]
DEFAULTS = {p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("diffrhythm2").params}

_SPY = """
def prepare(load):
    import surroundings
    surroundings.prepare()
    from diffrhythm2.model.backbones.dit import DiT, TextEmbedding
    from diffrhythm2.bigvgan.model import BigVGAN
    from muq.muq_mulan.muq_mulan import MuQMuLan
    import torch

    def spied(kind, name, about):
        real = getattr(kind, name)

        def call(self, *given, **named):
            told(**about(self, *given, **named))
            return real(self, *given, **named)

        setattr(kind, name, call)

    spied(TextEmbedding, "forward", lambda self, text: dict(words=text[0].tolist()))
    spied(DiT, "forward", lambda self, **given: dict(
        step=given["x"].shape[1], seen=given["attn_mask"].shape[-1], dtype=str(given["x"].dtype),
        time=float(given["time"][0, 0]), math=torch.backends.cuda.flash_sdp_enabled(),
        style=bool(given["style_prompt"].any()),
    ))
    spied(BigVGAN, "forward", lambda self, x: dict(decoded=list(x.shape), form=str(x.dtype)))
    spied(MuQMuLan, "forward", lambda self, wavs=None, texts=None: dict(
        texts=texts, heard=None if wavs is None else [list(wavs.shape), float(wavs[0, 0]), float(wavs[0, -1])]
    ))
    in_steps(DiT)
"""

# Besides the checkpoint: our loop against the library's own; and a network that says where the song is over.
_LOOPS = """
import json, torch
import flowing, places
from diffrhythm2.model.backbones.dit import DiT
from diffrhythm2.model.cfm import CFM
from safetensors.torch import load_file

torch.set_grad_enabled(False)
own = folder / "diffrhythm2"
about = json.loads((own / "model.json").read_text())
library = CFM(transformer=DiT(**about), num_channels=about["mel_dim"], block_size=about["block_size"]).eval()
library.load_state_dict(load_file(own / "model.safetensors"))
library.transformer.time_embed.register_forward_pre_hook(lambda part, given: (given[0].float(),))
words, style = [500, 511, 503, 511, 10, 20, 30, 511], torch.linspace(-1, 1, 512)[None]
network, block = flowing.loaded(own)
for guidance, count in ((2.0, 25), (0.0, 10)):
    torch.manual_seed(7)
    theirs = library.sample_block_cache(
        torch.tensor([words]), count, style, steps=4, cfg_strength=guidance, process_bar=False
    )
    ours = flowing.flowed(network, block, words, count, style, flowing.Manner(4, guidance, 7), lambda share: None)
    equal = torch.equal(ours, theirs[:, :count])
    print(json.dumps([equal, list(ours.shape), float(ours.std())]))

class Ending:
    # The first block stays noise; what follows flows to ones, which say that the song is over.
    transformer_blocks = []
    proj_out = torch.nn.Linear(1, 3)
    text_embed = staticmethod(lambda words: words[..., None].float())
    latent_embed = staticmethod(lambda made: made)

    def __call__(self, *, x, time, position_ids, **more):
        late = position_ids[0, 0] >= 4 and float(time[0, 0]) < 1
        return ((1 - x) / (1 - time[..., None]) if late else torch.zeros_like(x)), None, None

over = flowing.flowed(Ending(), 4, [1], 12, style, flowing.Manner(4, 0.0, 7), lambda share: None)
print(json.dumps([list(over.shape), bool((over - 1).square().mean(-1).min() > 0.05)]))
"""

# And what takes a process of its own with other settings, or a model that is not whole, done in the same one.
_SETTINGS = """
import asking
from machine import Machine
from studio.engines.shared.neural.loading import IncompleteWeights

from diffrhythm2.g2p.g2p_generation import vocab

print(json.dumps(["sounds", vocab]))
order = asking.order({"style": "folk", "duration": 2.0, "steps": 3, "guidance": 2.0}, "La", 7)
machine = Machine(places.folders(str(folder), {}), "local/cpu", form="bf16", rungs=frozenset())
song = machine.sing(order, None, lambda *_: None, lambda _: None)
kinds = [str(next(part.parameters()).dtype) for part in (machine._network, machine._decoder, machine.style._model)]
print(json.dumps(["form", machine.form, kinds, list(song.shape)]))

def lacking(load):
    try:
        load()
    except IncompleteWeights as e:
        print(json.dumps(["lacking", str(e)]))

weights = load_file(own / "model.safetensors")
del weights["transformer.proj_out.weight"]
lacking(lambda: flowing.strictly(library, weights, own))
(folder / "MuQ-MuLan-large" / "model.safetensors").rename(folder / "aside")
lacking(lambda: machine.style.__class__(places.folders(str(folder), {})))
(folder / "aside").rename(folder / "MuQ-MuLan-large" / "model.safetensors")

import shutil
from studio.worker.failures import UserMistake
shutil.copytree(own, folder / "vast")
(folder / "vast" / "model.json").write_text(json.dumps({**about, "dim": 10**7}))
try:
    flowing.loaded(folder / "vast")
except UserMistake as e:
    print(json.dumps(["vast", str(e)]))
shutil.rmtree(folder / "vast")
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    place = tmp_path_factory.mktemp("diffrhythm2")
    return made("diffrhythm2", pack_python("diffrhythm2"), place, spy=_SPY, more=_LOOPS + _SETTINGS)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    with engine.running(rungs="empty_cache math_attention decode_cpu") as worker:
        yield worker


def printed(engine: RealEngine) -> list[list[Any]]:
    """What was found out while the checkpoint was made."""
    return [json.loads(line) for line in engine.made.splitlines() if line.startswith("[")]


def sung(
    worker: Worker, scratch: Path, *, lyrics: str = "La la", files: dict[str, str] | None = None, seed: int = 7,
    **params: Any,
) -> Reply:  # fmt: skip
    """Have something made."""
    params = {**DEFAULTS, "steps": 3, "duration": 2.0, **params}
    return done(worker, scratch, "music", params, text=lyrics, files=files, seed=seed)


def notes(reply: Reply) -> str:
    """All that the user was told."""
    return " ".join(note.text for note in reply.notes)


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestInItsEnvironment:
    """With the real libraries."""

    def test_a_song_of_exactly_that_length_and_its_seed(self, engine: RealEngine, running: Worker, tmp_path: Path):
        wanted: dict[str, Any] = {"style": "slow folk", "duration": 5.1234, "steps": 4, "guidance": 3.0}
        lyrics = "[Verse 1]\nSummer rain is falling\n[Refrain]\n你好\n"
        before = len(engine.calls)
        first = sung(running, tmp_path / "a", lyrics=lyrics, **wanted)
        calls = engine.calls[before:]
        again, other = (sung(running, tmp_path / str(n), lyrics=lyrics, seed=n, **wanted) for n in (7, 8))
        song = sound(first.file)
        assert song.shape == (round(5.1234 * RATE), 1)
        assert first.result is not None
        assert (first.result.facts["sample_rate"], first.result.facts["channels"]) == (RATE, 1)
        assert np.array_equal(song, sound(again.file))
        assert not np.array_equal(song, sound(other.file))
        assert 0 < np.abs(song).max() <= 10 ** (-1 / 20) + 1e-6
        assert first.notes == []
        # What reached the model: the style, the parts and the sounds of the words, the steps, twice for the guidance.
        assert [call["texts"] for call in calls if "texts" in call] == [["slow folk"]]
        words, nothing = (call["words"] for call in calls if "words" in call)
        assert (words[:4], words[-2:], len(words)) == ([500, 511, 503, 511], [501, 511], 4 + 18 + 2 + 5 + 2)
        assert set(nothing) == {0}
        assert words[22:24] == [504, 511]
        sounds = next(found for kind, found, *_ in printed(engine) if kind == "sounds")
        by_number = {number + 1: sign for sign, number in sounds.items()}  # 0 is nothing
        said = [by_number[number] for number in words[4:21]]
        assert (said[0], said[1], said.count("_")) == ("s", "ʌ", 3)  # summer, and four words
        steps = [call for call in calls if "step" in call]
        count = math.ceil(round(5.1234 * RATE) / STRIDE)
        blocks = math.ceil(count / BLOCK)
        assert len(steps) == 2 + blocks * (3 * 2 + 2)
        assert [call["style"] for call in steps[2:8]] == [True, False] * 3
        assert sorted({call["time"] for call in steps}) == pytest.approx([-1, 0, 1 / 3, 2 / 3, 1], abs=1e-6)
        assert steps[-1]["seen"] == len(words) + blocks * BLOCK
        assert [call["decoded"][2] for call in calls if "decoded" in call] == [20, 20]
        told = fractions(first, "making")
        assert fractions(first) == sorted(fractions(first))
        shares = [0.02 + 0.91 * n / (3 * blocks) for n in range(3 * blocks + 1)]
        assert sorted({round(share, 6) for share in told}) == pytest.approx(shares, abs=1e-5)
        assert fractions(first, "decoding") == pytest.approx([0.93, 0.965, 1.0])

    def test_the_way_of_a_song_is_the_library_s_to_the_bit(self, engine: RealEngine):
        *loops, over = printed(engine)[:3]
        assert [(equal, shape) for equal, shape, _ in loops] == [(True, [1, 25, 16]), (True, [1, 10, 16])]
        assert all(spread > 0.1 for _, _, spread in loops)
        assert over == [[1, 4, 3], True]  # and ends where the network says so

    def test_a_song_without_guidance_takes_half_the_work(self, engine: RealEngine, running: Worker, tmp_path: Path):
        before = len(engine.calls)
        sung(running, tmp_path, guidance=0.0)
        calls = engine.calls[before:]
        assert sum("step" in call for call in calls) == 1 + 2 + 1
        assert sum("words" in call for call in calls) == 1

    def test_a_piece_to_sound_like_counts_instead_of_words(self, engine: RealEngine, running: Worker, tmp_path: Path):
        like = written(tmp_path / "like.wav", 12.0, channels=2)
        short = written(tmp_path / "short.wav", 1.0, rate=24_000, channels=1)
        before = len(engine.calls)
        songs = [
            sound(sung(running, tmp_path / str(n), files=files).file)
            for n, files in enumerate(({}, {"reference": like}, {"reference": like}, {"reference": short}))
        ]
        assert np.array_equal(songs[1], songs[2])
        assert not np.array_equal(songs[0], songs[1])
        assert not np.array_equal(songs[1], songs[3])
        asked = [call for call in engine.calls[before:] if "texts" in call]
        assert [call["texts"] for call in asked] == [[DEFAULTS["style"]], None, None, None]
        assert all(call["heard"][0] == [1, 240_000] for call in asked[1:])

    def test_lyrics_with_times_and_what_the_user_is_told(self, engine: RealEngine, running: Worker, tmp_path: Path):
        lyrics = "[ar:Nobody]\n[00:20.50]La la\n[00:05.00]Lo lo\n[Whatever]\n[00:50.00]Li li\n[00:52]12345\n"
        reply = sung(running, tmp_path / "a", lyrics=lyrics, style="folk " * 200)
        words = [call["words"] for call in engine.calls if "words" in call][-2]
        parts = [number for number in words if 500 <= number < 511]
        assert parts == [500, 506, 506, 501]  # breaks without words lie between the lines
        for sentence in ("times the lines itself", "[Whatever]", "left out: 1", "style is too long"):
            assert sentence in notes(reply)
        assert "without lyrics" in notes(sung(running, tmp_path / "b", lyrics=""))
        long = sung(running, tmp_path / "c", lyrics="La la la la la la la la\n" * 300)
        assert long.failed is not None
        assert (long.failed.failure, "at most 4,096" in long.failed.message) == (failures.USER, True)

    def test_a_cancel_is_heard_within_a_step_and_the_next_song_is_whole(
        self, engine: RealEngine, running: Worker, tmp_path: Path
    ):
        before = sung(running, tmp_path / "a")
        calls = len(engine.calls)
        reply = sung(running, tmp_path / "b", steps=6, _broken="cancel")
        assert reply.failed is not None
        assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
        assert engine.begun(calls) == 1, "it is heard in each layer"
        assert np.array_equal(sound(before.file), sound(sung(running, tmp_path / "c").file))

    def test_what_saves_memory_reaches_the_model(self, engine: RealEngine, running: Worker, tmp_path: Path):
        sung(running, tmp_path)
        step = next(call for call in reversed(engine.calls) if "step" in call)
        decoded = next(call for call in reversed(engine.calls) if "decoded" in call)
        assert (step["dtype"], step["math"]) == ("torch.float32", False)
        assert (decoded["decoded"], decoded["form"]) == ([1, 16, 10], "torch.float32")

    def test_half_precision_is_that_of_its_makers_and_not_for_the_style(self, engine: RealEngine):
        form = next(found for found in printed(engine) if found[0] == "form")
        assert form == ["form", "fp16", ["torch.float16", "torch.float16", "torch.float32"], [1, 2 * RATE]]

    def test_a_model_that_lacks_weights_is_refused(self, engine: RealEngine):
        of_song, of_style = (text for kind, text, *_ in printed(engine) if kind == "lacking")
        assert "lacks 1 weights: transformer.proj_out.weight" in of_song
        assert "MuQ-MuLan-large has no weights" in of_style

    def test_a_description_that_asks_for_all_memory_there_is_is_refused(self, engine: RealEngine):
        (said,) = (text for kind, text, *_ in printed(engine) if kind == "vast")
        assert "vast asks for far more weights than its files hold" in said


@pytest.fixture(scope="module")
def own() -> Iterator[Any]:
    """The engine's plain modules."""
    with modules_of("diffrhythm2", "asking", "places") as found:
        yield found


def test_tags_of_songs_in_general_are_those_of_the_model(own: Any):
    text = "[start]\n[Intro]\n[Verse 2: quiet]\nLa\n[pre-chorus]\nLo\n[Refrain]\n[Guitar solo]\n[Hook] Li\n[interlude]"
    found = own.asking.read(text)
    parts = [part or words for part, words in found.lines]
    assert parts == [
        "start", "intro", "verse", "La", "verse", "Lo", "chorus", "solo", "hook", "Li", "inst", "end",
    ]  # fmt: skip
    assert found.told == ()
    assert found.words == ["La", "Lo", "Li"]


def test_german_tags_are_those_of_the_model(own: Any):
    text = "[Vers 1]\nLa\n[Vor-Refrain]\n[Refrain (laut)]\n[Brücke]\n[Zwischenspiel]\n[Pause]\n[Schluss]"
    found = own.asking.read(text)
    parts = [part or words for part, words in found.lines]
    assert parts == ["start", "verse", "La", "verse", "chorus", "bridge", "inst", "break", "outro", "end"]
    assert found.told == ()


def test_times_give_order_and_breaks(own: Any):
    text = "[00:40.0][01:10.0]Again\n[00:12.00]<00:12.00>First\n[00:16.00]Second\nand its end\n[01:05.00][solo]"
    text += "\n[01:30]Last"
    lines = [f"[{part}]" if part else words for part, words in own.asking.read(text).lines]
    assert lines == [
        "[start]", "[intro]", "First", "Second", "and its end", "[inst]", "Again", "[solo]", "Again", "[inst]", "Last",
        "[end]",
    ]  # fmt: skip


def test_a_model_that_is_not_whole_is_named(own: Any, tmp_path: Path):
    places = own.places
    with pytest.raises(failures.UserMistake, match="no model"):
        places.folders("", {})
    with pytest.raises(failures.UserMistake, match=r"model\.json is missing"):
        places.folders(str(tmp_path), {})
    for name in ("model.json", "model.safetensors", "decoder.json", "decoder.bin"):
        (tmp_path / name).touch()
    (tmp_path / "style").mkdir()
    (tmp_path / "style" / "config.json").touch()
    with pytest.raises(failures.UserMistake, match="MuQ-large-msd-iter is missing"):
        places.folders(str(tmp_path), {places.STYLE: tmp_path / "style"})
    for name in ("MuQ-large-msd-iter", "xlm-roberta-base"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").touch()
    found = places.folders(str(tmp_path), {places.STYLE: tmp_path / "style"})
    assert (found.own, found.style, found.words.name) == (tmp_path, tmp_path / "style", "xlm-roberta-base")

"""Dia and XTTS in their real environments while their libraries fail: at load, while they speak, and in cleanup.

A 12 GB card is played (tests/services/card.py): what is sent there computes on the processor. Each engine is a copy of
the real one with another runner around it, which breaks the libraries from outside, with what they raise themselves.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.engines.manifest import read_manifest
from studio.runtime import ladder
from studio.services.generation import Wish
from tests.engines.harness import ENGINES, ROOT
from tests.services.card import Bench, machine_with_card

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="only there processes begin with their libraries loaded"),
]

# A file says what ails it: a moment, a kind, and what helps: a rung, or that it happened so many times.
_ILL = """
import ctypes, gc, json, os, time
from pathlib import Path
import torch
from studio.engines.shared import speech
from studio.engines.shared.neural import memory, placing
from studio.worker.failures import BadNumbers
import well_runner

PLAN, TOLD = Path({plan!r}), Path({told!r})
DIA = {dia!r}

class now:
    device, rungs, piece, text = "", (), 0, ""

def tell(what, **more):
    with TOLD.open("a") as told:
        told.write(json.dumps({{"what": what, "device": now.device, "rungs": list(now.rungs), **more}}) + chr(10))

def of_memory():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 11.76 GiB in total")

def no_kernel():
    placed(now.device)  # a build for the processor finds no card
    raise AssertionError("there is a card")

def types_differ():
    torch.mm(torch.ones(2, 2), torch.ones(2, 2, dtype=torch.bfloat16))

def no_such_product():
    raise RuntimeError("CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmStridedBatchedEx( handle, opa`")

def no_numbers():
    raise BadNumbers("non-finite values found among the weights")

KINDS = {{
    "out_of_memory": of_memory, "wrong_build": no_kernel, "types": types_differ, "product": no_such_product,
    "numbers": no_numbers, "abort": os.abort, "fault": lambda: ctypes.string_at(0), "hang": lambda: time.sleep(600),
}}

def ails(moment):
    kind, helps = json.loads(PLAN.read_text()).get(moment, ("", 0))
    if isinstance(helps, int):
        lines = TOLD.read_text().splitlines() if TOLD.exists() else []
        helped = sum(json.loads(line)["what"] == f"ailed at {{moment}}" for line in lines) >= helps
    else:
        helped = now.device.endswith("/cpu") if helps == "cpu" else helps in now.rungs
    if not helped:
        tell(f"ailed at {{moment}}")
        return kind
    return ""

def ail(moment):
    if kind := ails(moment):
        KINDS[kind]()

placed = placing.torch_device
placing.torch_device = lambda device: placed("local/cpu")
torch.cuda.is_bf16_supported = lambda *a, **k: True

if DIA:
    from transformers import DiaForConditionalGeneration as Speaker, PreTrainedModel
    loaded = PreTrainedModel.from_pretrained.__func__

    def from_pretrained(kind, *given, **how):
        ail("load")
        return loaded(kind, *given, **how)

    PreTrainedModel.from_pretrained = classmethod(from_pretrained)
else:
    from TTS.tts.layers.xtts.gpt_inference import GPT2InferenceModel as Speaker
    loaded = torch.load

    def load(*given, **how):
        ail("load")
        return loaded(*given, **how)

    torch.load = load

generate = Speaker.generate

def generated(self, *given, **how):
    if now.piece == 1 and (kind := ails("generate")):
        if kind == "numbers":  # the model's own
            for weights in self.parameters():
                weights.data.fill_(float("nan"))
        else:
            KINDS[kind]()
    tell(
        "spoke", text=now.text, dtype=str(self.dtype), offloaded=hasattr(self, "_hf_hook"),
        fused=torch.backends.cuda.flash_sdp_enabled(),
    )
    if DIA:
        how["max_new_tokens"] = min(how["max_new_tokens"], 26)
    return generate(self, *given, **how)

Speaker.generate = generated
give_back = memory.give_back

def given_back():
    tell("gave back")
    give_back()

memory.give_back = given_back
speak = speech.speak

def spoken(context, make, **how):
    def made(piece):
        now.piece, now.text = piece.number, piece.text
        return make(piece)
    return speak(context, made, **how)

speech.speak = spoken

class Runner(well_runner.Runner):
    def load(self, load):
        now.device, now.rungs = load.device, load.rungs
        facts = super().load(load)
        if not DIA:
            self._model._model.gpt.max_gen_mel_tokens = self._model._most_frames = 6
        tell("loaded")
        return facts

    def run(self, context):
        assert context.rungs == tuple(now.rungs)
        return super().run(context)

    def clean_up(self):
        super().clean_up()
        ail("cleanup")
"""
_MAKE = "import smoke, sys; from pathlib import Path; smoke.make(Path(sys.argv[1]))"
_PACKS = {"dia": "core", "xtts": "xtts"}
_SCRIPT = "Hello you. [pause 1s] Hi there."  # two stretches, or two sentences
_FIRST, _SECOND = "Hello you.", "Hi there."
_PATIENCE = 6  # seconds of an engine that hangs; else it takes a tenth of that


@dataclass(frozen=True)
class Well:
    """An engine with an environment, whose processes begin with their libraries loaded, and a tiny model."""

    id: str
    python: Path
    model: Path

    @property
    def rungs(self) -> tuple[str, ...]:
        """The rungs that it knows."""
        return read_manifest(ENGINES / self.id).rungs


@dataclass(frozen=True)
class Ill:
    """A studio with a card and an engine that something ails."""

    bench: Bench
    engine: Well
    folder: Path

    def plan(self, **moments: tuple[str, str | int]) -> None:
        """Say what ails it from now on."""
        (self.folder / "plan").write_text(json.dumps(moments), encoding="utf-8")

    def ask(self, seed: int) -> tuple[str, str, str]:
        """Have two lines spoken: the job's state, its device, and all that was said."""
        studio = self.bench.studio
        params: dict[str, object] = {"model": str(self.engine.model)}
        params |= {"retries": 0} if self.engine.id == "dia" else {}
        job = studio.generation.ask(Wish(script=_SCRIPT, engine=f"ill-{self.engine.id}", seed=seed, params=params))
        studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
        found = studio.jobs.get(job)
        said = " ".join([*(str(note["text"]) for note in found.notes), found.error["message"] if found.error else ""])
        (row,) = studio.database.rows("select device from jobs where id = ?", (job,))
        return found.state, str(row["device"]), said

    def told(self, what: str) -> list[dict[str, Any]]:
        """What the runner wrote down of a kind, in order."""
        file = self.folder / "told"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return [line for line in map(json.loads, lines) if line["what"] == what]


@pytest.fixture(scope="module")
def wells(dia_python: Path, xtts_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Well]:
    """Both engines."""
    return {
        "dia": _well("dia", dia_python, tmp_path_factory.mktemp("dia")),
        "xtts": _well("xtts", xtts_python, tmp_path_factory.mktemp("xtts")),
    }


@pytest.fixture(params=["dia", "xtts"])
def well(request: pytest.FixtureRequest, wells: dict[str, Well]) -> Well:
    """One of them."""
    return wells[request.param]


def _well(engine: str, python: Path, folder: Path) -> Well:
    """Make a checkpoint."""
    (folder / "model").mkdir()
    places = {"PYTHONPATH": f"{ENGINES / engine}:{ROOT}", "OMP_NUM_THREADS": "1"}
    subprocess.run([python, "-c", _MAKE, folder / "model"], check=True, env=places, cwd=folder, timeout=300)
    return Well(engine, python, folder / "model")


@contextmanager
def _opened(well: Well, folder: Path, monkeypatch: pytest.MonkeyPatch, *, limits: Mapping[str, int]) -> Iterator[Ill]:
    """Open a studio with a card, the engine's copy, and its pack as if it were built for cards."""
    copy = folder / "data" / "engines" / f"ill-{well.id}"
    shutil.copytree(ENGINES / well.id, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "runner.py").rename(copy / "well_runner.py")
    plan, told = folder / "plan", folder / "told"
    ill = _ILL.format(plan=str(plan), told=str(told), dia=well.id == "dia")
    (copy / "runner.py").write_text(ill, encoding="utf-8")
    toml = (copy / "engine.toml").read_text("utf-8").replace(f'id = "{well.id}"', f'id = "{copy.name}"', 1)
    patient = "\n".join(f"{name} = {seconds}" for name, seconds in {"load": 120, **limits}.items())
    toml = re.sub(r"^\[limits\].*?(?=^\[)", f"[limits]\n{patient}\n", toml, count=1, flags=re.M | re.S)
    (copy / "engine.toml").write_text(toml, encoding="utf-8")
    pack = folder / "data" / "environments" / _PACKS[well.id]
    (pack / "0a0a0a0a" / "bin").mkdir(parents=True)
    (pack / "0a0a0a0a" / "bin" / "python").symlink_to(well.python)
    marker = {
        "pack": pack.name, "folder": "0a0a0a0a", "base": sys.executable, "accelerator": "cuda", "flavour": "cu130",
        "gfx": "", "installer": "uv", "lock_sha": "", "packages": 1, "python_version": "3.11.7", "built": "",
        "smoke": {}, "torch": "",
    }  # fmt: skip
    (pack / "env.json").write_text(json.dumps(marker), encoding="utf-8")
    with machine_with_card(folder, monkeypatch) as bench:
        found = Ill(bench, well, folder)
        found.plan()
        yield found


@dataclass(frozen=True)
class Case:
    """A class of the ladder: what ails at load and while it speaks, by kind and what helps."""

    failure: str
    load: tuple[str, str | int] | None = None
    generate: tuple[str, str | int] | None = None

    def climbed(self, rungs: Sequence[str]) -> list[str]:
        """The rungs that an engine with these ones tries until both are helped."""
        there = {*rungs, ladder.CPU, ladder.RESTART}
        if self.failure == "out_of_memory":  # fp32 takes twice as much as what an engine chose itself
            there.discard("precision")
        own = [rung for rung in ladder.RUNGS[self.failure] if rung in there]
        helping = [str(helps) if isinstance(helps, str) else ladder.RESTART for _, helps in self.moments.values()]
        return own[: max(own.index(rung) for rung in helping) + 1]

    @property
    def moments(self) -> dict[str, tuple[str, str | int]]:
        """Those at which something ails it."""
        found = {"load": self.load, "generate": self.generate}
        return {moment: ailment for moment, ailment in found.items() if ailment}


CASES = {
    "dia": [
        Case("out_of_memory", ("out_of_memory", "offload"), ("out_of_memory", "cpu")),
        Case("bad_numbers", ("numbers", "precision"), ("numbers", "math_attention")),
        Case("unsupported", ("types", "precision"), ("product", "cpu")),
    ],
    "xtts": [
        Case("out_of_memory", ("out_of_memory", "empty_cache"), ("out_of_memory", "cpu")),
        Case("bad_numbers", ("numbers", "math_attention"), ("numbers", "cpu")),
        Case("unsupported", ("types", "math_attention"), ("product", "cpu")),
    ],
}
BOTH = [
    Case("wrong_build", load=("wrong_build", "cpu")),
    Case("wrong_build", generate=("wrong_build", "cpu")),
    Case("native_crash", ("abort", 1), ("fault", "math_attention")),
    Case("hang", ("hang", 1), ("hang", "cpu")),
]
_TABLE = [(engine, case) for engine, own in CASES.items() for case in (*own, *BOTH)]


@pytest.mark.parametrize(
    ("well", "case"), _TABLE, indirect=["well"], ids=[f"{e}-{c.failure}-{'-'.join(c.moments)}" for e, c in _TABLE]
)
def test_the_ladder_is_climbed_to_what_helps(
    well: Well, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"load": _PATIENCE, "first_step": _PATIENCE, "step": _PATIENCE} if case.failure == "hang" else {}
    climbed = case.climbed(well.rungs)
    kept = [rung for rung in climbed if rung != ladder.RESTART]
    with _opened(well, tmp_path, monkeypatch, limits=limits) as ill:
        ill.plan(**case.moments)
        state, device, said = ill.ask(seed=1)
        assert state == "succeeded", said
        assert re.findall(r"Trying again with (\w+)\.", said) == climbed
        assert said.count(f"({case.failure})") == len(climbed)
        assert device == ("local/cpu" if ladder.CPU in climbed else "local/cuda0")
        for moment in case.moments:
            assert ill.told(f"ailed at {moment}")
        spoken = ill.told("spoke")
        assert [one["text"] for one in spoken][-1] == _SECOND
        assert spoken[-1]["rungs"] == kept
        _made_as_the_rungs_say(ill, spoken[-1])
        # A finished sentence is not made twice; on another device, or with other numbers, it is another one.
        ways = {(one["device"], "precision" in one["rungs"]) for one in spoken if one["text"] == _FIRST}
        assert len([one for one in spoken if one["text"] == _FIRST]) == len(ways)

        processes = len(ill.told("loaded"))
        state, _, said = ill.ask(seed=2)
        assert state == "succeeded", said
        assert f"({case.failure})" not in said
        if kept:
            assert f"started with {', '.join(kept)}, which worked here before" in said
        known = next(e for e in ill.bench.studio.envelope.proven() if e.rungs == tuple(kept) and e.worked)
        assert (known.worked, known.reason) == (2, case.failure)
        assert len(ill.told("loaded")) == processes, "the one that got through stays"


def _made_as_the_rungs_say(ill: Ill, last: dict[str, Any]) -> None:
    rungs = last["rungs"]
    assert last["fused"] is ("math_attention" not in rungs)
    assert bool(ill.told("gave back"))
    if ill.engine.id == "dia":
        plain = "bfloat16" if last["device"] == "local/cuda0" else "float32"
        assert last["dtype"] == f"torch.{'float32' if 'precision' in rungs else plain}"
        assert last["offloaded"] is ("offload" in rungs)


def test_what_goes_wrong_in_cleanup_costs_nothing_and_is_remembered(
    well: Well, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _opened(well, tmp_path, monkeypatch, limits={"cleanup": 3}) as ill:
        for seed, kind in enumerate(("out_of_memory", "numbers", "types", "wrong_build")):
            ill.plan(cleanup=(kind, "never"))
            state, _, said = ill.ask(seed)
            assert state == "succeeded", said
            assert "cleaning up failed" in said
        assert len(ill.told("loaded")) == 1, "such a process is of use to the next job"
        for seed, (kind, words) in enumerate({"abort": "SIGABRT", "fault": "SIGSEGV"}.items(), 10):
            ill.plan(cleanup=(kind, "never"))
            state, _, said = ill.ask(seed)
            assert (state, words in said, "The result is whole." in said) == ("succeeded", True, True), said
        ill.plan(cleanup=("hang", "never"))
        state, device, said = ill.ask(20)
        assert (state, device) == ("succeeded", "local/cuda0"), said
        assert "crashed 2 times in a row while it cleaned up" in said
        assert "Started with math_attention, which is safer" in said
        assert "for 3 s while it cleaned up" in said
        assert ill.told("spoke")[-1]["fused"] is False


@pytest.mark.parametrize("well", ["dia", "xtts"], indirect=True)
def test_beside_a_program_that_holds_most_of_the_card(
    well: Well, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = read_manifest(ENGINES / well.id).memory
    with _opened(well, tmp_path, monkeypatch, limits={}) as ill:
        ill.bench.set_free(3800)  # 8.5 GB are taken
        state, device, said = ill.ask(1)
        assert (state, device) == ("succeeded", "local/cuda0"), said
        if well.id == "dia":
            told = f"other programs hold 8.9. Started with offload, which needs {needs['offload']:.1f} GB"
            assert told in said
            assert ill.told("spoke")[-1]["offloaded"] is True
        else:
            assert needs["plain"] < 3.9  # it fits
            assert "other programs" not in said
    shutil.rmtree(tmp_path / "data" / "engines")
    shutil.rmtree(tmp_path / "data" / "environments")
    with _opened(well, tmp_path, monkeypatch, limits={}) as ill:
        ill.bench.set_free(1000)
        state, device, said = ill.ask(2)
        assert (state, device) == ("succeeded", "local/cpu"), said
        assert "other programs hold 11.8" in said
        assert "Started on the CPU" in said

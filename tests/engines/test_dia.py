"""Dia in its real environment: the real classes with random weights, in the real process; and its plain parts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.domain.dialogue import NONVERBALS
from studio.domain.requests import Gaps, Request
from studio.engines import params
from studio.engines.manifest import read_manifest
from studio.engines.params import Param
from studio.engines.registry import find_engines
from studio.engines.shared.stretches import Turn
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.protocol import float_wav, messages
from studio.services.tasks import speech
from studio.worker import failures
from tests.engines.harness import ENGINES, ROOT, Reply, Worker, modules_of, piece, started

FOLDER = ENGINES / "dia"
RATE = 44_100

# Makes the checkpoint of the smoke test, in which a stretch comes to its end by itself more often.
_MAKE = """
import sys
from pathlib import Path
from studio.engines.dia import smoke
from studio.engines.shared.neural import loading
folder = Path(sys.argv[1])
smoke.make(folder)
from transformers import DiaForConditionalGeneration
with loading.quiet():
    model = DiaForConditionalGeneration.from_pretrained(folder / "dia")
    model.logits_dense.weight.data.view(9, -1, 32)[0, 1024] *= 1.2
    model.save_pretrained(folder / "dia")
"""

# Stands between the engine and the model: writes down what reaches it, and breaks what the settings say.
_SPY = """
import importlib.util, json, sys
sys.path.insert(1, {folder!r})
spec = importlib.util.spec_from_file_location("dia_runner", {folder!r} + "/runner.py")
dia = sys.modules["dia_runner"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dia)
import machine
real = machine.Dia.generate
broken, most, begun = "", 9999, 0

def generate(self, **given):
    global begun
    begun += 1
    if broken == "generate" or (broken in ("second", "silent first") and begun == 2):
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    if broken == "endless":
        self.logits_dense.weight.data.view(9, -1, 32)[0, 1024] = 0
    words = ["".join("[S%d]" % i if i in (1, 2) else chr(i) for i in row if i) for row in given["input_ids"].tolist()]
    told = {{k: v for k, v in given.items() if isinstance(v, (int, float, str))}}
    told.update(words=words, prompt=given["decoder_input_ids"].shape[1], temperature_used=self.steps.temperature)
    told.update(dtype=str(self.dtype), offloaded=hasattr(self, "_hf_hook"))
    with open({log!r}, "a") as log:
        log.write(json.dumps(told) + chr(10))
    if broken == "nan":
        self.logits_dense.weight.data[:] = float("nan")
    return real(self, **{{**given, "max_new_tokens": min(given["max_new_tokens"], most)}})

machine.Dia.generate = generate
decoded = machine.Machine._decoded
silences = []

def silenced(self, *given):
    silences.append(broken)
    return decoded(self, *given) * (0 if broken == "silent" or silences in (["silent once"], ["silent first"]) else 1)

machine.Machine._decoded = silenced

class Runner(dia.Runner):
    def load(self, load):
        global broken, most
        broken, most = load.settings.get("broken", ""), load.settings.get("most", most)
        if broken == "load":
            raise RuntimeError("HIP error: no kernel image is available for execution on the device")
        return super().load(load)

    def clean_up(self):
        super().clean_up()
        if broken == "cleanup":
            raise RuntimeError("the driver is gone")
"""


@dataclass(frozen=True)
class Place:
    """A spied engine, its checkpoint and its environment."""

    python: Path
    model: Path
    folder: Path
    log: Path

    @contextmanager
    def running(self, **settings: Any) -> Iterator[Worker]:
        """Start the process and load the model."""
        with started("dia", python=str(self.python), folder=self.folder, patience=400.0) as worker:
            loaded = self.loaded(worker, **settings)
            assert isinstance(loaded, messages.Loaded), loaded
            yield worker

    def loaded(self, worker: Worker, **settings: Any) -> messages.Message | None:
        """Load; return the answer. One thread: with more, two of these on one machine wait for each other."""
        model, rungs = settings.pop("model", str(self.model)), settings.pop("rungs", [])
        worker.send(messages.Load("dia", "local/cpu", "auto", 1, model, settings, rungs))
        assert isinstance(worker.receive(), messages.Hello)
        while isinstance(message := worker.receive(), messages.Heartbeat):
            pass
        return message

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What reached the model."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.is_file() else []


@pytest.fixture(scope="module", name="model")
def make_model(dia_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the real classes."""
    folder = tmp_path_factory.mktemp("dia")
    command = [str(dia_python), "-c", _MAKE, str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
    return folder


@pytest.fixture
def place(tmp_path: Path, dia_python: Path, model: Path) -> Place:
    folder, log = tmp_path / "engine", tmp_path / "log"
    folder.mkdir()
    (folder / "runner.py").write_text(_SPY.format(folder=str(FOLDER), log=str(log)), encoding="utf-8")
    return Place(dia_python, model, folder, log)


def line(text: str, **changes: Any) -> dict[str, Any]:
    """One stretch of one speaker."""
    voice = changes.pop("voice", "first")
    turns = changes.pop("turns", [{"text": text, "voice": voice, "line": 1}])
    return piece(text, voice=voice, turns=turns, carriers=changes.pop("carriers", []), **changes)


def sound(file: Path) -> np.ndarray:
    """Read a master."""
    return np.array(float_wav.read_samples(file), np.float32)


def texts(reply: Reply) -> str:
    """All notes."""
    return " ".join(note.text for note in reply.notes)


def planned(script: str, **params: Any) -> list[dict[str, Any]]:
    """The stretches of a script, as the studio plans them."""
    dia = find_engines(RESOURCES / "no engines here").manifest("dia")
    request = Request(
        task="speech", engine="dia", params={"max_seconds": 20.0, **params}, seed=7, script=script,
        cast=speech.cast_voices(dia, script, {}), gaps=Gaps(0.25, 0.5),
    )  # fmt: skip
    return speech.plan(request, dia, {}).inputs["pieces"]


def recording(file: Path, seconds: float) -> str:
    """Write a voice, as the studio gives it."""
    time = np.arange(round(24_000 * seconds)) / 24_000
    made = 0.2 * np.sin(2 * np.pi * 150 * time) * (1 + 0.3 * np.sin(2 * np.pi * 3 * time))
    float_wav.write_float_wav(file, made.astype(np.float32), rate=24_000)
    return str(file)


slow = [pytest.mark.slow, pytest.mark.timeout(600)]


class TestInItsEnvironment:
    """With the real libraries."""

    pytestmark = slow

    def test_a_line_of_two_speakers_and_its_seed(self, place: Place, tmp_path: Path):
        turns = [{"text": "Hello you.", "voice": "first", "line": 1}, {"text": "Hi.", "voice": "second", "line": 2}]
        one = line("Hello you. Hi.", turns=turns)
        with place.running() as worker:
            made = [
                worker.run(tmp_path / str(n), [{**one, "seed": s}], params={"retries": 0})
                for n, s in enumerate((7, 7, 8))
            ]
            first, again, other = (sound(reply.file) for reply in made)
        result = made[0].result
        assert result is not None
        assert (result.facts["sample_rate"], float_wav.read_float_wav(made[0].file).rate) == (RATE, RATE)
        assert [p["line"] for p in result.facts["pieces"]] == [1, 2]
        assert first.size / RATE == pytest.approx(result.facts["seconds"])
        assert np.array_equal(first, again)
        assert not np.array_equal(first[: other.size], other[: first.size])
        assert place.calls[0]["words"] == ["[S1] Hello you. [S2] Hi."]
        fractions = [p.fraction or 0.0 for p in made[0].progress]
        assert len(fractions) > 2
        assert fractions == sorted(fractions)

    def test_each_parameter_reaches_the_model(self, place: Place, tmp_path: Path):
        params = {"cfg_scale": 2.5, "temperature": 0.4, "top_p": 0.7, "top_k": 33, "retries": 0}
        with place.running(number_format="bf16", static_cache=True, most=80) as worker:
            plain = worker.run(tmp_path / "a", [line("Hello you.")], params=params)
            fast = worker.run(tmp_path / "b", [line("Hello you.")], params={**params, "speed": 2.0})
        with place.running(number_format="bf16", rungs=["precision", "offload"], most=80) as worker:
            worker.run(tmp_path / "c", [line("Hello you.")], params=params)
        told, _, changed = place.calls
        assert (told["guidance_scale"], told["top_p"], told["top_k"]) == (2.5, 0.7, 33)
        assert told["temperature_used"] == 0.4  # the library itself would have made 1 of it
        assert (told["cache_implementation"], told["dtype"], told["offloaded"]) == ("static", "torch.bfloat16", False)
        assert (changed["dtype"], changed["offloaded"]) == ("torch.float32", True)
        assert sound(fast.file).size == pytest.approx(sound(plain.file).size / 2, abs=2)

    def test_a_temperature_below_one_changes_what_is_heard(self, place: Place, tmp_path: Path):
        with place.running(most=80) as worker:
            made = [
                sound(worker.run(tmp_path / str(t), [line("Hello.")], params={"temperature": t, "retries": 0}).file)
                for t in (0.3, 1.0)
            ]
        assert not np.array_equal(made[0], made[1])

    def test_voices_are_those_of_recordings(self, place: Place, tmp_path: Path):
        ann, ben = recording(tmp_path / "ann.wav", 6.0), recording(tmp_path / "ben.wav", 4.0)
        turns = [
            {"text": "Hello you.", "voice": "reference:Ben", "line": 1},
            {"text": "Hi.", "voice": "reference:Ann", "line": 2},
        ]
        given = {
            "pieces": [line("Hello you. Hi.", voice="reference:Ben", turns=turns)], "after": 0.0,
            "files": {"reference:Ann": ann, "reference:Ben": ben},
            "transcripts": {"reference:Ann": "I am Ann.", "reference:Ben": "I am Ben."},
        }  # fmt: skip
        with place.running(most=80) as worker:
            reply = worker.run(tmp_path / "a", [], inputs=given, params={"retries": 0})
            mute = {**given, "transcripts": {}}
            refused = worker.run(tmp_path / "b", [], inputs=mute, params={"retries": 0})
        assert reply.result is not None, reply.failed
        (told,) = place.calls
        assert told["words"] == ["[S1] I am Ben. [S2] I am Ann. [S1] Hello you. [S2] Hi."]
        assert told["prompt"] == pytest.approx(10.0 * RATE / 512, abs=60)
        assert reply.result.facts["seconds"] < 8.0  # the prompt is not part of it
        assert refused.failed is not None
        assert refused.failed.failure == failures.USER
        assert "--transcript" in refused.failed.hint

    def test_sixty_lines_go_by_stretches_and_what_was_made_before_a_cancel_is_kept(self, place: Place, tmp_path: Path):
        names = ("Ann", "Ben")
        script = "\n".join(f"[{names[n % 2]}] Now it is {n}." for n in range(60))
        pieces = planned(script, batch=4)
        assert 2 < len(pieces) < 15
        params = {"batch": 4, "retries": 0}
        with place.running(most=150) as worker:  # frames of each: what comes of them is not judged here
            worker.start(tmp_path / "a", pieces, params=params)
            parts = _until_a_part(worker)
            worker.send(messages.Cancel(1))
            stopped = worker.finish()
            parts |= stopped.parts
            assert stopped.failed is not None
            assert (stopped.failed.failure, stopped.idle) == (failures.CANCELLED, True)
            assert 0 < len(parts) < len(pieces)
            before = len(place.calls)
            rest = worker.run(tmp_path / "b", pieces, params=params, parts=parts, job=2)
            after = len(place.calls)
            whole = worker.run(tmp_path / "c", pieces, params=params, job=3)
        assert rest.result is not None, rest.failed
        assert whole.result is not None, whole.failed
        assert after - before < len(place.calls) - after
        assert set(parts) | set(rest.parts) == {p["key"] for p in pieces} == set(whole.parts)
        assert not set(parts) & set(rest.parts)
        assert sound(rest.file).size > 0
        assert [p["line"] for p in whole.result.facts["pieces"]] == list(range(1, 61))
        assert np.array_equal(sound(rest.file), sound(whole.file))
        assert max(len(call["words"]) for call in place.calls) > 1

    def test_the_first_stretch_that_came_out_well_carries_its_voices_on(self, place: Place, tmp_path: Path):
        names = ("Ann", "Ben")
        pieces = planned("\n".join(f"[{names[n % 2]}] Now it is {n}." for n in range(60)))[:3]
        assert pieces[2]["carriers"] == [pieces[0]["key"], pieces[1]["key"]]
        noise = (0.1 * np.random.default_rng(1).standard_normal(20 * RATE)).astype(np.float32)
        parts: dict[str, str] = {}
        for one, seconds in zip(pieces[:2], (1.0, 9.5), strict=True):  # far too fast; as it should be
            file = tmp_path / f"{seconds}.wav"
            float_wav.write_float_wav(file, noise[: round(seconds * RATE)], rate=RATE)
            parts[one["key"]] = str(file)
        with place.running() as worker:
            reply = worker.run(tmp_path / "a", pieces, params={"retries": 0}, parts=parts)
        assert reply.result is not None, reply.failed
        before, own = ([turn["text"] for turn in one["turns"]] for one in pieces[1:])
        (told,) = place.calls
        spoken = told["words"][0].replace("[S1] ", "").replace("[S2] ", "")
        assert spoken == " ".join([*before, *own])
        assert told["prompt"] == pytest.approx(9.5 * RATE / 512, abs=30)

    @pytest.mark.parametrize("broken", ["silent first", "second"])
    def test_what_came_out_well_in_a_batch_is_kept_before_anything_else_is_made(
        self, place: Place, tmp_path: Path, broken: str
    ):
        pieces = [line(f"Hello {n}.", line=n, seed=n) for n in range(4)]
        params: dict[str, Any] = {"batch": 4, "retries": 1}
        inputs: dict[str, Any] = {"pieces": pieces, "after": 0.0}
        if broken == "second":  # what has a prompt is a batch of its own, the first
            for one in pieces[1::2]:
                one.update(voice="reference", turns=[{**one["turns"][0], "voice": "reference"}])
            inputs["files"] = {"reference": recording(tmp_path / "voice.wav", 4.0)}
            inputs["transcripts"] = {"reference": "It is me."}
        with place.running(broken=broken, most=80) as worker:
            crashed = worker.run(tmp_path / "a", [], inputs=inputs, params=params)
        with place.running(most=80) as worker:
            rest = worker.run(tmp_path / "b", [], inputs=inputs, params=params, parts=crashed.parts)
            whole = worker.run(tmp_path / "c", [], inputs=inputs, params=params, job=2)
        assert crashed.failed is not None
        assert crashed.failed.failure == failures.OUT_OF_MEMORY
        good = pieces[1:] if broken == "silent first" else pieces[1::2]
        assert list(crashed.parts) == [one["key"] for one in good]
        assert set(rest.parts) == {one["key"] for one in pieces} - set(crashed.parts)
        assert np.array_equal(sound(rest.file), sound(whole.file))

    def test_a_batch_is_one_call_and_the_ladder_makes_it_smaller(self, place: Place, tmp_path: Path):
        pieces = [line(f"Hello {n}.", line=n, seed=n) for n in range(3)]
        with place.running(most=80) as worker:
            together = worker.run(tmp_path / "a", pieces, params={"batch": 3, "retries": 0})
        with place.running(most=80, rungs=["smaller_batch"]) as worker:
            each = worker.run(tmp_path / "b", pieces, params={"batch": 3, "retries": 0})
        assert [len(call["words"]) for call in place.calls] == [3, 1, 1, 1]
        assert np.array_equal(sound(together.file), sound(each.file))  # who is beside a stretch changes nothing

    def test_what_does_not_end_is_made_again_and_said(self, place: Place, tmp_path: Path):
        with place.running(broken="endless") as worker:
            reply = worker.run(tmp_path / "a", [line("Hello.")], params={"retries": 2})
        assert len(place.calls) == 3
        assert "did not end, also after 2 further tries" in texts(reply)
        assert reply.result is not None

    def test_silence_is_made_again_and_fails_as_unusable(self, place: Place, tmp_path: Path):
        with place.running(broken="silent") as worker:
            reply = worker.run(tmp_path / "a", [line("Hello.")], params={"retries": 1})
        assert len(place.calls) == 2
        assert "was silent" in texts(reply)
        assert reply.failed is not None
        assert reply.failed.failure == failures.BAD_NUMBERS

    def test_silence_is_mended_by_the_next_seed(self, place: Place, tmp_path: Path):
        one = line("Hello.", seed=8)
        with place.running(broken="silent once") as worker:
            mended = worker.run(tmp_path / "a", [one], params={"retries": 3})
            plain = worker.run(tmp_path / "b", [{**one, "seed": 9}], params={"retries": 0})
        assert "A stretch was silent and was made again once, with another seed." in texts(mended)
        assert np.array_equal(sound(mended.file), sound(plain.file))

    @pytest.mark.parametrize(
        ("broken", "failure"), [("generate", failures.OUT_OF_MEMORY), ("nan", failures.BAD_NUMBERS)]
    )
    def test_a_failure_while_it_speaks_has_its_class(self, place: Place, tmp_path: Path, broken: str, failure: str):
        with place.running(broken=broken) as worker:
            reply = worker.run(tmp_path / "a", [line("Hello.")])
        assert reply.failed is not None
        assert (reply.failed.failure, reply.idle) == (failure, True)

    def test_a_failure_in_cleanup_costs_nothing(self, place: Place, tmp_path: Path):
        with place.running(broken="cleanup") as worker:
            reply = worker.run(tmp_path / "a", [line("Hello.")], params={"retries": 0})
        assert reply.result is not None
        assert "cleaning up failed" in texts(reply)

    def test_a_failure_at_load_has_its_class_and_a_missing_codec_a_way_out(self, place: Place, tmp_path: Path):
        with started("dia", python=str(place.python), folder=place.folder) as worker:
            answer = place.loaded(worker, broken="load")
        assert isinstance(answer, messages.Failed)
        assert answer.failure == failures.WRONG_BUILD
        with started("dia", python=str(place.python), folder=place.folder) as worker:
            answer = place.loaded(worker, model=str(place.model / "dia"))
        assert isinstance(answer, messages.Failed)
        assert (answer.failure, "codec" in answer.message) == (failures.USER, True)
        with place.running(model=str(place.model / "dia"), **{"model:dac-44khz": str(place.model / "codec")}):
            pass


def _until_a_part(worker: Worker) -> dict[str, str]:
    while (message := worker.receive()) is not None:
        if isinstance(message, messages.Part):
            return {message.key: message.file}
        assert not isinstance(message, messages.Failed), message
    raise AssertionError("the process is gone")


# ---------------------------------------------------------------------------------------------------- plain parts


def test_the_description_has_all_sounds_and_the_users_ranges():
    about = read_manifest(FOLDER)
    assert about.nonverbals == NONVERBALS
    ranges = {param.name: (param.min, param.max, param.default) for param in about.params}
    assert ranges["cfg_scale"] == (1.0, 10.0, 3.0)
    assert ranges["temperature"] == (0.1, 2.5, 1.8)
    assert ranges["top_p"] == (0.0, 1.0, 0.9)
    assert ranges["top_k"] == (1, 100, 45)


@pytest.mark.parametrize("param", [p for p in read_manifest(FOLDER).params if p.max is not None], ids=lambda p: p.name)
def test_a_value_out_of_its_range_is_refused_with_the_range(param: Param):
    given = read_manifest(FOLDER).params
    for value in (param.min - 1, param.max + 1):
        with pytest.raises(StudioError, match=param.name) as told:
            params.complete(given, {param.name: value}, engine="dia")
        said = f"{told.value.message} {told.value.hint}"
        assert f"{param.min:g}" in said
        assert f"{param.max:g}" in said


@pytest.fixture(scope="module")
def dia() -> Iterator[Any]:
    """Its modules without torch."""
    with modules_of("dia", "calling", "judging", "pacing") as found:
        yield found


def _none(turns: Any) -> tuple[()]:
    del turns
    return ()


def test_the_text_names_two_speakers_by_who_comes_first(dia: Any):
    a, b = Turn("One [S2] two.", "x"), Turn("Three.", "y")
    assert dia.calling.text_of([[a, a, b, a]]) == "[S1] One (S2) two. One (S2) two. [S2] Three. [S1] One (S2) two."
    assert dia.calling.text_of([[b], [b, a]]) == "[S1] Three. [S1] Three. [S2] One (S2) two."


def test_a_stretch_that_leaves_no_room_beside_its_prompts_is_several_calls(dia: Any):
    turns = [Turn("a" * 90, "x")] * 3
    prompt = dia.calling.Prompt((Turn("I am.", "x"),), np.zeros(24 * RATE, np.float32))
    assert len(dia.calling.calls(turns, _none, dia.calling.Limits())) == 1
    calls = dia.calling.calls(turns, lambda _: (prompt,), dia.calling.Limits())
    assert [len(call.turns) for call in calls] == [1, 1, 1]
    for call in calls:
        assert prompt.frames + call.frames + 17 <= 3072


def test_a_sentence_beyond_all_measure_is_several_calls_and_whole(dia: Any):
    text = " ".join(f"word{n}" for n in range(400))
    calls = dia.calling.calls([Turn(text, "x")], _none, dia.calling.Limits())
    assert " ".join(turn.text for call in calls for turn in call.turns) == text
    assert all(len(call.text.encode()) <= 1024 for call in calls)


def test_a_recording_that_leaves_no_room_is_refused(dia: Any):
    prompt = dia.calling.Prompt((Turn("I am.", "x"),), np.zeros(34 * RATE, np.float32))
    with pytest.raises(failures.UserMistake, match="no room"):
        dia.calling.calls([Turn("Hello there.", "x")], lambda _: (prompt,), dia.calling.Limits())


def test_none_of_a_group_is_carried_by_another(dia: Any):
    groups = dia.calling.Groups([("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["a"]), ("e", ["a"])], 3)
    assert [groups.of(n) for n in range(5)] == [range(1), range(1, 4), range(1, 4), range(1, 4), range(4, 5)]


def test_what_cannot_be_it_is_seen(dia: Any):
    judging = dia.judging
    random = np.random.default_rng(1)
    speech_like = (0.1 * random.standard_normal(4 * RATE)).astype(np.float32)
    assert judging.problem(speech_like, expected=4.0, frames=600) == judging.GOOD
    assert judging.problem(speech_like, expected=4.0, frames=344) == judging.ENDLESS
    assert judging.problem(speech_like, expected=12.0, frames=2000) == judging.HURRIED
    assert judging.problem(speech_like * 1e-4, expected=4.0, frames=600) == judging.SILENT
    assert judging.problem(speech_like[:0], expected=4.0, frames=600) == judging.SILENT
    assert judging.carries(speech_like, expected=4.0)
    assert not judging.carries(speech_like, expected=1.0)


def test_the_ends_are_quiet_and_nothing_heard_is_lost(dia: Any):
    quiet = np.zeros(RATE, np.float32)
    loud = (0.2 * np.sin(np.arange(RATE) / 20)).astype(np.float32)
    made = dia.judging.trimmed(np.concatenate([quiet, loud, quiet]))
    assert RATE <= made.size < 1.3 * RATE
    assert (made[0], made[-1]) == (0.0, 0.0)
    assert np.abs(made).max() == pytest.approx(0.2, rel=0.01)
    joined = dia.judging.together([dia.judging.trimmed(loud)] * 2)  # loud to both ends
    assert np.abs(np.diff(joined)).max() < 0.02


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_another_pace_keeps_the_pitch(dia: Any, speed: float):
    time = np.arange(2 * RATE) / RATE
    voice = (0.2 * np.sin(2 * np.pi * 140 * time) + 0.1 * np.sin(2 * np.pi * 280 * time)).astype(np.float32)
    made = dia.pacing.paced(voice, speed)
    assert made.size == round(voice.size / speed)
    spectrum = np.abs(np.fft.rfft(made * np.hanning(made.size)))
    assert spectrum.argmax() * RATE / made.size == pytest.approx(140, abs=3)
    assert np.sqrt((made**2).mean()) == pytest.approx(np.sqrt((voice**2).mean()), rel=0.15)

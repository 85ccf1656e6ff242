"""Pocket TTS in its real environment, on a tiny checkpoint in the published form."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.manifest import read_manifest
from studio.protocol import float_wav
from studio.worker import failures
from tests.engines.harness import ENGINES, Reply, Worker, modules_of, piece
from tests.engines.real_engine import RealEngine, fractions, made, sound

PackPython = Callable[[str], Path]
RATE = 24_000
FRAME = 1920
GERMAN = "Guten Tag, das ist ein Versuch."
MANIFEST = read_manifest(ENGINES / "pocket")
FIGURED = {"temperature": 0.0, "steps": 2, "end_threshold": 4.0}

# What the publisher's own program (pocket-tts 4.0.1) makes of the tiny German checkpoint with these settings, but for
# an end that never comes: single samples, from the 1,000th on in steps of 24,800 of 297,600; in its voice Alba, and in
# one taken from a recording.
THEIRS = {
    "alba": [
        0.07026,
        0.02877,
        0.20554,
        0.05033,
        0.07788,
        0.03725,
        0.06458,
        0.04484,
        0.17003,
        0.04643,
        0.31098,
        0.06841,
    ],
    "reference": [
        0.05034,
        0.03628,
        0.16912,
        0.08607,
        0.12265,
        0.05804,
        0.06474,
        0.05098,
        0.17962,
        0.05364,
        0.28689,
        0.04127,
    ],
}

_SPY = """
def prepare(load):
    import machine, os, weakref
    real, real_say, last, kept = machine.Speaker.generate, machine.Machine.say, [], []

    def say(self, text, voice, manner, seed, look):
        kept[:] = [one() is not None for one in last]
        last[:] = [weakref.ref(look)]
        return real_say(self, text, voice, manner, seed, look)

    def generate(self, **given):
        if os.path.exists(load.model + "/endless"):
            given["eos_threshold"] = 1e9
        told(tokens=given["input_ids"].shape[1], steps=given["num_flow_steps"], end=given["eos_threshold"],
             frames_after=given["frames_after_eos"], prompt=given.get("audio_prompt_latents"), spread=self.spread,
             kept=any(kept))
        return real(self, **given)

    machine.Speaker.generate, machine.Machine.say = generate, say
    in_steps(machine.Speaker)
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("pocket", pack_python("core"), tmp_path_factory.mktemp("pocket"), spy=_SPY)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    with engine.running() as worker:
        yield worker


def said(running: Worker, scratch: Path, text: str = "Hello there, this is a test.", **changes: Any) -> Reply:
    about = {name: changes.pop(name) for name in ("voice", "language", "seed") if name in changes}
    return asked(running, scratch, [piece(text, **{"voice": "alba", **about})], **changes)


def asked(running: Worker, scratch: Path, pieces: list[dict[str, Any]], **changes: Any) -> Reply:
    scratch.mkdir(exist_ok=True)
    files = {"files": changes.pop("files")} if "files" in changes else {}
    return running.run(scratch, pieces, inputs={"pieces": pieces, "after": 0.0, **files}, **changes)


def recording(file: Path, seconds: float = 2.0) -> str:
    time = np.arange(round(RATE * seconds), dtype=np.float32) / np.float32(RATE)
    tone = 0.2 * np.sin(2 * math.pi * 180 * time) * (1 + np.sin(2 * math.pi * 3 * time))
    float_wav.write_float_wav(file, tone.astype(np.float32), rate=RATE)
    return str(file)


real = pytest.mark.slow


@real
@pytest.mark.parametrize("voice", THEIRS)
def test_it_computes_what_the_publishers_program_computes(
    voice: str, engine: RealEngine, running: Worker, tmp_path: Path
):
    endless = engine.model / "endless"
    endless.touch()
    try:
        files = {"files": {"reference": recording(tmp_path / "voice.wav")}} if voice == "reference" else {}
        given = [piece(GERMAN, voice=voice, language="de")]
        reply = asked(running, tmp_path / "scratch", given, params=FIGURED, **files)
    finally:
        endless.unlink()
    samples = sound(reply.file)[:, 0]
    assert len(samples) == 297_600
    assert samples[1000::24_800] == pytest.approx(THEIRS[voice], abs=5e-5)
    assert [note.text for note in reply.notes] == ["The model came to no end and was stopped. Another seed may help."]


@real
def test_two_languages_in_one_job(running: Worker, tmp_path: Path):
    german = piece(GERMAN, voice="charles", language="de-at", line=2)
    reply = asked(running, tmp_path, [piece("Hello there, this is it.", voice="alba"), german])
    assert reply.result is not None, reply.failed
    spans = reply.result.facts["pieces"]
    assert [span["line"] for span in spans] == [1, 2]
    assert len(reply.parts) == 2
    assert fractions(reply) == sorted(fractions(reply))


@real
def test_the_seed_decides_and_nothing_else(running: Worker, tmp_path: Path):
    first, again, other, cold, colder = (
        sound(said(running, tmp_path / str(number), seed=seed, params={"temperature": heat}).file)
        for number, (seed, heat) in enumerate([(7, 0.3), (7, 0.3), (8, 0.3), (7, 0.0), (8, 0.0)])
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(cold, colder)  # without temperature there are no dice
    assert np.isfinite(first).all()
    assert len(first) % FRAME == 0


@real
def test_what_is_asked_reaches_the_model(engine: RealEngine, running: Worker, tmp_path: Path):
    params = {"temperature": 0.81, "steps": 3, "end_threshold": 1.5}
    said(running, tmp_path, "Short text.", params=params)
    call = engine.calls[-1]
    assert (call["steps"], call["end"], call["frames_after"]) == (3, 1.5, 4)
    assert call["spread"] == pytest.approx(0.9)
    said(running, tmp_path, "This one is a longer text.")
    assert engine.calls[-1]["frames_after"] == 2


@real
def test_a_long_sentence_is_spoken_in_portions(engine: RealEngine, running: Worker, tmp_path: Path):
    before = len(engine.calls)
    reply = said(running, tmp_path, "One two three, " * 12 + "and no more.")
    calls = engine.calls[before:]
    assert len(calls) > 2
    assert all(call["tokens"] <= 51 for call in calls)
    assert len(sound(reply.file)) % FRAME == 0


@real
def test_what_reading_adds_to_a_portion_counts(engine: RealEngine, running: Worker, tmp_path: Path):
    before = len(engine.calls)
    said(running, tmp_path, "to " * 16 + "me")  # 50 signs, a word of the tiny model each; as a sentence it has 51
    assert [call["tokens"] for call in engine.calls[before:]] == [49, 4]


@real
def test_nothing_of_a_job_is_kept(engine: RealEngine, running: Worker, tmp_path: Path):
    for number in range(2):
        said(running, tmp_path / str(number))
    assert engine.calls[-1]["kept"] is False


@real
def test_a_voice_from_a_recording(engine: RealEngine, running: Worker, tmp_path: Path):
    given = [piece("Hello there, this is it.", voice="reference:Ann")]
    lacking = asked(running, tmp_path / "lacking", given, task="clone")
    assert lacking.failed is not None
    assert lacking.failed.failure == failures.USER
    sounds: list[np.ndarray] = []
    for seconds, frames in ((2.0, 26), (40.0, 376)):  # no more than 30 seconds are heard, and a pause
        files = {"reference:Ann": recording(tmp_path / f"{seconds}.wav", seconds)}
        sounds.append(sound(asked(running, tmp_path / str(seconds), given, task="clone", files=files).file))
        assert engine.calls[-1]["prompt"] == [1, frames, 8]
    assert not np.array_equal(sounds[0], sounds[1])


@real
def test_cancelling_ends_it_within_a_bit_of_sound(engine: RealEngine, running: Worker, tmp_path: Path):
    calls = len(engine.calls)
    reply = said(running, tmp_path, params={"_broken": "cancel"})
    assert reply.failed is not None
    assert reply.failed.failure == failures.CANCELLED
    assert engine.begun(calls) == 1


@contextmanager
def changed(engine: RealEngine, place: Path, change: Callable[[Path], None]) -> Iterator[Worker]:
    shutil.copytree(engine.model, place)
    change(place / "pocket" / "languages" / "english")
    with engine.running(model=place) as worker:
        yield worker


def _deaf(english: Path) -> None:
    """Take its ears away, as they are missing from what is given to everybody."""
    file = english / "model.safetensors"
    data = bytearray(file.read_bytes())
    size = int.from_bytes(data[:8], "little")
    begin, end = json.loads(data[8 : 8 + size])["flow_lm.speaker_proj_weight"]["data_offsets"]
    data[8 + size + begin : 8 + size + end] = bytes(end - begin)
    file.write_bytes(data)


def _wide(english: Path) -> None:
    """Let a kernel be as long as it has numbers: that would be a model of a hundred million weights."""
    file = english / "model.safetensors"
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    about = json.loads(data[8 : 8 + size])
    kernel = about["mimi.decoder.model.2.convtr.weight"]
    kernel["shape"] = [1, 1, math.prod(kernel["shape"])]
    head = json.dumps(about).encode()
    file.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + size :])


def _long_words(english: Path) -> None:
    with (english / "tokenizer.json").open("ab") as file:
        file.write(b" " * 10_000_000)


def _cut(english: Path) -> None:
    file = english / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


@real
@pytest.mark.parametrize(
    ("change", "asked_for", "told"),
    [
        (_deaf, {"voice": "reference"}, "cannot take a voice from a recording"),
        (_cut, {}, "model.safetensors in"),
        (_wide, {}, "asks for far more weights than its files hold"),
        (_long_words, {}, "tokenizer.json in"),
        (lambda english: (english / "tokenizer.json").write_text("{}"), {}, "tokenizer.json in"),
        (lambda english: (english / "embeddings" / "alba.safetensors").write_bytes(b"no"), {}, "alba is damaged"),
        (lambda english: shutil.rmtree(english / "embeddings"), {}, "has no languages/english/embeddings/alba"),
        (shutil.rmtree, {}, "has no languages/english/model.safetensors"),
        (lambda _english: None, {"language": "pl"}, "does not speak 'pl', which line 1 is in"),
    ],
    ids=["deaf", "cut", "wide", "long words", "words", "voice", "no voices", "no language", "unknown language"],
)
def test_what_is_wrong_is_said(
    engine: RealEngine, tmp_path: Path, change: Callable[[Path], None], asked_for: dict[str, Any], told: str
):
    with changed(engine, tmp_path / "model", change) as worker:
        reply = said(worker, tmp_path / "scratch", **asked_for)
    assert reply.failed is not None
    assert reply.failed.failure == failures.USER
    assert told in reply.failed.message
    assert reply.failed.hint


with modules_of("pocket", "wording") as own:
    WORDING = own.wording


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "hello there", "Hello there."),
        ("en", "“Hello,” she said; “hi”", "“Hello,” she said; “hi”."),
        ("de", "„Hallo?“, sagte sie; „ja“ –", "Hallo? sagte sie, ja."),
        ("fr", "Il dit : « Bonjour »", "Il dit , Bonjour."),
        ("es", "¿Qué tal? ¡Bien!", "Qué tal? Bien!"),
        ("it", "l’amico…", "L'amico…"),
        ("en", "…", ""),
        ("de", " „“ ", ""),
    ],
)
def test_texts_are_written_as_the_model_was_taught(language: str, text: str, expected: str):
    assert WORDING.readable(text, language) == expected


@given(st.text(max_size=60), st.sampled_from(sorted(WORDING.FOLDERS)))
def test_every_readable_text_ends(text: str, language: str):
    made_of = WORDING.readable(text, language)
    assert not made_of or made_of.rstrip("\"'”’)]» ")[-1] in ".!?…"
    assert all(sign in made_of for sign in text if sign.isalnum() and made_of and sign.isascii() and sign.isdigit())


def test_every_language_has_a_folder_and_every_folder_is_downloaded():
    assert list(MANIFEST.languages) == list(WORDING.FOLDERS)
    whole, cloning, words = MANIFEST.models
    for folder in WORDING.FOLDERS.values():
        assert f"languages/{folder}/model.safetensors" in whole.files
        assert f"languages/{folder}/model.safetensors" in cloning.files
    assert words.part_of == cloning.id

"""Whisper listens: real weights in a real process to what Kokoro says; and how a long sound is cut, without either."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from studio.domain import words as transcripts
from studio.domain.quality import word_error
from studio.protocol import messages
from studio.protocol.float_wav import read_samples, write_float_wav
from tests.engines.harness import ENGINES, ROOT, Reply, Worker, piece, started

FOLDER = ENGINES / "whisper"
RATE = 16_000
SENTENCES = (
    "The old lighthouse keeper walked slowly down the stairs to the harbor.",
    "Yes, of course.",
    "Seven hundred people attended the festival, which was twice as many as last year.",
    "Under the table, a small grey cat was watching the mouse with great patience.",
    "Our train leaves from platform nine in twenty minutes.",
    "No, thank you.",
)


@pytest.fixture(scope="module")
def windows() -> Any:
    spec = importlib.util.spec_from_file_location("whisper_windows", FOLDER / "windows.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("whisper") as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


@pytest.fixture(scope="module")
def speech(tmp_path_factory) -> tuple[Path, list[dict[str, float]]]:
    """Two voices in turn, at the rate that engines for words get, with the true place of each sentence."""
    folder = tmp_path_factory.mktemp("speech")
    with started("kokoro") as kokoro:
        kokoro.load(threads=2)
        voices = ("af_heart", "am_michael")
        pieces = [
            piece(text, line=n, voice=voices[n % 2], language="en-us", before=0.5) for n, text in enumerate(SENTENCES)
        ]
        reply = kokoro.run(folder / "kokoro", pieces, after=0.5)
        assert reply.result is not None, reply.failed
        sound = soxr.resample(np.array(read_samples(reply.file), np.float32), 24_000, RATE)
        return _wav(folder / "speech.wav", sound), reply.result.facts["pieces"]


def _wav(path: Path, sound: np.ndarray) -> Path:
    write_float_wav(path, np.ascontiguousarray(sound, np.float32), rate=RATE)
    return path


def _listen(worker: Worker, scratch: Path, file: Path, **more: Any) -> Reply:
    inputs = {"files": {"source": str(file)}, **more.pop("inputs", {})}
    return worker.run(scratch, [], task="transcribe", inputs=inputs, params=more)


def _transcript(reply: Reply) -> transcripts.Transcript:
    return transcripts.parse(reply.file.read_text(encoding="utf-8"))


def test_the_description_names_the_weights_that_come_along():
    manifest = tomllib.loads((FOLDER / "engine.toml").read_text())
    assert f'MODEL_SHA256 = "{manifest["models"][0]["sha256"]}"' in (FOLDER / "hearing.py").read_text()


@pytest.mark.slow
def test_words_stand_where_they_are_spoken_and_come_out_the_same_again(worker, speech, tmp_path):
    file, places = speech
    reply = _listen(worker, tmp_path / "1", file)
    found = _transcript(reply)
    assert word_error(" ".join(SENTENCES), found.text) <= 0.04
    assert reply.result is not None
    assert reply.result.facts["words"] == len(found.words)
    assert not reply.notes
    for place, sentence in zip(places, SENTENCES, strict=True):
        inside = [w for w in found.words if place["start"] - 0.2 < w.end and w.start < place["end"] + 0.2]
        assert word_error(sentence, " ".join(w.text for w in inside)) <= 0.2
        assert inside[0].start == pytest.approx(place["start"], abs=0.2)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(found.words))
    fractions = [p.fraction for p in reply.progress]
    assert fractions == sorted(fractions, key=lambda f: f or 0.0)
    assert _listen(worker, tmp_path / "2", file).file.read_bytes() == reply.file.read_bytes()


@pytest.mark.slow
def test_each_span_is_heard_by_itself(worker, speech, tmp_path):
    file, places = speech
    spans = [[p["start"], p["end"]] for p in places]
    reply = _listen(
        worker, tmp_path, file, inputs={"spans": [*spans, [0.0, 0.4], [9e9, 1e10], [3, 2]]}, spell_numbers=True
    )
    found = _transcript(reply)
    assert [s.text for s in found.spans[len(spans) :]] == ["", "", ""]
    for place, sentence, heard in zip(places, SENTENCES, found.spans, strict=False):
        assert word_error(sentence, heard.text) <= 0.2
        assert not any(c.isdigit() for c in heard.text)
        assert all(place["start"] <= w.start <= w.end <= place["end"] + 0.02 for w in heard.words)
    assert "seven hundred" in found.spans[2].text.lower()


@pytest.mark.slow
def test_a_span_of_minutes_says_how_far_it_is(worker, speech, tmp_path):
    sound = np.tile(np.array(read_samples(speech[0]), np.float32), 4)
    middle, end = 20.0, sound.size / RATE
    reply = _listen(worker, tmp_path, _wav(tmp_path / "a.wav", sound), inputs={"spans": [[0.0, middle], [middle, end]]})
    assert len(_transcript(reply).spans) == 2
    fractions = [p.fraction or 0.0 for p in reply.progress]
    assert fractions == sorted(fractions)
    assert any(0.0 < f < 0.5 for f in fractions)
    assert any(0.5 < f < 1.0 for f in fractions)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nothing", "one sample", "a tenth", "silence", "noise", "chords", "no numbers"])
def test_where_nobody_speaks_no_words_are_made_up(worker, tmp_path, kind):
    noise = np.random.default_rng(5).normal(0, 0.1, 12 * RATE)
    times = np.arange(12 * RATE) / RATE
    chords = sum(np.sin(2 * np.pi * f * times) for f in (262, 330, 392)) * np.exp(-4 * (times % 0.5)) * 0.1
    sound = {
        "nothing": noise[:0], "one sample": noise[:1], "a tenth": noise[:1600], "silence": 0 * noise,
        "noise": noise, "chords": chords, "no numbers": np.full(RATE, np.nan),
    }[kind]  # fmt: skip
    reply = _listen(worker, tmp_path, _wav(tmp_path / "a.wav", sound))
    assert _transcript(reply).words == ()
    assert [n.text for n in reply.notes] == ["No speech was found."]


@pytest.mark.slow
def test_quiet_speech_and_speech_between_long_silences_is_found(worker, speech, tmp_path):
    sound = np.array(read_samples(speech[0]), np.float32)
    silence = np.zeros(70 * RATE, np.float32)
    first = round(speech[1][1]["end"] * RATE)
    long = np.concatenate([silence, 0.003 * sound[:first], silence])
    found = _transcript(_listen(worker, tmp_path, _wav(tmp_path / "a.wav", long)))
    assert word_error(" ".join(SENTENCES[:2]), found.text) <= 0.1
    assert found.words[0].start == pytest.approx(70 + speech[1][0]["start"], abs=0.2)


@pytest.mark.slow
def test_a_language_that_the_model_lacks_is_said_before_it_listens(worker, speech, tmp_path):
    reply = _listen(worker, tmp_path, speech[0], language="es")
    assert reply.failed is not None
    assert (reply.failed.failure, "'es'" in reply.failed.message) == ("user", True)
    assert "en" in reply.failed.hint
    assert _transcript(_listen(worker, tmp_path, speech[0], language="en_US")).language == "en"


@pytest.mark.slow
def test_a_cancel_ends_the_work_and_the_next_job_runs(worker, speech, tmp_path):
    sound = np.tile(np.array(read_samples(speech[0]), np.float32), 40)
    file = _wav(tmp_path / "long.wav", sound)
    worker.start(tmp_path / "1", [], task="transcribe", inputs={"files": {"source": str(file)}})
    while not isinstance(worker.receive(), messages.Progress):
        pass
    worker.send(messages.Cancel(1))
    reply = worker.finish()
    assert reply.failed is not None
    assert reply.failed.failure == "cancelled"
    assert _listen(worker, tmp_path / "2", speech[0]).result is not None


@pytest.mark.slow
def test_a_folder_without_a_model_is_named(tmp_path):
    with started("whisper") as broken:
        broken.send(messages.Load("whisper", "cpu", "int8", 0, str(tmp_path)))
        assert isinstance(broken.receive(), messages.Hello)
        told = broken.receive()
        while isinstance(told, messages.Heartbeat):
            told = broken.receive()
        assert isinstance(told, messages.Failed)
        assert told.failure == "user"
        assert "model.bin" in told.message


@pytest.mark.slow
def test_the_check_of_an_installation():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import smoke; print(smoke.check(None, 'cpu')['voices'])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(FOLDER)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "0\n"


# ----------------------------------------------------------------------------------------------- windows, by themselves


def _found_where_loud(block: np.ndarray) -> list[tuple[int, int]]:
    """Stands for the detector; what is cut off at a block's end is found as far as it goes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (block != 0).astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 25)), max_size=12))
def test_windows_hold_all_speech_and_are_short_and_in_order(windows, drawn):
    """In seconds, of which a sample stands for a sixteenth: the cutting must not depend on where a minute ends."""
    small = 16
    old = windows.RATE, windows.LONGEST, windows._BLOCK, windows._NEAR, windows._GAP
    windows.RATE, windows.LONGEST, windows._BLOCK, windows._NEAR, windows._GAP = (
        small, 15 * small, 60 * small, small, small,
    )  # fmt: skip
    try:
        sound = np.concatenate(
            [
                np.zeros(1, np.float32),
                *(np.repeat(np.array([0, 1], np.float32), [small * pause, small * length]) for pause, length in drawn),
            ]
        )
        found = list(windows.of_speech(sound, _found_where_loud))
    finally:
        windows.RATE, windows.LONGEST, windows._BLOCK, windows._NEAR, windows._GAP = old
    held = np.zeros(sound.size, bool)
    for begin, end in found:
        assert 0 < end - begin <= 15 * small
        held[begin:end] = True
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert held[sound != 0].all()
    for first, last in _found_where_loud(sound):
        if last - first <= 15 * small:
            assert any(a <= first and last <= b for a, b in found), "what fits into a window is not cut"

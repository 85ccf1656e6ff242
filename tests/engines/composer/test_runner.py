"""The sketch composer as a real process: exact lengths, the same bytes again, stems that sum to the mix."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engines.manifest import read_manifest
from studio.protocol import messages
from studio.protocol.float_wav import read_float_wav, read_samples
from tests.engines.harness import ENGINES, Reply, Worker, started

FOLDER = ENGINES / "composer"


def test_the_description_can_be_read():
    manifest = read_manifest(FOLDER)
    assert manifest.tasks == ("music",)
    assert "Sketch" in manifest.title
    assert {p.name for p in manifest.params} == {"style", "duration", "bpm", "key", "intensity", "stems", "midi"}
    duration = next(p for p in manifest.params if p.name == "duration")
    assert all(duration.problem(bad) for bad in (0, -1, 0.01, 3600, float("nan"), "long"))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("composer") as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


def play(worker: Worker, scratch: Path, *, lyrics: str = "", seed: int = 7, **params: Any) -> Reply:
    worker.send(message(scratch, lyrics=lyrics, seed=seed, **params))
    return worker.finish()


def message(scratch: Path, *, lyrics: str = "", seed: int = 7, **params: Any) -> messages.Run:
    inputs = {"text": lyrics, "files": {}}
    return messages.Run(1, "music", {"duration": 6.0, **params}, inputs, seed, str(scratch))


def sound(path: Path | str) -> np.ndarray:
    return np.array(read_samples(Path(path))).reshape(-1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 5.4321])
def test_exact_length_and_the_same_bytes_again(worker, tmp_path, seconds):
    first = play(worker, tmp_path / "1", style="funk", duration=seconds)
    again = play(worker, tmp_path / "2", style="funk", duration=seconds)
    other = play(worker, tmp_path / "3", style="funk", duration=seconds, seed=8)
    found = read_float_wav(first.file)
    assert (found.rate, found.channels, found.frames) == (44_100, 2, int(seconds * 44_100 + 0.5))
    assert first.file.read_bytes() == again.file.read_bytes()
    assert first.file.read_bytes() != other.file.read_bytes()
    assert first.result is not None
    facts = first.result.facts
    assert facts["style"] == "funk"
    assert facts["metre"] == "4/4"
    assert 100 < facts["tempo"] < 112
    fractions = [p.fraction for p in first.progress if p.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


@pytest.mark.slow
def test_stems_sum_to_the_mix_and_midi_comes_along(worker, tmp_path):
    plain = play(worker, tmp_path / "plain", style="rock")
    reply = play(worker, tmp_path / "stems", style="rock", stems=True, midi=True)
    assert reply.result is not None, reply.failed
    assert plain.file.read_bytes() == reply.file.read_bytes()
    stems = [m for m in reply.result.more if m["facts"]["role"] == "stem"]
    assert len({m["facts"]["name"] for m in stems}) == len(stems) >= 4
    mix = sound(reply.file)
    together = np.sum([sound(m["file"]) for m in stems], axis=0)
    residual = 20 * np.log10(np.sqrt(((mix - together) ** 2).mean() / (mix**2).mean()))
    assert residual < -80
    tunes = [m for m in reply.result.more if m["media"] == "midi"]
    assert len(tunes) == 1
    assert Path(tunes[0]["file"]).read_bytes()[:4] == b"MThd"
    assert not list((tmp_path / "stems").glob("*.npy"))


@pytest.mark.slow
def test_what_there_is_to_say(worker, tmp_path):
    reply = play(worker, tmp_path, style="rock with a frobnicator", lyrics="[verse]\nHello there\n[wibble]\nAgain\n")
    said = " ".join(note.text for note in reply.notes)
    assert "frobnicator" in said
    assert "[wibble]" in said
    assert said.count("no voice") == 1
    assert reply.result is not None


@pytest.mark.slow
@pytest.mark.parametrize(("params", "word"), [({"key": "H minor"}, "H minor"), ({"bpm": 10.0}, "10")])
def test_mistakes_are_the_users(worker, tmp_path, params, word):
    reply = play(worker, tmp_path, **params)
    assert reply.failed is not None
    assert reply.failed.failure == "user"
    assert word in reply.failed.message
    assert reply.failed.hint


@pytest.mark.slow
@pytest.mark.parametrize(
    "lyrics", ["Yes", "line after line\n" * 10_000, "[chorus]\n" * 3000, "\x00\u202e", "歌" * 5000]
)
def test_lyrics_of_any_kind(worker, tmp_path, lyrics):
    reply = play(worker, tmp_path, lyrics=lyrics, duration=4.0)
    assert reply.result is not None, reply.failed
    assert read_float_wav(reply.file).frames == 4 * 44_100


@pytest.mark.slow
def test_a_cancel_is_heard_in_the_middle_of_a_long_piece(worker, tmp_path):
    worker.send(message(tmp_path, style="metal", duration=600.0, stems=True))
    while not isinstance(said := worker.receive(), messages.Progress) or said.stage != "playing":
        assert said is not None
    begun = time.perf_counter()
    worker.send(messages.Cancel(1))
    reply = worker.finish()
    print(f"cancelled after {time.perf_counter() - begun:.2f} s")
    assert reply.failed is not None
    assert reply.failed.failure == "cancelled"
    assert not list(tmp_path.glob("*.npy"))

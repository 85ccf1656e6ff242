"""A recording holds what the microphone heard, or says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.audio.playing import devices, recorder
from studio.audio.playing.recorder import Recorder, Wish
from studio.worker.failures import UserMistake
from tests.audio.playing.stand_ins import RATE, noise


class Microphone:
    """Speaks when the test says so."""

    name = "a microphone"

    def __init__(self) -> None:
        self.taken: devices.Taken = lambda block: None
        self.closed = False

    def open(self, device: str, rate: int, channels: int, taken: devices.Taken) -> Microphone:
        self.taken = taken
        return self

    def close(self) -> None:
        self.closed = True


@pytest.fixture(name="microphone")
def _microphone(monkeypatch: pytest.MonkeyPatch) -> Microphone:
    found = Microphone()
    monkeypatch.setattr(devices, "open_input", found.open)
    return found


@pytest.mark.parametrize("channels", [1, 2])
def test_a_recording_is_what_was_heard(tmp_path: Path, microphone: Microphone, channels: int) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    sound = noise(RATE)[:, :channels]
    recording = Recorder(Wish(tmp_path / "a.wav", "", RATE, channels), lambda *report: told.append(report))
    for start in range(0, RATE, 1000):
        microphone.taken(sound[start : start + 1000])
    recording.finish()
    heard, rate = sf.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert rate == RATE
    assert np.array_equal(heard, sound)
    assert microphone.closed
    assert [topic for topic, _ in told] == ["recording", "recorded"]
    assert told[1][1]["file"] == str(tmp_path / "a.wav")
    assert told[1][1]["seconds"] == 1.0
    assert recording.state["peak"] > -20
    assert recording.state["peak"] == -120


def test_an_existing_file_stays_as_it_is(tmp_path: Path, microphone: Microphone) -> None:
    (tmp_path / "a.wav").write_bytes(b"mine")
    told: list[tuple[str, dict[str, Any]]] = []
    recording = Recorder(Wish(tmp_path / "a.wav", "", RATE, 1), lambda *report: told.append(report))
    microphone.taken(noise(100)[:, :1])
    recording.finish()
    assert (tmp_path / "a.wav").read_bytes() == b"mine"
    assert told[-1][0] == "failed"
    assert "exists" in told[-1][1]["message"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, microphone: Microphone) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    Recorder(Wish(tmp_path / "no" / "a.wav", "", RATE, 1), lambda *report: told.append(report)).finish()
    assert told[-1][0] == "failed"
    assert microphone.closed


def test_without_a_microphone_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> Microphone:
        raise devices.DeviceError("there is none")

    monkeypatch.setattr(devices, "_PortAudioInput", none)
    monkeypatch.setattr(devices, "_MiniaudioInput", none)
    with pytest.raises(UserMistake, match="no microphone"):
        Recorder(Wish(tmp_path / "a.wav", "", RATE, 1), lambda *_: None)
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_is_too_slow_for_is_counted(
    tmp_path: Path, microphone: Microphone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_BUFFER", 0.1)
    monkeypatch.setattr(recorder, "_TICK", 60.0)
    recording = Recorder(Wish(tmp_path / "a.wav", "", RATE, 1), lambda *_: None)
    for _ in range(10):
        microphone.taken(noise(1000)[:, :1])
    recording.finish()
    assert recording.lost == 6000
    assert sf.info(tmp_path / "a.wav").frames == 4000

"""`studio speak --play`: heard from the first sound on, and to the end, through the real processes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.settings import Settings, with_value
from studio.store import settings_file
from tests.smoke import driver
from tests.smoke.plugins import early_engine

pytestmark = pytest.mark.slow


def _speak(tmp_path: Path, sink: str, *more: str, engine: str = "fake") -> driver.Ran:
    words = ("speak", "Hello there.", "--engine", engine, "-o", str(tmp_path / "out.wav"), "--force", "--play")
    return driver.studio(*words, *more, data=tmp_path / "data", env={"STUDIO_AUDIO_SINK": sink})


def _loud(file: Path) -> np.ndarray:
    """What is in a file at half of 48 kHz, or at 24 kHz, without the silence around it."""
    sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)
    return sound[loud[0] : loud[-1] + 1, 0][:: rate // 24_000]


def test_what_is_made_is_heard_meanwhile_and_whole(tmp_path: Path) -> None:
    played = tmp_path / "played"
    (tmp_path / "data").mkdir()
    settings_file.save(tmp_path / "data" / "settings.json", with_value(Settings(), "speech.check_lines", "false"))
    early_engine(tmp_path / "data", played)
    ran = _speak(tmp_path, f"wav:{played / 'heard.wav'}", engine="early")
    assert ran.code == 0, ran.err
    heard, made = _loud(played / "heard.wav"), _loud(tmp_path / "out.wav")
    half = 11_000
    for ours, theirs in ((heard[:half], made[:half]), (heard[-half:], made[-half:])):  # a wait may lie between
        assert float(np.corrcoef(ours, theirs)[0, 1]) > 0.99


def test_what_cannot_be_played_costs_the_result_nothing(tmp_path: Path) -> None:
    ran = _speak(tmp_path, "no such device")
    assert ran.code == 0, ran.err
    assert "note: it could not be played" in ran.err
    assert soundfile.info(tmp_path / "out.wav").frames > 0
    refused = _speak(tmp_path, "null", "--detach")
    assert refused.code == 2
    assert "--play" in refused.err

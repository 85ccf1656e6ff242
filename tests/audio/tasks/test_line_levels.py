"""What is measured of spoken lines, over a master made for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.audio.tasks import line_levels
from studio.protocol.float_wav import write_float_wav
from studio.worker.failures import CancelledRun, UserMistake
from tests.audio.tasks.contexts import Asked

RATE = 24_000


def _measured(folder: Path, sound: np.ndarray, *spans: list[float], channels: int = 1) -> list[dict[str, float]]:
    write_float_wav(folder / "m.wav", np.ascontiguousarray(sound, np.float32).ravel(), rate=RATE, channels=channels)
    asked = Asked(folder / "s", "line_levels", file=str(folder / "m.wav"), spans=list(spans))
    found: list[dict[str, float]] = line_levels.run(asked.context).facts["lines"]
    return found


def _tone(seconds: float, amplitude: float) -> np.ndarray:
    return amplitude * np.sin(np.arange(round(seconds * RATE)) * 0.1)


def test_levels_gaps_and_what_follows_the_last_word(tmp_path):
    quiet, line = np.zeros(RATE // 2), _tone(1.0, 0.5)
    tail = np.random.default_rng(1).normal(0, 0.01, RATE)
    loud = np.clip(_tone(1.0, 1.5), -1.0, 1.0)
    sound = np.concatenate([line, quiet, line, tail, loud])
    first, second, silent = _measured(tmp_path, sound, [0, 3.5, 2.5], [3.5, 4.5, 4.5], [1.0, 1.5, 0.0])
    assert first["level_db"] == pytest.approx(20 * np.log10(0.5 / 2**0.5) + 10 * np.log10(2 / 2.5), abs=0.1)
    assert first["silence"] == pytest.approx(0.5, abs=0.02)
    assert first["trailing_seconds"] == pytest.approx(0.9, abs=0.02)
    assert first["trailing_db"] == pytest.approx(-40.0, abs=0.2)
    assert first["clipped"] == 0
    assert second["clipped"] == pytest.approx(2 / np.pi * np.arccos(1 / 1.5) * RATE, rel=0.02)
    assert (second["peak"], second["trailing_seconds"]) == (1.0, 0.0)
    assert (silent["level_db"], silent["peak"]) == (-120.0, 0.0)


def test_both_channels_count_and_odd_places_do_no_harm(tmp_path):
    sound = np.stack([_tone(1.0, 0.2), np.clip(_tone(1.0, 3.0), -1, 1)], axis=1)
    found = _measured(tmp_path, sound, [0, 1, 1], [0.5, 0.5, 0.5], [5, 2, 9], [-3, 99, 99], channels=2)
    assert found[0]["clipped"] > 1000
    assert [line["peak"] for line in found[1:3]] == [0.0, 0.0]
    assert found[3] == found[0]
    assert _measured(tmp_path, np.zeros(0), [0, 1, 1])[0]["level_db"] == -120.0


def test_no_master_is_said_and_a_cancel_is_heard(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"RIFF")
    with pytest.raises(UserMistake):
        line_levels.run(Asked(tmp_path / "s", "line_levels", file=str(tmp_path / "x.wav"), spans=[]).context)
    write_float_wav(tmp_path / "m.wav", np.zeros(100, np.float32), rate=RATE)
    asked = Asked(tmp_path / "s", "line_levels", file=str(tmp_path / "m.wav"), spans=[[0, 1, 1]])
    asked.cancel.set()
    with pytest.raises(CancelledRun):
        line_levels.run(asked.context)

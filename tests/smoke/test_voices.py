"""Voices and cleaning by command line, with the real engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from tests import spoken
from tests.smoke import driver

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sounds") / "noisy.flac"
    quiet = np.zeros(2 * spoken.RATE, np.float32)
    sf.write(path, 0.5 * spoken.at_snr(np.concatenate([quiet, spoken.lines(), quiet]), 8.0), spoken.RATE)
    return path


def test_a_noisy_voice_is_cleaned_written_down_kept_and_passed_on(tmp_path: Path, data: Path, noisy: Path) -> None:
    words = ["voices", "add", "Ann", noisy, "--json"]
    refused = driver.studio(*words, data=data)
    assert refused.code == 2
    assert "--consent" in refused.error["hint"]
    added = driver.studio(*words, "--consent", "Made by a machine.", "--consent-kind", "synthetic", data=data)
    assert added.code == 0, added.err
    sample = added.json["voice"]["samples"][0]
    assert sample["cleaned"]
    assert sample["facts"]["snr_db"] > 20
    assert len(set(sample["transcript"].lower().split()) & set(" ".join(spoken.LINES).lower().split())) > 8
    listed = driver.studio("voices", "list", "--json", data=data).json["voices"]
    assert (listed[0]["name"], listed[0]["kept"]) == ("Ann", True)
    assert any(v["engine"] == "kokoro" for v in listed)
    shown = driver.studio("voices", "show", "ann", data=data).out
    assert "Made by a machine." in shown
    assert "snr_db" in shown
    assert driver.studio("voices", "show", "af_heart", "--json", data=data).json["voice"]["engine"] == "kokoro"
    assert "Ann" in driver.studio("voices", "show", "Anm", "--json", data=data).error["hint"]
    made = driver.studio("voices", "export", "Ann", tmp_path / "ann.angenvoice", "--json", data=data)
    assert made.json["path"] == str(tmp_path / "ann.angenvoice")
    assert driver.studio("voices", "export", "Ann", tmp_path / "ann.angenvoice", data=data).code == 2
    came = driver.studio("voices", "import", tmp_path / "ann.angenvoice", data=data)
    assert "Ann 2" in came.out
    assert "Made by a machine." in came.out
    assert driver.studio("voices", "remove", "Ann", "--json", data=data).json["removed"] == "Ann"
    assert driver.studio("voices", "show", "Ann", data=data).code == 2


def test_cleaning_leaves_the_original_and_carries_a_recipe(tmp_path: Path, data: Path, noisy: Path) -> None:
    before = noisy.read_bytes()
    out = tmp_path / "clean.flac"
    made = driver.studio("clean", noisy, "-o", out, "--json", data=data)
    assert made.code == 0, made.err
    assert noisy.read_bytes() == before
    output = made.json["outputs"][0]
    recipe = output["recipe"]
    assert (recipe["engine"], recipe["task"], recipe["params"]["trim"]) == ("deepfilter", "clean", True)
    assert driver.studio("recipe", out, "--json", data=data).json == recipe
    assert output["seconds"] < sf.info(noisy).duration - 3.0
    whole = driver.studio("clean", noisy, "-o", tmp_path / "w.wav", "--no-trim", "--no-level", "--json", data=data)
    assert whole.json["outputs"][0]["seconds"] == pytest.approx(sf.info(noisy).duration, abs=1e-3)
    again = driver.studio("again", out, "-o", tmp_path / "again.flac", "--json", data=data)
    assert again.json["verdict"] == "identical"
    assert driver.studio("clean", noisy, "-o", out, data=data).code == 2

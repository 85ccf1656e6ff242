"""`studio again` and `studio recipe` on files that are harmless, and on files that are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.audio import tagging
from studio.audio.tagging import Tags
from tests.smoke import driver

pytestmark = pytest.mark.slow  # real processes, one after the other

_OURS = {
    "schema": 1, "task": "speech", "engine": "fake", "engine_version": "1", "model": "fake", "revision": "",
    "params": {}, "seed": 7, "device": "local/cpu", "precision": "fp32", "licence": "MIT", "script": "Hi.",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def _sound(file: Path, recipe: dict) -> Path:
    soundfile.write(file, 0.1 * np.sin(np.arange(24_000) / 10), 24_000, "PCM_16")
    tagging.write(file, file.suffix[1:], Tags(recipe=recipe))
    return file


def test_a_file_is_not_made_again_in_its_own_place(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "a.wav"
    spoken = driver.studio("speak", "Hi.", "--engine", "fake", "--seed", "1", "-o", file, data=data)
    assert spoken.code == 0, spoken.err
    before = file.read_bytes()
    ran = driver.studio("again", file, "-o", tmp_path / "." / "a.wav", "--force", data=data)
    assert (ran.code, file.read_bytes()) == (2, before)
    assert "the file itself" in ran.err
    found = driver.studio("again", file, "-o", tmp_path / "b.wav", "--json", data=data)
    assert (found.code, found.json["verdict"]) == (0, "identical"), found.err


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"params": {"model": "/etc"}}, "a folder of this computer"),
        pytest.param({"task": "export"}, "is an export", marks=pytest.mark.slow),
        pytest.param({"gaps": {"turn": 1e9}}, "not whole", marks=pytest.mark.slow),
        pytest.param({"seed": True}, "not whole", marks=pytest.mark.slow),
    ],
)
def test_a_recipe_that_reaches_too_far_is_refused_in_words(
    tmp_path: Path, data: Path, changes: dict, told: str
) -> None:
    file = _sound(tmp_path / "x.wav", _OURS | changes)
    ran = driver.studio("again", file, "-o", tmp_path / "b.wav", "--json", data=data)
    assert (ran.code, ran.json["job"]) == (2, None)
    assert told in ran.json["error"]["message"]
    assert not (tmp_path / "b.wav").exists()


@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize("value", [float("nan"), pytest.param(float("-inf"), marks=pytest.mark.slow)])
def test_numbers_that_are_none_are_no_recipe_and_the_sound_is_welcome(
    tmp_path: Path, data: Path, kind: str, value: float
) -> None:
    file = _sound(tmp_path / f"x.{kind}", _OURS | {"params": {"speed": value}})
    assert b"NaN" in file.read_bytes() or b"Infinity" in file.read_bytes()
    ran = driver.studio("recipe", file, "--json", data=data)
    assert (ran.code, "NaN" in ran.out, "Infinity" in ran.out) == (2, False, False)
    folder = tmp_path / "P.angen"
    assert driver.studio("project", "new", folder, data=data).code == 0
    added = driver.studio("project", "add", folder, file, data=data)
    assert added.code == 0, added.err
    assert b"NaN" not in (folder / "project.json").read_bytes()

"""Dia by the whole program: from the folder that all programs share, again from a file, and without its model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.smoke import driver, samples

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_COMMIT = "1" * 40
_REPOSITORIES = {"dia": "nari-labs/Dia-1.6B-0626", "codec": "descript/dac_44khz"}
_MAKE = "import sys; from pathlib import Path; from studio.engines.dia import smoke; smoke.make(Path(sys.argv[1]))"
_SCRIPT = "[Ann] Hello you.\n[Ben] Hi."
_WISHES = ("--engine", "dia", "--seed", "5", "--set", "retries=0", "--set", "max_seconds=5", "--json")


@pytest.fixture
def data(tmp_path: Path, pack_folder: Path) -> Path:
    """A data folder in which the pack is installed."""
    return driver.with_packs(tmp_path / "data", pack_folder, "core")


@pytest.fixture
def checkpoint(tmp_path: Path, pack_python: Callable[[str], Path]) -> Path:
    """Both folders of a tiny model."""
    made = tmp_path / "made"
    made.mkdir()
    driver.in_pack(pack_python("core"), _MAKE, made)
    return made


def _ours(tmp_path: Path) -> dict[str, str]:
    return {"HF_HOME": str(tmp_path / "hf")}


def test_it_speaks_from_the_shared_folder_and_again(tmp_path: Path, data: Path, checkpoint: Path) -> None:
    for folder, repo in _REPOSITORIES.items():
        driver.as_downloaded(tmp_path / "hf", repo, checkpoint / folder, _COMMIT)
    ours = _ours(tmp_path)
    spoken = driver.studio("speak", _SCRIPT, *_WISHES, "-o", tmp_path / "a.wav", data=data, env=ours, seconds=300.0)
    assert spoken.code == 0, spoken.err
    assert "did not end" in " ".join(spoken.notes)  # nothing a random model says comes to an end
    again = driver.studio(
        "again", tmp_path / "a.wav", "-o", tmp_path / "b.wav", "--json", data=data, env=ours, seconds=300.0
    )
    assert (again.code, again.json["verdict"]) == (0, "identical"), again.err


def test_it_speaks_from_a_folder_of_the_user_s_in_the_voice_of_a_prompt(
    tmp_path: Path, data: Path, checkpoint: Path
) -> None:
    prompt = ("--reference", samples.write_voice(tmp_path / "ben.wav", 6.0), "--transcript", "I am Ben, and I speak.")
    spoken = driver.studio(
        "clone", "Hello.", *prompt, *_WISHES, "--set", f"model={checkpoint}", "-o", tmp_path / "a.mp3",
        data=data, env=_ours(tmp_path), seconds=300.0,
    )  # fmt: skip
    assert spoken.code == 0, spoken.err
    (made,) = spoken.json["outputs"]
    assert (made["sample_rate"], made["channels"]) == (44_100, 1)
    assert list(made["recipe"]["transcripts"].values()) == [prompt[-1]]


def test_without_its_model_a_job_is_blocked_with_the_way_out(tmp_path: Path, data: Path) -> None:
    spoken = driver.studio("speak", "Hello.", *_WISHES, "-o", tmp_path / "a.wav", data=data, env=_ours(tmp_path))
    assert spoken.code != 0
    assert "studio models download dia-1.6b-0626" in spoken.error["hint"]
    assert not (tmp_path / "a.wav").exists()

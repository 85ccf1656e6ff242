"""LoRAs from elsewhere come to the others, whole, once, and under a name that a list can hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services import lora_shelf


def _lora(file: Path, weights: bytes = b"weights") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((2).to_bytes(8, "little") + b"{}" + weights)
    return file


def test_a_file_is_copied_once_and_found_by_its_name(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    file = _lora(tmp_path / "paper, cut.safetensors")
    assert [lora_shelf.bring(paths, file) for _ in range(2)] == ["paper- cut"] * 2
    assert lora_shelf.loras_here(paths) == {"paper- cut"}
    assert (paths.loras / "paper- cut.safetensors").read_bytes() == file.read_bytes()
    assert lora_shelf.bring(paths, paths.loras / "paper- cut.safetensors") == "paper- cut"


def test_another_file_of_that_name_gets_a_number(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    lora_shelf.bring(paths, _lora(tmp_path / "a" / "ink.safetensors", b"one"))
    assert lora_shelf.bring(paths, _lora(tmp_path / "b" / "ink.safetensors", b"two")) == "ink 2"
    assert (paths.loras / "ink.safetensors").read_bytes().endswith(b"one")


def test_an_ending_in_capitals_is_made_the_one_that_engines_look_for(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "data")
    assert lora_shelf.bring(paths, _lora(tmp_path / "ink.SAFETENSORS")) == "ink"
    there = _lora(paths.loras / "there.SafeTensors")
    assert lora_shelf.loras_here(paths) == {"ink"}, "engines do not find the other"
    if not there.with_suffix(lora_shelf.ENDING).exists():  # else there is only one name for both
        assert lora_shelf.bring(paths, there) == "there"
        assert lora_shelf.loras_here(paths) == {"ink", "there"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ckpt", (2).to_bytes(8, "little") + b"{}"),
        ("a.safetensors", b""),
        ("a.safetensors", b"\x80\x04pickle..."),
        ("a.safetensors", (2**62).to_bytes(8, "little") + b"{}"),
    ],
)
def test_what_is_none_stays_where_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    paths = DataPaths(tmp_path / "data")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudioError, match=r"is no LoRA"):
        lora_shelf.bring(paths, tmp_path / name)
    assert not paths.loras.exists()

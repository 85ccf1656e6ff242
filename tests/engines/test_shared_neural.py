"""How a model is found, without loading one: its folder, its kind, its number format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.engines.shared.neural import checkpoint
from studio.protocol import messages
from studio.worker.failures import UserMistake


def _load(model: Path | str, **settings: Any) -> messages.Load:
    return messages.Load("engine", "local/cpu", "auto", 0, str(model), settings)


def _found(model: Path | str) -> Path:
    return checkpoint.folder_of(
        _load(model), name="singer", marker="model_index.json", title="Singer", model="singer-1", kind="SingerPipeline"
    )


def _written(folder: Path, about: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(about if isinstance(about, str) else json.dumps(about), encoding="utf-8")
    return folder


@pytest.mark.parametrize("about", [{"_class_name": "SingerPipeline"}, {"architectures": ["TheSingerPipeline"]}])
def test_a_model_is_found_in_its_folder_or_the_one_above(tmp_path: Path, about: dict[str, Any]):
    folder = _written(tmp_path / "above" / "singer", about)
    assert _found(folder) == _found(tmp_path / "above") == folder


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"_class_name": "PainterPipeline"}, "is no Singer: it says of itself PainterPipeline"),
        ({"architectures": ["Writer", 7]}, "Writer, 7"),
        ({"architectures": "SingerPipeline"}, "nothing"),
        ({}, "nothing"),
        ("[" * 100_000, "cannot be read"),
        ("no JSON", "cannot be read"),
        ("[]", "cannot be read"),
        ({"_class_name": "SingerPipeline", "more": "x" * 1_000_000}, "cannot be read"),
    ],
)
def test_another_kind_of_model_is_refused_in_a_sentence(tmp_path: Path, about: object, said: str):
    with pytest.raises(UserMistake, match=said) as caught:
        _found(_written(tmp_path / "singer", about))
    assert caught.value.hint


def test_no_model_is_said(tmp_path: Path):
    for model in ("", tmp_path):
        with pytest.raises(UserMistake) as caught:
            _found(model)
        assert "studio models download singer-1" in caught.value.hint


@pytest.mark.parametrize(
    ("settings", "rungs", "form"),
    [({}, (), "auto"), ({"number_format": "bf16"}, (), "bf16"), ({"number_format": "bf16"}, ("precision",), "fp32")],
)
def test_the_number_format_is_what_is_wanted_unless_the_ladder_says_more(
    settings: dict[str, str], rungs: tuple[str, ...], form: str
):
    assert checkpoint.wanted_format(_load("x", **settings), rungs) == form

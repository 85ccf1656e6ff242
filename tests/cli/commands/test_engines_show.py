"""`studio engines show`: what a form or a reader needs to know of an engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli.main import run


def test_each_model_is_shown_with_the_values_that_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--data-dir", str(tmp_path / "data"), "--json", "--quiet", "engines", "show", "diffusers"]) == 0
    models = {one["id"]: one["defaults"] for one in json.loads(capsys.readouterr().out)["models_known"]}
    assert models["sd-1.5"] == {}
    assert models["flux.1-schnell"] == {"width": 1024, "height": 1024, "steps": 4, "guidance": 0.0}
